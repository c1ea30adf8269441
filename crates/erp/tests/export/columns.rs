//! The columns of the exports with their measured widths (facts/erp.md §3.3–3.8), and cells to fill them.

use erp_sim::pdf::{Align, Column};

use crate::support::Seed;

/// What stands in the cells of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cells {
    Id,
    Article,
    Code,
    Name,
    Street,
    Address,
    Email,
    Phone,
    Money,
    Whole,
    Quantity,
    Day,
    Moment,
    Flag,
    Vat,
    Image,
    Empty,
}

/// Italian title, English title, width in points, content.
pub(crate) type Head = (&'static str, &'static str, f64, Cells);

/// The January layout: eight pages a cycle.
pub(crate) const CUSTOMERS: [Head; 26] = [
    ("ID", "ID", 55.5, Cells::Id),
    ("PROFILO CLIENTE:", "CUSTOMER PROFILE:", 90.8, Cells::Code),
    ("NOME", "NAME", 224.2, Cells::Name),
    ("PARTITA IVA:", "VAT NUMBER:", 67.5, Cells::Code),
    ("PEC:", "PEC:", 139.5, Cells::Email),
    ("SDI:", "SDI:", 50.2, Cells::Code),
    ("CODICE FISCALE:", "FISCAL CODE:", 84.8, Cells::Code),
    ("TERMINI DI CONSEGNA", "DELIVERY TERMS", 112.5, Cells::Name),
    ("VIA:", "STREET:", 197.2, Cells::Street),
    ("INDIRIZZO LOGISTICO CAP", "LOGISTICS ADDRESS ZIP", 129.0, Cells::Code),
    ("CITTÀ", "CITY", 121.5, Cells::Name),
    ("TELEFONO:", "PHONE:", 72.8, Cells::Phone),
    ("CELLULARE:", "MOBILE:", 68.2, Cells::Phone),
    ("URL:", "URL:", 26.2, Cells::Empty),
    ("ALL’ATTENZIONE DI:", "ATTENTION TO:", 102.8, Cells::Name),
    ("DATA DELL'ULTIMO ORDINE", "DATE OF LAST ORDER", 137.2, Cells::Day),
    ("CONTEGGI DEGLI ORDINI EFFETTIVI", "ACTUAL ORDER COUNTS", 172.5, Cells::Whole),
    ("TIPO DI CLIENTE", "CUSTOMER TYPE", 81.8, Cells::Money),
    ("CONTEGGIO DEGLI ORDINI PRECEDENTE", "PREVIOUS ORDER COUNT", 194.2, Cells::Whole),
    ("VENDITE PRECEDENTE", "PREVIOUS SALES", 111.0, Cells::Money),
    ("CONTEGGIO DEGLI ORDINI PRECEDENTE 2", "PREVIOUS ORDER COUNT 2", 201.0, Cells::Whole),
    ("VENDITE PRECEDENTE", "PREVIOUS SALES", 111.0, Cells::Money),
    ("DESCRIZIONE:", "DESCRIPTION:", 161.2, Cells::Name),
    ("TYPE:", "TYPE:", 75.8, Cells::Code),
    ("NUMERO DI CONTO ESTERNO", "EXTERNAL ACCOUNT NUMBER", 141.8, Cells::Code),
    ("IL NOSTRO NUMERO DI CONTO", "OUR ACCOUNT NUMBER", 148.5, Cells::Empty),
];

