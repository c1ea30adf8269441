//! Maps `Documenti di trasporto.pdf` (facts/erp.md §3.7), whose captions lie in several places.

use domain::{Ddt, ErpId, SyncType};

use super::{
    super::map::{EntityMap, Parse, optional, required, tentative},
    by_erp_id,
};

pub(in super::super) static DDT: EntityMap<Ddt> = EntityMap {
    kind: SyncType::Ddt,
    begin: |key| by_erp_id(key, blank),
    second_key: |ddt| Some(&ddt.number),
    leave_out: |ddt| ddt.number.is_empty().then_some("it has no document number"),
    may_be_empty: true,
    // Always empty: the button for the single document.
    ignored: &["PDF DDT"],
    columns: &[
        required("id", "ID", &["ID"], Parse::Key),
        required(
            "number",
            "DOCUMENTO DI TRASPORTO",
            &["PACKING SLIP"],
            Parse::Solid(|d, v| d.number = v.unwrap_or_default()),
        ),
        optional(
            "deliveryDate",
            "DATA DI CONSEGNA",
            &["DELIVERY DATE"],
            Parse::Day(|d, v| d.delivery_date = v),
        ),
        optional("orderNumber", "ID DI VENDITA", &["SALES ID"], Parse::Solid(|d, v| d.order_number = v)),
        optional("account", "CONTO DELL'ORDINE", &["ORDER ACCOUNT"], Parse::Solid(|d, v| d.account = v)),
        optional("salesName", "NOME VENDITE", &["SALES NAME"], Parse::Text(|d, v| d.sales_name = v)),
        // The same caption twice: first the name, then the address.
        optional(
            "deliveryName",
            "NOME DI CONSEGNA",
            &["DELIVERY NAME"],
            Parse::Text(|d, v| d.delivery_name = v),
        ),
        optional(
            "deliveryAddress",
            "NOME DI CONSEGNA",
            &["DELIVERY NAME"],
            Parse::Address(|d, v| d.delivery_address = v),
        ),
        // "Total" is a number of pieces.
        optional("quantity", "TOTALE", &["TOTAL"], Parse::Quantity(|d, v| d.quantity = v)),
        optional(
            "customerReference",
            "RIFERIMENTO CLIENTE",
            &["CUSTOMER REFERENCE"],
            Parse::Text(|d, v| d.customer_reference = v),
        ),
        optional("description", "DESCRIZIONE", &["DESCRIPTION"], Parse::Text(|d, v| d.description = v)),
        tentative(
            "trackingNumber",
            "NUMERO DI TRACCIABILITÀ",
            &["TRACKING NUMBER"],
            Parse::Tracking(|d, v| {
                let (number, carrier) = v.map(|tracking| (tracking.number, tracking.carrier)).unzip();
                (d.tracking_number, d.carrier) = (number, carrier);
            }),
        ),
        optional(
            "deliveryTerms",
            "TERMINI DI CONSEGNA",
            &["DELIVERY TERMS"],
            Parse::Text(|d, v| d.delivery_terms = v),
        ),
        optional(
            "deliveryMode",
            "MODALITÀ DI CONSEGNA",
            &["MODE OF DELIVERY"],
            Parse::Text(|d, v| d.delivery_mode = v),
        ),
        optional("attention", "ALL'ATTENZIONE DI", &["ATTENTION TO"], Parse::Text(|d, v| d.attention = v)),
        // The caption says "city"; the cells hold an e-mail address.
        optional("email", "CITTÀ DI CONSEGNA", &["DELIVERY CITY"], Parse::Solid(|d, v| d.email = v)),
    ],
};

fn blank(id: ErpId) -> Ddt {
    Ddt {
        id,
        number: String::new(),
        delivery_date: None,
        order_number: None,
        account: None,
        sales_name: None,
        delivery_name: None,
        delivery_address: None,
        quantity: None,
        customer_reference: None,
        description: None,
        tracking_number: None,
        carrier: None,
        delivery_terms: None,
        delivery_mode: None,
        attention: None,
        email: None,
    }
}
