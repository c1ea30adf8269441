//! Shows the agent's orders, those just sent first, each with what was delivered and billed for it.

pub mod card;
pub mod documents;

use domain::{ErpId, Order, OrderList, OrderState, PageOf, SyncType};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;

use self::card::{OrderCard, SentCard, order_state_text};
use crate::{
    api,
    browser::{self, Timer},
    client,
    components::{Icon, Page, Problem, Sign, use_toasts},
    error::ErrorCode,
    i18n::{Language, use_i18n},
    live::use_live,
    routes,
    session::{Session, SignIn, use_session},
    shell::use_clock,
    wording::{age_text, asked_text, reason_text, sync_error_text},
};

/// From the last keystroke to the question.
const DEBOUNCE_MS: u32 = 200;
/// Orders that are asked for at a time; as many as a phone shows in a few swipes.
const ROWS: u32 = 30;

/// Which orders somebody wants to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Wanted {
    search: String,
    state: Option<OrderState>,
}

impl Wanted {
    fn is_everything(&self) -> bool {
        self.search.trim().is_empty() && self.state.is_none()
    }
}

/// The id of the search field.
const SEARCH: &str = "order-search";

/// What is shown, and what it is an answer to.
#[derive(Clone, Copy)]
struct Shown {
    session: Session,
    list: RwSignal<Option<OrderList>>,
    /// Which orders the list is of.
    answered: StoredValue<Wanted>,
    problem: RwSignal<Option<ErrorCode>>,
    /// Whether a question is on its way.
    waiting: RwSignal<bool>,
    search: RwSignal<String>,
    state: RwSignal<Option<OrderState>>,
    /// Counts questions; only the newest one's answer is taken.
    question: StoredValue<u64>,
    /// Whether the newest question is for what follows.
    further: StoredValue<bool>,
    timer: StoredValue<Option<Timer>, LocalStorage>,
}

impl Shown {
    fn new(session: Session) -> Self {
        Self {
            session,
            list: RwSignal::new(None),
            answered: StoredValue::new(Wanted::default()),
            problem: RwSignal::new(None),
            waiting: RwSignal::new(false),
            search: RwSignal::new(String::new()),
            state: RwSignal::new(None),
            question: StoredValue::new(0),
            further: StoredValue::new(false),
            timer: StoredValue::new_local(None),
        }
    }

    fn wanted(self) -> Option<Wanted> {
        Some(Wanted { search: self.search.try_get_untracked()?, state: self.state.try_get_untracked()? })
    }

    /// Asks for the orders from the beginning, as many as are shown or are about to be.
    fn ask(self) {
        let Some(wanted) = self.wanted() else { return };
        let shown = self.list.with_untracked(|list| list.as_ref().map_or(0, |list| list.listed.items.len()));
        let further = if self.waiting.get_untracked() && self.further.get_value() { ROWS } else { 0 };
        let rows = if wanted == self.answered.get_value() {
            u32::try_from(shown).unwrap_or(ROWS).max(ROWS) + further
        } else {
            ROWS
        };
        self.fetch(wanted, rows, None);
    }

    /// Asks for the first of what is wanted now.
    fn ask_first(self) {
        if let Some(wanted) = self.wanted() {
            self.fetch(wanted, ROWS, None);
        }
    }

    /// The same after a pause in typing.
    fn ask_soon(self) {
        self.timer.set_value(Some(Timer::after(DEBOUNCE_MS, move || self.ask_first())));
    }

    /// Asks for what follows what is shown.
    fn ask_more(self) {
        let next = self.list.with_untracked(|list| list.as_ref().and_then(|list| list.listed.next.clone()));
        if next.is_some() && !self.waiting.get_untracked() {
            self.fetch(self.answered.get_value(), ROWS, next);
        }
    }

    fn fetch(self, wanted: Wanted, limit: u32, cursor: Option<String>) {
        self.question.update_value(|number| *number += 1);
        let question = self.question.get_value();
        self.further.set_value(cursor.is_some());
        self.waiting.set(true);
        spawn_local(async move {
            let ask = || api::orders(wanted.search.clone(), wanted.state, Some(limit), cursor.clone());
            let answer = self.session.call(ask).await;
            // The page may be gone, or another question asked meanwhile.
            if self.question.try_get_value() != Some(question) {
                return;
            }
            self.waiting.set(false);
            match answer {
                Ok(list) => self.take(wanted, list, cursor.is_some()),
                Err(error) => {
                    self.problem.set(Some(error.code));
                    // Other orders than those asked for would pass for them.
                    if wanted != self.answered.get_value() {
                        self.list.set(None);
                    }
                }
            }
        });
    }

    fn take(self, wanted: Wanted, list: OrderList, further: bool) {
        self.problem.set(None);
        self.answered.set_value(wanted);
        let first = list.listed.items.first().map(|order| order.id.clone());
        let last_page = list.listed.next.is_none();
        self.list.update(|shown| *shown = Some(joined(shown.take().filter(|_| further), list)));
        if let Some(first) = first.filter(|_| further && last_page) {
            // The button that had the focus is gone.
            browser::after_drawing(move || browser::focus_by_id(&card::head_id(&first)));
        }
    }

