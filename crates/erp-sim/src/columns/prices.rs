//! Shows the price list: three pages to a cycle (facts/erp.md §3.5; the widths are invented).

use domain::{Locale, Quantity};
use time::{Date, PrimitiveDateTime};

use super::{Head, Row, Total, optional};
use crate::{text, world::PriceRecord};

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
    Head::new(16, "MODIFIEDDATETIME", "DATETIME MODIFICATO", "MODIFIED DATETIME", 127.5).hidden(),
];

impl Row for PriceRecord {
    fn key(&self) -> String {
        self.price.id.to_string()
    }

    fn cell(&self, field: &str, locale: Locale) -> String {
        let day = |date: Option<Date>| date.map_or(String::new(), |date| text::date(date, locale));
        let quantity =
            |value: Option<Quantity>| value.map_or(String::new(), |value| text::quantity(value, locale));
        match field {
            "ID" => text::whole(self.price.id.as_str().parse().unwrap_or_default(), locale),
            "ACCOUNTCODE" => optional(self.price.account_code.as_ref()),
            "ACCOUNTRELATIONID" => optional(self.price.account.as_ref()),
            "ACCOUNTRELATIONTXT" => optional(self.price.account_description.as_ref()),
            "ITEMRELATIONID" => optional(self.price.item_selection.as_ref()),
            "ITEMRELATIONTXT" => optional(self.price.item_description.as_ref()),
            "FROMDATE" => day(self.price.from),
            "TODATE" => day(self.price.to),
            "QUANTITYAMOUNTFROM" => quantity(self.price.quantity_from),
            "QUANTITYAMOUNTTO" => quantity(self.price.quantity_to),
            "PRICEUNIT" => quantity(self.price.price_unit),
            "AMOUNT" => self.price.unit_price.map_or(String::new(), |price| text::money(price, locale)),
            "CURRENCY" => optional(self.price.currency.as_ref()),
            "MODIFIEDDATETIME" => text::date_time(self.modified_at, locale),
            "NETPRICE" => self.price.net_price.map_or(String::new(), text::flag),
            _ => String::new(),
        }
    }

    fn modified_at(&self) -> Option<PrimitiveDateTime> {
        Some(self.modified_at)
    }

    fn searched(&self) -> Vec<String> {
        let mut all = vec![self.price.id.to_string()];
        all.extend(
            [&self.price.item_selection, &self.price.item_description, &self.price.account]
                .into_iter()
                .flatten()
                .cloned(),
        );
        all
    }
}
