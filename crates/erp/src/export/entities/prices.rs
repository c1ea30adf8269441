//! Maps `Tabella prezzi.pdf` (facts/erp.md §3.5). No real one was ever seen, so cells of unknown notation are tentative.

use domain::{ErpId, Price, SyncType};

use super::{
    super::map::{EntityMap, Parse, keep_all, no_second_key, optional, required, tentative},
    by_erp_id,
};

pub(in super::super) static PRICES: EntityMap<Price> = EntityMap {
    kind: SyncType::Prices,
    begin: |key| by_erp_id(key, blank),
    second_key: no_second_key,
    leave_out: keep_all,
    may_be_empty: false,
    ignored: &[],
    columns: &[
        required("id", "ID", &["ID"], Parse::Key),
        optional("accountCode", "CODICE CONTO", &["ACCOUNT CODE"], Parse::Text(|p, v| p.account_code = v)),
        optional("account", "ACCOUNT", &["ACCOUNT"], Parse::Text(|p, v| p.account = v)),
        optional(
            "accountDescription",
            "DESCRIZIONE ACCOUNT",
            &["ACCOUNT DESCRIPTION"],
            Parse::Text(|p, v| p.account_description = v),
        ),
        optional(
            "itemSelection",
            "ITEM SELECTION",
            &["ITEM SELECTION"],
            Parse::Solid(|p, v| p.item_selection = v),
        ),
        optional(
            "itemDescription",
            "ITEM DESCRIPTION",
            &["ITEM DESCRIPTION"],
            Parse::Text(|p, v| p.item_description = v),
        ),
        tentative("from", "DA DATA", &["FROM DATE"], Parse::Day(|p, v| p.from = v)),
        tentative("to", "DATA", &["TO DATE"], Parse::Day(|p, v| p.to = v)),
        tentative(
            "quantityFrom",
            "QUANTITÀ IMPORTO DA",
            &["QUANTITY AMOUNT FROM"],
            Parse::Quantity(|p, v| p.quantity_from = v),
        ),
        tentative(
            "quantityTo",
            "QUANTITÀ IMPORTO",
            &["QUANTITY AMOUNT TO", "QUANTITY AMOUNT"],
            Parse::Quantity(|p, v| p.quantity_to = v),
        ),
        tentative("priceUnit", "UNITÀ DI PREZZO", &["PRICE UNIT"], Parse::Quantity(|p, v| p.price_unit = v)),
        required(
            "unitPrice",
            "IMPORTO UNITARIO",
            &["UNIT AMOUNT", "AMOUNT"],
            Parse::Money(|p, v| p.unit_price = v),
        ),
        optional("currency", "VALUTA", &["CURRENCY"], Parse::Text(|p, v| p.currency = v)),
        // The caption ends with the vendor's name.
        tentative("netPrice", "PREZZO NETTO*", &["NET PRICE*"], Parse::Flag(|p, v| p.net_price = v)),
    ],
};

fn blank(id: ErpId) -> Price {
    Price {
        id,
        account_code: None,
        account: None,
        account_description: None,
        item_selection: None,
        item_description: None,
        from: None,
        to: None,
        quantity_from: None,
        quantity_to: None,
        price_unit: None,
        unit_price: None,
        currency: None,
        net_price: None,
    }
}
