//! Hides, repeats, renames and adds columns of all six exports: an anchor that is gone refuses the export, anything else
//! is told, and what was absent is never taken for empty.

use domain::{Customer, Ddt, Export, Invoice, Locale, Order, Price, Product};
use erp::export::{BadExport, Exported, Limits, read};
use erp_sim::{
    Entity, Layout, Records, World,
    pdf::{Align, Column, TableDocument, write_table},
};

use crate::support::without;

fn table(entity: Entity) -> TableDocument {
    let world = World::default().with_customers(200).with_products(40).with_prices(40).with_orders(30);
    Records::of(&world.with_invoices(20)).print(entity, Locale::Italian, Layout::January, false)
}

/// The same with one more column at a place.
fn with(mut table: TableDocument, place: usize, title: &str, cell: &str) -> TableDocument {
    let column = Column { title: title.to_owned(), width_pt: 90.0, align: Align::Left };
    table.columns.insert(place, column);
    table.rows.iter_mut().for_each(|row| row.insert(place, cell.to_owned()));
    table.totals.iter_mut().for_each(|row| row.insert(place, String::new()));
    table
}

fn place(table: &TableDocument, title: &str) -> usize {
    table.columns.iter().position(|column| column.title == title).expect("the column is there")
}

fn attempt<T: Exported>(table: &TableDocument) -> Result<Export<T>, BadExport> {
    read::<T>(&write_table(table), &Limits::default())
}

#[track_caller]
fn assert_anchored<T: Exported>(entity: Entity, anchor: &str) {
    let whole = table(entity);
    assert!(attempt::<T>(&whole).is_ok(), "the whole export is read");
    let at = place(&whole, anchor);
    let bare = anchor.trim_end_matches(':');
    let gone = without(whole.clone(), at);
    let mut renamed = whole.clone();
    "UN ALTRO NOME".clone_into(&mut renamed.columns[at].title);
    let twice = with(whole, at, anchor, "1");
    for changed in [gone, renamed, twice] {
        let bad = attempt::<T>(&changed).err().expect("an export without its anchor is refused");
        assert_eq!(bad.page, Some(1), "{bad}");
        assert!(bad.reason.contains(&format!("{bare} is missing")), "{bad}");
    }
}

#[test]
fn an_anchor_that_is_gone_renamed_or_shown_twice_refuses_the_export() {
    assert_anchored::<Customer>(Entity::Customers, "ID");
    assert_anchored::<Product>(Entity::Products, "ID ARTICOLO");
    assert_anchored::<Price>(Entity::Prices, "ID");
    assert_anchored::<Order>(Entity::Orders, "ID");
    assert_anchored::<Order>(Entity::Orders, "ID DI VENDITA");
    assert_anchored::<Ddt>(Entity::Ddt, "ID");
    assert_anchored::<Ddt>(Entity::Ddt, "DOCUMENTO DI TRASPORTO:");
    assert_anchored::<Invoice>(Entity::Invoices, "ID FATTURA");
}

#[test]
fn a_caption_that_contains_another_is_not_taken_for_it() {
    let due = |table: &TableDocument| {
        let export = attempt::<Invoice>(table).expect("it is whole");
        (export.missing_columns, export.rows.iter().filter(|row| row.record.due_date.is_some()).count())
    };
    let whole = table(Entity::Invoices);
    assert_eq!(due(&whole), (Vec::new(), 20));
    let hidden = without(whole.clone(), place(&whole, "SCADENZA"));
    assert_eq!(due(&hidden), (vec!["dueDate".to_owned()], 0));
}

#[test]
fn a_caption_that_stands_for_two_columns_counts_only_when_both_are_there() {
    let whole = table(Entity::Ddt);
    let first = place(&whole, "NOME DI CONSEGNA");
    let one_hidden = without(whole.clone(), first);
    let three = with(whole, first, "NOME DI CONSEGNA", "x");
    for (changed, unknown) in [(one_hidden, 1), (three, 3)] {
        let export = attempt::<Ddt>(&changed).expect("it is whole");
        assert_eq!(export.missing_columns, ["deliveryName", "deliveryAddress"]);
        assert_eq!(export.unknown_columns, vec!["NOME DI CONSEGNA"; unknown]);
        assert!(export.rows.iter().all(|row| row.record.delivery_address.is_none()));
    }
}

#[test]
fn a_new_column_in_the_middle_shifts_nothing() {
    let whole = table(Entity::Orders);
    let wanted = attempt::<Order>(&whole).expect("it is whole");
    let wider = with(whole.clone(), 2, "NUOVA COLONNA", "qualcosa");
    let got = attempt::<Order>(&wider).expect("it is whole");
    assert_eq!((got.rows, got.unknown_columns), (wanted.rows, vec!["NUOVA COLONNA".to_owned()]));
}

#[test]
fn columns_in_another_order_give_the_same_records() {
    let whole = table(Entity::Invoices);
    let wanted = attempt::<Invoice>(&whole).expect("it is whole");
    let mut turned = whole;
    turned.columns.reverse();
    turned.rows.iter_mut().chain(turned.totals.as_mut()).for_each(|row| row.reverse());
    assert_eq!(attempt::<Invoice>(&turned).expect("it is whole").rows, wanted.rows);
}

#[test]
fn absent_is_told_apart_from_empty() {
    let whole = table(Entity::Orders);
    let at = place(&whole, "RIFERIMENTO CLIENTE");
    let mut emptied = whole.clone();
    emptied.rows.iter_mut().for_each(|row| row[at].clear());
    let empty = attempt::<Order>(&emptied).expect("it is whole");
    let absent = attempt::<Order>(&without(whole, at)).expect("it is whole");
    assert_eq!(empty.rows, absent.rows, "the records themselves are alike");
    assert_eq!(
        (empty.missing_columns, absent.missing_columns),
        (vec!["email".to_owned()], { vec!["customerReference".to_owned(), "email".to_owned()] })
    );
}
