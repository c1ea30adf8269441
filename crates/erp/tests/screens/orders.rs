//! Types orders, finds them by their marker and reads them back.

use std::{collections::HashMap, time::Duration};

use domain::{
    ArticleId, Cents, CustomerChoice, DiscountCascade, Draft, DraftId, DraftLine, LineId, Marker, Percent,
    Product, Quantity, Timestamp, VatRate,
};
use erp::{ErpError, OrderEntry, OrderObserver, SavePermission, Variant};
use erp_sim::{Address, Deed, Fault, LineDiscountGroup, OrderRecord, Place, Trouble};
use tokio_util::sync::CancellationToken;

use crate::support::{Stage, never, small_world};

/// Permits the save and writes down what happened, e.g. `1/3 2/3 3/3 armed save`.
#[derive(Default)]
pub(crate) struct Diary {
    events: Vec<String>,
    permission: Option<SavePermission>,
}

impl OrderObserver for Diary {
    async fn line_done(&mut self, done: u32, total: u32) {
        self.events.push(format!("{done}/{total}"));
    }

    async fn armed(&mut self) {
        self.events.push("armed".to_owned());
    }

    async fn warned(&mut self, words: &str) {
        self.events.push(format!("warned: {words}"));
    }

    async fn before_save(&mut self) -> SavePermission {
        self.events.push("save".to_owned());
        self.permission.unwrap_or(SavePermission::Save)
    }
}

/// An order that suits the world, with what the catalogue knows of its articles.
pub(crate) struct Wish {
    draft: Draft,
    marker: Marker,
    variants: HashMap<ArticleId, Variant>,
}

impl Wish {
    /// Its customer has the default discount group and a second address; its articles include one with several variants.
    pub(crate) fn of(stage: &Stage, bits: u64, lines: usize) -> Self {
        let customer = stage.sim.records(|records| {
            let trapped = |record: &&erp_sim::CustomerRecord| {
                record.line_discount == LineDiscountGroup::StreetPrice
                    && !record.broken
                    && !record.addresses.is_empty()
            };
            let found = records.customers.values().find(trapped).expect("most customers have the group");
            found.customer.clone()
        });
        let products: Vec<(Product, Option<Cents>)> = stage.sim.records(|records| {
            let sold = |product: &&Product| product.orderable != Some(false) && product.stopped != Some(true);
            let all: Vec<Product> = records.products.values().filter(sold).cloned().collect();
            all.into_iter()
                .map(|product| {
                    let price = records.price_of(&product).and_then(|price| price.unit_price);
                    (product, price)
                })
                .collect()
        });
        // Variants of one name first: they are what can be confused.
        let mut names: HashMap<&str, usize> = HashMap::new();
        for (product, _) in &products {
            *names.entry(&product.name).or_default() += 1;
        }
        let mut chosen: Vec<&(Product, Option<Cents>)> = products.iter().collect();
        chosen.sort_by_key(|(product, _)| std::cmp::Reverse(names[product.name.as_str()]));
        let id: DraftId = "0191e7a0-0000-7000-8000-000000000002".parse().expect("it is a UUID");
        let draft = Draft {
            customer: Some(CustomerChoice {
                id: customer.id,
                account: customer.account,
                name: customer.name,
                city: customer.city,
            }),
            lines: chosen
                .iter()
                .take(lines)
                .enumerate()
                .map(|(place, (product, price))| line(place, product, *price))
                .collect(),
            ..Draft::new(id, Timestamp(0))
        };
        let variants =
            chosen.iter().map(|(product, _)| (product.id.clone(), Variant::from(product))).collect();
        Self { draft, marker: Marker::from_bits(bits), variants }
    }

    pub(crate) fn entry(&self) -> OrderEntry<'_> {
        OrderEntry { draft: &self.draft, marker: &self.marker, variants: &self.variants }
    }
}

/// Twice the package in odd places, with a discount in every third.
fn line(place: usize, product: &Product, price: Option<Cents>) -> DraftLine {
    let one = Quantity::pieces(1);
    let package = product.quantity_multiple.unwrap_or(one).max(product.quantity_minimum.unwrap_or(one));
    let discount = if place % 3 == 1 { vec![Percent(1_000), Percent(500)] } else { Vec::new() };
    DraftLine {
        id: format!("0191e7a0-0000-7000-8000-{place:012}").parse::<LineId>().expect("it is a UUID"),
        article: product.id.clone(),
        name: product.name.clone(),
        description: product.description.clone(),
        quantity: if place % 2 == 1 { package * 2 } else { package },
        unit_price: price,
        price_unit: one,
        discount: DiscountCascade(discount),
        system_discount: Percent(0),
        vat: VatRate::default(),
    }
}

