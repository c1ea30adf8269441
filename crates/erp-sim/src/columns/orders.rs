//! Shows orders: captions, widths and statuses as measured (facts/erp.md §2.8, §3.6).

use domain::Locale;

use super::{Head, Row, Total, optional};
use crate::{state::say, text, world::OrderRecord};

#[rustfmt::skip]
pub(super) const HEADS: &[Head] = &[
    Head::new(32, "ID", "ID", "ID", 48.0).right().total(Total::Count),
    Head::new(48, "SALESID", "ID DI VENDITA", "SALES ID", 72.8),
    Head::new(6, "CUSTACCOUNT", "PROFILO CLIENTE:", "CUSTOMER PROFILE:", 90.8),
    Head::new(49, "SALESNAME", "NOME VENDITE:", "SALES NAME:", 217.5),
    Head::new(12, "DELIVERYNAME", "NOME DI CONSEGNA", "DELIVERY NAME", 223.5),
    Head::new(15, "DLVADDRESS", "INDIRIZZO DI CONSEGNA", "DELIVERY ADDRESS", 191.2),
    Head::new(5, "CREATEDDATETIME", "DATA DI CREAZIONE", "CREATED DATETIME", 101.2),
    Head::new(11, "DELIVERYDATE", "DATA DI CONSEGNA", "DELIVERY DATE", 99.8),
    Head::new(44, "PURCHORDERFORMNUM", "RIMANI VENDITE FINANZIARIE", "REMAIN SALES FINANCIAL", 218.2),
    Head::new(7, "CUSTOMERREF", "RIFERIMENTO CLIENTE", "CUSTOMER REFERENCE", 112.5),
    Head::new(52, "SALESSTATUS", "STATO DELLE VENDITE", "SALES STATUS", 113.2),
    Head::new(53, "SALESTYPE", "TIPO DI ORDINE", "ORDER TYPE", 78.0),
    Head::new(26, "DOCUMENTSTATUS", "STATO DEL DOCUMENTO", "DOCUMENT STATUS", 121.5),
    Head::new(50, "SALESORIGINID.DESCRIPTION", "ORIGINE VENDITE:", "SALES ORIGIN:", 91.5),
    Head::new(59, "TRANSFERSTATUS", "STATO DEL TRASFERIMENTO", "TRANSFER STATUS", 140.2),
    Head::new(58, "TRANSFERREDDATE", "DATA DI TRASFERIMENTO", "TRANSFER DATE", 126.8),
    Head::new(3, "COMPLETEDDATE", "DATA DI COMPLETAMENTO", "COMPLETED DATE", 133.5),
    Head::new(45, "QUOTE", "PREVENTIVO:", "QUOTE:", 68.2),
    Head::new(36, "MANUALDISCOUNT", "APPLICA SCONTO %:", "APPLY DISCOUNT %:", 99.8).right(),
    Head::new(31, "GROSSAMOUNT", "IMPORTO LORDO:", "GROSS AMOUNT:", 87.0).right().total(Total::SumOfMoney),
    Head::new(0, "AmountTotal", "IMPORTO TOTALE", "AMOUNT TOTAL", 88.5).right().total(Total::SumOfMoney),
    Head::new(54, "SAMPLEORDER", "ORDINE OMAGGIO:", "SAMPLE ORDER:", 93.0).centre(),
];

impl Row for OrderRecord {
    fn key(&self) -> String {
        self.id.to_string()
    }

    fn cell(&self, field: &str, locale: Locale) -> String {
        let sent_on = self.created_at.date();
        let if_sent = |text: String| if self.invoiced { text } else { String::new() };
        match field {
            "ID" => text::whole(self.id as i64, locale),
            "SALESID" => optional(self.number.as_ref()),
            "CUSTACCOUNT" => optional(self.account.as_ref()),
            "SALESNAME" => self.customer_name.clone(),
            "DELIVERYNAME" => self.delivery.name.clone(),
            "DLVADDRESS" => self.delivery.lines(),
            "CREATEDDATETIME" => text::date_time(self.created_at, locale),
            "DELIVERYDATE" => self.delivery_date.map_or(String::new(), |date| text::date(date, locale)),
            "PURCHORDERFORMNUM" => self.description.clone(),
            "CUSTOMERREF" => self.customer_reference.clone(),
            "SALESSTATUS" => self.status(locale).0.to_owned(),
            "SALESTYPE" => say(locale, "Ordine di vendita", "Sales order").to_owned(),
            "DOCUMENTSTATUS" => self.status(locale).1.to_owned(),
            "SALESORIGINID.DESCRIPTION" => self.origin().to_owned(),
            "TRANSFERSTATUS" => self.status(locale).2.to_owned(),
            "TRANSFERREDDATE" => if_sent(text::date(sent_on, locale)),
            "COMPLETEDDATE" => if_sent(text::date(self.delivery_date.unwrap_or(sent_on), locale)),
            "QUOTE" => "No".to_owned(),
            "MANUALDISCOUNT" => text::percent(self.discount, locale),
            "GROSSAMOUNT" => text::money(self.gross, locale),
            "AmountTotal" => text::money(self.total, locale),
            "SAMPLEORDER" => text::flag(false),
            _ => String::new(),
        }
    }

    fn number(&self, field: &str) -> i64 {
        match field {
            "GROSSAMOUNT" => self.gross.0,
            "AmountTotal" => self.total.0,
            _ => 0,
        }
    }

    fn searched(&self) -> Vec<String> {
        let mut all = vec![self.id.to_string(), self.customer_name.clone()];
        all.extend([&self.customer_reference, &self.description, &self.delivery.name].map(Clone::clone));
        all.extend([&self.number, &self.account].into_iter().flatten().cloned());
        all
    }
}

impl OrderRecord {
    /// Sales, document and transfer status. The colon behind the invoice is the ERP's own.
    fn status(&self, locale: Locale) -> (&'static str, &'static str, &'static str) {
        match (self.invoiced, locale) {
            (true, Locale::Italian) => ("Fatturato", "Fattura:", "Trasferito"),
            (true, Locale::English) => ("Invoiced", "Invoice", "Transfered"),
            (false, Locale::Italian) => ("Ordine aperto", "Nessuno", "Modifica"),
            (false, Locale::English) => ("Open order", "None", "Edit"),
        }
    }

    fn origin(&self) -> &'static str {
        match (&self.placed_by, self.id % 2) {
            (Some(_), _) => "Agent",
            (None, 0) => "Concessionari K3",
            (None, _) => "Concessionari K1",
        }
    }
}
