//! Reports on the catalogue: which prices fit no article, which articles have no price, and what has changed.

use domain::{
    ArticleWithoutPrice, CatalogChange, Cents, ChangeKind, PageOf, Percent, Price, PriceReport, Quantity,
    SyncType, format_cents, format_date, format_percent, format_quantity,
};
use leptos::{prelude::*, task::spawn_local};
use time::{Date, macros::format_description};

use crate::{
    api,
    browser::{self, Timer},
    components::{Page, Problem},
    error::ErrorCode,
    i18n::{Language, use_i18n},
    live::use_live,
    session::{SignIn, use_session},
    shell::use_clock,
    wording::age_text,
};

/// Changes that are asked for at a time.
const CHANGES: u32 = 30;
/// From the last keystroke to the question.
const DEBOUNCE_MS: u32 = 200;

/// The id of the search field.
const SEARCH: &str = "change-search";

/// A text in the language of the page.
type Caption = fn(Language) -> &'static str;

/// The page `/catalog`.
#[component]
pub fn CatalogPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let live = use_live();
    let report = RwSignal::new(None::<PriceReport>);
    let problem = RwSignal::new(None::<ErrorCode>);
    let load = move || {
        spawn_local(async move {
            match session.call(api::price_report).await {
                Ok(fresh) => {
                    report.try_set(Some(fresh));
                    problem.try_set(None);
                }
                Err(error) => {
                    problem.try_set(Some(error.code));
                }
            }
        });
    };
    Effect::new(move || {
        live.articles.track();
        if matches!(session.get(), SignIn::In(_)) {
            load();
        }
    });
    view! {
        <Page title=Language::catalog_heading>
            <div class="page-head">
                <div>
                    <h1>{move || i18n.get().catalog_heading()}</h1>
                    <p class="soft">{move || i18n.get().catalog_intro()}</p>
                </div>
            </div>
            {move || problem.get().map(|code| view! { <Problem code retry=load/> })}
            {move || match report.get() {
                Some(report) => view! { <Report report/> }.into_any(),
                None if problem.get().is_some() => ().into_any(),
                None => view! {
                    <p class="visually-hidden" role="status">{move || i18n.get().list_loading()}</p>
                    <div class="card skeleton" aria-hidden="true"></div>
                }
                    .into_any(),
            }}
            <Changes/>
        </Page>
    }
}

#[component]
fn Report(
    /// What the server says.
    report: PriceReport,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let as_of = report.prices_as_of;
    let figures: [(Caption, u32); 5] = [
        (Language::catalog_prices, report.prices),
        (Language::catalog_by_id, report.by_id),
        (Language::catalog_by_name, report.by_name),
        (Language::catalog_by_likeness, report.by_likeness),
        (Language::catalog_unmatched, report.unmatched),
    ];
    let unmatched: Vec<_> = report.unmatched_rows.into_iter().map(price_row).collect();
    let without: Vec<_> = report.without_price_rows.into_iter().map(article_row).collect();
    view! {
        <section class="card catalog-figures">
            <h2>{move || i18n.get().catalog_match()}</h2>
            <p class="soft">
                {move || match as_of {
                    None => i18n.get().catalog_never().to_owned(),
                    Some(as_of) => {
                        i18n.get().orders_fresh(age_text(i18n.get(), clock.get(), as_of, browser::local_time))
                    }
                }}
            </p>
            <dl class="facts figures">
                {figures
                    .map(|(name, count)| {
                        view! { <div><dt>{move || name(i18n.get())}</dt><dd>{count}</dd></div> }
                    })
                    .collect_view()}
            </dl>
        </section>
        <Rows title=Language::catalog_unmatched_rows none=Language::catalog_unmatched_none total=report.unmatched rows=unmatched/>
        <Rows title=Language::catalog_without_price none=Language::catalog_without_price_none total=report.without_price rows=without/>
    }
    .into_any()
}

/// A list that can be unfolded, or the news that it is empty.
#[component]
fn Rows(
    /// What they are.
    title: Caption,
    /// What to say when there are none.
    none: Caption,
    /// How many there are in all.
    total: u32,
    /// The first of them.
    rows: Vec<AnyView>,
) -> impl IntoView {
    let i18n = use_i18n();
    let shown = rows.len();
    if total == 0 {
        return view! { <p class="soft catalog-none">{move || none(i18n.get())}</p> }.into_any();
    }
    let part = shown < total as usize;
    view! {
        <details class="card catalog-rows">
            <summary>{move || title(i18n.get())} " (" {total} ")"</summary>
            <ul class="plain-list figures">{rows}</ul>
            {part.then(|| view! { <p class="soft">{move || i18n.get().catalog_first(shown)}</p> })}
        </details>
    }
    .into_any()
}

