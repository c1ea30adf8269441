//! Selects the rows a list shows and an export prints: the person's filter, the saved row filter, the search, the order.

use std::cmp::Reverse;

use time::{Date, Duration};

use crate::{
    columns::{Row, Rows, finds},
    preferences::ListPreferences,
    world::{
        CustomerRecord, DdtRecord, Entity, InvoiceRecord, OrderRecord, Records, SAVED_FILTER_GROUP, Stage,
    },
};

/// The rows of one list, in its order.
pub(crate) fn rows<'a>(
    records: &'a Records,
    entity: Entity,
    list: &ListPreferences,
    search: &str,
) -> Rows<'a> {
    let mut rows: Rows<'a> = match entity {
        Entity::Customers => {
            dynamic(records.customers.values().filter(|record| customer(record, list.filter)))
        }
        Entity::Products => {
            dynamic(records.products.values().filter(|product| {
                !list.grid_filtered || product.group.as_deref() == Some(SAVED_FILTER_GROUP)
            }))
        }
        Entity::Prices => dynamic(records.prices.values().filter(|row| match list.filter {
            "ActivePricesThisYear" => row.price.from.is_some_and(|from| from.year() == records.now().year()),
            "ActivePricesQuantity" => row.price.quantity_from.is_some_and(|from| from.0 > 0),
            _ => true,
        })),
        Entity::Orders => orders(records, list.filter),
        Entity::Ddt => ddts(records, list.filter),
        Entity::Invoices => invoices(records, list.filter),
    };
    if !search.trim().is_empty() {
        rows.retain(|row| finds(*row, search));
    }
    rows
}

fn dynamic<'a, R: Row + 'a>(rows: impl Iterator<Item = &'a R>) -> Rows<'a> {
    rows.map(|row| row as &dyn Row).collect()
}

/// By delivery date, newest first; pending orders without one stand at the top.
fn orders<'a>(records: &'a Records, filter: &str) -> Rows<'a> {
    let today = records.now().date();
    let mut orders: Vec<&OrderRecord> =
        records.orders.values().filter(|o| o.is_listed() && order(o, filter, today)).collect();
    orders.sort_by_key(|order| Reverse((order.delivery_date.unwrap_or(Date::MAX), order.id)));
    dynamic(orders.into_iter())
}

/// By delivery date, newest first. Their ids do not follow it.
fn ddts<'a>(records: &'a Records, filter: &str) -> Rows<'a> {
    let today = records.now().date();
    let shown = |day: Option<Date>| match filter {
        "ListViewPackingSlipsToday" => day == Some(today),
        "ListViewPackingSlipsThisMonth" => {
            day.is_some_and(|day| (day.year(), day.month()) == (today.year(), today.month()))
        }
        _ => true,
    };
    let mut ddts: Vec<&DdtRecord> =
        records.ddts.values().filter(|record| shown(record.ddt.delivery_date)).collect();
    let key = |record: &DdtRecord| (record.ddt.delivery_date, record.id);
    ddts.sort_by_key(|record| Reverse(key(record)));
    dynamic(ddts.into_iter())
}

/// By invoice date, newest first.
fn invoices<'a>(records: &'a Records, filter: &str) -> Rows<'a> {
    let first = records.now().date() - Duration::days(90);
    let shown = |record: &&InvoiceRecord| match filter {
        "Last3Months_invoices" => record.invoice.date.is_some_and(|date| date >= first),
        "Open_invoices" => record.invoice.closed_date.is_none(),
        _ => true,
    };
    let mut invoices: Vec<&InvoiceRecord> = records.invoices.values().filter(shown).collect();
    // The map is ordered by number, and sorting keeps that order within a day.
    invoices.sort_by_key(|record| Reverse(record.invoice.date));
    dynamic(invoices.into_iter())
}

fn customer(record: &CustomerRecord, filter: &str) -> bool {
    let kind = record.customer.kind.as_deref().unwrap_or_default();
    match filter {
        "Active_Customers" => matches!(kind, "CustFromConcess" | "Debitor"),
        "Potential_Customers" => kind.starts_with("Pot"),
        _ => true,
    }
}

fn order(order: &OrderRecord, filter: &str, today: Date) -> bool {
    let day = order.created_at.date();
    match filter {
        "ListViewSalesTableOrdersToday" => day == today,
        "ListViewSalesTableOrdersThisWeek" => {
            day.to_iso_week_date().0 == today.to_iso_week_date().0 && day.iso_week() == today.iso_week()
        }
        "ListViewSalesTableOrdersThisMonth" => (day.year(), day.month()) == (today.year(), today.month()),
        "ListViewSalesTableOrdersEntered" => !order.stage.is_sent(),
        "ListViewSalesTableOrdersCompleted" => order.stage == Stage::Invoiced,
        "ListViewSalesTableOrdersTransferred" => order.stage.is_sent(),
        "ListViewSalesTableOrdersApprovalRM" | "ListViewSalesTableOrdersQuote" => false,
        _ => true,
    }
}
