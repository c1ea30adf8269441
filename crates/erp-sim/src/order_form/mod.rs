//! Keeps one order while it is written, and decides which part of the form an event concerns (facts/erp.md §4.1).
//!
//! The form lives on the server: the page only shows it and asks. Nothing is an order before it is saved.

use std::sync::Arc;

use domain::{ArticleId, Cents, Percent, Quantity};
use maud::Markup;

use crate::{
    action::{Event, Mode},
    faults::Trouble,
    reply::{Callback, Reply},
    screens::{Answer, frame},
    session::{Session, View, lock},
    state::{Asker, Shared},
    text,
    visit::{Kind, Visit},
    world::{Address, CustomerRecord, LineDiscountGroup, OrderRecord, SavedLine, line_amount},
};

mod lines;
mod lines_grid;
mod lookup_grid;
mod lookups;
mod names;
mod page;
mod save;

/// One order form, or one order opened for reading.
#[derive(Debug, Clone)]
pub(crate) struct OrderForm {
    /// The rendered page's number.
    number: u64,
    mode: Mode,
    /// The order's id, once it was saved.
    order: Option<u64>,
    customer: Option<u64>,
    customer_name: String,
    /// Where it can go; the first is the customer's own address, to which line callbacks return.
    addresses: Vec<Address>,
    delivery: usize,
    reference: String,
    description: String,
    text_external: String,
    text_internal: String,
    /// As typed.
    delivery_date: String,
    discount: Percent,
    line_discount: LineDiscountGroup,
    lines: Vec<Line>,
    /// The page of the lines grid.
    lines_page: usize,
    editing: Option<Editing>,
    /// Text and page of the customer lookup.
    customer_search: (String, usize),
    /// Text and page of the article lookup.
    article_search: (String, usize),
}

/// One line of the form.
#[derive(Debug, Clone, Default)]
struct Line {
    article: Option<ArticleId>,
    name: String,
    description: String,
    quantity: Quantity,
    unit_price: Cents,
    system_discount: Percent,
    discount: Percent,
    amount: Cents,
}

/// The line whose editors are open.
#[derive(Debug, Clone)]
struct Editing {
    /// `None` for a new line.
    row: Option<usize>,
    line: Line,
}

impl Line {
    /// Computes what the line comes to.
    fn settle(&mut self) {
        self.amount = line_amount(self.quantity, self.unit_price, self.system_discount, self.discount);
    }
}

impl From<&SavedLine> for Line {
    fn from(saved: &SavedLine) -> Self {
        Self {
            article: Some(saved.article.clone()),
            name: saved.name.clone(),
            description: saved.description.clone(),
            quantity: saved.quantity,
            unit_price: saved.unit_price,
            system_discount: saved.system_discount,
            discount: saved.discount,
            amount: saved.amount,
        }
    }
}

impl OrderForm {
    fn empty(number: u64) -> Self {
        Self {
            number,
            mode: Mode::Edit,
            order: None,
            customer: None,
            customer_name: String::new(),
            addresses: Vec::new(),
            delivery: 0,
            reference: String::new(),
            description: String::new(),
            text_external: String::new(),
            text_internal: String::new(),
            delivery_date: String::new(),
            discount: Percent(0),
            line_discount: LineDiscountGroup::None,
            lines: Vec::new(),
            lines_page: 0,
            editing: None,
            customer_search: (String::new(), 0),
            article_search: (String::new(), 0),
        }
    }

    fn of(number: u64, order: &OrderRecord, mode: Mode, mut addresses: Vec<Address>, asker: &Asker) -> Self {
        let delivery = addresses.iter().position(|address| *address == order.delivery).unwrap_or_else(|| {
            addresses.push(order.delivery.clone());
            addresses.len() - 1
        });
        Self {
            mode,
            order: Some(order.id),
            customer: order.customer.as_str().parse().ok(),
            customer_name: order.customer_name.clone(),
            addresses,
            delivery,
            reference: order.customer_reference.clone(),
            description: order.description.clone(),
            text_external: order.text_external.clone(),
            text_internal: order.text_internal.clone(),
            delivery_date: order.delivery_date.map_or(String::new(), |date| text::date(date, asker.locale)),
            discount: order.discount,
            line_discount: order.line_discount,
            lines: order.lines.iter().map(Line::from).collect(),
            ..Self::empty(number)
        }
    }

    /// What an event on the form is about.
    pub(crate) fn kind_of(&self, event: &Event) -> Kind {
        let Event { control, command, .. } = event;
        if control == "Vertical$mainMenu" {
            let saves = self.mode == Mode::Edit && command.starts_with('1');
            if saves { Kind::Save } else { Kind::Page }
        } else if control.contains("CUSTTABLE_Edit") {
            Kind::CustomerLookup
        } else if control.contains("INVENTTABLE_Edit") {
            Kind::ArticleLookup
        } else if command == "UPDATEEDIT" {
            Kind::LineUpdate
        } else {
            Kind::Line
        }
    }

    /// The sum of the lines.
    fn gross(&self) -> Cents {
        self.lines.iter().map(|line| line.amount).sum()
    }

