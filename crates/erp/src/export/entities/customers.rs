//! Maps `Clienti.pdf` (facts/erp.md §3.3).

use domain::{Customer, ErpId, SyncType};

use super::{
    super::map::{EntityMap, Parse, keep_all, no_second_key, optional, required},
    by_erp_id,
};

pub(in super::super) static CUSTOMERS: EntityMap<Customer> = EntityMap {
    kind: SyncType::Customers,
    begin: |key| by_erp_id(key, blank),
    second_key: no_second_key,
    leave_out: keep_all,
    may_be_empty: false,
    ignored: &[],
    columns: &[
        required("id", "ID", &["ID"], Parse::Key),
        optional(
            "account",
            "PROFILO CLIENTE",
            &["CUSTOMER ACCOUNT", "CUSTOMER PROFILE"],
            Parse::Solid(|c, v| c.account = v),
        ),
        required("name", "NOME", &["NAME"], Parse::Text(|c, v| c.name = v.unwrap_or_default())),
        optional(
            "vatNumber",
            "PARTITA IVA",
            &["VAT NUM", "VAT NUMBER"],
            Parse::Solid(|c, v| c.vat_number = v),
        ),
        optional("pec", "PEC", &["PEC", "LEGAL EMAIL"], Parse::Solid(|c, v| c.pec = v)),
        optional("sdi", "SDI", &["SDI", "LEGAL AUTHORITY"], Parse::Solid(|c, v| c.sdi = v)),
        optional("fiscalCode", "CODICE FISCALE", &["FISCAL CODE"], Parse::Solid(|c, v| c.fiscal_code = v)),
        optional(
            "deliveryMode",
            "TERMINI DI CONSEGNA",
            &["DELIVERY TERMS", "MODE OF DELIVERY"],
            Parse::Text(|c, v| c.delivery_mode = v),
        ),
        optional("street", "VIA", &["STREET"], Parse::Text(|c, v| c.street = v)),
        optional(
            "zip",
            "INDIRIZZO LOGISTICO CAP",
            &["LOGISTICS ADDRESS ZIP CODE", "LOGISTICS ADDRESS ZIP", "ZIP CODE"],
            Parse::Text(|c, v| c.zip = v),
        ),
        optional("city", "CITTÀ", &["CITY"], Parse::Text(|c, v| c.city = v)),
        optional("phone", "TELEFONO", &["PHONE", "TELEPHONE"], Parse::Solid(|c, v| c.phone = v)),
        optional(
            "mobile",
            "CELLULARE",
            &["CELLULAR PHONE", "MOBILE PHONE", "MOBILE"],
            Parse::Solid(|c, v| c.mobile = v),
        ),
        optional("url", "URL", &["URL"], Parse::Solid(|c, v| c.url = v)),
        optional("attention", "ALL'ATTENZIONE DI", &["ATTENTION TO"], Parse::Text(|c, v| c.attention = v)),
        optional(
            "lastOrderDate",
            "DATA DELL'ULTIMO ORDINE",
            &["LAST ORDER DATE", "DATE OF LAST ORDER"],
            Parse::Day(|c, v| c.last_order_date = v),
        ),
        optional(
            "ordersCurrent",
            "CONTEGGI DEGLI ORDINI EFFETTIVI",
            &["ACTUAL ORDER COUNT", "ACTUAL ORDER COUNTS", "ORDER COUNT ACTUAL"],
            Parse::Whole(|c, v| c.orders_current = v),
        ),
        // The caption says "kind of customer"; the cells hold this year's sales.
        optional(
            "salesCurrent",
            "TIPO DI CLIENTE",
            &["CUSTOMER TYPE", "ACTUAL SALES", "SALES ACTUAL"],
            Parse::Money(|c, v| c.sales_current = v),
        ),
        optional(
            "ordersPrevious",
            "CONTEGGIO DEGLI ORDINI PRECEDENTE",
            &["PREVIOUS ORDER COUNT", "ORDER COUNT PREVIOUS"],
            Parse::Whole(|c, v| c.orders_previous = v),
        ),
        // The same caption twice: first last year's, then the year's before.
        optional(
            "salesPrevious",
            "VENDITE PRECEDENTE",
            &["PREVIOUS SALES", "SALES PREVIOUS"],
            Parse::Money(|c, v| c.sales_previous = v),
        ),
        optional(
            "ordersBeforePrevious",
            "CONTEGGIO DEGLI ORDINI PRECEDENTE 2",
            &["PREVIOUS ORDER COUNT 2", "ORDER COUNT PREVIOUS 2"],
            Parse::Whole(|c, v| c.orders_before_previous = v),
        ),
        optional(
            "salesBeforePrevious",
            "VENDITE PRECEDENTE",
            &["PREVIOUS SALES", "SALES PREVIOUS"],
            Parse::Money(|c, v| c.sales_before_previous = v),
        ),
        optional("description", "DESCRIZIONE", &["DESCRIPTION"], Parse::Text(|c, v| c.description = v)),
        optional("kind", "TYPE", &["TYPE"], Parse::Text(|c, v| c.kind = v)),
        optional(
            "externalAccount",
            "NUMERO DI CONTO ESTERNO",
            &["EXTERNAL ACCOUNT NUMBER"],
            Parse::Text(|c, v| c.external_account = v),
        ),
        optional(
            "ourAccount",
            "IL NOSTRO NUMERO DI CONTO",
            &["OUR ACCOUNT NUMBER"],
            Parse::Text(|c, v| c.our_account = v),
        ),
    ],
};

fn blank(id: ErpId) -> Customer {
    Customer {
        id,
        account: None,
        name: String::new(),
        vat_number: None,
        pec: None,
        sdi: None,
        fiscal_code: None,
        delivery_mode: None,
        street: None,
        zip: None,
        city: None,
        phone: None,
        mobile: None,
        url: None,
        attention: None,
        last_order_date: None,
        orders_current: None,
        sales_current: None,
        orders_previous: None,
        sales_previous: None,
        orders_before_previous: None,
        sales_before_previous: None,
        description: None,
        kind: None,
        external_account: None,
        our_account: None,
    }
}
