//! Shows what a combobox has found, and says it to those who do not see it.

use leptos::prelude::*;

use super::{Finder, Found, elsewhere::ElsewherePart, option_id, popup_id};
use crate::{
    i18n::{Language, use_i18n},
    wording::error_text,
};

/// The list, its states, and the live region.
#[component]
pub(super) fn Popup<T>(
    /// The id of the text field.
    id: &'static str,
    /// The id of the list.
    list_id: String,
    /// The name of the field, and of its list.
    label: Signal<&'static str>,
    /// What is shown.
    finder: Finder<T>,
    /// Takes an option.
    take: impl Fn(T) + Copy + Send + Sync + 'static,
    /// Whether more may turn up by itself.
    more_coming: Signal<bool>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let i18n = use_i18n();
    let open = move || finder.list.get().open;
    let note = move || open().then(|| note(finder, i18n.get(), more_coming.get())).flatten();
    let failed = move || finder.found.with(|found| matches!(found, Found::Failed(_)));
    view! {
        // A press must not take the focus out of the text field, or the list would close before the click.
        <div id=popup_id(id) class="combobox-popup" hidden=move || !open() on:mousedown=move |event| event.prevent_default()>
            <ul id=list_id role="listbox" aria-label=label aria-busy=move || finder.waiting.get().to_string()>
                {move || open().then(|| options(id, finder, i18n.get(), take))}
            </ul>
            <Show when=move || note().is_some()>
                <p class="combobox-note" class:combobox-note-danger=failed>
                    {note}
                </p>
            </Show>
            <ElsewherePart id finder/>
        </div>
        <p class="visually-hidden" role="status">
            {note}
        </p>
    }
}

fn options<T>(
    id: &'static str,
    finder: Finder<T>,
    language: Language,
    take: impl Fn(T) + Copy + Send + Sync + 'static,
) -> Vec<impl IntoView>
where
    T: Clone + Send + Sync + 'static,
{
    let items = finder.found.with(|found| match found {
        Found::These { items, .. } => items.clone(),
        Found::Nothing | Found::Failed(_) => Vec::new(),
    });
    let option = |(at, item): (usize, T)| {
        let text = (finder.describe)(language, &item);
        view! {
            <li
                id=option_id(id, at)
                role="option"
                class="combobox-option"
                aria-selected=move || (finder.list.get().active == Some(at)).to_string()
                on:click=move |_| take(item.clone())
            >
                <span class="combobox-title">{text.title}</span>
                " "
                {text.aside.map(|aside| view! { <span class="combobox-aside">{aside}</span> })}
                " "
                <span class="combobox-detail">{text.detail}</span>
            </li>
        }
    };
    items.into_iter().enumerate().map(option).collect()
}

/// What stands under the options.
fn note<T>(finder: Finder<T>, language: Language, more_coming: bool) -> Option<String>
where
    T: Clone + Send + Sync + 'static,
{
    let waiting = finder.waiting.get();
    finder.found.with(|found| match found {
        Found::Nothing => waiting.then(|| language.list_loading().to_owned()),
        Found::Failed(code) => Some(error_text(language, *code).to_owned()),
        Found::These { items, .. } if items.is_empty() && waiting => Some(language.list_loading().to_owned()),
        Found::These { items, coming, .. } if items.is_empty() && (more_coming || *coming) => {
            Some(language.combobox_none_yet().to_owned())
        }
        Found::These { items, .. } if items.is_empty() => Some(nothing(language, &finder.text.get())),
        Found::These { items, total, .. } => Some(counted(language, items.len(), *total)),
    })
}

fn nothing(language: Language, query: &str) -> String {
    match query.trim() {
        "" => language.combobox_empty().to_owned(),
        query => language.combobox_none(query),
    }
}

fn counted(language: Language, shown: usize, total: u32) -> String {
    match total {
        1 => language.combobox_one().to_owned(),
        _ if usize::try_from(total).is_ok_and(|total| total <= shown) => language.combobox_count(total),
        _ => language.combobox_part(shown, total),
    }
}
