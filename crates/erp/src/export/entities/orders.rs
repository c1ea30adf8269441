//! Maps `Ordini.pdf` (facts/erp.md §3.6).

use domain::{ErpId, Order, SyncType};

use super::{
    super::map::{EntityMap, Parse, keep_all, optional, required},
    by_erp_id,
};

pub(in super::super) static ORDERS: EntityMap<Order> = EntityMap {
    kind: SyncType::Orders,
    begin: |key| by_erp_id(key, blank),
    second_key: |order| order.number.as_deref(),
    leave_out: keep_all,
    may_be_empty: true,
    ignored: &[],
    columns: &[
        required("id", "ID", &["ID"], Parse::Key),
        required("number", "ID DI VENDITA", &["SALES ID"], Parse::Solid(|o, v| o.number = v)),
        optional(
            "account",
            "PROFILO CLIENTE",
            &["CUSTOMER ACCOUNT", "CUSTOMER PROFILE"],
            Parse::Solid(|o, v| o.account = v),
        ),
        required(
            "customerName",
            "NOME VENDITE",
            &["SALES NAME"],
            Parse::Text(|o, v| o.customer_name = v.unwrap_or_default()),
        ),
        optional(
            "deliveryName",
            "NOME DI CONSEGNA",
            &["DELIVERY NAME"],
            Parse::Text(|o, v| o.delivery_name = v),
        ),
        optional(
            "deliveryAddress",
            "INDIRIZZO DI CONSEGNA",
            &["DELIVERY ADDRESS"],
            Parse::Address(|o, v| o.delivery_address = v),
        ),
        optional(
            "createdAt",
            "DATA DI CREAZIONE",
            &["CREATED DATE", "CREATED DATETIME", "CREATION DATE"],
            Parse::Moment(|o, v| o.created_at = v),
        ),
        optional(
            "deliveryDate",
            "DATA DI CONSEGNA",
            &["DELIVERY DATE"],
            Parse::Day(|o, v| o.delivery_date = v),
        ),
        // The caption is about remaining sales; the cells hold the order's free description.
        optional(
            "description",
            "RIMANI VENDITE FINANZIARIE",
            &["REMAIN SALES FINANCIAL"],
            Parse::Text(|o, v| o.description = v),
        ),
        optional(
            "customerReference",
            "RIFERIMENTO CLIENTE",
            &["CUSTOMER REFERENCE"],
            Parse::Text(|o, v| o.customer_reference = v),
        ),
        optional(
            "salesStatus",
            "STATO DELLE VENDITE",
            &["SALES STATUS"],
            Parse::Text(|o, v| o.sales_status = v),
        ),
        optional("orderType", "TIPO DI ORDINE", &["ORDER TYPE"], Parse::Text(|o, v| o.order_type = v)),
        optional(
            "documentStatus",
            "STATO DEL DOCUMENTO",
            &["DOCUMENT STATUS"],
            Parse::Text(|o, v| o.document_status = v),
        ),
        optional("salesOrigin", "ORIGINE VENDITE", &["SALES ORIGIN"], Parse::Text(|o, v| o.sales_origin = v)),
        optional(
            "transferStatus",
            "STATO DEL TRASFERIMENTO",
            &["TRANSFER STATUS"],
            Parse::Text(|o, v| o.transfer_status = v),
        ),
        optional(
            "transferDate",
            "DATA DI TRASFERIMENTO",
            &["TRANSFER DATE"],
            Parse::Day(|o, v| o.transfer_date = v),
        ),
        optional(
            "completionDate",
            "DATA DI COMPLETAMENTO",
            &["COMPLETION DATE", "COMPLETED DATE"],
            Parse::Day(|o, v| o.completion_date = v),
        ),
        optional("quote", "PREVENTIVO", &["QUOTE"], Parse::Flag(|o, v| o.quote = v)),
        optional(
            "discount",
            "APPLICA SCONTO %",
            &["APPLY DISCOUNT %"],
            Parse::Percent(|o, v| o.discount = v),
        ),
        optional("gross", "IMPORTO LORDO", &["GROSS AMOUNT"], Parse::Money(|o, v| o.gross = v)),
        optional(
            "total",
            "IMPORTO TOTALE",
            &["TOTAL AMOUNT", "AMOUNT TOTAL"],
            Parse::Money(|o, v| o.total = v),
        ),
        optional("gift", "ORDINE OMAGGIO", &["SAMPLE ORDER", "GIFT ORDER"], Parse::Flag(|o, v| o.gift = v)),
        optional("email", "E-MAIL", &["E-MAIL"], Parse::Solid(|o, v| o.email = v)),
    ],
};

fn blank(id: ErpId) -> Order {
    Order {
        id,
        number: None,
        account: None,
        customer_name: String::new(),
        delivery_name: None,
        delivery_address: None,
        created_at: None,
        delivery_date: None,
        description: None,
        customer_reference: None,
        sales_status: None,
        order_type: None,
        document_status: None,
        sales_origin: None,
        transfer_status: None,
        transfer_date: None,
        completion_date: None,
        quote: None,
        discount: None,
        gross: None,
        total: None,
        gift: None,
        email: None,
    }
}
