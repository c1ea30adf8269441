//! Finds orders in the orders list: by their marker, by their number, or by their likeness.

use std::time::Instant;

use domain::{Draft, ErpId, Locale, Marker, order_totals, parse_cents};

use super::placed::{FoundOrder, Sighting, folded};
use crate::{
    ErpError,
    lists::{self, List, Table},
    session::Work,
};

/// The longest text that is searched for, as in the customer lookup.
const SEARCH_CHARS_MAX: usize = 50;

/// The orders whose reference carries the marker, whatever their state.
pub(crate) async fn find_by_marker(
    work: &mut Work<'_>,
    marker: &Marker,
) -> Result<Vec<FoundOrder>, ErpError> {
    let table = lists::search(work, List::Orders, marker.as_str()).await?;
    match carrying(&table, marker) {
        Ok(found) => Ok(found),
        Err(expected) => Err(work.turn().screen_changed("orders: read", expected).await),
    }
}

/// The orders that carry the marker, with a picture.
pub(crate) async fn sight_marker(work: &mut Work<'_>, marker: &Marker) -> Result<Sighting, ErpError> {
    let (table, picture) = lists::search_with_picture(work, List::Orders, marker.as_str()).await?;
    match carrying(&table, marker) {
        Ok(orders) => Ok(Sighting { orders, picture }),
        Err(expected) => Err(work.turn().screen_changed("orders: read", expected).await),
    }
}

/// Orders that may be the draft although they do not carry its marker: pending, of the same customer, with the same
/// total, and without anybody's marker. A form may lose its reference field, and an agent may have typed the order by hand.
pub(crate) async fn sight_twins(work: &mut Work<'_>, draft: &Draft) -> Result<Sighting, ErpError> {
    let name = draft.customer.as_ref().map(|customer| folded(&customer.name)).unwrap_or_default();
    let searched: String = name.chars().take(SEARCH_CHARS_MAX).collect();
    let (table, picture) = lists::search_with_picture(work, List::Orders, searched.trim()).await?;
    match matching(&table, |_| true) {
        Ok(mut orders) => {
            orders.retain(|order| is_twin(order, draft));
            Ok(Sighting { orders, picture })
        }
        Err(expected) => Err(work.turn().screen_changed("orders: read", expected).await),
    }
}

/// The order with this number, such as `ORD/26000123` or the digits of it, or with this id.
pub(crate) async fn find_by_number(
    work: &mut Work<'_>,
    number: &str,
) -> Result<Option<FoundOrder>, ErpError> {
    let table = lists::search(work, List::Orders, number).await?;
    match matching(&table, |_| true) {
        Ok(orders) => Ok(orders.into_iter().find(|order| {
            order.id.as_str() == number
                || order.number.as_deref().is_some_and(|shown| {
                    shown.eq_ignore_ascii_case(number)
                        || shown.rsplit_once('/').is_some_and(|(_, digits)| digits == number)
                })
        })),
        Err(expected) => Err(work.turn().screen_changed("orders: read", expected).await),
    }
}

fn is_twin(order: &FoundOrder, draft: &Draft) -> bool {
    let sent = order_totals(draft);
    let same_customer = draft
        .customer
        .as_ref()
        .is_some_and(|customer| folded(&customer.name) == folded(&order.customer_name));
    let same_total = sent.unpriced_lines > 0 || order.total.is_none_or(|total| total == sent.net);
    let marked = order.reference.split_whitespace().any(|word| word.parse::<Marker>().is_ok());
    same_customer && same_total && !marked && order.number.is_none()
}

/// The id of the order that was just saved. After saving the ERP shows the list, where the newest orders are under
/// every filter, so the first look is there; then the whole list is searched. It may lag behind for a moment; after the
/// limit somebody else looks for the marker later.
pub(super) async fn just_saved(work: &mut Work<'_>, path: &str, marker: &Marker) -> Result<ErpId, ErpError> {
    let began = Instant::now();
    let limit = work.turn().limits().order_listed;
    let mut found = if path.contains(List::Orders.path()) {
        let table = lists::search_here(&work.turn(), marker.as_str()).await?;
        // A column may be hidden here; the search of the whole list says so if it is hidden there too.
        carrying(&table, marker).unwrap_or_default()
    } else {
        Vec::new()
    };
    while found.is_empty() && began.elapsed() < limit {
        found = find_by_marker(work, marker).await?;
    }
    match found.as_slice() {
        [order] => Ok(order.id.clone()),
        [] => Err(ErpError::unreachable(format!("order: saved, but not listed after {limit:?}"))),
        [_, _, ..] => {
            let expected = format!("one order with the marker {marker}, not {}", found.len());
            Err(work.turn().screen_changed("orders: read", expected).await)
        }
    }
}

