//! Asks how many of an article, in which package, and at what discount: for a new line and for one taken up again.

use domain::{Quantity, format_cents, format_quantity};
use leptos::{ev::KeyboardEvent, prelude::*};

use super::{
    entry::{Entry, Part, QuantityAdvice},
    wording::{package_text, refusal_text, split_text, variant_price},
};
use crate::{browser, i18n::use_i18n};

/// Names the fields of one of the two places where a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FieldIds {
    /// The quantity.
    pub(super) quantity: &'static str,
    /// The discount.
    pub(super) discount: &'static str,
    /// The group of packages.
    pub(super) package: &'static str,
}

/// The fields of one line. They are always there, so that nothing moves when an article is chosen.
#[component]
pub(super) fn LineFields(
    /// The line as it is written; without one the fields wait.
    entry: RwSignal<Option<Entry>>,
    /// What the fields are called.
    ids: FieldIds,
    /// Takes the line.
    done: impl Fn() + Copy + Send + Sync + 'static,
    /// Takes a split of the line over several packages, where that is possible.
    split: Option<fn(super::state::Form, &[Part])>,
    /// The form, for a split.
    form: super::state::Form,
    /// The buttons at the end.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let idle = move || entry.with(Option::is_none);
    let enter = move |event: KeyboardEvent, next: Option<&'static str>| {
        if event.key() == "Enter" && !event.is_composing() {
            event.prevent_default();
            match next {
                Some(id) => browser::focus_and_select_by_id(id),
                None => done(),
            }
        }
    };
    let quantity_problem = move || entry.with(|entry| entry.as_ref().is_some_and(quantity_is_wrong));
    let discount_problem = move || {
        entry.with(|entry| {
            entry.as_ref().is_some_and(|entry| entry.discount_left && entry.typed_discount().is_none())
        })
    };
    let amount = move || entry.with(|entry| entry.as_ref().and_then(Entry::amount)).map(format_cents);
    let advice_id = format!("{}-advice", ids.quantity);
    let discount_problem_id = format!("{}-problem", ids.discount);
    view! {
        <div class="line-fields">
            <Packages entry ids/>
            <div class="line-numbers">
                <div class="field">
                    <label for=ids.quantity>{move || i18n.get().form_quantity()}</label>
                    <input
                        id=ids.quantity
                        type="text"
                        class="figures"
                        inputmode="decimal"
                        enterkeyhint="next"
                        autocomplete="off"
                        disabled=idle
                        aria-invalid=move || quantity_problem().then_some("true")
                        aria-describedby=advice_id.clone()
                        prop:value=move || entry.with(|entry| entry.as_ref().map(|entry| entry.quantity.clone()).unwrap_or_default())
                        on:input:target=move |event| change(entry, |entry| entry.type_quantity(event.target().value()))
                        on:blur=move |_| change(entry, |entry| entry.quantity_left = true)
                        on:keydown=move |event| enter(event, Some(ids.discount))
                    />
                </div>
                <div class="field">
                    <label for=ids.discount>{move || i18n.get().form_discount()}</label>
                    <input
                        id=ids.discount
                        type="text"
                        class="figures"
                        inputmode="text"
                        enterkeyhint="done"
                        autocomplete="off"
                        placeholder="10+5"
                        disabled=idle
                        aria-invalid=move || discount_problem().then_some("true")
                        aria-describedby=discount_problem_id.clone()
                        prop:value=move || entry.with(|entry| entry.as_ref().map(|entry| entry.discount.clone()).unwrap_or_default())
                        on:input:target=move |event| change(entry, |entry| {
                            entry.discount = event.target().value();
                            entry.discount_left = false;
                        })
                        on:blur=move |_| change(entry, |entry| entry.discount_left = true)
                        on:keydown=move |event| enter(event, None)
                    />
                </div>
                <p class="line-amount figures" aria-hidden="true">{amount}</p>
            </div>
            <div class="line-advice" role="status">
                <div id=advice_id>
                    <Show when=quantity_problem>
                        <Advice entry ids split form/>
                    </Show>
                </div>
                <p class="field-problem" id=discount_problem_id>
                    {move || discount_problem().then(|| i18n.get().form_discount_wrong())}
                </p>
            </div>
            // A press on these must not leave the quantity first: its advice would push the button from under the finger.
            <div class="line-buttons" on:mousedown=move |event| event.prevent_default()>{children()}</div>
        </div>
    }
}

