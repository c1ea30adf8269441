//! Saves an order, or says why not (facts/erp.md §4.1.12–13).

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use domain::{ErpId, Quantity};

use super::{Line, OrderForm, lines, page};
use crate::{
    action::Event,
    faults::Trouble,
    reply::Callback,
    screens::{Answer, frame},
    session::lock,
    state::{Asker, Shared},
    text,
    visit::Visit,
    world::{Entity, LineDiscountGroup, OrderRecord, Records, SalesType, SavedLine, Stage, order_total},
};

/// What happens to the page after saving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Stay,
    Close,
    New,
}

/// Saves the order as the page shows it. An open row that was not updated is lost, as in reality.
pub(super) fn answer(
    shared: &Arc<Shared>,
    form: &mut OrderForm,
    event: &Event,
    visit: &Visit,
    asker: &Asker,
    troubles: &[Trouble],
) -> Answer {
    let then = match event.command.as_str() {
        "1i1" => Then::Close,
        "1i2" => Then::New,
        _ => Then::Stay,
    };
    let ignoring = visit.field("Vertical$ErrorInfo$Ch").is_some();
    if let Some((complaints, can_be_ignored)) = complaints(form, asker, troubles, ignoring) {
        let callback = Callback::update("Vertical_UPEI", frame::messages(&complaints, can_be_ignored));
        let subject = Some(format!("order {}", form.reference));
        return Answer { subject, outcome: Some("refused".to_owned()), ..Answer::from(callback) };
    }
    settle(form, troubles);
    let rolled_back = then == Then::Stay && troubles.contains(&Trouble::RolledBack);
    let id = {
        let mut records = lock(&shared.records);
        let id = form.order.unwrap_or_else(|| records.next_order_id());
        if !rolled_back {
            commit(&mut records, form, id, asker, troubles);
        }
        if troubles.contains(&Trouble::SavedTwice) && !rolled_back {
            let twin = records.next_order_id();
            commit(&mut records, form, twin, asker, troubles);
        }
        id
    };
    form.order = Some(id);
    let callback = match then {
        Then::Close => Callback::redirect("/Archibald/SALESTABLE_ListView_Agent/"),
        Then::New => Callback::redirect("/Archibald/SALESTABLE_DetailViewAgent/?NewObject=true"),
        Then::Stay => Callback {
            address: Some(format!("/Archibald/SALESTABLE_DetailViewAgent/{id}/?mode=Edit")),
            ..Callback::update(form.panel_id(), page::view(shared, form, asker))
                .and_update("Vertical_UPEI", frame::messages(&[], false))
        },
    };
    let outcome = if rolled_back { "rolled back" } else { "saved" };
    Answer {
        subject: Some(format!("order {id} {}", form.reference)),
        outcome: Some(outcome.to_owned()),
        ..Answer::from(callback)
    }
}

/// Why the order cannot be saved, and whether "Ignore warnings" would help.
fn complaints(
    form: &OrderForm,
    asker: &Asker,
    troubles: &[Trouble],
    ignoring: bool,
) -> Option<(Vec<String>, bool)> {
    let mut errors = Vec::new();
    let mut must = |fine: bool, italian: &str, english: &str| {
        if !fine {
            errors.push(asker.say(italian, english).to_owned());
        }
    };
    must(form.customer.is_some(), "Cliente: non deve essere vuoto", "Customer must not be empty");
    must(!form.lines.is_empty(), "Linee di vendita: non deve essere vuoto", "Sales lines must not be empty");
    let date_fine =
        form.delivery_date.trim().is_empty() || text::parse_date(&form.delivery_date, asker.locale).is_some();
    must(date_fine, "Data di consegna: il valore non è valido", "Delivery date is not valid");
    errors.extend(troubles.iter().filter_map(|trouble| match trouble {
        Trouble::SaveRefused { text } => Some(text.clone()),
        _ => None,
    }));
    if !errors.is_empty() {
        return Some((errors, false));
    }
    let warnings: Vec<String> = troubles
        .iter()
        .filter_map(|trouble| match trouble {
            Trouble::SaveWarning { text } => Some(text.clone()),
            _ => None,
        })
        .collect();
    (!warnings.is_empty() && !ignoring).then_some((warnings, true))
}

/// Applies the discount group to all lines, as the server does when it saves.
fn settle(form: &mut OrderForm, troubles: &[Trouble]) {
    form.editing = None;
    if troubles.contains(&Trouble::DiscountReturns) {
        form.line_discount = LineDiscountGroup::StreetPrice;
    }
    let group = lines::system_discount(form.line_discount);
    let extra = troubles.iter().find_map(|trouble| match trouble {
        Trouble::WrongQuantity { pieces } => Some(Quantity::pieces(*pieces)),
        _ => None,
    });
    if let (Some(extra), Some(line)) = (extra, form.lines.first_mut()) {
        line.quantity = line.quantity + extra;
    }
    for line in &mut form.lines {
        line.system_discount = group;
        line.settle();
    }
}

fn commit(records: &mut Records, form: &OrderForm, id: u64, asker: &Asker, troubles: &[Trouble]) {
    let before = records.orders.get(&id);
    let created_at = before.map_or_else(|| records.now(), |order| order.created_at);
    let lag = troubles.iter().find_map(|trouble| match trouble {
        Trouble::ListLag { ms } => Some(Duration::from_millis(*ms)),
        _ => None,
    });
    let gross = form.gross();
    let order = OrderRecord {
        id,
        number: None,
        customer: ErpId::try_from(form.customer.unwrap_or_default().to_string())
            .expect("a chosen customer has an id"),
        account: None,
        customer_name: form.customer_name.clone(),
        delivery: form.addresses[form.delivery].clone(),
        // The list shows an address only once the head office has the order.
        email: None,
        created_at,
        placed_by: Some(asker.account.clone()),
        delivery_date: text::parse_date(&form.delivery_date, asker.locale),
        description: form.description.clone(),
        customer_reference: form.reference.trim().to_owned(),
        text_external: form.text_external.clone(),
        text_internal: form.text_internal.clone(),
        discount: form.discount,
        line_discount: form.line_discount,
        gross,
        total: order_total(gross, form.discount),
        stage: Stage::Pending,
        sales_type: SalesType::Sale,
        modified_at: records.now(),
        lines: form.lines.iter().map(saved).collect(),
        visible_from: lag.map(|lag| Instant::now() + lag),
    };
    records.orders.insert(id, order);
    records.touch(Entity::Orders);
}

fn saved(line: &Line) -> SavedLine {
    SavedLine {
        article: line.article.clone().expect("only lines with an article enter the form"),
        name: line.name.clone(),
        description: line.description.clone(),
        quantity: line.quantity,
        unit_price: line.unit_price,
        system_discount: line.system_discount,
        discount: line.discount,
        amount: line.amount,
    }
}
