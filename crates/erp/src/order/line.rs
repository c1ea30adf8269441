//! Types one order line: article, quantity, discount, "Update", and checks what the grid then shows.

use std::collections::HashSet;

use domain::{DraftLine, Percent, Quantity};
use serde::Deserialize;

use super::{
    entry::Variant,
    form::{self, LookupKind},
    lines::{self, Line, bare_name},
    number, variant,
};
use crate::{
    ErpError,
    lists::Table,
    page::{Key, Step, Turn},
};

#[derive(Deserialize)]
struct Outcome {
    done: bool,
    #[serde(default)]
    answered: bool,
    #[serde(default)]
    errors: Vec<String>,
}

/// Types a line and verifies it. When the ERP fails on the way, the rows tell whether the line was stored, and the order
/// goes on from there: it may be long, and nothing of it is saved yet.
pub(super) async fn enter(
    turn: &Turn<'_>,
    line: &DraftLine,
    known: Option<&Variant>,
) -> Result<(), ErpError> {
    let before = lines::state(turn).await?.rows;
    for _ in 1..turn.limits().line_tries {
        match attempt(turn, line, known, before).await {
            Err(error @ ErpError::Unreachable { .. }) => {
                tracing::warn!(%error, line = before + 1, "a line is taken up again from the rows that are there");
                match rows_after_failure(turn).await {
                    Ok(rows) if rows == before => {}
                    Ok(rows) if rows == before + 1 => return verify(turn, line).await,
                    Ok(_) | Err(_) => return Err(error),
                }
            }
            ended => return ended,
        }
    }
    attempt(turn, line, known, before).await
}

/// Abandons the open row, if there is one, and counts the lines.
async fn rows_after_failure(turn: &Turn<'_>) -> Result<u32, ErpError> {
    let name = "order: take up line";
    turn.ask::<bool>(name, "__archibald.overlookFailure()").await?;
    turn.idle(name).await?;
    if lines::state(turn).await?.editing {
        let step = Step { name, expected: "a button \"Cancel\" in the open row", limit: turn.limits().popup };
        turn.click(step, "__archibald.lineCommand('CancelEdit')").await?;
        let step = Step { name, expected: "no open row", limit: turn.limits().line_open };
        let closed = format!(
            "__archibald.idle({}) && !__archibald.linesState().editing",
            turn.limits().idle_hold.as_millis()
        );
        turn.until::<bool>(step, &closed).await?;
    }
    Ok(lines::state(turn).await?.rows)
}

async fn attempt(
    turn: &Turn<'_>,
    line: &DraftLine,
    known: Option<&Variant>,
    before: u32,
) -> Result<(), ErpError> {
    open_row(turn).await?;
    choose_article(turn, line, known).await?;
    set_quantity(turn, line).await?;
    set_discount(turn, line.discount.effective()).await?;
    update(turn, line, before).await?;
    verify(turn, line).await
}

async fn open_row(turn: &Turn<'_>) -> Result<(), ErpError> {
    let limits = turn.limits();
    let name = "order: new line";
    let button = Step { name, expected: "a button \"New\" over the lines", limit: limits.line_open };
    turn.click(button, "__archibald.lineCommand('AddNew')").await?;
    let open = Step { name, expected: "an open row", limit: limits.line_open };
    let ready =
        format!("__archibald.idle({}) && !!__archibald.lookupInput('article')", limits.idle_hold.as_millis());
    turn.until::<bool>(open, &ready).await.map(drop)
}