fn price_row(price: Price) -> AnyView {
    let words = [price.item_selection, price.item_description].into_iter().flatten().collect::<Vec<_>>();
    view! {
        <li class="order-document">
            <strong>{words.join(" · ")}</strong>
            <span class="soft">{format!("ID {}", price.id)}</span>
            <span>{price.unit_price.map(format_cents)}</span>
        </li>
    }
    .into_any()
}

fn article_row(article: ArticleWithoutPrice) -> AnyView {
    view! {
        <li class="order-document">
            <strong>{article.name}</strong>
            <span class="soft">{article.id.to_string()}</span>
            <span class="soft">{article.package}</span>
        </li>
    }
    .into_any()
}

#[component]
fn Changes() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let live = use_live();
    let search = RwSignal::new(String::new());
    // What was searched for, and what was found.
    let found = RwSignal::new(None::<(String, PageOf<CatalogChange>)>);
    let problem = RwSignal::new(None::<ErrorCode>);
    let question = StoredValue::new(0_u64);
    let timer = StoredValue::new_local(None::<Timer>);
    let ask = move |words: String, cursor: Option<String>| {
        question.update_value(|number| *number += 1);
        let number = question.get_value();
        spawn_local(async move {
            let ask = || api::catalog_changes(words.clone(), Some(CHANGES), cursor.clone());
            let answer = session.call(ask).await;
            if question.try_get_value() != Some(number) {
                return;
            }
            match answer {
                Ok(page) => {
                    problem.set(None);
                    let before = found.write().take().filter(|_| cursor.is_some());
                    let mut items = before.map(|(_, page)| page.items).unwrap_or_default();
                    items.extend(page.items);
                    found.set(Some((words, PageOf { items, ..page })));
                }
                Err(error) => problem.set(Some(error.code)),
            }
        });
    };
    let ask_first = move || ask(search.get_untracked(), None);
    let ask_more = move |_| {
        let rest = found.with_untracked(|found| {
            found.as_ref().and_then(|(words, page)| Some((words.clone(), page.next.clone()?)))
        });
        if let Some((words, next)) = rest {
            ask(words, Some(next));
        }
    };
    Effect::new(move || {
        live.articles.track();
        // Who reads on below is not thrown back to the top.
        let reads_on = found.with_untracked(|found| {
            found.as_ref().is_some_and(|(_, page)| page.items.len() > CHANGES as usize)
        });
        if matches!(session.get(), SignIn::In(_)) && !reads_on {
            ask_first();
        }
    });
    // What was typed before the page woke up is kept, and looked for.
    let early = browser::typed_into(SEARCH);
    Effect::new(move || {
        if let Some(early) = early.clone().filter(|early| !early.is_empty()) {
            search.set(early);
            ask_first();
        }
    });
    let none = move |language: Language| {
        found.with(|found| {
            let (words, page) = found.as_ref()?;
            let text = if words.trim().is_empty() {
                language.catalog_changes_none()
            } else {
                language.catalog_changes_none_found()
            };
            page.items.is_empty().then_some(text)
        })
    };
    let loading = move || found.with(Option::is_none) && problem.get().is_none();
    let more = move || found.with(|found| found.as_ref().is_some_and(|(_, page)| page.next.is_some()));
    let rows =
        move || found.with(|found| found.as_ref().map(|(_, page)| page.items.clone())).unwrap_or_default();
    view! {
        <section class="catalog-changes" aria-labelledby="changes-heading">
            <h2 id="changes-heading">{move || i18n.get().catalog_changes()}</h2>
            <div class="field">
                <label for=SEARCH>{move || i18n.get().orders_search()}</label>
                <input
                    id=SEARCH
                    type="search"
                    autocomplete="off"
                    placeholder=move || i18n.get().catalog_search_hint()
                    prop:value=move || search.get()
                    on:input=move |event| {
                        search.set(event_target_value(&event));
                        timer.set_value(Some(Timer::after(DEBOUNCE_MS, ask_first)));
                    }
                />
            </div>
            {move || problem.get().map(|code| view! { <Problem code retry=ask_first/> })}
            <p class="soft" role="status">
                {move || if loading() { Some(i18n.get().list_loading()) } else { none(i18n.get()) }}
            </p>
            <ul class="plain-list figures">
                <For each=rows key=|change| change.number let:change>
                    <ChangeRow change/>
                </For>
            </ul>
            <Show when=more>
                <p class="order-more">
                    <button type="button" class="button" on:click=ask_more>
                        {move || i18n.get().orders_more()}
                    </button>
                </p>
            </Show>
        </section>
    }
}

#[component]
fn ChangeRow(
    /// What has changed.
    change: CatalogChange,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let at = change.at;
    let item = change.item.clone();
    view! {
        <li class="order-document">
            <strong>{item}</strong>
            <span>{move || change_text(i18n.get(), &change)}</span>
            <span class="soft">{move || age_text(i18n.get(), clock.get(), at, browser::local_time)}</span>
        </li>
    }
    .into_any()
}

