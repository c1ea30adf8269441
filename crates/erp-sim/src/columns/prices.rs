//! Shows the price list: three pages to a cycle (facts/erp.md §3.5; the widths are invented).

use domain::{Locale, Price, Quantity};
use time::Date;

use super::{Head, Row, Total, optional};
use crate::text;

#[rustfmt::skip]
pub(super) const HEADS: &[Head] = &[
    Head::new(11, "ID", "ID", "ID", 55.5).right().total(Total::Count),
    Head::new(0, "ACCOUNTCODE", "CODICE CONTO", "ACCOUNT CODE", 90.0),
    Head::new(1, "ACCOUNTRELATIONID", "ACCOUNT:", "ACCOUNT:", 78.0),
    Head::new(2, "ACCOUNTRELATIONTXT", "DESCRIZIONE ACCOUNT:", "ACCOUNT DESCRIPTION:", 129.0),
    Head::new(13, "ITEMRELATIONID", "ITEM SELECTION:", "ITEM SELECTION:", 103.5),
    Head::new(14, "ITEMRELATIONTXT", "ITEM DESCRIPTION:", "ITEM DESCRIPTION:", 150.0),
    Head::new(10, "FROMDATE", "DA DATA", "FROM DATE", 66.0),
    Head::new(24, "TODATE", "DATA", "TO DATE", 66.0),
    Head::new(19, "QUANTITYAMOUNTFROM", "QUANTITÀ IMPORTO DA", "QUANTITY AMOUNT FROM", 132.0).right(),
    Head::new(20, "QUANTITYAMOUNTTO", "QUANTITÀ IMPORTO", "QUANTITY AMOUNT", 105.0).right(),
    Head::new(18, "PRICEUNIT", "UNITÀ DI PREZZO", "PRICE UNIT", 87.0).right(),
    Head::new(3, "AMOUNT", "IMPORTO UNITARIO:", "UNIT AMOUNT:", 102.0).right(),
    Head::new(6, "CURRENCY", "VALUTA", "CURRENCY", 51.0),
    Head::new(17, "NETPRICE", "PREZZO NETTO ARCHIBALD", "NET PRICE ARCHIBALD", 120.0).centre(),
];

impl Row for Price {
    fn key(&self) -> String {
        self.id.to_string()
    }

    fn cell(&self, field: &str, locale: Locale) -> String {
        let day = |date: Option<Date>| date.map_or(String::new(), |date| text::date(date, locale));
        let quantity =
            |value: Option<Quantity>| value.map_or(String::new(), |value| text::quantity(value, locale));
        match field {
            "ID" => text::whole(self.id.as_str().parse().unwrap_or_default(), locale),
            "ACCOUNTCODE" => optional(self.account_code.as_ref()),
            "ACCOUNTRELATIONID" => optional(self.account.as_ref()),
            "ACCOUNTRELATIONTXT" => optional(self.account_description.as_ref()),
            "ITEMRELATIONID" => optional(self.item_selection.as_ref()),
            "ITEMRELATIONTXT" => optional(self.item_description.as_ref()),
            "FROMDATE" => day(self.from),
            "TODATE" => day(self.to),
            "QUANTITYAMOUNTFROM" => quantity(self.quantity_from),
            "QUANTITYAMOUNTTO" => quantity(self.quantity_to),
            "PRICEUNIT" => quantity(self.price_unit),
            "AMOUNT" => self.unit_price.map_or(String::new(), |price| text::money(price, locale)),
            "CURRENCY" => optional(self.currency.as_ref()),
            "NETPRICE" => self.net_price.map_or(String::new(), text::flag),
            _ => String::new(),
        }
    }

    fn searched(&self) -> Vec<String> {
        let mut all = vec![self.id.to_string()];
        all.extend(
            [&self.item_selection, &self.item_description, &self.account].into_iter().flatten().cloned(),
        );
        all
    }
}
