//! Reads transport documents and invoices: captions that lie, always-empty first columns, totals without a count.

use domain::{Cents, Ddt, Export, Invoice, Quantity};
use erp::export::{Limits, read, read_plain};
use erp_sim::pdf::{Align, Column, TableDocument, write_table};
use time::{OffsetDateTime, macros::date};

/// Title, width in points, cells of the rows.
type Shown<'t> = (&'t str, f64, [&'t str; 2]);

fn document(columns: &[Shown<'_>], totals: &[(&str, &str)]) -> TableDocument {
    let column = |(title, width_pt, _): &Shown<'_>| Column {
        title: (*title).to_owned(),
        width_pt: *width_pt,
        align: Align::Left,
    };
    let row = |index: usize| columns.iter().map(|(_, _, cells)| cells[index].to_owned()).collect();
    let total = |(title, _, _): &Shown<'_>| {
        let total = totals.iter().find(|(of, _)| of == title);
        total.map(|(_, text)| (*text).to_owned()).unwrap_or_default()
    };
    TableDocument {
        columns: columns.iter().map(column).collect(),
        rows: vec![row(0), row(1)],
        totals: Some(columns.iter().map(total).collect()),
        created: OffsetDateTime::UNIX_EPOCH,
    }
}

const FEDEX: &str = "<a href = \"https://www.fedex.com/fedextrack/?\ntrknbr=123456789012&locale=it_IT\ntarget=\"_blank\">fedex 123456789012</a>";

const DDT: [Shown<'_>; 17] = [
    ("PDF DDT", 44.2, ["", ""]),
    ("ID", 38.0, ["1.132", "1.131"]),
    ("DOCUMENTO DI TRASPORTO:", 141.0, ["DDT/26000123", "DDT/26000122"]),
    ("DATA DI CONSEGNA", 99.8, ["20/01/2026", "19/01/2026"]),
    ("ID DI VENDITA", 72.8, ["ORD/26000456", "ORD/26000456"]),
    ("CONTO DELL'ORDINE", 103.5, ["123456", "123456"]),
    ("NOME VENDITE:", 217.5, ["Studio Nicolò", "Studio Nicolò"]),
    ("NOME DI CONSEGNA", 224.2, ["Studio Nicolò", "Studio Nicolò"]),
    (
        "NOME DI CONSEGNA",
        191.2,
        ["c/o Yves\nVia Valle, 1\n50129 Firenze FI", "Via Valle, 1\n50129 Firenze FI"],
    ),
    ("TOTALE", 59.2, ["1.234", "-5"]),
    ("RIFERIMENTO CLIENTE", 112.5, ["", ""]),
    ("DESCRIZIONE:", 218.2, ["prova  due spazi", ""]),
    ("NUMERO DI TRACCIABILITÀ", 225.0, [FEDEX, ""]),
    ("TERMINI DI CONSEGNA:", 138.0, ["Franco destino", "Franco destino"]),
    ("MODALITÀ DI CONSEGNA", 124.5, ["FedEx", "Mittente"]),
    ("ALL'ATTENZIONE DI", 99.0, ["", ""]),
    ("CITTÀ DI CONSEGNA", 204.8, ["studio@valle.example", ""]),
];

#[test]
fn a_transport_document_is_read_despite_its_captions() {
    let file = write_table(&document(&DDT, &[("ID", "Count=2"), ("TOTALE", "Sum=1.229")]));
    assert_eq!(read_plain(&file, &Limits::default()).expect("it is whole").cycle, 6);
    let export: Export<Ddt> = read(&file, &Limits::default()).expect("it is whole");
    assert_eq!((export.missing_columns.len(), export.unknown_columns.len()), (0, 0));
    let first = &export.rows[0].record;
    assert_eq!((first.id.as_str(), first.number.as_str()), ("1132", "DDT/26000123"));
    assert_eq!(first.delivery_name.as_deref(), Some("Studio Nicolò"));
    assert_eq!(first.delivery_address.as_deref(), Some("c/o Yves\nVia Valle, 1\n50129 Firenze FI"));
    assert_eq!(first.quantity, Some(Quantity::pieces(1_234)));
    assert_eq!(first.description.as_deref(), Some("prova  due spazi"));
    assert_eq!(
        (first.carrier.as_deref(), first.tracking_number.as_deref()),
        (Some("fedex"), Some("123456789012"))
    );
    assert_eq!(first.email.as_deref(), Some("studio@valle.example"));
    let second = &export.rows[1].record;
    assert_eq!(second.quantity, Some(Quantity::pieces(-5)));
    assert_eq!((&second.carrier, &second.tracking_number), (&None, &None));
}