/// All columns of the products, nine pages a cycle; `true` marks the eighteen that are hidden by default, leaving five.
pub(crate) const PRODUCTS: [(Head, bool); 36] = [
    (("ID ARTICOLO", "ITEM ID", 96.0, Cells::Article), false),
    (("NOME ARTICOLO", "ITEM NAME", 141.0, Cells::Code), false),
    (("DESCRIZIONE", "DESCRIPTION", 222.0, Cells::Name), false),
    (("GRUPPO ARTICOLO", "ITEM GROUP", 105.0, Cells::Code), false),
    (("IMMAGINE", "IMAGE", 82.5, Cells::Image), false),
    (("CONTENUTO DELL'IMBALLAGGIO", "PACKING CONTENTS", 162.0, Cells::Whole), false),
    (("NOME DELLA RICERCA", "SEARCH NAME", 114.0, Cells::Code), false),
    (("UNITÀ DI PREZZO", "PRICE UNIT", 92.0, Cells::Quantity), false),
    (("ID GRUPPO DI PRODOTTI", "PRODUCT GROUP ID", 135.0, Cells::Code), false),
    (("DESCRIZIONE GRUPPO ARTICOLO", "ITEM GROUP DESCRIPTION", 171.0, Cells::Name), false),
    (("QTÀ MINIMA", "LOWEST QTY", 69.0, Cells::Quantity), false),
    (("QTÀ MULTIPLI", "MULTIPLE QTY", 75.0, Cells::Quantity), false),
    (("QTÀ MASSIMA", "HIGHEST QTY", 78.0, Cells::Quantity), false),
    (("FIGURA", "FIGURE", 57.0, Cells::Code), false),
    (("DATAAREAID", "DATAAREAID", 75.0, Cells::Code), true),
    (("ID", "ID", 52.5, Cells::Whole), true),
    (("DATETIME MODIFICATO", "MODIFIED DATETIME", 127.5, Cells::Moment), true),
    (("FERMATO", "STOPPED", 58.5, Cells::Flag), true),
    (("ID IN BLOCCO ARTICOLO", "ITEM ID BULK", 129.0, Cells::Code), true),
    (("PACCO", "PACKAGE", 48.0, Cells::Code), false),
    (("GAMBA", "SHANK", 51.0, Cells::Code), false),
    (("GRANDEZZA", "SIZE", 72.0, Cells::Code), false),
    (("ID CONFIGURAZIONE", "CONFIGURATION ID", 105.0, Cells::Empty), true),
    (("CREATO DA", "CREATED BY", 66.0, Cells::Code), true),
    (("DATA CREATA", "CREATED DATETIME", 127.5, Cells::Moment), true),
    (("QTÀ PREDEFINITA", "DEFAULT QTY", 102.0, Cells::Quantity), true),
    (("VISUALIZZA NUMERO PRODOTTO", "DISPLAY PRODUCT NUMBER", 162.0, Cells::Code), true),
    (("SCONTO ASSOLUTO TOTALE", "TOTAL DISCOUNT", 144.0, Cells::Flag), true),
    (("SCONTO LINEA", "LINE DISCOUNT", 84.0, Cells::Code), true),
    (("MODIFICATO DA", "MODIFIED BY", 90.0, Cells::Code), true),
    (("ARTICOLO ORDINABILE", "ORDERABLE ITEM", 126.0, Cells::Flag), true),
    (("PURCH PRICE PCS", "PURCH PRICE PCS", 97.5, Cells::Money), true),
    (("ID CONFIGURAZIONE STANDARD", "STANDARD CONFIG ID", 159.0, Cells::Empty), true),
    (("QTÀ STANDARD", "STANDARD QTY", 84.0, Cells::Quantity), true),
    (("ID ELEMENTO IVAID", "TAX ITEM GROUP ID", 108.0, Cells::Vat), false),
    (("ID UNITÀ", "UNIT ID", 60.0, Cells::Code), true),
];

pub(crate) const PRICES: [Head; 14] = [
    ("ID", "ID", 55.5, Cells::Id),
    ("CODICE CONTO", "ACCOUNT CODE", 90.0, Cells::Code),
    ("ACCOUNT:", "ACCOUNT:", 78.0, Cells::Code),
    ("DESCRIZIONE ACCOUNT:", "ACCOUNT DESCRIPTION:", 129.0, Cells::Name),
    ("ITEM SELECTION:", "ITEM SELECTION:", 103.5, Cells::Article),
    ("ITEM DESCRIPTION:", "ITEM DESCRIPTION:", 150.0, Cells::Code),
    ("DA DATA", "FROM DATE", 66.0, Cells::Day),
    ("DATA", "TO DATE", 66.0, Cells::Day),
    ("QUANTITÀ IMPORTO DA", "QUANTITY AMOUNT FROM", 132.0, Cells::Quantity),
    ("QUANTITÀ IMPORTO", "QUANTITY AMOUNT", 105.0, Cells::Quantity),
    ("UNITÀ DI PREZZO", "PRICE UNIT", 87.0, Cells::Quantity),
    ("IMPORTO UNITARIO:", "UNIT AMOUNT:", 102.0, Cells::Money),
    ("VALUTA", "CURRENCY", 51.0, Cells::Code),
    ("PREZZO NETTO ARCHIBALD", "NET PRICE ARCHIBALD", 120.0, Cells::Flag),
];

pub(crate) const ORDERS: [Head; 22] = [
    ("ID", "ID", 48.0, Cells::Id),
    ("ID DI VENDITA", "SALES ID", 72.8, Cells::Article),
    ("PROFILO CLIENTE:", "CUSTOMER PROFILE:", 90.8, Cells::Code),
    ("NOME VENDITE:", "SALES NAME:", 217.5, Cells::Name),
    ("NOME DI CONSEGNA", "DELIVERY NAME", 223.5, Cells::Name),
    ("INDIRIZZO DI CONSEGNA", "DELIVERY ADDRESS", 191.2, Cells::Address),
    ("DATA DI CREAZIONE", "CREATED DATETIME", 101.2, Cells::Moment),
    ("DATA DI CONSEGNA", "DELIVERY DATE", 99.8, Cells::Day),
    ("RIMANI VENDITE FINANZIARIE", "REMAIN SALES FINANCIAL", 218.2, Cells::Name),
    ("RIFERIMENTO CLIENTE", "CUSTOMER REFERENCE", 112.5, Cells::Code),
    ("STATO DELLE VENDITE", "SALES STATUS", 113.2, Cells::Code),
    ("TIPO DI ORDINE", "ORDER TYPE", 78.0, Cells::Code),
    ("STATO DEL DOCUMENTO", "DOCUMENT STATUS", 121.5, Cells::Code),
    ("ORIGINE VENDITE:", "SALES ORIGIN:", 91.5, Cells::Code),
    ("STATO DEL TRASFERIMENTO", "TRANSFER STATUS", 140.2, Cells::Code),
    ("DATA DI TRASFERIMENTO", "TRANSFER DATE", 126.8, Cells::Day),
    ("DATA DI COMPLETAMENTO", "COMPLETED DATE", 133.5, Cells::Day),
    ("PREVENTIVO:", "QUOTE:", 68.2, Cells::Flag),
    ("APPLICA SCONTO %:", "APPLY DISCOUNT %:", 99.8, Cells::Quantity),
    ("IMPORTO LORDO:", "GROSS AMOUNT:", 87.0, Cells::Money),
    ("IMPORTO TOTALE", "AMOUNT TOTAL", 88.5, Cells::Money),
    ("ORDINE OMAGGIO:", "SAMPLE ORDER:", 93.0, Cells::Flag),
];

