//! Writes orders, one after another, without leaving the page.
//!
//! [`state`] holds what is shown and takes the agent's steps; what a step does to the draft is decided in [`edits`], what
//! there is to say about a half-written line in [`entry`], and when the form enters and leaves its lease in [`presence`]:
//! those three are pure. The rest shows and listens.

#![allow(unreachable_pub, reason = "the component macro makes every component's props pub")]

mod actions;
mod banner;
mod details;
mod doorway;
mod edits;
mod entry;
mod fields;
mod fresh;
mod freshness;
mod ids;
mod line_fields;
mod lines;
mod presence;
mod refusal;
mod state;
mod totals;
mod wording;

use domain::{DraftId, PlacementState, order_totals};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use self::{
    actions::ActionBar,
    banner::BannerPlace,
    details::Details,
    doorway::{Doorway, open_doorway},
    fields::{ArticleField, CustomerField},
    freshness::FreshnessLine,
    line_fields::{FieldIds, LineFields},
    lines::Lines,
    presence::Happening,
    refusal::RefusalNotice,
    state::Form,
    totals::Totals,
};
use crate::{
    api,
    components::{Icon, Page, Sign},
    i18n::{Language, use_i18n},
    live::use_live,
    pages::drafts::concerns::ConcernNotice,
    routes,
    session::use_session,
};

const ENTRY_FIELDS: FieldIds =
    FieldIds { quantity: ids::QUANTITY, discount: ids::DISCOUNT, package: "entry-package" };

/// The page `/orders/new`, also with `?draft=` for a draft to go on with.
#[component]
pub fn OrderFormPage() -> impl IntoView {
    let form = Form::new();
    let doorway = open_doorway();
    follow_address(form);
    form.connect();
    follow_placements(form, doorway);
    view! {
        <Page title=Language::form_heading tabs=false>
            <OrderForm form doorway/>
        </Page>
    }
}

#[component]
fn OrderForm(
    /// What is shown.
    form: Form,
    /// The form's place on the server.
    doorway: Doorway,
) -> impl IntoView {
    let i18n = use_i18n();
    let query = use_query_map();
    let heading = move || {
        let edits = query.with(|query| query.get("draft").is_some());
        if edits { i18n.get().form_heading_edit() } else { i18n.get().form_heading() }
    };
    let totals = Memo::new(move |_| form.draft.with(order_totals));
    let input = move || doorway.hear(Happening::Input);
    view! {
        <div class="order-form" on:input=move |_| input() on:keydown=move |_| input() on:pointerdown=move |_| input()>
            <BannerPlace form/>
            <RefusalNotice form/>
            <Concerns form/>
            <div class="form-top">
                <h1>{heading}</h1>
                <FreshnessLine freshness=doorway.freshness retry=move || doorway.hear(Happening::Retry)/>
            </div>
            <div class="form-body" inert=move || form.sending.get() || form.is_opening()>
                <div class="form-write">
                    <CustomerField form doorway/>
                    <section class="form-line" aria-label=move || i18n.get().form_add_line()>
                        <ArticleField form/>
                        <LineFields
                            entry=form.entry
                            ids=ENTRY_FIELDS
                            done=move || form.add_line()
                            split=Some(Form::add_parts)
                            form
                        >
                            <button type="button" class="button button-quiet add-line" on:click=move |_| form.add_line()>
                                <Icon sign=Sign::Order/>
                                {move || i18n.get().form_add_line()}
                            </button>
                        </LineFields>
                    </section>
                </div>
                <div class="form-read">
                    <Lines form/>
                    <Details form/>
                    <Totals totals/>
                </div>
            </div>
            <ActionBar form totals/>
        </div>
    }
}

/// The notice above the form, which gets the focus when the button at its foot is answered with a question.
const CONCERNS_ID: &str = "order-concerns";

/// What to know before this order is sent, once the agent has tried to send it.
#[component]
fn Concerns(
    /// The form.
    form: Form,
) -> impl IntoView {
    let draft = Signal::derive(move || Some(form.draft.get_untracked()));
    let take = move |concern, right| form.put_right(&concern, right);
    move || {
        let concerns = form.concerns.get();
        (!concerns.is_empty()).then(|| {
            view! {
                <div id=CONCERNS_ID tabindex="-1">
                    <ConcernNotice
                        concerns
                        draft
                        take
                        send=move || form.send_anyway()
                        keep=move || form.concerns.set(Vec::new())
                    />
                </div>
            }
        })
    }
}

/// Binds the form to the draft of the address, and to a new one when the address names none.
fn follow_address(form: Form) {
    let query = use_query_map();
    let asked =
        Memo::new(move |_| query.with(|query| query.get("draft").and_then(|id| id.parse::<DraftId>().ok())));
    refusal::follow(form, asked);
    Effect::new(move |before: Option<Option<DraftId>>| {
        let asked = asked.get();
        untrack(|| form.turn_to(asked, before));
        asked
    });
    let navigate = use_navigate();
    Effect::new(move || {
        // A draft that was saved or sent is done with; its address would bring it back at the next reload.
        let shown = form.draft.with(|draft| draft.id);
        if asked.get_untracked().is_some_and(|asked| asked != shown) && !form.is_opening() {
            let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
            navigate(routes::NEW_ORDER, options);
        }
    });
    Effect::new(move || on_cleanup(move || form.leave()));
}

/// Watches the orders sent from here: when the ERP has one, or has refused it, the pause of the other syncs is over, and
/// the next input takes it back.
fn follow_placements(form: Form, doorway: Doorway) {
    let live = use_live();
    let session = use_session();
    Effect::new(move || {
        live.placements.track();
        if form.sent.with(Vec::is_empty) {
            return;
        }
        spawn_local(async move {
            let Ok(placements) = session.call(api::placements).await else { return };
            let ended = |id: &DraftId| {
                placements.iter().any(|placement| placement.draft_id == *id && has_ended(&placement.state))
            };
            let some_ended = form.sent.try_with_untracked(|sent| sent.iter().any(ended)) == Some(true);
            if some_ended {
                form.sent.update(|sent| sent.retain(|id| !ended(id)));
                doorway.hear(Happening::PlacementEnded);
            }
        });
    });
}

/// Whether a placement has left the ERP login.
const fn has_ended(state: &PlacementState) -> bool {
    match state {
        PlacementState::Queued | PlacementState::Filling | PlacementState::Armed | PlacementState::Saving => {
            false
        }
        PlacementState::Unknown
        | PlacementState::Placed { .. }
        | PlacementState::Verified { .. }
        | PlacementState::Rejected { .. }
        | PlacementState::NeedsAttention { .. }
        | PlacementState::Withdrawn => true,
    }
}
