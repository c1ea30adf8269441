//! Answers the two lookups of the form: the customer, and the article of a line.

use std::sync::Arc;

use domain::Product;
use maud::Markup;

use super::{
    OrderForm,
    lookup_grid::{self, Popup, Row},
    page,
};
use crate::{
    action::Event,
    columns::{Row as _, finds},
    reply::Callback,
    screens::Answer,
    session::lock,
    state::{Asker, Shared},
    world::CustomerRecord,
};

/// What the customer lookup asks: open, search, turn the page, choose.
pub(super) fn customer(shared: &Arc<Shared>, form: &mut OrderForm, event: &Event, asker: &Asker) -> Answer {
    match event.command.as_str() {
        "SEARCH" => form.customer_search = (event.rest.clone(), 0),
        "PAGERONCLICK" => turn(&mut form.customer_search.1, &event.rest),
        "SELECT" => return choose_customer(shared, form, &event.rest, asker),
        _ => form.customer_search = (String::new(), 0),
    }
    let lookup = form.customer_lookup();
    Answer::from(Callback::update(
        format!("{}_DDD_PW-1", lookup.id),
        customer_popup(shared, form, asker, true),
    ))
}

/// The customer is chosen: address, discount group and the lines' "New" follow.
fn choose_customer(shared: &Arc<Shared>, form: &mut OrderForm, key: &str, asker: &Asker) -> Answer {
    {
        let records = lock(&shared.records);
        let Some(record) = key.parse::<u64>().ok().and_then(|id| records.customers.get(&id)) else {
            return Answer::from(Callback::default());
        };
        if record.broken {
            return Answer::from(Callback::redirect("/Archibald/Error.aspx"));
        }
        form.customer = key.parse().ok();
        form.customer_name.clone_from(&record.customer.name);
        form.addresses = record.delivery_addresses();
        form.delivery = 0;
        form.line_discount = record.line_discount;
    }
    Answer::from(Callback::update(form.panel_id(), page::view(shared, form, asker)))
}

/// The customer lookup's popup.
pub(super) fn customer_popup(shared: &Shared, form: &OrderForm, asker: &Asker, open: bool) -> Markup {
    let lookup = form.customer_lookup();
    let headers = [
        "ID",
        asker.say("PROFILO CLIENTE:", "CUSTOMER PROFILE:"),
        asker.say("NOME", "NAME"),
        asker.say("PARTITA IVA:", "VAT NUMBER:"),
        asker.say("VIA:", "STREET:"),
        asker.say("INDIRIZZO LOGISTICO CAP", "LOGISTICS ADDRESS ZIP"),
        asker.say("CITTÀ", "CITY"),
    ];
    const FIELDS: [&str; 7] =
        ["ID", "ACCOUNTNUM", "NAME", "VATNUM", "STREET", "LOGISTICSADDRESSZIPCODE.ZIPCODE", "CITY"];
    let (search, page) = &form.customer_search;
    let row = |record: &CustomerRecord| -> Row {
        (record.key(), FIELDS.iter().map(|field| record.cell(field, asker.locale)).collect())
    };
    let rows = if open {
        let records = lock(&shared.records);
        records.customers.values().filter(|record| finds(*record, search)).map(row).collect()
    } else {
        Vec::new()
    };
    lookup_grid::popup(&Popup { lookup: &lookup, headers: &headers, rows, page: *page, search, open })
}

/// What the article lookup asks: filter by what was typed, search, turn the page. Choosing is the grid's affair.
pub(super) fn article(shared: &Arc<Shared>, form: &mut OrderForm, event: &Event, asker: &Asker) -> Answer {
    match event.command.as_str() {
        "FILTER" | "SEARCH" => form.article_search = (event.rest.clone(), 0),
        "PAGERONCLICK" => turn(&mut form.article_search.1, &event.rest),
        _ => form.article_search = (String::new(), 0),
    }
    let lookup = form.article_lookup();
    Answer::from(Callback::update(
        format!("{}_DDD_PW-1", lookup.id),
        article_popup(shared, form, asker, true),
    ))
}

fn turn(page: &mut usize, to: &str) {
    *page = match to {
        "PBP" => page.saturating_sub(1),
        "PBN" => *page + 1,
        _ => to.strip_prefix("PN").and_then(|index| index.parse().ok()).unwrap_or(*page),
    };
}

/// The article lookup's popup.
pub(super) fn article_popup(shared: &Shared, form: &OrderForm, asker: &Asker, open: bool) -> Markup {
    let lookup = form.article_lookup();
    let headers = [
        asker.say("FIGURA:", "FIGURE:"),
        asker.say("GAMBA", "SHANK"),
        asker.say("GRANDEZZA", "SIZE"),
        asker.say("IMMAGINE:", "IMAGE:"),
        asker.say("CONTENUTO DELL'IMBALLAGGIO", "PACKING CONTENTS"),
        asker.say("PACCO", "PACKAGE"),
        asker.say("NOME DELLA RICERCA", "SEARCH NAME"),
        asker.say("QTÀ MULTIPLI:", "MULTIPLE QTY:"),
    ];
    const FIELDS: [&str; 8] = [
        "BRASFIGURE",
        "BRASSHANK",
        "BRASSIZE",
        "IMAGE",
        "BRASPACKINGCONTENTS",
        "BRASPACKAGEEXPERTS",
        "SEARCHNAME",
        "MULTIPLEQTY",
    ];
    let (search, page) = &form.article_search;
    let rows = if open {
        let records = lock(&shared.records);
        let row = |product: &Product| -> Row {
            (product.key(), FIELDS.iter().map(|field| product.cell(field, asker.locale)).collect())
        };
        found_articles(records.products.values(), search).into_iter().map(row).collect()
    } else {
        Vec::new()
    };
    lookup_grid::popup(&Popup { lookup: &lookup, headers: &headers, rows, page: *page, search, open })
}

/// Articles whose search name contains the text. For some articles the *full* name finds one variant only; the part
/// before the first dot finds them all (facts/erp.md §4.1.4).
fn found_articles<'a>(products: impl Iterator<Item = &'a Product>, search: &str) -> Vec<&'a Product> {
    let wanted = search.trim().to_lowercase();
    let name = |product: &Product| product.search_name.as_ref().unwrap_or(&product.name).to_lowercase();
    let sold = |product: &&Product| product.orderable != Some(false) && product.stopped != Some(true);
    let mut found: Vec<&Product> =
        products.filter(sold).filter(|product| name(product).contains(&wanted)).collect();
    let is_full_name = found.iter().any(|product| name(product) == wanted);
    let is_moody = wanted.bytes().map(u32::from).sum::<u32>().is_multiple_of(2);
    if is_full_name && is_moody {
        found.truncate(1);
    }
    found
}