fn change(entry: RwSignal<Option<Entry>>, act: impl FnOnce(&mut Entry)) {
    entry.update(|entry| {
        if let Some(entry) = entry {
            act(entry);
        }
    });
}

/// Only a quantity that has been left is criticised; whoever is still typing knows best.
fn quantity_is_wrong(entry: &Entry) -> bool {
    entry.quantity_left && !entry.is_quantity_right()
}

/// The packages, as large switches; a single one is only told.
#[component]
fn Packages(
    /// The line.
    entry: RwSignal<Option<Entry>>,
    /// What the group is called.
    ids: FieldIds,
) -> impl IntoView {
    let i18n = use_i18n();
    let variants = Memo::new(move |_| {
        entry.with(|entry| entry.as_ref().map(|entry| entry.variants.clone())).unwrap_or_default()
    });
    let standing = Memo::new(move |_| entry.with(|entry| entry.as_ref().map_or(0, |entry| entry.variant)));
    let packages = move || {
        let language = i18n.get();
        let switch = |(at, variant): (usize, domain::VariantSummary)| {
            view! {
                <label class="package">
                    <input
                        type="radio"
                        name=ids.package
                        prop:checked=move || standing.get() == at
                        on:change=move |_| change(entry, |entry| entry.choose_package(at))
                    />
                    <span class="package-name">{package_text(language, &variant)}</span>
                    <span class="package-price figures">{variant_price(language, &variant)}</span>
                </label>
            }
        };
        variants.get().into_iter().enumerate().map(switch).collect_view()
    };
    let several = move || variants.with(|variants| variants.len() > 1);
    let single = move || {
        let language = i18n.get();
        variants.with(|variants| match variants.as_slice() {
            // A line taken up again without the network knows no more of its package than its price.
            [only] if only.package.is_none() && only.package_content.is_none() => {
                Some(variant_price(language, only))
            }
            [only] => Some(format!("{} · {}", package_text(language, only), variant_price(language, only))),
            _ => None,
        })
    };
    view! {
        <div class="packages-place">
            <Show when=several fallback=move || view! { <p class="packages-single figures">{single}</p> }>
                <fieldset class="packages">
                    <legend class="visually-hidden">{move || i18n.get().form_package()}</legend>
                    {packages}
                </fieldset>
            </Show>
        </div>
    }
}

/// What is wrong with the quantity, and the nearest right ones as buttons.
#[component]
fn Advice(
    /// The line.
    entry: RwSignal<Option<Entry>>,
    /// What the fields are called.
    ids: FieldIds,
    /// Takes a split.
    split: Option<fn(super::state::Form, &[Part])>,
    /// The form.
    form: super::state::Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let use_quantity = move |quantity: Quantity| {
        change(entry, |entry| entry.take_quantity(quantity));
        browser::focus_by_id(ids.discount);
    };
    move || {
        let language = i18n.get();
        let written = entry.get()?;
        let (text, nearest, parts) = match written.advice() {
            QuantityAdvice::Fine(_) => return None,
            QuantityAdvice::Empty => (language.form_quantity_empty().to_owned(), Vec::new(), Vec::new()),
            QuantityAdvice::NoNumber => {
                (language.form_quantity_no_number().to_owned(), Vec::new(), Vec::new())
            }
            QuantityAdvice::Refused { because, nearest, split } => {
                (refusal_text(language, because), nearest, split)
            }
        };
        let buttons = nearest.into_iter().map(move |quantity| {
            view! {
                <button type="button" class="button suggestion figures" on:click=move |_| use_quantity(quantity)>
                    {language.form_quantity_nearest()} " " {format_quantity(quantity)}
                </button>
            }
        });
        let splitting = split.filter(|_| parts.len() > 1).map(|take| {
            let text = language.form_quantity_split(split_text(language, &written, &parts));
            view! {
                <button type="button" class="button suggestion figures" on:click=move |_| take(form, &parts)>
                    {text}
                </button>
            }
        });
        Some(view! {
            <p class="field-problem">{text}</p>
            <div class="suggestions">{buttons.collect_view()} {splitting}</div>
        })
    }
}
