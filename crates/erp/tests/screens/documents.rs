//! Exports orders, transport documents and invoices: lists that open empty, exports that begin with a banner.

use domain::Order;
use erp::{ErpError, ExportFile, ExportKind, export::read};
use erp_sim::{Deed, Fault, FirstExport, Options, Place, Trouble, World};

use crate::{
    exports::rows,
    support::{Stage, export, small_world},
};

fn world() -> World {
    small_world().with_ddts(45).with_invoices(25)
}

fn row_count(kind: ExportKind, file: &ExportFile) -> usize {
    rows(kind, &std::fs::read(file.path()).expect("the file is there"))
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_transport_documents_and_invoices_are_exported_whole() {
    let stage = Stage::set(world()).await;
    let mut session = stage.session();
    // Invoices have no count under their grid.
    let kinds = [
        (ExportKind::Orders, 30, Some(30)),
        (ExportKind::Ddt, 45, Some(45)),
        (ExportKind::Invoices, 25, None),
    ];
    // The second time the filters stand at "all" already, and two of the lists open empty all the same.
    for round in 1..=2 {
        for (kind, records, counted) in kinds {
            let file = export(&mut session, kind).await.expect("it is exported");
            assert_eq!(
                (row_count(kind, &file), file.records()),
                (records, counted),
                "{kind:?}, round {round}"
            );
        }
    }
    assert_eq!(session.logins(), 1);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_that_another_session_chooses_are_put_back_to_all() {
    let stage = Stage::set(world()).await;
    let mut session = stage.session();
    for (kind, records, value) in [
        (ExportKind::Orders, 30, "ListViewSalesTableOrdersToday"),
        (ExportKind::Ddt, 45, "ListViewPackingSlipsToday"),
        (ExportKind::Invoices, 25, "Open_invoices"),
    ] {
        let value = value.to_owned();
        stage.sim.break_with(Fault::once(Place::List, Trouble::FilterSet { value }));
        let file = export(&mut session, kind).await.expect("it is exported");
        assert_eq!(row_count(kind, &file), records, "{kind:?}");
    }
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn transport_documents_come_whatever_the_first_press_brings() {
    for mood in [FirstExport::Banner, FirstExport::PageWithBanner, FirstExport::File] {
        let options = Options { first_ddt_export: mood, ..Options::default() };
        let stage = Stage::set_in(world(), options, |_| {}).await;
        let mut session = stage.session();
        for _ in 0..2 {
            let file = export(&mut session, ExportKind::Ddt).await.expect("it is exported");
            assert_eq!(row_count(ExportKind::Ddt, &file), 45, "{mood:?}");
            assert_eq!(file.name(), "Documenti di trasporto.pdf");
        }
        let outcomes = match mood {
            FirstExport::PageWithBanner => "banner · ok · banner · ok",
            FirstExport::Banner | FirstExport::File => "ok · ok",
        };
        assert_eq!(stage.outcomes(Deed::Export), outcomes, "{mood:?}");
        stage.strike().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_banner_that_comes_again_and_again_is_no_export() {
    let stage = Stage::set(world()).await;
    let mut session = stage.session();
    stage.sim.break_with(Fault { count: 9, ..Fault::once(Place::Export, Trouble::Banner) });
    let error = export(&mut session, ExportKind::Invoices).await.expect_err("no file ever comes");
    assert!(
        matches!(&error, ErpError::BadExport { what } if what.contains("instead of a file")),
        "{error:?}"
    );
    assert_eq!(stage.outcomes(Deed::Export), "banner · banner · banner");
    stage.sim.mend();
    let file = export(&mut session, ExportKind::Invoices).await.expect("it is exported");
    assert_eq!(row_count(ExportKind::Invoices, &file), 25);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_saved_by_a_form_is_exported_as_pending() {
    let stage = Stage::set(world()).await;
    let mut session = stage.session();
    // As a form saves it: neither number nor account.
    let id = stage.sim.records(|records| {
        let (id, mut order) =
            records.orders.iter().next_back().map(|(id, o)| (*id + 1, o.clone())).expect("an order");
        (order.id, order.number, order.account) = (id, None, None);
        (order.stage, order.placed_by) = (erp_sim::Stage::Pending, Some("agente1".to_owned()));
        records.orders.insert(id, order);
        records.touch(erp_sim::Entity::Orders);
        id
    });
    let file = export(&mut session, ExportKind::Orders).await.expect("it is exported");
    let bytes = std::fs::read(file.path()).expect("the file is there");
    let orders = read::<Order>(&bytes, &erp::export::Limits::default()).expect("it is whole").rows;
    let placed = orders.iter().find(|row| row.record.id.as_str() == id.to_string()).expect("it is listed");
    assert_eq!((&placed.record.number, &placed.record.account), (&None, &None));
    assert_eq!(placed.record.transfer_status.as_deref(), Some("Modifica"));
    assert_eq!(orders.len(), 31);
    stage.strike().await;
}
