//! Shows orders: captions, widths and statuses as measured (facts/erp.md §2.8, §3.6).

use domain::{ErpId, Locale, Order};
use time::{Date, PrimitiveDateTime};

use super::{Head, Row, Total, optional};
use crate::{
    state::say,
    text,
    world::{OrderRecord, SalesType, Stage},
};

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
    Head::new(24, "EMAIL", "E-MAIL", "E-MAIL", 139.5).hidden(),
    Head::new(47, "MODIFIEDDATETIME", "DATETIME MODIFICATO", "MODIFIED DATETIME", 127.5).hidden(),
];

impl Row for OrderRecord {
    fn key(&self) -> String {
        self.id.to_string()
    }

    fn cell(&self, field: &str, locale: Locale) -> String {
        let day = |date: Option<Date>| date.map_or(String::new(), |date| text::date(date, locale));
        match field {
            "ID" => text::whole(self.id as i64, locale),
            "SALESID" => optional(self.number.as_ref()),
            "CUSTACCOUNT" => optional(self.account.as_ref()),
            "SALESNAME" => self.customer_name.clone(),
            "DELIVERYNAME" => self.delivery.name.clone(),
            "DLVADDRESS" => self.delivery.lines(),
            "CREATEDDATETIME" => text::date_time(self.created_at, locale),
            "DELIVERYDATE" => day(self.delivery_date),
            "PURCHORDERFORMNUM" => self.description.clone(),
            "CUSTOMERREF" => self.customer_reference.clone(),
            "SALESSTATUS" => self.sales_status(locale).to_owned(),
            "SALESTYPE" => self.type_caption(locale).to_owned(),
            "DOCUMENTSTATUS" => self.document_status(locale).to_owned(),
            "SALESORIGINID.DESCRIPTION" => self.origin().to_owned(),
            "TRANSFERSTATUS" => self.transfer_status(locale).to_owned(),
            "TRANSFERREDDATE" => day(self.transferred_on()),
            "COMPLETEDDATE" => day(self.completed_on()),
            "QUOTE" => "No".to_owned(),
            "MANUALDISCOUNT" => text::percent(self.discount, locale),
            "GROSSAMOUNT" => text::money(self.gross, locale),
            "AmountTotal" => text::money(self.total, locale),
            "SAMPLEORDER" => text::flag(false),
            "EMAIL" => optional(self.email.as_ref()),
            "MODIFIEDDATETIME" => text::date_time(self.modified_at, locale),
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

    fn modified_at(&self) -> Option<PrimitiveDateTime> {
        Some(self.modified_at)
    }

    fn searched(&self) -> Vec<String> {
        let mut all = vec![self.id.to_string(), self.customer_name.clone()];
        all.extend([&self.customer_reference, &self.description, &self.delivery.name].map(Clone::clone));
        all.extend([&self.number, &self.account].into_iter().flatten().cloned());
        all
    }
}

impl OrderRecord {
    /// The order as its row in a list or an export says it, typed: the truth a reader is compared with.
    pub fn exported(&self, locale: Locale) -> Order {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Order {
            id: ErpId::try_from(self.id.to_string()).expect("digits are an id"),
            number: self.number.clone(),
            account: self.account.clone(),
            customer_name: self.customer_name.clone(),
            delivery_name: text(&self.delivery.name),
            delivery_address: text(&self.delivery.lines()),
            created_at: Some(self.created_at),
            delivery_date: self.delivery_date,
            description: text(&self.description),
            customer_reference: text(&self.customer_reference),
            sales_status: text(self.sales_status(locale)),
            order_type: text(self.type_caption(locale)),
            document_status: text(self.document_status(locale)),
            sales_origin: text(self.origin()),
            transfer_status: text(self.transfer_status(locale)),
            transfer_date: self.transferred_on(),
            completion_date: self.completed_on(),
            quote: Some(false),
            discount: Some(self.discount),
            gross: Some(self.gross),
            total: Some(self.total),
            gift: Some(false),
            email: self.email.clone(),
        }
    }

    fn sales_status(&self, locale: Locale) -> &'static str {
        match self.stage {
            Stage::Pending | Stage::Open | Stage::PartlyInvoiced => {
                say(locale, "Ordine aperto", "Open order")
            }
            Stage::Delivered => say(locale, "Consegnato", "Delivered"),
            Stage::Invoiced => say(locale, "Fatturato", "Invoiced"),
        }
    }

    /// The colons are the ERP's own.
    fn document_status(&self, locale: Locale) -> &'static str {
        match self.stage {
            Stage::Pending | Stage::Open => say(locale, "Nessuno", "None"),
            Stage::Delivered => say(locale, "Documento di trasporto:", "Packing slip:"),
            Stage::PartlyInvoiced | Stage::Invoiced => say(locale, "Fattura:", "Invoice:"),
        }
    }

    fn transfer_status(&self, locale: Locale) -> &'static str {
        if self.stage.is_sent() {
            say(locale, "Trasferito", "Transfered")
        } else {
            say(locale, "Modifica", "Edit")
        }
    }

    fn transferred_on(&self) -> Option<Date> {
        self.stage.is_sent().then(|| self.created_at.date())
    }

    fn completed_on(&self) -> Option<Date> {
        (self.stage == Stage::Invoiced).then(|| self.delivery_date.unwrap_or(self.created_at.date()))
    }

    /// The space at the end of the subscription is the ERP's own.
    fn type_caption(&self, locale: Locale) -> &'static str {
        match self.sales_type {
            SalesType::Sale => say(locale, "Ordine di vendita", "Sales order"),
            SalesType::Journal => say(locale, "Giornale", "Journal"),
            SalesType::Subscription => say(locale, "Ordine ricorrente ", "Subscription "),
        }
    }

    /// In the measured shares.
    fn origin(&self) -> &'static str {
        match (&self.placed_by, self.id * 37 % 100) {
            (Some(_), _) | (None, 92..=95) => "Agent",
            (None, 0..=53) => "Concessionari K3",
            (None, 54..=91) => "Concessionari K1",
            (None, _) => "",
        }
    }
}