#[test]
fn a_transport_document_without_a_number_is_left_out_and_one_number_cannot_occur_twice() {
    let mut table = document(&DDT, &[("ID", "Count=2")]);
    table.rows[1][2] = String::new();
    let export: Export<Ddt> = read(&write_table(&table), &Limits::default()).expect("it is whole");
    assert_eq!(export.rows.len(), 1);
    table.rows[1][2] = table.rows[0][2].clone();
    let bad = read::<Ddt>(&write_table(&table), &Limits::default()).expect_err("the number is a key");
    assert!(bad.reason.contains("twice"), "{bad}");
}

const INVOICES: [Shown<'_>; 21] = [
    ("FATTURA PDF", 69.8, ["", ""]),
    ("ID FATTURA", 72.0, ["CF1/26000123", "NC/26000012"]),
    ("DATA FATTURA", 78.7, ["20/01/2026", "19/01/2026"]),
    ("CONTO FATTURE", 84.0, ["123456", "123456"]),
    ("NOME DI FATTURAZIONE", 216.8, ["Studio Nicolò", "Studio Nicolò"]),
    ("QUANTITÀ", 59.2, ["1.895", "-3"]),
    ("SALDO VENDITE MST", 103.5, ["2.112,7", "-12,5"]),
    ("SOMMA LINEA SCONTO MST", 136.5, ["0", "0"]),
    ("SCONTO TOTALE:", 86.3, ["0", "0"]),
    ("SOMMA FISCALE MST", 105.7, ["464,79", "-2,75"]),
    ("IMPORTO FATTURA MST", 117.7, ["2.577,49", "-15,25"]),
    ("ORDINE DI ACQUISTO", 218.2, ["", ""]),
    ("RIFERIMENTO CLIENTE", 112.6, ["", ""]),
    ("SCADENZA", 56.2, ["20/03/2026", "19/01/2026"]),
    (
        "ID TERMINE DI PAGAMENTO",
        219.8,
        ["201 BONIF. BANC. 60 GG.DFFM Iban\nIT00X0000000000000000000000", "999 NOTA DI ACCREDITO"],
    ),
    ("OLTRE I GIORNI DI SCADENZA", 144.7, ["-59", "1"]),
    ("LIQUIDA IMPORTO MST", 113.2, ["0", "-15,25"]),
    ("IDENTIFICATIVO ULTIMO PAGAMENTO:", 189.0, ["", "X/26000123"]),
    ("DATA DI ULTIMA LIQUIDAZIONE", 156.8, ["", "19/01/2026"]),
    ("CHIUSO", 48.8, ["", "19/01/2026"]),
    ("IMPORTO RIMANENTE MST", 130.4, ["2.577,49", "0"]),
];

#[test]
fn an_invoice_and_a_credit_note_are_read_without_a_count() {
    let file = write_table(&document(&INVOICES, &[("QUANTITÀ", "Sum=1.892")]));
    let export: Export<Invoice> = read(&file, &Limits::default()).expect("it is whole");
    assert_eq!(export.missing_columns, ["orderNumber"]);
    assert!(export.unknown_columns.is_empty());
    let invoice = &export.rows[0].record;
    assert_eq!((invoice.number.as_str(), invoice.sales_balance), ("CF1/26000123", Some(Cents(211_270))));
    assert_eq!(invoice.quantity, Some(Quantity::pieces(1_895)));
    assert_eq!(
        invoice.payment_term.as_deref(),
        Some("201 BONIF. BANC. 60 GG.DFFM Iban IT00X0000000000000000000000")
    );
    assert_eq!((invoice.closed_date, invoice.days_past_due), (None, Some(-59)));
    let credit_note = &export.rows[1].record;
    assert_eq!(credit_note.amount, Some(Cents(-1_525)));
    assert_eq!(
        (credit_note.closed_date, credit_note.remaining),
        (Some(date!(2026 - 01 - 19)), Some(Cents(0)))
    );
}
