//! Shows customers: captions and widths as measured (facts/erp.md §3.3).

use domain::{Cents, Locale};

use super::{Head, Row, Total, optional};
use crate::{text, world::CustomerRecord};

#[rustfmt::skip]
pub(super) const HEADS: &[Head] = &[
    Head::new(31, "ID", "ID", "ID", 55.5).right().total(Total::Count),
    Head::new(1, "ACCOUNTNUM", "PROFILO CLIENTE:", "CUSTOMER PROFILE:", 90.8),
    Head::new(40, "NAME", "NOME", "NAME", 224.2),
    Head::new(62, "VATNUM", "PARTITA IVA:", "VAT NUMBER:", 67.5),
    Head::new(35, "LEGALEMAIL", "PEC:", "PEC:", 139.5),
    Head::new(34, "LEGALAUTHORITY", "SDI:", "SDI:", 50.2),
    Head::new(29, "FISCALCODE", "CODICE FISCALE:", "FISCAL CODE:", 84.8),
    Head::new(21, "DLVMODE.TXT", "TERMINI DI CONSEGNA", "DELIVERY TERMS", 112.5),
    Head::new(56, "STREET", "VIA:", "STREET:", 197.2),
    Head::new(37, "LOGISTICSADDRESSZIPCODE.ZIPCODE", "INDIRIZZO LOGISTICO CAP", "LOGISTICS ADDRESS ZIP", 129.0),
    Head::new(10, "CITY", "CITTÀ", "CITY", 121.5),
    Head::new(50, "PHONE", "TELEFONO:", "PHONE:", 72.8),
    Head::new(9, "CELLULARPHONE", "CELLULARE:", "MOBILE:", 68.2),
    Head::new(60, "URL", "URL:", "URL:", 26.2),
    Head::new(3, "BRASCRMATTENTIONTO", "ALL\u{2019}ATTENZIONE DI:", "ATTENTION TO:", 102.8),
    Head::new(33, "LASTORDERDATE", "DATA DELL'ULTIMO ORDINE", "DATE OF LAST ORDER", 137.2),
    Head::new(42, "ORDERCOUNTACT", "CONTEGGI DEGLI ORDINI EFFETTIVI", "ACTUAL ORDER COUNTS", 172.5).right().total(Total::SumOfWhole),
    Head::new(52, "SALESACT", "TIPO DI CLIENTE", "CUSTOMER TYPE", 81.8).right().total(Total::SumOfMoney),
    Head::new(43, "ORDERCOUNTPREV", "CONTEGGIO DEGLI ORDINI PRECEDENTE", "PREVIOUS ORDER COUNT", 194.2).right().total(Total::SumOfWhole),
    Head::new(53, "SALESPREV", "VENDITE PRECEDENTE", "PREVIOUS SALES", 111.0).right().total(Total::SumOfMoney),
    Head::new(44, "ORDERCOUNTPREV2", "CONTEGGIO DEGLI ORDINI PRECEDENTE 2", "PREVIOUS ORDER COUNT 2", 201.0).right().total(Total::SumOfWhole),
    Head::new(54, "SALESPREV2", "VENDITE PRECEDENTE", "PREVIOUS SALES", 111.0).right().total(Total::SumOfMoney),
    Head::new(6, "BUSRELTYPEID.TYPEDESCRIPTION", "DESCRIZIONE:", "DESCRIPTION:", 161.2),
    Head::new(7, "BUSRELTYPEID.TYPEID", "TYPE:", "TYPE:", 75.8),
    Head::new(28, "EXTERNALACCOUNTNUM", "NUMERO DI CONTO ESTERNO", "EXTERNAL ACCOUNT NUMBER", 141.8),
    Head::new(46, "OURACCOUNTNUM", "IL NOSTRO NUMERO DI CONTO", "OUR ACCOUNT NUMBER", 148.5),
    Head::new(22, "EMAIL", "E-MAIL:", "E-MAIL:", 139.5).hidden(),
    Head::new(23, "EXCLUSIVACTIVE", "GIORNI DI ESCLUSIVA", "EXCLUSIVITY DAYS", 111.0).right().hidden(),
    Head::new(24, "EXCLUSIVPERIODSTART", "INIZIO ESCLUSIVA", "EXCLUSIVITY START", 99.0).hidden(),
    Head::new(25, "EXCLUSIVPERIODEND", "FINE ESCLUSIVA", "EXCLUSIVITY END", 93.0).hidden(),
    Head::new(26, "EXCLUSIVSALESFORECAST", "PREVISIONE ESCLUSIVA", "EXCLUSIVITY FORECAST", 120.0).right().hidden(),
    Head::new(27, "EXCLUSIVSALESINPERIOD", "VENDITE IN ESCLUSIVA", "EXCLUSIVITY SALES", 120.0).right().hidden(),
];

