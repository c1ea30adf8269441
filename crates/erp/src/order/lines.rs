//! Reads the grid of order lines, page by page.

use domain::{ArticleId, Cents, Locale, Percent, PlacedLine, Quantity, parse_cents};
use serde::Deserialize;

use super::number;
use crate::{
    ErpError,
    lists::{Table, TableRow},
    page::{Step, Turn},
};

/// Where the grid stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct LinesState {
    /// Lines in the whole grid.
    pub(super) rows: u32,
    /// Whether a row is open.
    pub(super) editing: bool,
    /// The page shown, from 0.
    pub(super) page: u32,
    /// Pages of 20 lines.
    pub(super) pages: u32,
}

/// One line as the grid shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// `NOME ARTICOLO`
    pub(super) name: String,
    /// The first word of `NOME`, where it is an article's id.
    pub(super) article: Option<ArticleId>,
    pub(super) quantity: Quantity,
    pub(super) unit_price: Option<Cents>,
    /// `SCONTO %`, from price list and discount group.
    pub(super) system_discount: Percent,
    /// `APPLICA SCONTO %`, the agent's.
    pub(super) discount: Percent,
    pub(super) amount: Option<Cents>,
}

impl From<Line> for PlacedLine {
    fn from(line: Line) -> Self {
        Self {
            name: line.name,
            article: line.article,
            quantity: line.quantity,
            unit_price: line.unit_price,
            system_discount: line.system_discount,
            discount: line.discount,
            amount: line.amount,
        }
    }
}

/// Where the grid stands now.
pub(super) async fn state(turn: &Turn<'_>) -> Result<LinesState, ErpError> {
    let step = Step { name: "order: lines", expected: "a grid of order lines", limit: turn.limits().idle };
    turn.until(step, "__archibald.linesState()").await
}

/// The lines on the page shown.
pub(super) async fn on_page(turn: &Turn<'_>) -> Result<Vec<Line>, ErpError> {
    let step = Step { name: "order: lines", expected: "a grid of order lines", limit: turn.limits().idle };
    let table: Table = turn.until(step, "__archibald.lines()").await?;
    match read(&table) {
        Ok(lines) => Ok(lines),
        Err(what) => Err(turn.screen_changed("order: lines", what).await),
    }
}

/// All lines, from the first page to the last.
pub(super) async fn all(turn: &Turn<'_>) -> Result<Vec<Line>, ErpError> {
    let LinesState { rows, page, pages, .. } = state(turn).await?;
    let mut lines = Vec::new();
    for index in 0..pages {
        if pages > 1 || page != index {
            go_to(turn, index).await?;
        }
        lines.extend(on_page(turn).await?);
    }
    if lines.len() == rows as usize {
        return Ok(lines);
    }
    Err(turn
        .screen_changed("order: lines", format!("{rows} lines as the grid says, not {}", lines.len()))
        .await)
}

/// Turns to a page of the grid.
pub(super) async fn go_to(turn: &Turn<'_>, index: u32) -> Result<(), ErpError> {
    if state(turn).await?.page == index {
        return Ok(());
    }
    let step = Step { name: "order: lines", expected: "another page of lines", limit: turn.limits().idle };
    turn.until::<bool>(step, &format!("__archibald.linesGoTo({index})")).await?;
    let turned = format!(
        "__archibald.idle({}) && __archibald.linesState().page === {index}",
        turn.limits().idle_hold.as_millis()
    );
    turn.until::<bool>(step, &turned).await.map(drop)
}

/// The article's id that the column `NOME` begins with (facts/erp.md §3.9); the catalogue's ids have six digits and a
/// suffix of a letter and digits.
pub(super) fn leading_article(text: &str) -> Option<ArticleId> {
    let word = text.split_whitespace().next()?;
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let suffix = &word[digits..];
    let is_id = digits >= 5
        && suffix.starts_with(|letter: char| letter.is_ascii_uppercase())
        && suffix[1..].bytes().all(|byte| byte.is_ascii_digit());
    if is_id { word.parse().ok() } else { None }
}

/// The lines of a table; the error is the end of "there should be …".
fn read(table: &Table) -> Result<Vec<Line>, String> {
    let column = |captions: &[&str]| {
        table.column(captions).ok_or_else(|| format!("a column {:?} in the order lines", captions[0]))
    };
    let name = column(&["NOME ARTICOLO", "ITEM NAME"])?;
    let quantity = column(&["QTÀ ORDINATA", "ORDERED QTY"])?;
    let discount = column(&["APPLICA SCONTO %", "APPLY DISCOUNT %"])?;
    let system_discount = table.column(&["SCONTO %", "DISCOUNT %"]);
    let price = table.column(&["UNITÀ DI PREZZO", "UNIT PRICE"]);
    let amount = table.column(&["IMPORTO DELLA LINEA", "LINE AMOUNT"]);
    let description = table.column(&["NOME", "NAME"]);
    let line = |row: &TableRow| {
        let unreadable = |text: &str| format!("a number instead of {text:?} in the order lines");
        let percent = |text: &str| number::shown_percent(text).ok_or_else(|| unreadable(text));
        let shown = row.cell(Some(quantity));
        Ok(Line {
            name: row.cell(Some(name)).to_owned(),
            article: leading_article(row.cell(description)),
            quantity: number::shown_quantity(shown).ok_or_else(|| unreadable(shown))?,
            unit_price: parse_cents(row.cell(price), Locale::Italian).ok(),
            system_discount: percent(row.cell(system_discount))?,
            discount: percent(row.cell(Some(discount)))?,
            amount: parse_cents(row.cell(amount), Locale::Italian).ok(),
        })
    };
    table.rows.iter().map(line).collect()
}

/// An article's name as it can be compared: some names end with a dot that is not shown everywhere.
pub(super) fn bare_name(name: &str) -> String {
    name.trim().trim_end_matches('.').to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_by_caption() {
        let captions = [
            "LINEA:",
            "NOME ARTICOLO:",
            "QTÀ ORDINATA",
            "UNITÀ DI PREZZO:",
            "SCONTO %:",
            "APPLICA SCONTO %:",
            "IMPORTO DELLA LINEA",
            "PREZZO NETTO:",
            "NOME",
        ];
        let cells = [
            "1,00",
            "AB12XY.104.023",
            "1.205,00",
            "12,50 €",
            "0,00 %",
            "10,00 %",
            "13.556,25 €",
            "",
            "012345K2 Fresa",
        ];
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        let row = TableRow { id: String::new(), cells: owned(&cells) };
        let table = Table { captions: owned(&captions), rows: vec![row] };
        let line = read(&table).expect("it can be read").remove(0);
        assert_eq!((line.quantity, line.discount), (Quantity::pieces(1_205), Percent(1_000)));
        assert_eq!((line.unit_price, line.amount), (Some(Cents(1_250)), Some(Cents(1_355_625))));
        assert_eq!(line.article, "012345K2".parse().ok());
        let missing = Table { captions: owned(&["NOME"]), rows: vec![] };
        assert!(read(&missing).expect_err("columns are missing").contains("NOME ARTICOLO"));
    }

    #[test]
    fn only_an_id_at_the_beginning_is_an_article() {
        assert_eq!(leading_article("Fresa 012345K2"), None);
        assert_eq!(leading_article("12345 Fresa"), None);
        assert_eq!(leading_article("012345R10\nFresa"), "012345R10".parse().ok());
    }
}