impl Stage {
    /// Where else the order's customer takes deliveries.
    fn other_address_of(&self, draft: &Draft) -> Address {
        let customer = draft.customer.as_ref().expect("the draft has a customer");
        let id: u64 = customer.id.as_str().parse().expect("digits are an id");
        self.sim.records(|records| records.customers[&id].addresses[0].clone())
    }

    /// The orders that forms have saved.
    fn placed(&self) -> Vec<OrderRecord> {
        self.sim.records(|records| {
            records.orders.values().filter(|order| order.placed_by.is_some()).cloned().collect()
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_three_lines_lands_exactly_once_and_reads_back_the_same() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let mut wish = Wish::of(&stage, 0xA7_1234_5678, 3);
    wish.draft.customer_reference = Some("Rif. 12/B".to_owned());
    wish.draft.notes = Some("Consegnare al mattino\nPiano 2".to_owned());
    wish.draft.requested_delivery = Some(time::macros::date!(2026 - 02 - 03));
    let elsewhere = stage.other_address_of(&wish.draft);
    wish.draft.delivery_address = Some(format!("{} {}", elsewhere.street, elsewhere.city));
    wish.draft.header_discount = Percent(250);
    let mut diary = Diary::default();
    let entered = session.enter_order(&wish.entry(), &mut diary, &never()).await.expect("it is placed");
    assert_eq!(diary.events.join(" "), "1/3 2/3 3/3 armed save");
    let placed = stage.placed();
    assert_eq!(placed.len(), 1);
    let order = &placed[0];
    assert_eq!(order.id.to_string(), entered.id.as_str());
    assert_eq!(order.customer_reference, format!("{} Rif. 12/B", wish.marker));
    assert_eq!(order.text_external, "Consegnare al mattino\nPiano 2");
    assert_eq!(order.delivery_date, wish.draft.requested_delivery);
    assert_eq!(order.delivery, elsewhere, "lines set the address back, but it is chosen after them");
    assert_eq!((order.discount, order.line_discount), (Percent(250), LineDiscountGroup::None));
    let saved: Vec<_> =
        order.lines.iter().map(|line| (&line.article, line.quantity, line.discount)).collect();
    let sent: Vec<_> = wish
        .draft
        .lines
        .iter()
        .map(|line| (&line.article, line.quantity, line.discount.effective()))
        .collect();
    assert_eq!(saved, sent);
    assert!(order.lines.iter().all(|line| line.system_discount == Percent(0)), "the trap is cleared");

    let found = session.find_by_marker(&wish.marker, &never()).await.expect("the list can be searched");
    assert_eq!((found.len(), &found[0].id), (1, &entered.id));
    let read = session.read_order(&entered.id, &never()).await.expect("it can be read");
    assert_eq!(read.differences(&wish.draft, &wish.marker), []);
    assert_eq!(session.logins(), 1);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_abandoned_before_the_save_leaves_nothing() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 2, 1);
    let mut diary = Diary { permission: Some(SavePermission::Abandon), ..Diary::default() };
    let error = session.enter_order(&wish.entry(), &mut diary, &never()).await.err();
    assert_eq!(error, Some(ErpError::Cancelled));
    assert_eq!(session.find_by_marker(&wish.marker, &never()).await, Ok(vec![]));
    assert_eq!(stage.placed().len(), 0);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_erp_refuses_is_told_in_its_words() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 3, 1);
    let text = "Cliente bloccato: rivolgersi all'amministrazione".to_owned();
    stage.sim.break_with(Fault::once(Place::Save, Trouble::SaveRefused { text: text.clone() }));
    let error = session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.err();
    assert_eq!(error, Some(ErpError::Rejected { reason: text }));
    assert_eq!(stage.placed().len(), 0);

    // A quantity that fits no package freezes the real server for two minutes; the simulated one for three seconds.
    let mut misfit = Wish::of(&stage, 4, 1);
    let rule = stage.sim.records(|records| {
        let packed = |product: &&Product| {
            product.quantity_multiple.is_some_and(|multiple| multiple > Quantity::pieces(1))
                && product.orderable != Some(false)
                && product.stopped != Some(true)
        };
        records.products.values().find(packed).cloned().expect("some articles come in packages")
    });
    misfit.draft.lines = vec![DraftLine { quantity: Quantity::pieces(1), ..line(0, &rule, None) }];
    misfit.variants.insert(rule.id.clone(), Variant::from(&rule));
    let error = session.enter_order(&misfit.entry(), &mut Diary::default(), &never()).await.err();
    let Some(ErpError::Rejected { reason }) = error else { panic!("{error:?}") };
    assert!(reason.contains("multiplo") && reason.contains(rule.id.as_str()), "{reason}");
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warning_is_confirmed_once_and_kept() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 5, 1);
    let text = "Fido quasi esaurito".to_owned();
    stage.sim.break_with(Fault::once(Place::Save, Trouble::SaveWarning { text: text.clone() }));
    let entered =
        session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.expect("it is placed");
    assert_eq!(entered.warnings, [text]);
    assert_eq!(stage.placed().len(), 1);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_window_over_the_form_says_is_passed_on() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    session.ensure_logged_in(&never()).await.expect("it signs in");
    let wish = Wish::of(&stage, 19, 1);
    let text = "Cliente con pagamenti in sospeso".to_owned();
    stage.sim.break_with(Fault::once(Place::Form, Trouble::Popup { text: text.clone() }));
    let mut diary = Diary::default();
    session.enter_order(&wish.entry(), &mut diary, &never()).await.expect("it is placed");
    let said = |event: &&String| event.starts_with("warned:") && event.contains(&text);
    assert_eq!(diary.events.iter().filter(said).count(), 1, "{:?}", diary.events);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_customer_or_article_is_refused_before_anything_is_saved() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let mut stranger = Wish::of(&stage, 6, 1);
    let choice = stranger.draft.customer.as_mut().expect("it has one");
    (choice.id, choice.account) = ("999999".parse().expect("it is an id"), None);
    let error = session.enter_order(&stranger.entry(), &mut Diary::default(), &never()).await.err();
    assert!(
        matches!(&error, Some(ErpError::Rejected { reason }) if reason.contains("non si trova")),
        "{error:?}"
    );

