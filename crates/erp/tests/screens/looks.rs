//! Looks at lists, which tells whether anything in them is new.

use domain::ListLook;
use erp::ExportKind;
use erp_sim::{Deed, Entity, Fault, Place, Trouble};
use time::Duration;

use crate::support::{Stage, export, never, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn every_list_but_the_customers_tells_its_newest_change_and_counts_its_rows() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    // Each list was left at a later page, under a filter of the agent's own.
    stage.sim.break_with(Fault { count: 99, ..Fault::once(Place::List, Trouble::PageIndex { index: 7 }) });
    stage.sim.break_with(Fault { count: 99, ..Fault::once(Place::List, Trouble::GridFiltered) });
    let before = stage.sim.records(|records| {
        records.drift(1_000_000, "first");
        records.now()
    });
    for (kind, rows) in [
        (ExportKind::Products, 80),
        (ExportKind::Prices, 90),
        (ExportKind::Orders, 30),
        (ExportKind::Ddt, stage.sim.records(|records| records.ddts.len() as u32)),
        (ExportKind::Invoices, stage.sim.records(|records| records.invoices.len() as u32)),
    ] {
        let look = session.look(kind, &never()).await.expect("it can be looked at").expect("it tells");
        assert_eq!(look.rows, Some(rows), "{kind:?}");
        // Documents of today bear times of its afternoon, which the world's clock has not reached.
        if !matches!(kind, ExportKind::Ddt | ExportKind::Invoices) {
            assert!((before - look.newest_change).abs() < Duration::minutes(2), "{kind:?}: {look:?}");
        }
        let again = session.look(kind, &never()).await.expect("it can be looked at again");
        assert!(again.is_some_and(|again| again.shows_no_change_since(&look)), "{kind:?}: {again:?}");
    }
    assert_eq!(session.look(ExportKind::Customers, &never()).await, Ok(None));
    assert_eq!((stage.outcomes(Deed::Export).as_str(), session.logins()), ("", 1));
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_look_that_shows_a_change_the_list_is_exported_whole() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let mut seen: Option<ListLook> = None;
    for (round, kind) in [ExportKind::Products, ExportKind::Orders, ExportKind::Ddt].into_iter().enumerate() {
        let before = session.look(kind, &never()).await.expect("it can be looked at").expect("it tells");
        stage.sim.records(|records| {
            records.drift(7, &format!("round {round}"));
            let first = records.ddts.values_mut().max_by_key(|row| row.ddt.delivery_date);
            first.expect("there are documents").modified_at += Duration::days(round as i64 + 30);
            records.touch(Entity::Ddt);
        });
        let after = session.look(kind, &never()).await.expect("it can be looked at").expect("it tells");
        assert!(!after.shows_no_change_since(&before), "{kind:?}: {before:?}, {after:?}");
        let file = export(&mut session, kind).await.expect("it is exported");
        assert_eq!(file.records(), after.rows, "{kind:?}");
        seen = Some(after);
    }
    assert!(seen.is_some());
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_does_not_tell_is_no_failure() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    session.look(ExportKind::Prices, &never()).await.expect("it can be looked at");
    // The filters are cleared by now, so that the only callback left is the question itself.
    let broken = Fault { count: 9, ..Fault::once(Place::Callback, Trouble::Status { status: 500 }) };
    export(&mut session, ExportKind::Prices).await.expect("it is exported");
    stage.sim.break_with(broken);
    assert_eq!(session.look(ExportKind::Prices, &never()).await, Ok(None));
    stage.sim.mend();
    export(&mut session, ExportKind::Prices).await.expect("it is exported all the same");
    stage.sim.break_with(Fault::once(Place::Callback, Trouble::LogOut));
    // Whichever callback it meets: the session is renewed, at the latest by the next piece of work.
    session.look(ExportKind::Prices, &never()).await.expect("it tells, or does not");
    let look = session.look(ExportKind::Prices, &never()).await.expect("it can be looked at");
    assert!(look.is_some());
    assert_eq!(session.logins(), 2);
    stage.strike().await;
}
