//! Looks in a second, slower place when the first has nothing, and only when asked to.

use leptos::{prelude::*, task::spawn_local};

use super::{Finder, Found, Search};
use crate::{
    browser,
    components::{Icon, Sign},
    error::ErrorCode,
    i18n::{Language, use_i18n},
    wording::error_text,
};

/// What is shorter is not worth searching for.
const CHARS_MIN: usize = 2;

/// The second place, and how it is spoken of.
pub struct Elsewhere<T> {
    /// Asks it.
    pub search: Box<dyn Fn(String) -> Search<T>>,
    /// The button that asks it.
    pub offer: fn(Language, &str) -> String,
    /// While it is asked.
    pub looking: fn(Language, &str) -> String,
    /// It has nothing either; what to do next.
    pub nothing: fn(Language, &str) -> String,
}

/// How the search there stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Looking {
    /// Nobody asked.
    Idle,
    /// It is being asked.
    UnderWay,
    /// It had what the list shows.
    Found,
    /// It had nothing.
    Nothing,
    /// It could not be asked.
    Failed(ErrorCode),
}

impl<T: Clone + Send + Sync + 'static> Finder<T> {
    /// Whether the second place can be asked for what is typed.
    pub(super) fn offers_elsewhere(self) -> bool {
        let known = self.elsewhere.with_value(Option::is_some);
        let empty = self.found.with(|found| matches!(found, Found::These { items, .. } if items.is_empty()));
        let long = self.text.with(|text| text.trim().chars().count() >= CHARS_MIN);
        known && empty && long && !self.waiting.get() && self.looking.get() != Looking::UnderWay
    }

    /// Asks the second place. An answer counts while the text is the one it was asked for.
    pub(super) fn look_elsewhere(self) {
        let text = self.text.get_untracked().trim().to_owned();
        let answer =
            self.elsewhere.with_value(|elsewhere| elsewhere.as_ref().map(|at| (at.search)(text.clone())));
        let Some(answer) = answer else { return };
        self.looking.set(Looking::UnderWay);
        spawn_local(async move {
            let answer = answer.await;
            let asked_still = self.looking.try_get_untracked() == Some(Looking::UnderWay)
                && self.text.try_with_untracked(|now| now.trim() == text) == Some(true);
            if !asked_still {
                return;
            }
            match answer {
                Ok(page) if page.items.is_empty() => self.looking.set(Looking::Nothing),
                Ok(page) => {
                    self.looking.set(Looking::Found);
                    // What the first place still says is older than this.
                    self.question.update_value(|number| *number += 1);
                    self.take(Ok(page), false);
                }
                Err(error) => self.looking.set(Looking::Failed(error.code)),
            }
        });
    }

    /// What there is to say about the second place.
    pub(super) fn said_elsewhere(self, language: Language) -> Option<String> {
        let text = self.text.with(|text| text.trim().to_owned());
        let offered = self.offers_elsewhere();
        self.elsewhere.with_value(|elsewhere| {
            let elsewhere = elsewhere.as_ref()?;
            match self.looking.get() {
                // Whoever does not see the button hears of it.
                Looking::Idle => offered.then(|| (elsewhere.offer)(language, &text)),
                Looking::Found => None,
                Looking::UnderWay => Some((elsewhere.looking)(language, &text)),
                Looking::Nothing => Some((elsewhere.nothing)(language, &text)),
                Looking::Failed(code) => Some(error_text(language, code).to_owned()),
            }
        })
    }
}

/// The button, the progress and the outcome, under the list.
#[component]
pub(super) fn ElsewherePart<T>(
    /// The id of the text field, which keeps the focus.
    id: &'static str,
    /// What asks and knows.
    finder: Finder<T>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let i18n = use_i18n();
    let said = move || finder.said_elsewhere(i18n.get());
    let offer = move || {
        let text = finder.text.with(|text| text.trim().to_owned());
        finder.elsewhere.with_value(|at| at.as_ref().map(|at| (at.offer)(i18n.get(), &text)))
    };
    let offered = move || finder.looking.get() == Looking::Idle;
    let failed = move || matches!(finder.looking.get(), Looking::Failed(_));
    view! {
        <div class="combobox-elsewhere" hidden=move || said().is_none() && !finder.offers_elsewhere()>
            <p role="status" class:combobox-note-danger=failed class:visually-hidden=offered>{said}</p>
            <Show when=move || finder.looking.get() == Looking::UnderWay>
                <progress aria-hidden="true"></progress>
            </Show>
            <Show when=move || finder.offers_elsewhere()>
                <button
                    type="button"
                    class="button"
                    tabindex="-1"
                    on:click=move |_| {
                        browser::focus_by_id(id);
                        finder.look_elsewhere();
                    }
                >
                    <Icon sign=Sign::Search/>
                    {offer}
                </button>
            </Show>
        </div>
    }
}
