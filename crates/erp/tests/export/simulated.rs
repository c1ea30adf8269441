//! Compares every cell and every record of all six exports, at full volume, with what the simulated ERP printed: in both
//! layouts, in both languages.

use std::collections::BTreeMap;

use domain::{Customer, Ddt, Invoice, Locale, Order, Price, Product};
use erp::export::{Exported, Limits, Summary, read_each, read_plain};
use erp_sim::{
    Entity, Layout, Records, World,
    pdf::{TableDocument, write_table},
};
use serde_json::Value;

use crate::support::collapsed;

/// What a test is about: which columns the exports have, and their language.
struct Setting {
    records: Records,
    layout: Layout,
    locale: Locale,
    all_columns: bool,
}

impl Setting {
    fn new(layout: Layout, locale: Locale, all_columns: bool) -> Self {
        Self { records: Records::of(&World::default()), layout, locale, all_columns }
    }

    /// Writes the export, compares every cell as text, and gives back the file and its cycle.
    fn written(&self, entity: Entity) -> (Vec<u8>, usize) {
        let table = self.records.print(entity, self.locale, self.layout, self.all_columns);
        let file = write_table(&table);
        let cycle = compare_cells(entity, &file, &table);
        (file, cycle)
    }

    /// Compares every record with the typed truth. Fields without a column are absent, and reported as such.
    fn compare_records<T: Exported>(
        &self,
        entity: Entity,
        key: &str,
        truth: impl Iterator<Item = Value>,
    ) -> usize {
        let (file, cycle) = self.written(entity);
        let (read, summary) = records::<T>(&file);
        assert_eq!((summary.left_out, summary.unreadable_cells), (0, 0), "{entity:?}");
        let absent = |field: &str| summary.missing_columns.iter().any(|missing| missing == field);
        let mut truth: BTreeMap<String, Value> =
            truth.map(|record| (record[key].to_string(), record)).collect();
        assert_eq!(read.len(), truth.len(), "{entity:?}");
        for record in read {
            let mut wanted = truth.remove(&record[key].to_string()).expect("a record the world has, once");
            for (field, value) in wanted.as_object_mut().expect("an object") {
                if absent(field) || (field == "carrier" && absent("trackingNumber")) {
                    *value = Value::Null;
                }
                assert_eq!(plain(&record[field]), plain(value), "{field} of {entity:?} {}", record[key]);
                if field == "deliveryAddress" {
                    assert_eq!(&record[field], value, "its line feeds are data");
                }
            }
        }
        cycle
    }

    fn customers(&self) -> usize {
        let truth = self.records.customers.values().map(|record| json(&record.customer));
        self.compare_records::<Customer>(Entity::Customers, "id", truth)
    }

    fn products(&self) -> usize {
        self.compare_records::<Product>(Entity::Products, "id", self.records.products.values().map(json))
    }

    fn prices(&self) -> usize {
        self.compare_records::<Price>(
            Entity::Prices,
            "id",
            self.records.prices.values().map(|row| json(&row.price)),
        )
    }

    fn orders(&self) -> usize {
        let truth = self.records.orders.values().map(|order| json(&order.exported(self.locale)));
        self.compare_records::<Order>(Entity::Orders, "id", truth)
    }

    fn ddts(&self) -> usize {
        let truth = self.records.ddts.values().map(|record| json(&record.ddt));
        self.compare_records::<Ddt>(Entity::Ddt, "id", truth)
    }

    fn invoices(&self) -> usize {
        let truth = self.records.invoices.values().map(|record| json(&record.invoice));
        self.compare_records::<Invoice>(Entity::Invoices, "number", truth)
    }

    /// The cycles of all six.
    fn cycles(&self) -> [usize; 6] {
        [self.customers(), self.products(), self.prices(), self.orders(), self.ddts(), self.invoices()]
    }
}

fn json<T: serde::Serialize>(record: &T) -> Value {
    serde_json::to_value(record).expect("records are JSON")
}

/// A value without what paper cannot tell: how much white space there was.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(collapsed(text)),
        other => other.clone(),
    }
}

fn records<T: Exported>(file: &[u8]) -> (Vec<Value>, Summary) {
    let mut read = Vec::new();
    let mut keep = |row: domain::ExportedRow<T>| {
        read.push(json(&row.record));
        Ok(())
    };
    let summary = read_each::<T>(file, &Limits::default(), &mut keep).expect("a whole export is read");
    (read, summary)
}

fn compare_cells(entity: Entity, file: &[u8], table: &TableDocument) -> usize {
    let read = read_plain(file, &Limits::default()).expect("a whole export is read");
    let titles: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
    assert_eq!(read.titles, titles, "{entity:?}");
    assert_eq!(read.rows.len(), table.rows.len(), "{entity:?}");
    // A value that is wider than its column is broken anywhere, so only the sequence of its characters is certain.
    let solid = |text: &str| text.split_whitespace().collect::<String>();
    for (index, (got, wanted)) in read.rows.iter().zip(&table.rows).enumerate() {
        for (column, (got, wanted)) in got.iter().zip(wanted).enumerate() {
            assert_eq!(solid(got), solid(wanted), "{entity:?}, row {index}, {}", titles[column]);
        }
    }
    for (got, wanted) in read.totals.iter().zip(table.totals.as_ref().expect("exports have totals")) {
        assert_eq!(solid(got), solid(wanted), "totals of {entity:?}");
    }
    read.cycle
}

#[test]
fn all_six_are_read_exactly_in_the_january_layout_in_italian() {
    assert_eq!(Setting::new(Layout::January, Locale::Italian, false).cycles(), [8, 5, 3, 7, 6, 7]);
}

#[test]
fn all_six_are_read_exactly_in_the_january_layout_in_english() {
    assert_eq!(Setting::new(Layout::January, Locale::English, false).cycles(), [8, 5, 3, 7, 6, 7]);
}

#[test]
fn all_six_are_read_exactly_in_the_later_layout_in_italian() {
    assert_eq!(Setting::new(Layout::Later, Locale::Italian, false).cycles(), [9, 5, 3, 7, 7, 7]);
}

#[test]
fn all_six_are_read_exactly_in_the_later_layout_in_english() {
    assert_eq!(Setting::new(Layout::Later, Locale::English, false).cycles(), [9, 5, 3, 7, 7, 7]);
}

#[test]
fn hidden_columns_that_are_shown_are_read_in_both_languages() {
    for locale in [Locale::Italian, Locale::English] {
        let setting = Setting::new(Layout::January, locale, true);
        assert_eq!(setting.products(), 9);
        let (file, _) = setting.written(Entity::Products);
        assert!(records::<Product>(&file).1.missing_columns.is_empty(), "all of them are known");
        // Columns nobody asked for push others to further pages, and are told.
        for (entity, shown) in [(Entity::Orders, setting.orders()), (Entity::Ddt, setting.ddts())] {
            assert!(shown >= 6, "{entity:?}");
        }
        let (file, _) = setting.written(Entity::Ddt);
        let summary = records::<Ddt>(&file).1;
        assert_eq!((summary.missing_columns.len(), summary.unknown_columns.len()), (0, 1));
    }
}