/// The rows that carry the marker; the error is the end of "there should be …".
fn carrying(table: &Table, marker: &Marker) -> Result<Vec<FoundOrder>, String> {
    matching(table, |reference| reference.contains(marker.as_str()))
}

/// The rows whose reference fits; the error is the end of "there should be …".
fn matching(table: &Table, fits: impl Fn(&str) -> bool) -> Result<Vec<FoundOrder>, String> {
    let column = |captions: &[&str]| {
        table.column(captions).ok_or_else(|| format!("a column {:?} in the orders list", captions[0]))
    };
    let id = column(&["ID"])?;
    let reference = column(&["RIFERIMENTO CLIENTE", "CUSTOMER REFERENCE"])?;
    let number = table.column(&["ID DI VENDITA", "SALES ID"]);
    let name = table.column(&["NOME VENDITE", "SALES NAME"]);
    let total = table.column(&["IMPORTO TOTALE", "AMOUNT TOTAL"]);
    let created = table.column(&["DATA DI CREAZIONE", "CREATED DATETIME"]);
    let chosen = table.rows.iter().filter(|row| fits(row.cell(Some(reference))));
    chosen
        .map(|row| {
            let shown = row.cell(Some(id));
            Ok(FoundOrder {
                id: shown.parse().map_err(|_| format!("an id instead of {shown:?} in the orders list"))?,
                number: Some(row.cell(number).to_owned()).filter(|number| !number.is_empty()),
                customer_name: row.cell(name).to_owned(),
                reference: row.cell(Some(reference)).to_owned(),
                total: parse_cents(row.cell(total), Locale::Italian).ok(),
                created: row.cell(created).to_owned(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::{Cents, CustomerChoice, Timestamp};

    use super::*;
    use crate::lists::TableRow;

    #[test]
    fn a_twin_has_the_customer_and_the_total_and_nobodys_marker() {
        let choice = CustomerChoice {
            id: "50".parse().expect("it is an id"),
            account: None,
            name: "Studio  Rossi".to_owned(),
            city: None,
        };
        let id = "0191e7a0-0000-7000-8000-000000000002".parse().expect("it is a UUID");
        let draft = Draft { customer: Some(choice), ..Draft::new(id, Timestamp(0)) };
        let order = FoundOrder {
            id: "51847".parse().expect("it is an id"),
            number: None,
            customer_name: "STUDIO ROSSI".to_owned(),
            reference: "Rif. 12".to_owned(),
            total: Some(Cents(0)),
            created: String::new(),
        };
        assert!(is_twin(&order, &draft));
        let marked = format!("{} Rif. 12", Marker::from_bits(3));
        for other in [
            FoundOrder { reference: marked, ..order.clone() },
            FoundOrder { total: Some(Cents(1)), ..order.clone() },
            FoundOrder { number: Some("ORD/26000001".to_owned()), ..order.clone() },
            FoundOrder { customer_name: "Studio Bianchi".to_owned(), ..order.clone() },
        ] {
            assert!(!is_twin(&other, &draft), "{other:?}");
        }
    }

    #[test]
    fn only_rows_that_carry_the_marker_are_found() {
        let marker = Marker::from_bits(7);
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let row = |cells: &[&str]| TableRow { id: String::new(), cells: owned(cells) };
        let with_own = format!("{marker} Rif. 12");
        let table = Table {
            captions: owned(&["ID", "ID DI VENDITA", "RIFERIMENTO CLIENTE", "IMPORTO TOTALE"]),
            rows: vec![
                row(&["51.847", "", &with_own, "1.234,56 €"]),
                row(&["51.846", "ORD/26000001", "altro", "1,00 €"]),
            ],
        };
        let found = carrying(&table, &marker).expect("it can be read");
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].id.as_str(), &found[0].number, found[0].total),
            ("51847", &None, Some(Cents(123_456)))
        );
        let narrow = Table { captions: owned(&["ID"]), rows: vec![] };
        assert!(carrying(&narrow, &marker).expect_err("a column is missing").contains("RIFERIMENTO CLIENTE"));
    }
}
