//! Shows transport documents (facts/erp.md §3.7): captions that lie, a first column that is always empty.

use domain::{Locale, Quantity};
use time::{Date, PrimitiveDateTime};

use super::{Head, Row, Total, optional};
use crate::{text, world::DdtRecord};

#[rustfmt::skip]
pub(super) const HEADS: &[Head] = &[
    // The button for the single document; nothing of it is printed.
    Head::new(17, "PACKINGSLIPPDF", "PDF DDT", "PDF DDT", 44.2),
    Head::new(13, "ID", "ID", "ID", 30.8).right().total(Total::Count),
    Head::new(18, "PACKINGSLIPID", "DOCUMENTO DI TRASPORTO:", "PACKING SLIP:", 141.0),
    Head::new(5, "DELIVERYDATE", "DATA DI CONSEGNA", "DELIVERY DATE", 99.8),
    Head::new(21, "SALESID", "ID DI VENDITA", "SALES ID", 72.8),
    Head::new(16, "ORDERACCOUNT", "CONTO DELL'ORDINE", "ORDER ACCOUNT", 103.5),
    Head::new(22, "SALESTABLE.SALESNAME", "NOME VENDITE:", "SALES NAME:", 217.5),
    Head::new(6, "DELIVERYNAME", "NOME DI CONSEGNA", "DELIVERY NAME", 224.2),
    // The same caption again, over the address.
    Head::new(7, "DLVADDRESS", "NOME DI CONSEGNA", "DELIVERY NAME", 191.2),
    // A number of pieces.
    Head::new(20, "QTY", "TOTALE", "TOTAL", 59.2).right(),
    Head::new(3, "CUSTOMERREF", "RIFERIMENTO CLIENTE", "CUSTOMER REFERENCE", 112.5),
    Head::new(19, "PURCHASEORDER", "DESCRIZIONE:", "DESCRIPTION:", 218.2),
    Head::new(1, "BRASTRACKINGNUMBER", "NUMERO DI TRACCIABILITÀ", "TRACKING NUMBER", 225.0),
    Head::new(11, "DLVTERM.TXT", "TERMINI DI CONSEGNA:", "DELIVERY TERMS:", 138.0),
    Head::new(9, "DLVMODE.TXT", "MODALITÀ DI CONSEGNA", "MODE OF DELIVERY", 124.5),
    Head::new(0, "BRASCRMATTENTIONTO", "ALL'ATTENZIONE DI", "ATTENTION TO", 99.0),
    // An e-mail address.
    Head::new(8, "DLVCITY", "CITTÀ DI CONSEGNA", "DELIVERY CITY", 204.8),
    Head::new(15, "MODIFIEDDATETIME", "DATETIME MODIFICATO", "MODIFIED DATETIME", 127.5).hidden(),
];

/// The width that differs in the later, seven-page layout: the last column moves to a page of its own.
pub(super) const SEVEN_PAGES_CITY_WIDTH_PT: f64 = 248.2;

impl Row for DdtRecord {
    fn key(&self) -> String {
        self.id.to_string()
    }

    fn cell(&self, field: &str, locale: Locale) -> String {
        let d = &self.ddt;
        let day = |date: Option<Date>| date.map_or(String::new(), |date| text::date(date, locale));
        match field {
            "ID" => text::whole(self.id as i64, locale),
            "PACKINGSLIPID" => d.number.clone(),
            "DELIVERYDATE" => day(d.delivery_date),
            "SALESID" => optional(d.order_number.as_ref()),
            "ORDERACCOUNT" => optional(d.account.as_ref()),
            "SALESTABLE.SALESNAME" => optional(d.sales_name.as_ref()),
            "DELIVERYNAME" => optional(d.delivery_name.as_ref()),
            "DLVADDRESS" => optional(d.delivery_address.as_ref()),
            "QTY" => text::pieces(d.quantity.unwrap_or(Quantity(0)), locale),
            "CUSTOMERREF" => optional(d.customer_reference.as_ref()),
            "PURCHASEORDER" => optional(d.description.as_ref()),
            "BRASTRACKINGNUMBER" => self.tracking_html(),
            "DLVTERM.TXT" => optional(d.delivery_terms.as_ref()),
            "DLVMODE.TXT" => optional(d.delivery_mode.as_ref()),
            "BRASCRMATTENTIONTO" => optional(d.attention.as_ref()),
            "DLVCITY" => optional(d.email.as_ref()),
            "MODIFIEDDATETIME" => text::date_time(self.modified_at, locale),
            _ => String::new(),
        }
    }

    fn modified_at(&self) -> Option<PrimitiveDateTime> {
        Some(self.modified_at)
    }

    fn searched(&self) -> Vec<String> {
        let d = &self.ddt;
        let texts = [&d.order_number, &d.account, &d.sales_name, &d.delivery_name, &d.customer_reference];
        let mut all = vec![self.id.to_string(), d.number.clone()];
        all.extend(texts.into_iter().flatten().cloned());
        all
    }
}