/// The widths that differ in the nine-page layout: a wider address column pushes the date to the next page.
pub(super) const NINE_PAGES_URL_WIDTH_PT: f64 = 99.0;

impl Row for CustomerRecord {
    fn key(&self) -> String {
        self.customer.id.to_string()
    }

    fn cell(&self, field: &str, locale: Locale) -> String {
        let c = &self.customer;
        let count = |count: Option<i64>| count.map_or(String::new(), |count| text::whole(count, locale));
        let money =
            |amount: Option<Cents>| amount.map_or(String::new(), |amount| text::money(amount, locale));
        match field {
            "ID" => text::whole(c.id.as_str().parse().unwrap_or_default(), locale),
            "ACCOUNTNUM" => optional(c.account.as_ref()),
            "NAME" => c.name.clone(),
            "VATNUM" => optional(c.vat_number.as_ref()),
            "LEGALEMAIL" => optional(c.pec.as_ref()),
            "LEGALAUTHORITY" => optional(c.sdi.as_ref()),
            "FISCALCODE" => optional(c.fiscal_code.as_ref()),
            "DLVMODE.TXT" => optional(c.delivery_mode.as_ref()),
            "STREET" => optional(c.street.as_ref()),
            "LOGISTICSADDRESSZIPCODE.ZIPCODE" => optional(c.zip.as_ref()),
            "CITY" => optional(c.city.as_ref()),
            "PHONE" => optional(c.phone.as_ref()),
            "CELLULARPHONE" => optional(c.mobile.as_ref()),
            "URL" => optional(c.url.as_ref()),
            "BRASCRMATTENTIONTO" => optional(c.attention.as_ref()),
            "LASTORDERDATE" => c.last_order_date.map_or(String::new(), |date| text::date(date, locale)),
            "ORDERCOUNTACT" => count(c.orders_current),
            "SALESACT" => money(c.sales_current),
            "ORDERCOUNTPREV" => count(c.orders_previous),
            "SALESPREV" => money(c.sales_previous),
            "ORDERCOUNTPREV2" => count(c.orders_before_previous),
            "SALESPREV2" => money(c.sales_before_previous),
            "BUSRELTYPEID.TYPEDESCRIPTION" => optional(c.description.as_ref()),
            "BUSRELTYPEID.TYPEID" => optional(c.kind.as_ref()),
            "EXTERNALACCOUNTNUM" => optional(c.external_account.as_ref()),
            "OURACCOUNTNUM" => optional(c.our_account.as_ref()),
            _ => String::new(),
        }
    }

    fn number(&self, field: &str) -> i64 {
        let c = &self.customer;
        match field {
            "ORDERCOUNTACT" => c.orders_current.unwrap_or_default(),
            "SALESACT" => c.sales_current.unwrap_or_default().0,
            "ORDERCOUNTPREV" => c.orders_previous.unwrap_or_default(),
            "SALESPREV" => c.sales_previous.unwrap_or_default().0,
            "ORDERCOUNTPREV2" => c.orders_before_previous.unwrap_or_default(),
            "SALESPREV2" => c.sales_before_previous.unwrap_or_default().0,
            _ => 0,
        }
    }

    fn searched(&self) -> Vec<String> {
        let c = &self.customer;
        let texts = [
            &c.account,
            &c.vat_number,
            &c.street,
            &c.zip,
            &c.city,
            &c.phone,
            &c.mobile,
            &c.fiscal_code,
            &c.pec,
        ];
        let mut all = vec![c.id.to_string(), c.name.clone()];
        all.extend(texts.into_iter().flatten().cloned());
        all
    }
}
