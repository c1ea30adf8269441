//! Exports lists, under filters that others left, and through every fault of the download.

use std::time::{Duration, Instant};

use domain::{Customer, Ddt, Invoice, Order, Price, Product};
use erp::{ErpError, ExportKind, ExportProgress, ListView, export::read};
use erp_sim::{Deed, Fault, Place, Trouble};
use tokio_util::sync::CancellationToken;

use crate::support::{Stage, eventually, export, never, small_world};

/// How many rows the export has, by the reader of this crate.
pub(crate) fn rows(kind: ExportKind, bytes: &[u8]) -> usize {
    let limits = erp::export::Limits::default();
    match kind {
        ExportKind::Customers => read::<Customer>(bytes, &limits).map(|export| export.rows.len()),
        ExportKind::Products => read::<Product>(bytes, &limits).map(|export| export.rows.len()),
        ExportKind::Prices => read::<Price>(bytes, &limits).map(|export| export.rows.len()),
        ExportKind::Orders => read::<Order>(bytes, &limits).map(|export| export.rows.len()),
        ExportKind::Ddt => read::<Ddt>(bytes, &limits).map(|export| export.rows.len()),
        ExportKind::Invoices => read::<Invoice>(bytes, &limits).map(|export| export.rows.len()),
    }
    .expect("the export can be read")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_three_lists_are_exported_whole_whatever_filters_were_left() {
    let stage = Stage::set(small_world()).await;
    // Another session of the agent has narrowed everything: the tool bar's filter and the grid's own.
    stage.sim.break_with(Fault { count: 3, ..Fault::once(Place::List, Trouble::GridFiltered) });
    let mut session = stage.session();
    for (kind, records) in [(ExportKind::Customers, 60), (ExportKind::Products, 80), (ExportKind::Prices, 90)]
    {
        let mut seen = Vec::new();
        let file = session
            .export(kind, ListView::Fresh, &mut |step| seen.push(step), &never())
            .await
            .expect("it is exported");
        assert_eq!(file.records(), Some(records), "{kind:?}");
        let bytes = std::fs::read(file.path()).expect("the file is there");
        assert_eq!(rows(kind, &bytes), records as usize, "{kind:?}");
        assert_eq!(seen[..2], [ExportProgress::Listed { records: Some(records) }, ExportProgress::Requested]);
        let path = file.path().to_owned();
        drop(file);
        assert!(!path.exists(), "the file goes with its value");
    }
    assert_eq!(session.logins(), 1);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_chosen_by_another_session_is_put_back_to_all() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    export(&mut session, ExportKind::Customers).await.expect("it is exported");
    let value = "Active_Customers".to_owned();
    stage.sim.break_with(Fault::once(Place::List, Trouble::FilterSet { value }));
    stage.sim.break_with(Fault { after: 1, ..Fault::once(Place::List, Trouble::GridFiltered) });
    assert_eq!(
        export(&mut session, ExportKind::Customers).await.expect("it is exported").records(),
        Some(60)
    );
    let file = export(&mut session, ExportKind::Customers).await.expect("it is exported");
    assert_eq!(file.records(), Some(60));
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_left_open_is_exported_again_without_opening_it() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let as_left = async |session: &mut erp::ErpSession| {
        let file = session.export(ExportKind::Customers, ListView::AsLeft, &mut |_| {}, &never()).await;
        let file = file.expect("it is exported");
        rows(ExportKind::Customers, &std::fs::read(file.path()).expect("the file is there"))
    };
    assert_eq!(as_left(&mut session).await, 60, "nothing was left, so the list is opened");
    // Whoever opens the list from now on gets an error page.
    stage.sim.break_with(Fault { count: 20, ..Fault::once(Place::List, Trouble::Status { status: 503 }) });
    stage.sim.records(|records| {
        let mut created = records.customers.values().next().expect("there are customers").clone();
        let id = records.customers.keys().last().expect("there are customers") + 1;
        created.customer.id = id.to_string().parse().expect("digits are an id");
        records.customers.insert(id, created);
        records.touch(erp_sim::Entity::Customers);
    });
    assert_eq!(as_left(&mut session).await, 61);
    stage.sim.mend();
    stage.sim.break_with(Fault::once(Place::Export, Trouble::LogOut));
    assert_eq!(as_left(&mut session).await, 61, "a session that ended is renewed, and the list opened");
    assert_eq!(session.logins(), 2);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_file_is_refused_and_the_next_try_works() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    for (trouble, word) in
        [(Trouble::EmptyPdf, "0 bytes"), (Trouble::TruncatedPdf { percent: 50 }, "ends early")]
    {
        stage.sim.break_with(Fault::once(Place::Export, trouble));
        let error = export(&mut session, ExportKind::Customers).await.expect_err("the file is broken");
        assert!(matches!(&error, ErpError::BadExport { what } if what.contains(word)), "{error:?}");
    }
    export(&mut session, ExportKind::Customers).await.expect("it is exported");
    assert_eq!(session.logins(), 1);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erp_that_fails_or_stalls_an_export_is_unreachable() {
    let stage = Stage::set_with(small_world(), |limits| limits.download = Duration::from_secs(4)).await;
    let mut session = stage.session();
    // The browser itself repeats a request whose kept-alive connection was cut, once for each such connection.
    for (trouble, count) in [
        (Trouble::Status { status: 503 }, 1),
        (Trouble::Stall { ms: 5_000 }, 1),
        (Trouble::Drop, 20),
        (Trouble::AnswerLost, 20),
    ] {
        if trouble == Trouble::Drop {
            export(&mut session, ExportKind::Customers)
                .await
                .expect("it is exported once the ERP has finished");
        }
        stage.sim.break_with(Fault { count, ..Fault::once(Place::Export, trouble.clone()) });
        let error = export(&mut session, ExportKind::Customers).await.expect_err("the ERP is broken");
        assert!(matches!(error, ErpError::Unreachable { .. }), "{trouble:?}: {error:?}");
    }
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_at_the_export_is_renewed_once() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    session.ensure_logged_in(&never()).await.expect("the login works");
    stage.sim.break_with(Fault::once(Place::Export, Trouble::LogOut));
    let file = export(&mut session, ExportKind::Customers).await.expect("it is exported");
    assert_eq!(file.records(), Some(60));
    assert_eq!(session.logins(), 2);
    stage.sim.break_with(Fault { count: 9, ..Fault::once(Place::Export, Trouble::LogOut) });
    assert_eq!(export(&mut session, ExportKind::Customers).await.err(), Some(ErpError::LoggedOut));
    assert_eq!(session.logins(), 3);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_over_the_page_is_closed() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    session.ensure_logged_in(&never()).await.expect("the login works");
    let text = "Manutenzione programmata alle 22:00".to_owned();
    stage.sim.break_with(Fault::once(Place::List, Trouble::Popup { text }));
    export(&mut session, ExportKind::Customers).await.expect("it is exported");
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_awaited_export_is_given_up_within_250_ms_of_being_asked() {
    let stage = Stage::set(small_world()).await;
    let (mut session, mut other) = (stage.session(), stage.session());
    other.ensure_logged_in(&never()).await.expect("the login works");
    stage.sim.break_with(Fault::once(Place::Export, Trouble::Stall { ms: 12_000 }));
    let (cancel, asked) = (CancellationToken::new(), std::sync::Arc::new(std::sync::OnceLock::new()));
    let requested = std::sync::Arc::clone(&asked);
    let (stop, in_time) = (cancel.clone(), std::sync::Arc::clone(&asked));
    tokio::spawn(async move {
        eventually("the export is asked for", || in_time.get().is_some()).await;
        stop.cancel();
    });
    let mut progress = |step| {
        if step == ExportProgress::Requested {
            let _ = requested.set(Instant::now());
        }
    };
    let error = session.export(ExportKind::Customers, ListView::Fresh, &mut progress, &cancel).await.err();
    let took = asked.get().expect("it was asked for").elapsed();
    assert_eq!(error, Some(ErpError::Cancelled));
    assert!(took < Duration::from_millis(250), "{took:?}");
    // The ERP goes on with it and keeps that web session busy; the other one of the same login is free.
    export(&mut other, ExportKind::Prices).await.expect("it is exported");
    export(&mut session, ExportKind::Customers).await.expect("it is exported once the ERP has finished");
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_outlives_its_browser() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    export(&mut session, ExportKind::Customers).await.expect("it is exported");
    let process = stage.browser.process().await.expect("it runs").cast_signed();
    let process = rustix::process::Pid::from_raw(process).expect("it is not 0");
    rustix::process::kill_process_group(process, rustix::process::Signal::KILL).expect("it runs");
    // The first attempt may meet the dying browser.
    if export(&mut session, ExportKind::Customers).await.is_err() {
        export(&mut session, ExportKind::Customers).await.expect("it is exported with a new browser");
    }
    assert_eq!(stage.browser.starts(), 2);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_filter_list_is_named_on_the_screen_that_changed() {
    let stage = Stage::set_with(small_world(), |limits| limits.popup = Duration::from_secs(2)).await;
    let mut session = stage.session();
    session.ensure_logged_in(&never()).await.expect("the login works");
    let (from, to) = ("Esportare in".to_owned(), "Stampare su".to_owned());
    stage.sim.break_with(Fault { count: 1_000, ..Fault::once(Place::Any, Trouble::Caption { from, to }) });
    let error = export(&mut session, ExportKind::Customers).await.expect_err("a caption has changed");
    let ErpError::ScreenChanged { screen, expected, .. } = error else { panic!("{error:?}") };
    assert_eq!(
        (screen.as_str(), expected.as_str()),
        ("list: export", "an item \"Esportare in\" in the tool bar")
    );
    assert_eq!(stage.outcomes(Deed::Export), "");
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_exports_only_what_it_finds_and_leaves_the_list_as_it_was() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let name = stage
        .sim
        .records(|records| records.customers.values().nth(7).expect("there are sixty").customer.name.clone());
    let value = "Active_Customers".to_owned();
    stage.sim.break_with(Fault::once(Place::List, Trouble::FilterSet { value }));
    let file = session.export_found(ExportKind::Customers, &name, &never()).await.expect("it is searched");
    let bytes = std::fs::read(file.expect("it is found").path()).expect("the file is there");
    let found = rows(ExportKind::Customers, &bytes);
    assert!((1..10).contains(&found), "{found} of sixty");
    let nothing = session.export_found(ExportKind::Customers, "nessuno si chiama cosi", &never()).await;
    assert!(nothing.expect("it is searched").is_none());
    let whole = session.export(ExportKind::Customers, ListView::AsLeft, &mut |_| {}, &never()).await;
    let whole = std::fs::read(whole.expect("it is exported").path()).expect("the file is there");
    assert_eq!(rows(ExportKind::Customers, &whole), 60, "no search is left behind");
    stage.strike().await;
}