/// Searches the article by its whole name, then by the part before the first dot, because the whole name may find only
/// one of the variants (facts/erp.md §4.1), and takes the row that is the wanted variant.
async fn choose_article(turn: &Turn<'_>, line: &DraftLine, known: Option<&Variant>) -> Result<(), ErpError> {
    let mut refused = HashSet::new();
    for text in searches(&line.name, known) {
        loop {
            type_article(turn, &text).await?;
            let (table, pages) = form::read_lookup(turn, LookupKind::Article).await?;
            let mut rows = variant::candidates(&table, &line.name, known);
            rows.retain(|row| !refused.contains(&table.rows[row.place].cells));
            let Some(place) = rows.first().map(|row| row.place) else { break };
            form::choose_in_lookup(turn, LookupKind::Article, pages[place], &table.rows[place]).await?;
            match chosen(turn, line).await? {
                Chosen::ThisId => return Ok(()),
                Chosen::ThisName if variant::is_clear(&rows, known) => return Ok(()),
                Chosen::ThisName => {
                    let reason =
                        format!("Archibald offre più confezioni di {} e non le distingue.", line.name);
                    return Err(ErpError::rejected(reason));
                }
                Chosen::Another => refused.insert(table.rows[place].cells.clone()),
            };
        }
    }
    close_lookup(turn).await?;
    let reason = format!("L’articolo {} ({}) non si trova in Archibald.", line.name, line.article);
    Err(ErpError::rejected(reason))
}

/// What is typed, one after the other. Without facts that tell variants apart, all of them must be seen at once.
fn searches(name: &str, known: Option<&Variant>) -> Vec<String> {
    let whole = name.trim();
    let family = whole.split('.').next().unwrap_or_default();
    let both = [whole, family].into_iter().filter(|text| !text.is_empty());
    let mut texts: Vec<String> = both.map(str::to_owned).collect();
    if !variant::is_telling(known) {
        texts.reverse();
    }
    texts.dedup();
    texts
}

/// The lookup reacts to keystrokes only; what it showed before is closed first, so that it cannot be taken for the answer.
async fn type_article(turn: &Turn<'_>, text: &str) -> Result<(), ErpError> {
    let name = "order: article";
    close_lookup(turn).await?;
    let field = Step { name, expected: "a field for the article", limit: turn.limits().popup };
    turn.click(field, "__archibald.lookupInput('article')").await?;
    turn.ask::<bool>(name, "__archibald.select(__archibald.lookupInput('article'))").await?;
    turn.ask::<bool>(name, "__archibald.restart()").await?;
    turn.type_text(name, text).await
}

async fn close_lookup(turn: &Turn<'_>) -> Result<(), ErpError> {
    let name = "order: article";
    if !turn.ask::<bool>(name, "__archibald.lookupIsOpen('article')").await? {
        return Ok(());
    }
    turn.ask::<bool>(name, "(__archibald.lookupInput('article').focus(), true)").await?;
    turn.key(name, Key::Escape).await?;
    let step = Step { name, expected: "a lookup that closes", limit: turn.limits().popup };
    turn.until::<bool>(step, "!__archibald.lookupIsOpen('article')").await.map(drop)
}

/// What the open row holds after a choice.
enum Chosen {
    /// The article, by its id.
    ThisId,
    /// An article of its name; the row shows no id.
    ThisName,
    /// Another one.
    Another,
}

/// Waits for the choice and looks at it. Where the row shows the article's id, the id decides.
async fn chosen(turn: &Turn<'_>, line: &DraftLine) -> Result<Chosen, ErpError> {
    let limits = turn.limits();
    let step = Step { name: "order: article", expected: "the article in the open row", limit: limits.lookup };
    let taken = format!(
        "__archibald.idle({}) && !__archibald.lookupIsOpen('article') && __archibald.lookupInput('article') \
         && __archibald.lookupInput('article').value",
        limits.idle_hold.as_millis()
    );
    let shown: String = turn.until(step, &taken).await?;
    let row: Option<Table> = turn.ask(step.name, "__archibald.openRow()").await?;
    let article = row.and_then(|row| {
        let description = row.column(&["NOME", "NAME"]);
        lines::leading_article(row.rows.first()?.cell(description))
    });
    Ok(match article {
        Some(article) if article == line.article => Chosen::ThisId,
        None if bare_name(&shown) == bare_name(&line.name) => Chosen::ThisName,
        Some(_) | None => Chosen::Another,
    })
}