    let mut unknown = Wish::of(&stage, 7, 1);
    unknown.draft.lines[0].article = "999999K9".parse().expect("it is an article");
    unknown.variants.clear();
    let error = session.enter_order(&unknown.entry(), &mut Diary::default(), &never()).await.err();
    assert!(
        matches!(&error, Some(ErpError::Rejected { reason }) if reason.contains("999999K9")),
        "{error:?}"
    );
    assert_eq!(stage.placed().len(), 0);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_namesakes_on_two_pages_of_the_lookup_the_right_one_is_chosen_or_none() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let mut wish = Wish::of(&stage, 20, 1);
    let choice = wish.draft.customer.as_mut().expect("it has one");
    choice.account = None;
    // A lookup shows ten rows; the one that is meant is the last of all.
    stage.sim.records(|records| {
        records.customers.values_mut().for_each(|record| record.customer.name.clone_from(&choice.name));
        let last = records.customers.values().rfind(|record| !record.broken).expect("one is not broken");
        choice.id = last.customer.id.clone();
    });
    session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.expect("it is placed");
    let [order] = &stage.placed()[..] else { panic!("one order") };
    assert_eq!(Some(&order.customer), wish.draft.customer.as_ref().map(|choice| &choice.id));

    // Where the lookup shows no ids, a name that several have chooses nobody.
    let hidden = Trouble::Caption { from: ">ID<".to_owned(), to: ">CODICE<".to_owned() };
    stage.sim.break_with(Fault { count: 1_000, ..Fault::once(Place::Any, hidden) });
    let error = session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.err();
    assert!(
        matches!(&error, Some(ErpError::Rejected { reason }) if reason.contains("non si trova")),
        "{error:?}"
    );
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_in_the_form_is_logged_out_and_saves_nothing() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 8, 2);
    stage.sim.break_with(Fault { after: 1, ..Fault::once(Place::LineUpdate, Trouble::LogOut) });
    let mut diary = Diary::default();
    let error = session.enter_order(&wish.entry(), &mut diary, &never()).await.err();
    assert_eq!((error, diary.events.join(" ").as_str()), (Some(ErpError::LoggedOut), "1/2"));
    assert_eq!(stage.placed().len(), 0);
    session
        .enter_order(&wish.entry(), &mut Diary::default(), &never())
        .await
        .expect("the next attempt places it");
    assert_eq!(stage.placed().len(), 1);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_answer_is_lost_is_never_called_rejected_and_is_found_by_its_marker() {
    let stage = Stage::set_with(small_world(), |limits| limits.save = Duration::from_secs(8)).await;
    let mut session = stage.session();
    let cases =
        [(9, Trouble::AnswerLost, 1), (10, Trouble::Status { status: 500 }, 0), (11, Trouble::Drop, 0)];
    for (tried, (bits, trouble, saved)) in (1..).zip(cases) {
        let wish = Wish::of(&stage, bits, 1);
        stage.sim.break_with(Fault { count: 20, ..Fault::once(Place::Save, trouble.clone()) });
        let error = session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.err();
        assert!(matches!(error, Some(ErpError::Unreachable { .. })), "{trouble:?}: {error:?}");
        let mut fresh = stage.session();
        let found = fresh.find_by_marker(&wish.marker, &never()).await.expect("the list can be searched");
        assert_eq!(found.len(), saved, "{trouble:?}");
        let saves = stage.outcomes(Deed::Save);
        assert_eq!(saves.split(" · ").count(), tried, "the browser repeats no save: {saves}");
        clear_faults(&stage);
    }
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_orders_under_one_marker_are_not_called_placed() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 12, 1);
    stage.sim.break_with(Fault::once(Place::Save, Trouble::SavedTwice));
    let error = session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.err();
    assert!(matches!(error, Some(ErpError::ScreenChanged { .. })), "{error:?}");
    assert_eq!(session.find_by_marker(&wish.marker, &never()).await.map(|found| found.len()), Ok(2));
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_lags_a_little_still_tells_the_order() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 13, 1);
    stage.sim.break_with(Fault::once(Place::Save, Trouble::ListLag { ms: 3_000 }));
    let entered =
        session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.expect("it is placed");
    assert_eq!(stage.placed()[0].id.to_string(), entered.id.as_str());
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_differing_order_is_seen_when_it_is_read_back() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 14, 1);
    stage.sim.break_with(Fault::once(Place::Save, Trouble::WrongQuantity { pieces: 1 }));
    let entered =
        session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.expect("it is placed");
    let read = session.read_order(&entered.id, &never()).await.expect("it can be read");
    let differences = read.differences(&wish.draft, &wish.marker);
    assert!(matches!(differences[0], erp::Difference::Quantity { .. }), "{differences:?}");
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_stops_when_asked_and_saves_nothing() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 15, 3);
    let cancel = CancellationToken::new();
    struct Impatient(CancellationToken);
    impl OrderObserver for Impatient {
        async fn line_done(&mut self, _done: u32, _total: u32) {
            self.0.cancel();
        }
        async fn armed(&mut self) {}
        async fn before_save(&mut self) -> SavePermission {
            SavePermission::Save
        }
    }
    let error = session.enter_order(&wish.entry(), &mut Impatient(cancel.clone()), &cancel).await.err();
    assert_eq!(error, Some(ErpError::Cancelled));
    assert_eq!(stage.placed().len(), 0);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_taken_up_from_the_line_at_which_the_erp_failed() {
    let stage = Stage::set_with(small_world(), |limits| limits.line_update = Duration::from_secs(6)).await;
    let mut session = stage.session();
    // The second line is lost with its request, the third was stored and only its answer is lost.
    for (after, trouble) in [(1, Trouble::Status { status: 500 }), (3, Trouble::AnswerLost)] {
        stage.sim.break_with(Fault { after, ..Fault::once(Place::LineUpdate, trouble) });
    }
    let wish = Wish::of(&stage, 17, 4);
    let mut diary = Diary::default();
    session.enter_order(&wish.entry(), &mut diary, &never()).await.expect("it is placed");
    assert_eq!(diary.events[..4], ["1/4", "2/4", "3/4", "4/4"]);
    let [order] = &stage.placed()[..] else { panic!("one order") };
    assert_eq!(order.lines.len(), 4);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_near_twin_is_sighted_and_other_orders_are_not() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 18, 1);
    session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.expect("it is placed");
    let sighted = session.sight_twins(&wish.draft, &never()).await.expect("the list can be searched");
    assert_eq!(sighted.orders, [], "it carries the marker");
    stage.sim.records(|records| {
        for order in records.orders.values_mut().filter(|order| order.placed_by.is_some()) {
            order.customer_reference.clear();
        }
    });
    let sighted = session.sight_twins(&wish.draft, &never()).await.expect("the list can be searched");
    assert_eq!(sighted.orders.len(), 1);
    assert!(!sighted.picture.png.is_empty() && !sighted.orders[0].created.is_empty());
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_lines_than_two_pages_of_the_grid_are_verified_and_read_back() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let wish = Wish::of(&stage, 16, 41);
    let entered =
        session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.expect("it is placed");
    let read = session.read_order(&entered.id, &never()).await.expect("it can be read");
    assert_eq!(read.lines.len(), 41);
    assert_eq!(read.differences(&wish.draft, &wish.marker), []);
    stage.strike().await;
}

fn clear_faults(stage: &Stage) {
    stage.sim.mend();
    // Orders of the wishes before must not count for the next.
    stage.sim.records(|records| records.orders.retain(|_, order| order.placed_by.is_none()));
}