/// `prezzo: 10,00 € → 12,50 €`, `articolo nuovo`
fn change_text(language: Language, change: &CatalogChange) -> String {
    let prices = change.kind == SyncType::Prices;
    match (change.what, prices) {
        (ChangeKind::Added, false) => language.catalog_article_added().to_owned(),
        (ChangeKind::Added, true) => language.catalog_price_added().to_owned(),
        (ChangeKind::Removed, false) => language.catalog_article_removed().to_owned(),
        (ChangeKind::Removed, true) => language.catalog_price_removed().to_owned(),
        (ChangeKind::Changed, _) => {
            let field = change.field.as_deref().unwrap_or_default();
            let told = |value: &Option<String>| {
                value.as_deref().map_or_else(|| "—".to_owned(), |value| value_text(language, field, value))
            };
            format!("{}: {} → {}", field_text(language, field), told(&change.from), told(&change.to))
        }
    }
}

/// What a field is called; those that only the ERP needs share one name.
fn field_text(language: Language, field: &str) -> &'static str {
    match field {
        "unitPrice" => language.catalog_field_price(),
        "purchasePrice" => language.catalog_field_purchase_price(),
        "priceUnit" => language.catalog_field_price_unit(),
        "currency" => language.catalog_field_currency(),
        "netPrice" => language.catalog_field_net(),
        "name" => language.catalog_field_name(),
        "description" | "itemDescription" => language.catalog_field_description(),
        "group" | "groupId" | "groupDescription" => language.catalog_field_group(),
        "from" => language.catalog_field_from(),
        "to" => language.catalog_field_to(),
        "package" => language.catalog_field_package(),
        "packageContent" => language.catalog_field_content(),
        "quantityMinimum" => language.catalog_field_minimum(),
        "quantityMultiple" => language.catalog_field_multiple(),
        "quantityMaximum" => language.catalog_field_maximum(),
        "quantityDefault" | "quantityStandard" => language.catalog_field_usual(),
        "quantityFrom" => language.catalog_field_quantity_from(),
        "quantityTo" => language.catalog_field_quantity_to(),
        "unit" => language.catalog_field_unit(),
        "figure" | "shank" | "size" => language.catalog_field_shape(),
        "orderable" => language.catalog_field_orderable(),
        "stopped" => language.catalog_field_stopped(),
        "vat" => language.catalog_field_vat(),
        "lineDiscount" | "totalDiscount" => language.catalog_field_discount(),
        _ => language.catalog_field_other(),
    }
}

/// The value as people write it; as it is stored where we do not know better.
fn value_text(language: Language, field: &str, value: &str) -> String {
    let number = value.parse::<i64>().ok();
    let said = match field {
        "unitPrice" | "purchasePrice" => number.map(|cents| format_cents(Cents(cents))),
        "packageContent" | "priceUnit" | "quantityMinimum" | "quantityMultiple" | "quantityMaximum"
        | "quantityDefault" | "quantityStandard" | "quantityFrom" | "quantityTo" => {
            number.map(|hundredths| format_quantity(Quantity(hundredths)))
        }
        "vat" | "totalDiscount" => number
            .and_then(|hundredths| i32::try_from(hundredths).ok())
            .map(|hundredths| format_percent(Percent(hundredths))),
        "orderable" | "stopped" | "netPrice" => match value {
            "true" => Some(language.catalog_yes().to_owned()),
            "false" => Some(language.catalog_no().to_owned()),
            _ => None,
        },
        "from" | "to" => {
            Date::parse(value, format_description!("[year]-[month]-[day]")).ok().map(format_date)
        }
        _ => None,
    };
    said.unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_with_its_values_as_people_write_them() {
        let change = |field: &str, from: &str, to: &str| CatalogChange {
            number: 1,
            at: domain::Timestamp(0),
            kind: SyncType::Prices,
            key: "1".to_owned(),
            item: "012345K2".to_owned(),
            what: ChangeKind::Changed,
            field: Some(field.to_owned()),
            from: Some(from.to_owned()),
            to: Some(to.to_owned()),
        };
        let said = |change| change_text(Language::Italian, &change);
        assert_eq!(said(change("unitPrice", "1000", "1250")), "prezzo: 10,00 € → 12,50 €");
        assert_eq!(said(change("quantityMinimum", "100", "500")), "quantità minima: 1 → 5");
        assert_eq!(said(change("vat", "2200", "1000")), "IVA: 22,00 % → 10,00 %");
        assert_eq!(said(change("orderable", "true", "false")), "ordinabile: sì → no");
        assert_eq!(said(change("from", "2026-01-31", "2026-02-01")), "valido dal: 31/01/2026 → 01/02/2026");
        assert_eq!(said(change("bulkId", "7", "8")), "altro dato: 7 → 8");
        let added = CatalogChange { what: ChangeKind::Added, field: None, ..change("", "", "") };
        assert_eq!(said(added), "prezzo nuovo");
    }
}