/// The February layout: the same columns, wider ones among them, so that a cycle has nine pages.
pub(crate) fn customers_on_nine_pages() -> Vec<Head> {
    let mut heads = CUSTOMERS.to_vec();
    for head in &mut heads {
        match head.0 {
            "URL:" => head.2 = 131.2,
            "CONTEGGIO DEGLI ORDINI PRECEDENTE" => head.2 = 240.0,
            "CONTEGGIO DEGLI ORDINI PRECEDENTE 2" => head.2 = 250.0,
            "DESCRIZIONE:" => head.2 = 180.0,
            _ => {}
        }
    }
    heads
}

/// A column as the writer takes it.
pub(crate) fn column(head: &Head, english: bool) -> Column {
    let align = match head.3 {
        Cells::Id | Cells::Money | Cells::Whole | Cells::Quantity => Align::Right,
        Cells::Flag => Align::Centre,
        _ => Align::Left,
    };
    Column { title: if english { head.1 } else { head.0 }.to_owned(), width_pt: head.2, align }
}

/// A cell of row `row`. About every fifth cell that may be empty is.
pub(crate) fn cell(cells: Cells, row: usize, seed: &mut Seed, english: bool) -> String {
    let may_be_empty = !matches!(cells, Cells::Id | Cells::Article | Cells::Money | Cells::Whole);
    if may_be_empty && seed.below(5) == 0 {
        return String::new();
    }
    match cells {
        Cells::Id => whole(row as u64 * 7 + 50, english),
        Cells::Article => format!("{:06}K{}", row / 3, row % 3),
        Cells::Code => format!("{}{}", seed.letters(2).to_uppercase(), seed.below(99_999)),
        Cells::Name => name(seed),
        Cells::Street => format!("Via {} {}, {}", seed.word(), seed.word(), seed.below(300)),
        Cells::Address => address(seed),
        Cells::Email => format!("{}@{}.example", seed.letters(5), seed.letters(7)),
        Cells::Phone => format!("+39{:09}", seed.below(999_999_999)),
        Cells::Money => format!("{} €", decimal(seed.below(2_000_000), english)),
        Cells::Whole => whole(seed.below(3_000), english),
        Cells::Quantity => decimal(seed.below(100) * 100, english),
        Cells::Day => day(seed, english),
        Cells::Moment if english => format!("{} 3:04:05 PM", day(seed, true)),
        Cells::Moment => format!("{} 15:04:05", day(seed, false)),
        Cells::Flag => ["Checked", "Unchecked"][seed.below(2) as usize].to_owned(),
        Cells::Vat => "22".to_owned(),
        Cells::Image => "System.Byte[]".to_owned(),
        Cells::Empty => String::new(),
    }
}

/// Invented names with everything that has broken readers: accents, quotes, ampersands, double spaces, long lines.
fn name(seed: &mut Seed) -> String {
    let words: Vec<&str> = (0..=seed.below(9)).map(|_| seed.word()).collect();
    words.join(if seed.below(8) == 0 { "  " } else { " " })
}

fn address(seed: &mut Seed) -> String {
    let street = format!("Via {} {} {}", seed.word(), seed.word(), seed.below(300));
    format!("{street}\n{:05} {} FI", 10_000 + seed.below(80_000), seed.word())
}

fn day(seed: &mut Seed, english: bool) -> String {
    let (day, month, year) = (1 + seed.below(28), 1 + seed.below(12), 2022 + seed.below(5));
    if english { format!("{month}/{day}/{year}") } else { format!("{day:02}/{month:02}/{year}") }
}

/// With thousands separators.
pub(crate) fn whole(number: u64, english: bool) -> String {
    let separator = if english { ',' } else { '.' };
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

fn decimal(hundredths: u64, english: bool) -> String {
    let point = if english { '.' } else { ',' };
    format!("{}{point}{:02}", whole(hundredths / 100, english), hundredths % 100)
}