/// The ERP prefills the smallest quantity; it is left alone when it is the wanted one.
async fn set_quantity(turn: &Turn<'_>, line: &DraftLine) -> Result<(), ErpError> {
    let wanted = line.quantity;
    let same = |shown: &str| number::shown_quantity(shown).is_some_and(|shown| is_same(shown, wanted));
    set(turn, "order: quantity", "QTYORDERED", &number::quantity(wanted), same).await
}

async fn set_discount(turn: &Turn<'_>, discount: Percent) -> Result<(), ErpError> {
    let same = |shown: &str| number::shown_percent(shown) == Some(discount);
    set(turn, "order: line discount %", "MANUALDISCOUNT", &number::percent(discount), same).await
}

/// Less than a hundredth apart, which is what the field keeps.
fn is_same(shown: Quantity, wanted: Quantity) -> bool {
    shown.0.abs_diff(wanted.0) < 1
}

/// Types into a field of the open row until it shows what was typed. Each attempt waits for the callback of the one
/// before: two at once lock the row for good (facts/erp.md §4.1).
async fn set(
    turn: &Turn<'_>,
    name: &'static str,
    field: &str,
    text: &str,
    same: impl Fn(&str) -> bool,
) -> Result<(), ErpError> {
    let input = format!("__archibald.rowEditor('{field}')");
    let step = Step { name, expected: "a field in the open row", limit: turn.limits().popup };
    for _ in 0..turn.limits().field_tries {
        turn.idle(name).await?;
        if same(&turn.until::<String>(step, &format!("{input} && {input}.value + ' '")).await?) {
            return Ok(());
        }
        turn.click(step, &input).await?;
        turn.ask::<bool>(name, &format!("__archibald.select({input})")).await?;
        turn.type_text(name, text).await?;
        turn.ask::<bool>(name, "__archibald.restart()").await?;
        turn.key(name, Key::Tab).await?;
    }
    turn.idle(name).await?;
    if same(&turn.until::<String>(step, &format!("{input} && {input}.value + ' '")).await?) {
        return Ok(());
    }
    Err(turn.screen_changed(name, format!("a field {field} that keeps {text:?}")).await)
}

/// "Update": the row becomes a line, or the ERP says why not.
async fn update(turn: &Turn<'_>, line: &DraftLine, before: u32) -> Result<(), ErpError> {
    let limits = turn.limits();
    let name = "order: update line";
    turn.idle(name).await?;
    let button = Step { name, expected: "a button \"Update\" in the open row", limit: limits.popup };
    turn.click(button, "__archibald.lineCommand('UpdateEdit')").await?;
    let stored = Step { name, expected: "one more line", limit: limits.line_update };
    let outcome = format!("__archibald.lineOutcome({before}, {})", limits.idle_hold.as_millis());
    let outcome: Outcome = turn.until(stored, &outcome).await?;
    if outcome.done {
        return Ok(());
    }
    let words = outcome.errors.join("; ");
    if !outcome.answered {
        return Err(ErpError::unreachable(format!("{name}: {words}")));
    }
    Err(ErpError::rejected(format!("{} ({}): {words}", line.name, line.article)))
}

/// The grid must show the line as it was typed, on the page shown or on the last.
async fn verify(turn: &Turn<'_>, line: &DraftLine) -> Result<(), ErpError> {
    let is_there = |lines: &[Line]| lines.iter().any(|shown| shows(shown, line));
    if is_there(&lines::on_page(turn).await?) {
        return Ok(());
    }
    let pages = lines::state(turn).await?.pages;
    if pages > 1 {
        lines::go_to(turn, pages - 1).await?;
        if is_there(&lines::on_page(turn).await?) {
            return Ok(());
        }
    }
    let expected = format!(
        "a line {} with quantity {} and discount {}",
        line.article,
        number::quantity(line.quantity),
        number::percent(line.discount.effective())
    );
    Err(turn.screen_changed("order: verify line", expected).await)
}

fn shows(shown: &Line, line: &DraftLine) -> bool {
    let article = shown
        .article
        .as_ref()
        .map_or_else(|| bare_name(&shown.name) == bare_name(&line.name), |id| *id == line.article);
    article && is_same(shown.quantity, line.quantity) && shown.discount == line.discount.effective()
}
