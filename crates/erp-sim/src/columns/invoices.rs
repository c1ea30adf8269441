//! Shows invoices and credit notes (facts/erp.md §3.8): amounts without a currency sign or a fixed number of decimals.

use domain::{Cents, Locale};
use time::{Date, PrimitiveDateTime};

use super::{Head, Row, Total, optional};
use crate::{text, world::InvoiceRecord};

#[rustfmt::skip]
pub(super) const HEADS: &[Head] = &[
    // The button for the single document; nothing of it is printed.
    Head::new(10, "INVOICEPDF", "FATTURA PDF", "INVOICE PDF", 69.8),
    Head::new(9, "INVOICEID", "ID FATTURA", "INVOICE ID", 63.0),
    Head::new(8, "INVOICEDATE", "DATA FATTURA", "INVOICE DATE", 78.7),
    Head::new(6, "INVOICEACCOUNT", "CONTO FATTURE", "INVOICE ACCOUNT", 84.0),
    Head::new(11, "INVOICINGNAME", "NOME DI FATTURAZIONE", "INVOICING NAME", 216.8),
    Head::new(18, "QTY", "QUANTITÀ", "QUANTITY", 59.2).right().total(Total::SumPlain),
    Head::new(20, "SALESBALANCEMST", "SALDO VENDITE MST", "SALES BALANCE MST", 103.5).right().total(Total::SumPlain),
    Head::new(23, "SUMLINEDISCMST", "SOMMA LINEA SCONTO MST", "SUM LINE DISC MST", 136.5).right().total(Total::SumPlain),
    Head::new(4, "ENDDISCMST", "SCONTO TOTALE:", "TOTAL DISCOUNT:", 86.3).right().total(Total::SumPlain),
    Head::new(24, "SUMTAXMST", "SOMMA FISCALE MST", "SUM TAX MST", 105.7).right().total(Total::SumPlain),
    Head::new(7, "INVOICEAMOUNTMST", "IMPORTO FATTURA MST", "INVOICE AMOUNT MST", 117.7).right().total(Total::SumPlain),
    Head::new(17, "PURCHASEORDER", "ORDINE DI ACQUISTO", "PURCHASE ORDER", 218.2),
    Head::new(1, "CUSTOMERREF", "RIFERIMENTO CLIENTE", "CUSTOMER REFERENCE", 112.6),
    Head::new(3, "DUEDATE", "SCADENZA", "DUE DATE", 56.2),
    Head::new(16, "PAYMTERMID.DESCRIPTION", "ID TERMINE DI PAGAMENTO", "PAYMENT TERM ID", 219.8),
    Head::new(15, "OVERDUEDAYS", "OLTRE I GIORNI DI SCADENZA", "DAYS PAST DUE", 144.7).right(),
    Head::new(22, "SETTLEAMOUNTMST", "LIQUIDA IMPORTO MST", "SETTLE AMOUNT MST", 113.2).right().total(Total::SumPlain),
    Head::new(13, "LASTSETTLEVOUCHER", "IDENTIFICATIVO ULTIMO PAGAMENTO:", "LAST PAYMENT ID:", 189.0),
    Head::new(12, "LASTSETTLEDATE", "DATA DI ULTIMA LIQUIDAZIONE", "LAST SETTLEMENT DATE", 156.8),
    // A date, when it is closed.
    Head::new(0, "CLOSED", "CHIUSO", "CLOSED", 48.8),
    Head::new(19, "REMAINAMOUNTMST", "IMPORTO RIMANENTE MST", "REMAIN AMOUNT MST", 130.4).right().total(Total::SumPlain),
    Head::new(21, "SALESID", "ID VENDITE", "SALES ID", 72.8),
    Head::new(14, "MODIFIEDDATETIME", "DATETIME MODIFICATO", "MODIFIED DATETIME", 127.5).hidden(),
];

impl InvoiceRecord {
    /// The number under a column, in hundredths.
    fn hundredths(&self, field: &str) -> Option<i64> {
        let i = &self.invoice;
        let amount = |amount: Option<Cents>| amount.map(|amount| amount.0);
        match field {
            "QTY" => i.quantity.map(|quantity| quantity.0),
            "SALESBALANCEMST" => amount(i.sales_balance),
            "SUMLINEDISCMST" => amount(i.line_discount),
            "ENDDISCMST" => amount(i.total_discount),
            "SUMTAXMST" => amount(i.tax),
            "INVOICEAMOUNTMST" => amount(i.amount),
            "SETTLEAMOUNTMST" => amount(i.settled),
            "REMAINAMOUNTMST" => amount(i.remaining),
            _ => None,
        }
    }
}

impl Row for InvoiceRecord {
    fn key(&self) -> String {
        self.invoice.number.clone()
    }

    fn cell(&self, field: &str, locale: Locale) -> String {
        let i = &self.invoice;
        let day = |date: Option<Date>| date.map_or(String::new(), |date| text::date(date, locale));
        match field {
            "INVOICEID" => i.number.clone(),
            "INVOICEDATE" => day(i.date),
            "INVOICEACCOUNT" => optional(i.account.as_ref()),
            "INVOICINGNAME" => optional(i.billing_name.as_ref()),
            "PURCHASEORDER" => optional(i.purchase_order.as_ref()),
            "CUSTOMERREF" => optional(i.customer_reference.as_ref()),
            "DUEDATE" => day(i.due_date),
            "PAYMTERMID.DESCRIPTION" => optional(i.payment_term.as_ref()),
            "OVERDUEDAYS" => i.days_past_due.map_or(String::new(), |days| text::whole(days, locale)),
            "LASTSETTLEVOUCHER" => optional(i.last_payment_id.as_ref()),
            "LASTSETTLEDATE" => day(i.last_settlement_date),
            "CLOSED" => day(i.closed_date),
            "SALESID" => optional(i.order_number.as_ref()),
            "MODIFIEDDATETIME" => text::date_time(self.modified_at, locale),
            _ => self.hundredths(field).map_or(String::new(), |value| text::plain(value, locale)),
        }
    }

    fn number(&self, field: &str) -> i64 {
        self.hundredths(field).unwrap_or_default()
    }

    fn modified_at(&self) -> Option<PrimitiveDateTime> {
        Some(self.modified_at)
    }

    fn searched(&self) -> Vec<String> {
        let i = &self.invoice;
        let texts = [&i.account, &i.billing_name, &i.customer_reference, &i.order_number];
        let mut all = vec![i.number.clone()];
        all.extend(texts.into_iter().flatten().cloned());
        all
    }
}