    /// An order as it was listed last.
    fn order(self, id: &ErpId) -> Option<Order> {
        self.list.with(|list| list.as_ref()?.listed.items.iter().find(|order| order.id == *id).cloned())
    }
}

/// A further page after those before it.
fn joined(before: Option<OrderList>, after: OrderList) -> OrderList {
    let Some(before) = before else { return after };
    let mut items = before.listed.items;
    items.extend(after.listed.items);
    OrderList { listed: PageOf { items, ..after.listed }, sent: before.sent, ..after }
}

/// The page `/orders`.
#[component]
pub fn OrdersPage() -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let shown = Shown::new(session);
    Effect::new(move || {
        live.orders.track();
        if matches!(session.get(), SignIn::In(_)) {
            shown.ask();
        }
    });
    view! {
        <Page title=Language::orders_heading>
            <Head shown/>
            <Filters shown/>
            {move || shown.problem.get().map(|code| view! { <Problem code retry=move || shown.ask()/> })}
            <Listed shown/>
        </Page>
    }
}

#[component]
fn Head(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let toasts = use_toasts();
    let fresh = move || shown.list.with(|list| list.as_ref().and_then(|list| list.fresh_as_of));
    let refresh = move |_| {
        spawn_local(async move {
            let mut waits = None;
            for kind in [SyncType::Orders, SyncType::Ddt, SyncType::Invoices] {
                match shown.session.call(|| client::ask_sync(kind)).await {
                    Ok(asked) => waits = waits.or(asked.waiting_because),
                    Err(error) => return toasts.say(asked_text(i18n.now(), Err(error))),
                }
            }
            toasts.say(asked_text(i18n.now(), Ok(waits)));
        });
    };
    view! {
        <div class="page-head">
            <div>
                <h1>{move || i18n.get().orders_heading()}</h1>
                <p class="soft">
                    {move || fresh().map(|fresh| {
                        i18n.get().orders_fresh(age_text(i18n.get(), clock.get(), fresh, browser::local_time))
                    })}
                </p>
            </div>
            <button type="button" class="button button-quiet" on:click=refresh>
                <Icon sign=Sign::Sync/>
                {move || i18n.get().orders_refresh()}
            </button>
        </div>
    }
}

#[component]
fn Filters(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let i18n = use_i18n();
    let states = [None].into_iter().chain(OrderState::ALL.map(Some));
    let choose = move |state: Option<OrderState>| {
        shown.state.set(state);
        shown.ask_first();
    };
    // What was typed before the page woke up is kept, and looked for.
    let early = browser::typed_into(SEARCH);
    Effect::new(move || {
        if let Some(early) = early.clone().filter(|early| !early.is_empty()) {
            shown.search.set(early);
            shown.ask_soon();
        }
    });
    view! {
        <search class="order-filters">
            <div class="field">
                <label for=SEARCH>{move || i18n.get().orders_search()}</label>
                <input
                    id=SEARCH
                    type="search"
                    autocomplete="off"
                    enterkeyhint="search"
                    placeholder=move || i18n.get().orders_search_hint()
                    prop:value=move || shown.search.get()
                    on:input=move |event| {
                        shown.search.set(event_target_value(&event));
                        shown.ask_soon();
                    }
                />
            </div>
            <fieldset class="chips">
                <legend class="visually-hidden">{move || i18n.get().orders_state()}</legend>
                {states
                    .map(|state| {
                        view! {
                            <label class="chip">
                                <input
                                    type="radio"
                                    name="order-state"
                                    prop:checked=move || shown.state.get() == state
                                    on:change=move |_| choose(state)
                                />
                                <span>{move || filter_text(i18n.get(), state)}</span>
                            </label>
                        }
                    })
                    .collect_view()}
            </fieldset>
        </search>
    }
}

fn filter_text(language: Language, state: Option<OrderState>) -> &'static str {
    state.map_or_else(|| language.orders_all(), |state| order_state_text(language, state))
}

