//! Finds orders by their marker in the orders list.

use std::time::Instant;

use domain::{ErpId, Locale, Marker, parse_cents};

use super::placed::FoundOrder;
use crate::{
    ErpError,
    lists::{self, List, Table},
    session::Work,
};

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
    let column = |captions: &[&str]| {
        table.column(captions).ok_or_else(|| format!("a column {:?} in the orders list", captions[0]))
    };
    let id = column(&["ID"])?;
    let reference = column(&["RIFERIMENTO CLIENTE", "CUSTOMER REFERENCE"])?;
    let number = table.column(&["ID DI VENDITA", "SALES ID"]);
    let name = table.column(&["NOME VENDITE", "SALES NAME"]);
    let total = table.column(&["IMPORTO TOTALE", "AMOUNT TOTAL"]);
    let carries = table.rows.iter().filter(|row| row.cell(Some(reference)).contains(marker.as_str()));
    carries
        .map(|row| {
            let shown = row.cell(Some(id));
            Ok(FoundOrder {
                id: shown.parse().map_err(|_| format!("an id instead of {shown:?} in the orders list"))?,
                number: Some(row.cell(number).to_owned()).filter(|number| !number.is_empty()),
                customer_name: row.cell(name).to_owned(),
                reference: row.cell(Some(reference)).to_owned(),
                total: parse_cents(row.cell(total), Locale::Italian).ok(),
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use domain::Cents;

    use super::*;
    use crate::lists::TableRow;

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
