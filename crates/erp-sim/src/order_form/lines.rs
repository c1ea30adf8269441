//! Answers what happens in the grid of lines: new, choose, change, update, cancel, edit, delete, turn the page.

use std::{sync::Arc, time::Duration};

use domain::{ArticleId, Percent, Product, Quantity};

use super::{Editing, Line, OrderForm, lines_grid, page};
use crate::{
    action::Event,
    front::NO_FREEZE,
    reply::Callback,
    screens::{Answer, frame},
    session::lock,
    state::{Asker, Shared},
    world::{LineDiscountGroup, Records},
};

/// What the discount group adds to each line.
const STREET_PRICE_DISCOUNT: Percent = Percent(2_000);

/// What the order's group adds to its lines.
pub(super) fn system_discount(group: LineDiscountGroup) -> Percent {
    match group {
        LineDiscountGroup::None => Percent(0),
        LineDiscountGroup::StreetPrice => STREET_PRICE_DISCOUNT,
    }
}

/// Answers an event of the lines grid.
pub(super) fn answer(shared: &Arc<Shared>, form: &mut OrderForm, event: &Event, asker: &Asker) -> Answer {
    let mut complaint = None;
    let mut freeze = NO_FREEZE;
    match event.command.as_str() {
        "ADDNEW" if form.customer.is_some() => {
            form.editing = Some(Editing { row: None, line: Line::default() });
            form.article_search = (String::new(), 0);
        }
        "STARTEDIT" => start_edit(form, &event.rest),
        "CANCELEDIT" => form.editing = None,
        "DELETEROW" => delete(form, &event.rest),
        "SELECTARTICLE" => choose(shared, form, &event.rest),
        "UPDATEEDIT" => (complaint, freeze) = update(shared, form, asker),
        "PAGERONCLICK" => turn(form, &event.rest),
        "ROWVALUES" => return row_values(form, &event.rest, asker),
        _ => settle_open_row(form),
    }
    if matches!(event.command.as_str(), "ADDNEW" | "SELECTARTICLE" | "UPDATEEDIT") {
        // The real form forgets a chosen delivery address at every line callback.
        form.delivery = 0;
    }
    let lines: Vec<String> = complaint.into_iter().collect();
    let callback = Callback::update(lines_grid::panel_id(form), lines_grid::panel(shared, form, asker))
        .and_update(page::address_panel_id(form), page::address(form))
        .and_update(page::totals_id(form), page::totals(form, asker))
        .and_update("Vertical_UPEI", frame::messages(&lines, false));
    Answer { freeze, ..Answer::from(callback) }
}

fn start_edit(form: &mut OrderForm, rest: &str) {
    if let Some((row, line)) = rest.parse::<usize>().ok().and_then(|row| Some((row, form.lines.get(row)?))) {
        form.editing = Some(Editing { row: Some(row), line: line.clone() });
    }
}

fn delete(form: &mut OrderForm, rest: &str) {
    if let Some(row) = rest.parse::<usize>().ok().filter(|row| *row < form.lines.len()) {
        form.lines.remove(row);
        form.editing = None;
    }
}

/// A variant is chosen: quantity and price are filled in.
fn choose(shared: &Shared, form: &mut OrderForm, id: &str) {
    let records = lock(&shared.records);
    let article = id.parse::<ArticleId>().ok().and_then(|id| records.products.get(&id));
    let (Some(article), Some(editing)) = (article, &mut form.editing) else { return };
    editing.line = Line {
        article: Some(article.id.clone()),
        name: article.name.clone(),
        description: article.description.clone().unwrap_or_default(),
        quantity: smallest_quantity(article),
        unit_price: price(&records, article),
        discount: editing.line.discount,
        ..Line::default()
    };
    settle_open_row(form);
}

fn price(records: &Records, article: &Product) -> domain::Cents {
    records.price_of(article).and_then(|price| price.unit_price).unwrap_or_default()
}

fn smallest_quantity(article: &Product) -> Quantity {
    let one = Quantity::pieces(1);
    article.quantity_minimum.unwrap_or(one).max(article.quantity_multiple.unwrap_or(one))
}

/// Recomputes the open row after one of its editors changed.
fn settle_open_row(form: &mut OrderForm) {
    let group = system_discount(form.line_discount);
    if let Some(editing) = &mut form.editing {
        if editing.line.article.is_some() {
            editing.line.system_discount = group;
        }
        editing.line.settle();
    }
}

/// "Update": the open row becomes a line, or the form says why not.
fn update(shared: &Shared, form: &mut OrderForm, asker: &Asker) -> (Option<String>, Duration) {
    settle_open_row(form);
    let Some(editing) = form.editing.clone() else { return (None, NO_FREEZE) };
    let missing = asker.say("Nome articolo: non deve essere vuoto", "Item name must not be empty");
    let Some(article) = editing.line.article.clone() else { return (Some(missing.to_owned()), NO_FREEZE) };
    if let Some(complaint) = misfit(shared, &article, editing.line.quantity, asker) {
        // A quantity that does not fit the package keeps the real server busy for more than two minutes.
        return (Some(complaint), shared.options.wrong_variant_stall);
    }
    match editing.row {
        Some(row) if row < form.lines.len() => form.lines[row] = editing.line,
        _ => form.lines.push(editing.line),
    }
    form.editing = None;
    (None, NO_FREEZE)
}

/// Why a quantity cannot be ordered of a variant.
fn misfit(shared: &Shared, article: &ArticleId, quantity: Quantity, asker: &Asker) -> Option<String> {
    let records = lock(&shared.records);
    let Some(product) = records.products.get(article) else {
        return Some(asker.say("L'articolo non esiste", "The item does not exist").to_owned());
    };
    let one = Quantity::pieces(1);
    let multiple = product.quantity_multiple.unwrap_or(one).max(Quantity(1));
    let minimum = product.quantity_minimum.unwrap_or(one);
    let maximum = product.quantity_maximum.filter(|maximum| maximum.0 > 0);
    let fits = quantity >= minimum
        && quantity.0 % multiple.0 == 0
        && maximum.is_none_or(|maximum| quantity <= maximum);
    let printed = crate::text::quantity(multiple, asker.locale);
    let complaint = asker.say(
        format!("Quantità ordinata: deve essere un multiplo di {printed}"),
        format!("Ordered quantity must be a multiple of {printed}"),
    );
    (!fits).then_some(complaint)
}

fn turn(form: &mut OrderForm, to: &str) {
    let last = form.lines.len().saturating_sub(1) / lines_grid::ROWS;
    let wanted = match to {
        "PBP" => form.lines_page.saturating_sub(1),
        "PBN" => form.lines_page + 1,
        _ => to.strip_prefix("PN").and_then(|index| index.parse().ok()).unwrap_or(0),
    };
    form.lines_page = wanted.min(last);
}

/// `GetRowValues`: row index, then fields separated by `;`.
fn row_values(form: &OrderForm, rest: &str, asker: &Asker) -> Answer {
    let (index, fields) = rest.split_once('|').unwrap_or((rest, ""));
    let index = index.parse::<usize>().ok();
    let values: Vec<String> = index
        .and_then(|index| form.lines.get(index).map(|line| (index, line)))
        .map(|(index, line)| {
            fields.split(';').map(|field| lines_grid::cell(line, index, field, asker)).collect()
        })
        .unwrap_or_default();
    let value = match values.as_slice() {
        [single] => serde_json::json!(single),
        several => serde_json::json!(several),
    };
    Answer::from(Callback { value: Some(value), ..Callback::default() })
}
