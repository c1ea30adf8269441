//! Selects the rows a list shows and an export prints: the person's filter, the saved row filter, the search, the order.

use time::Date;

use crate::{
    columns::{Row, Rows, finds},
    preferences::ListPreferences,
    world::{CustomerRecord, Entity, OrderRecord, Records, SAVED_FILTER_GROUP},
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
        Entity::Prices => dynamic(records.prices.values().filter(|price| match list.filter {
            "ActivePricesThisYear" => price.from.is_some_and(|from| from.year() == records.now().year()),
            "ActivePricesQuantity" => price.quantity_from.is_some_and(|from| from.0 > 0),
            _ => true,
        })),
        Entity::Orders => {
            let today = records.now().date();
            dynamic(records.orders.values().rev().filter(|o| o.is_listed() && order(o, list.filter, today)))
        }
    };
    if !search.trim().is_empty() {
        rows.retain(|row| finds(*row, search));
    }
    rows
}

fn dynamic<'a, R: Row + 'a>(rows: impl Iterator<Item = &'a R>) -> Rows<'a> {
    rows.map(|row| row as &dyn Row).collect()
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
        "ListViewSalesTableOrdersEntered" => !order.invoiced,
        "ListViewSalesTableOrdersCompleted" | "ListViewSalesTableOrdersTransferred" => order.invoiced,
        "ListViewSalesTableOrdersApprovalRM" | "ListViewSalesTableOrdersQuote" => false,
        _ => true,
    }
}
