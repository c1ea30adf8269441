//! Maps `Fatture.pdf` (facts/erp.md §3.8). Amounts carry no currency sign and no fixed number of decimals.

use domain::{Invoice, SyncType};

use super::super::map::{Begin, EntityMap, Parse, keep_all, no_second_key, optional, required};

pub(in super::super) static INVOICES: EntityMap<Invoice> = EntityMap {
    kind: SyncType::Invoices,
    begin: |key| if key.is_empty() { Begin::Refuse } else { Begin::Record(blank(key)) },
    second_key: no_second_key,
    leave_out: keep_all,
    may_be_empty: true,
    // Always empty: the button for the single document.
    ignored: &["FATTURA PDF", "INVOICE PDF"],
    columns: &[
        required("number", "ID FATTURA", &["INVOICE ID"], Parse::Key),
        optional("date", "DATA FATTURA", &["INVOICE DATE"], Parse::Day(|i, v| i.date = v)),
        optional("account", "CONTO FATTURE", &["INVOICE ACCOUNT"], Parse::Solid(|i, v| i.account = v)),
        optional(
            "billingName",
            "NOME DI FATTURAZIONE",
            &["INVOICING NAME"],
            Parse::Text(|i, v| i.billing_name = v),
        ),
        optional("quantity", "QUANTITÀ", &["QUANTITY"], Parse::Quantity(|i, v| i.quantity = v)),
        optional(
            "salesBalance",
            "SALDO VENDITE MST",
            &["SALES BALANCE MST"],
            Parse::Money(|i, v| i.sales_balance = v),
        ),
        optional(
            "lineDiscount",
            "SOMMA LINEA SCONTO MST",
            &["SUM LINE DISC MST"],
            Parse::Money(|i, v| i.line_discount = v),
        ),
        optional(
            "totalDiscount",
            "SCONTO TOTALE",
            &["TOTAL DISCOUNT"],
            Parse::Money(|i, v| i.total_discount = v),
        ),
        optional("tax", "SOMMA FISCALE MST", &["SUM TAX MST"], Parse::Money(|i, v| i.tax = v)),
        optional("amount", "IMPORTO FATTURA MST", &["INVOICE AMOUNT MST"], Parse::Money(|i, v| i.amount = v)),
        optional(
            "purchaseOrder",
            "ORDINE DI ACQUISTO",
            &["PURCHASE ORDER"],
            Parse::Text(|i, v| i.purchase_order = v),
        ),
        optional(
            "customerReference",
            "RIFERIMENTO CLIENTE",
            &["CUSTOMER REFERENCE"],
            Parse::Text(|i, v| i.customer_reference = v),
        ),
        optional("dueDate", "SCADENZA", &["DUE DATE"], Parse::Day(|i, v| i.due_date = v)),
        optional(
            "paymentTerm",
            "ID TERMINE DI PAGAMENTO",
            &["PAYMENT TERM ID"],
            Parse::Text(|i, v| i.payment_term = v),
        ),
        optional(
            "daysPastDue",
            "OLTRE I GIORNI DI SCADENZA",
            &["DAYS PAST DUE"],
            Parse::Whole(|i, v| i.days_past_due = v),
        ),
        optional(
            "settled",
            "LIQUIDA IMPORTO MST",
            &["SETTLE AMOUNT MST"],
            Parse::Money(|i, v| i.settled = v),
        ),
        optional(
            "lastPaymentId",
            "IDENTIFICATIVO ULTIMO PAGAMENTO",
            &["LAST PAYMENT ID"],
            Parse::Text(|i, v| i.last_payment_id = v),
        ),
        optional(
            "lastSettlementDate",
            "DATA DI ULTIMA LIQUIDAZIONE",
            &["LAST SETTLEMENT DATE"],
            Parse::Day(|i, v| i.last_settlement_date = v),
        ),
        // "Closed" is a date, empty while the invoice is open.
        optional("closedDate", "CHIUSO", &["CLOSED"], Parse::Day(|i, v| i.closed_date = v)),
        optional(
            "remaining",
            "IMPORTO RIMANENTE MST",
            &["REMAIN AMOUNT MST"],
            Parse::Money(|i, v| i.remaining = v),
        ),
        optional("orderNumber", "ID VENDITE", &["SALES ID"], Parse::Solid(|i, v| i.order_number = v)),
    ],
};

fn blank(number: &str) -> Invoice {
    Invoice {
        number: number.to_owned(),
        date: None,
        account: None,
        billing_name: None,
        quantity: None,
        sales_balance: None,
        line_discount: None,
        total_discount: None,
        tax: None,
        amount: None,
        purchase_order: None,
        customer_reference: None,
        due_date: None,
        payment_term: None,
        days_past_due: None,
        settled: None,
        last_payment_id: None,
        last_settlement_date: None,
        closed_date: None,
        remaining: None,
        order_number: None,
    }
}