#[component]
fn Listed(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let i18n = use_i18n();
    let sent =
        move || shown.list.with(|list| list.as_ref().map(|list| list.sent.clone())).unwrap_or_default();
    let orders = move || {
        shown.list.with(|list| list.as_ref().map(|list| list.listed.items.clone())).unwrap_or_default()
    };
    let empty = move || {
        shown.list.with(|list| {
            list.as_ref().is_some_and(|list| list.listed.items.is_empty() && list.sent.is_empty())
        })
    };
    let unknown = move || shown.list.with(Option::is_none) && shown.problem.get().is_none();
    view! {
        <p class="order-count soft" class:visually-hidden=empty role="status">
            {move || shown.list.with(|list| list.as_ref().map(|list| counted(i18n.get(), list)))}
        </p>
        <Show when=unknown>
            <p class="visually-hidden">{move || i18n.get().list_loading()}</p>
            <div class="card skeleton" aria-hidden="true"></div>
        </Show>
        <Show when=empty>
            <Nothing shown/>
        </Show>
        <ul class="order-list" aria-busy=move || shown.waiting.get().to_string()>
            <For each=sent key=|order| (order.draft_id, order.number.clone()) let:order>
                <SentCard order/>
            </For>
            <For
                each=orders
                key=|order| order.id.clone()
                children=move |order| {
                    let id = order.id.clone();
                    let latest = Memo::new(move |before: Option<&Order>| {
                        shown.order(&id).or_else(|| before.cloned()).unwrap_or_else(|| order.clone())
                    });
                    view! { <OrderCard order=latest/> }
                }
            />
        </ul>
        <Show when=move || shown.list.with(|list| list.as_ref().is_some_and(|list| list.listed.next.is_some()))>
            <p class="order-more">
                <button
                    type="button"
                    class="button"
                    aria-disabled=move || shown.waiting.get().to_string()
                    on:click=move |_| shown.ask_more()
                >
                    {move || if shown.waiting.get() { i18n.get().list_loading() } else { i18n.get().orders_more() }}
                </button>
            </p>
        </Show>
    }
}

/// `3 ordini`, `30 di 985 ordini`
fn counted(language: Language, list: &OrderList) -> String {
    let sent = list.sent.len();
    let (shown, total) = (list.listed.items.len() + sent, list.listed.total as usize + sent);
    match total {
        0 if list.listed.coming => String::new(),
        0 => language.orders_none_found().to_owned(),
        1 => language.orders_count_one().to_owned(),
        _ if shown < total => language.orders_count_part(shown, total),
        _ => language.orders_count(total),
    }
}

/// Says why there is nothing, and what to do about it.
#[component]
fn Nothing(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let i18n = use_i18n();
    let coming = move || shown.list.with(|list| list.as_ref().is_some_and(|list| list.listed.coming));
    let everything = move || shown.list.with(|_| shown.answered.with_value(Wanted::is_everything));
    let clear = move |_| {
        shown.search.set(String::new());
        shown.state.set(None);
        browser::focus_by_id(SEARCH);
        shown.ask_first();
    };
    view! {
        <div class="empty">
            <Icon sign=Sign::List/>
            {move || match (coming(), everything()) {
                (true, _) => view! { <Coming shown/> }.into_any(),
                (false, false) => view! {
                    <p class="empty-title">{move || i18n.get().orders_none_found()}</p>
                    <button type="button" class="button" on:click=clear>{move || i18n.get().orders_clear()}</button>
                }
                    .into_any(),
                (false, true) => view! {
                    <p class="empty-title">{move || i18n.get().orders_none()}</p>
                    <p class="soft">{move || i18n.get().orders_none_hint()}</p>
                    <A href=routes::NEW_ORDER attr:class="button button-main">{move || i18n.get().drafts_new()}</A>
                }
                    .into_any(),
            }}
        </div>
    }
}

/// Says that the first reading is on its way, or what keeps it.
#[component]
fn Coming(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let i18n = use_i18n();
    let failed = move || shown.list.with(|list| list.as_ref().and_then(|list| list.failed));
    let waits = move || shown.list.with(|list| list.as_ref().and_then(|list| list.waiting_because));
    move || match failed() {
        Some(kind) => view! {
            <p class="empty-title" role="alert">{move || sync_error_text(i18n.get(), kind)}</p>
            <A href=routes::SYNC attr:class="button">{move || i18n.get().nav_sync()}</A>
        }
        .into_any(),
        None => view! {
            <p class="empty-title">{move || i18n.get().orders_coming()}</p>
            <p class="soft">
                {move || match waits() {
                    Some(reason) => i18n.get().sync_waiting(reason_text(i18n.get(), reason)),
                    None => i18n.get().orders_coming_hint().to_owned(),
                }}
            </p>
            <progress aria-label=move || i18n.get().orders_coming()></progress>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(ids: &[u32], total: u32) -> OrderList {
        let order = |id: &u32| {
            serde_json::from_value(serde_json::json!({ "id": id.to_string(), "customerName": "x" })).unwrap()
        };
        let listed = PageOf { items: ids.iter().map(order).collect(), total, next: None, coming: false };
        OrderList { listed, sent: Vec::new(), fresh_as_of: None, failed: None, waiting_because: None }
    }

    #[test]
    fn a_further_page_follows_the_ones_before() {
        let both = joined(Some(list(&[1, 2], 3)), list(&[3], 3));
        let ids: Vec<_> = both.listed.items.iter().map(|order| order.id.to_string()).collect();
        assert_eq!(ids, ["1", "2", "3"]);
        assert_eq!(joined(None, list(&[3], 3)).listed.items.len(), 1);
    }

    #[test]
    fn orders_are_counted_in_words() {
        let said = |ids: &[u32], total| counted(Language::Italian, &list(ids, total));
        assert_eq!(said(&[], 0), "Nessun ordine corrisponde");
        assert_eq!(said(&[1], 1), "1 ordine");
        assert_eq!(said(&[1, 2], 2), "2 ordini");
        assert_eq!(said(&[1, 2], 985), "2 di 985 ordini");
    }
}