    /// Takes over what stands in the posted editors; what cannot be read leaves the old value.
    fn absorb(&mut self, visit: &Visit, asker: &Asker) {
        let marker = format!("v7_{}$", self.number);
        let typed = |ending: &str| {
            visit
                .form
                .iter()
                .find(|(name, _)| name.contains(&marker) && name.ends_with(ending))
                .map(|(_, text)| text.clone())
        };
        let percent = |text: String| {
            text::parse_hundredths(&text, asker.locale).and_then(|value| i32::try_from(value).ok())
        };
        for (field, target) in [
            ("dviCUSTOMERREF_Edit", &mut self.reference),
            ("dviPURCHORDERFORMNUM_Edit", &mut self.description),
            ("dviTEXTEXTERNAL_Edit", &mut self.text_external),
            ("dviTEXTINTERNAL_Edit", &mut self.text_internal),
            ("dviDELIVERYDATE_Edit", &mut self.delivery_date),
        ] {
            if let Some(text) = typed(field) {
                *target = text.replace("\r\n", "\n");
            }
        }
        if let Some(value) = typed("dviMANUALDISCOUNT_Edit").and_then(percent) {
            self.discount = Percent(value.clamp(0, 10_000));
        }
        if let Some(value) = typed("dviLINEDISC_Edit$dropdown$DD_VI") {
            self.line_discount = if value == page::STREET_PRICE {
                LineDiscountGroup::StreetPrice
            } else {
                LineDiscountGroup::None
            };
        }
        if let Some(place) = typed("dviDELIVERYPOSTALADDRESS_Edit$dropdown$DD_VI")
            .and_then(|place| place.parse::<usize>().ok())
            && place < self.addresses.len()
        {
            self.delivery = place;
        }
        if let Some(editing) = &mut self.editing {
            if let Some(value) =
                typed("$xaf_QTYORDERED_Edit").and_then(|text| text::parse_hundredths(&text, asker.locale))
            {
                editing.line.quantity = Quantity(value);
            }
            if let Some(value) = typed("$xaf_MANUALDISCOUNT_Edit").and_then(percent) {
                editing.line.discount = Percent(value.clamp(0, 10_000));
            }
        }
    }
}

/// An empty order form.
pub(crate) fn new(shared: &Arc<Shared>, session: &mut Session, visit: &Visit, asker: &Asker) -> Answer {
    show(shared, session, visit, OrderForm::empty(shared.render_number()), asker)
}

/// An existing order. Orders that were sent cannot be edited; unknown ones lead to the error page.
pub(crate) fn open(
    shared: &Arc<Shared>,
    session: &mut Session,
    visit: &Visit,
    id: u64,
    mode: Mode,
    asker: &Asker,
) -> Answer {
    let form = {
        let records = lock(&shared.records);
        let Some(order) = records.orders.get(&id) else {
            return Answer::from(Reply::Redirect("/Archibald/Error.aspx".to_owned()));
        };
        let mode = if order.stage.is_sent() { Mode::View } else { mode };
        let customer = order.customer.as_str().parse::<u64>().ok();
        let customer = customer.and_then(|customer| records.customers.get(&customer));
        let addresses = customer.map_or_else(Vec::new, CustomerRecord::delivery_addresses);
        OrderForm::of(shared.render_number(), order, mode, addresses, asker)
    };
    show(shared, session, visit, form, asker)
}

fn show(
    shared: &Arc<Shared>,
    session: &mut Session,
    visit: &Visit,
    form: OrderForm,
    asker: &Asker,
) -> Answer {
    let view = page::view(shared, &form, asker);
    let tools = page::toolbar(&form, asker);
    let title = asker.say("Ordini", "Customer orders");
    let page: Markup = frame::application(asker, title, &visit.path_and_query(), form.number, &tools, &view);
    session.remember(form.number, View::Order(Box::new(form)));
    Answer::from(Reply::Page(page))
}

/// Answers an event on the form of this number.
pub(crate) fn event(
    shared: &Arc<Shared>,
    session: &mut Session,
    number: u64,
    event: &Event,
    visit: &Visit,
    asker: &Asker,
    troubles: &[Trouble],
) -> Answer {
    let Some(View::Order(form)) = session.views.get_mut(&number) else {
        return Answer::from(Callback::redirect(visit.path_and_query()));
    };
    if form.mode == Mode::Edit {
        form.absorb(visit, asker);
    }
    match form.kind_of(event) {
        Kind::Save => save::answer(shared, form, event, visit, asker, troubles),
        Kind::CustomerLookup => lookups::customer(shared, form, event, asker),
        Kind::ArticleLookup => lookups::article(shared, form, event, asker),
        Kind::Line | Kind::LineUpdate => lines::answer(shared, form, event, asker),
        _ => menu(form, event, visit),
    }
}

/// The tool bar's items that do not save.
fn menu(form: &OrderForm, event: &Event, visit: &Visit) -> Answer {
    let list = "/Archibald/SALESTABLE_ListView_Agent/".to_owned();
    let address = match (form.mode, event.command.as_str(), form.order) {
        (_, "0", _) => list,
        (Mode::View, "1", Some(id)) => format!("/Archibald/SALESTABLE_DetailViewAgent/{id}/?mode=Edit"),
        _ => visit.path_and_query(),
    };
    Answer::from(Callback::redirect(address))
}
