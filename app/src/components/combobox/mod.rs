//! Lets people choose one of many by typing: an editable combobox after the WAI-ARIA pattern.
//!
//! What is found comes from the server, so an answer may be late: only the newest question's answer counts. While the
//! data is being synchronised an open list asks again by itself when `refresh` rises.

#![allow(unreachable_pub, reason = "the component macro makes every component's props pub")]

mod elsewhere;
mod list;
mod popup;

use std::{future::Future, pin::Pin};

use domain::PageOf;
use leptos::{ev::KeyboardEvent, prelude::*, task::spawn_local};

use self::{
    elsewhere::Looking,
    list::{Key, List, Pressed},
    popup::Popup,
};
use crate::{
    browser::{self, Timer},
    error::{ApiError, ErrorCode},
    i18n::{Language, use_i18n},
};
pub use elsewhere::Elsewhere;

/// From the last keystroke to the question: shorter than a pause in typing, longer than a double letter.
const DEBOUNCE_MS: u32 = 120;

/// How an option is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionText {
    /// Tells it from the others.
    pub key: String,
    /// The line to recognise it by.
    pub title: String,
    /// What else helps to tell it from others.
    pub detail: String,
    /// What stands at the end of the line, such as a price.
    pub aside: Option<String>,
}

/// A question on its way.
pub type Search<T> = Pin<Box<dyn Future<Output = Result<PageOf<T>, ApiError>>>>;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Found<T> {
    /// Nothing was asked yet.
    Nothing,
    /// These, of so many; more may be on their way.
    These { items: Vec<T>, total: u32, coming: bool },
    /// The question failed.
    Failed(ErrorCode),
}

/// The text that the options belong to, and what they are.
struct Finder<T: Send + Sync + 'static> {
    id: &'static str,
    list: RwSignal<List>,
    found: RwSignal<Found<T>>,
    /// Whether a question is on its way.
    waiting: RwSignal<bool>,
    text: RwSignal<String>,
    describe: fn(Language, &T) -> OptionText,
    search: StoredValue<Box<dyn Fn(String) -> Search<T>>, LocalStorage>,
    /// Counts questions; only the newest one's answer is taken.
    question: StoredValue<u64>,
    timer: StoredValue<Option<Timer>, LocalStorage>,
    /// Where else to look when nothing is found, if anywhere.
    elsewhere: StoredValue<Option<Elsewhere<T>>, LocalStorage>,
    looking: RwSignal<Looking>,
}

impl<T: Send + Sync + 'static> Clone for Finder<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: Send + Sync + 'static> Copy for Finder<T> {}

impl<T: Clone + Send + Sync + 'static> Finder<T> {
    /// Asks after a pause in typing. An answer that comes meanwhile belongs to another text.
    fn ask_soon(self) {
        self.waiting.set(true);
        self.question.update_value(|number| *number += 1);
        self.timer.set_value(Some(Timer::after(DEBOUNCE_MS, move || self.ask(false))));
    }

    /// Asks now; `again` when the text is the same as before.
    fn ask(self, again: bool) {
        let Some(text) = self.text.try_get_untracked() else { return };
        if again && self.looking.get_untracked() == Looking::Found {
            // The first place may still not find by this text what the second has found.
            return;
        }
        self.waiting.set(true);
        self.question.update_value(|number| *number += 1);
        let question = self.question.get_value();
        let answer = self.search.with_value(|search| search(text.trim().to_owned()));
        spawn_local(async move {
            let answer = answer.await;
            // The page may be gone, or another question asked meanwhile.
            if self.question.try_get_value() == Some(question) {
                self.take(answer, again);
            }
        });
    }

    fn take(self, answer: Result<PageOf<T>, ApiError>, again: bool) {
        let marked = if again { self.marked_key() } else { None };
        let found = match answer {
            Ok(page) => Found::These { items: page.items, total: page.total, coming: page.coming },
            Err(error) => Found::Failed(error.code),
        };
        let (count, at) = match &found {
            Found::These { items, .. } => {
                let at = marked.and_then(|key| items.iter().position(|item| self.key(item) == key));
                (items.len(), at)
            }
            Found::Nothing | Found::Failed(_) => (0, None),
        };
        if count > 0 && self.looking.get_untracked() == Looking::Nothing {
            self.looking.set(Looking::Idle);
        }
        self.found.set(found);
        self.list.update(|list| list.answered(count, at));
        self.waiting.set(false);
        if !again {
            let popup = popup_id(self.id);
            browser::after_drawing(move || browser::reveal_by_id(&popup));
        }
    }

    /// Forgets what is on its way and what was found.
    fn forget(self) {
        self.question.update_value(|number| *number += 1);
        self.timer.set_value(None);
        self.waiting.set(false);
        self.looking.set(Looking::Idle);
        self.found.set(Found::Nothing);
        self.list.update(|list| list.answered(0, None));
    }

    fn item(self, at: usize) -> Option<T> {
        self.found.with_untracked(|found| match found {
            Found::These { items, .. } => items.get(at).cloned(),
            Found::Nothing | Found::Failed(_) => None,
        })
    }

    fn key(self, item: &T) -> String {
        (self.describe)(Language::default(), item).key
    }

    fn marked_key(self) -> Option<String> {
        let at = self.list.get_untracked().active?;
        Some(self.key(&self.item(at)?))
    }
}

/// A text field with a list of what fits.
#[component]
pub fn Combobox<T>(
    /// The id of the text field.
    id: &'static str,
    /// Its name.
    #[prop(into)]
    label: Signal<&'static str>,
    /// What the empty field suggests to type.
    #[prop(into)]
    placeholder: Signal<&'static str>,
    /// What is typed, or chosen.
    text: RwSignal<String>,
    /// How an option is shown.
    describe: fn(Language, &T) -> OptionText,
    /// Asks for what fits a text; an empty one fits everything.
    search: impl Fn(String) -> Search<T> + 'static,
    /// Takes a choice.
    choose: impl Fn(T) + Copy + Send + Sync + 'static,
    /// The field is left, or was emptied, without a choice.
    left: impl Fn() + Copy + Send + Sync + 'static,
    /// An open list asks again when this rises.
    refresh: RwSignal<u32>,
    /// Whether more may turn up by itself.
    #[prop(into)]
    more_coming: Signal<bool>,
    /// What is wrong with the field.
    #[prop(into)]
    fault: Signal<Option<String>>,
    /// What is known of the choice; stands where a fault would stand.
    #[prop(into)]
    hint: Signal<Option<String>>,
    /// Where else to look when nothing is found.
    #[prop(optional)]
    elsewhere: Option<Elsewhere<T>>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
{
    let i18n = use_i18n();
    let finder = Finder {
        id,
        list: RwSignal::new(List::default()),
        found: RwSignal::new(Found::Nothing),
        waiting: RwSignal::new(false),
        text,
        describe,
        search: StoredValue::new_local(Box::new(search)),
        question: StoredValue::new(0),
        timer: StoredValue::new_local(None),
        elsewhere: StoredValue::new_local(elsewhere),
        looking: RwSignal::new(Looking::Idle),
    };
    let list = finder.list;
    Effect::new(move |earlier: Option<u32>| {
        let times = refresh.get();
        if earlier.is_some_and(|earlier| earlier != times) && list.get_untracked().open {
            finder.ask(true);
        }
        times
    });
    let take = move |item: T| {
        finder.forget();
        list.update(List::close);
        choose(item);
    };
    let open = move || {
        if !list.get_untracked().open {
            list.update(|list| list.open = true);
            finder.ask(false);
        }
    };
    // What was typed before the page woke up is kept, and looked for.
    let early = browser::typed_into(id);
    Effect::new(move || {
        if let Some(early) =
            early.clone().filter(|early| !early.is_empty() && text.get_untracked().is_empty())
        {
            text.set(early);
            open();
        }
    });
    let press = move |event: KeyboardEvent| {
        // While an input method composes a letter, its keys are not ours.
        let Some(key) = Key::of(&event.key()).filter(|_| !event.is_composing()) else { return };
        let pressed = list.try_update(|list| list.press(key)).unwrap_or(Pressed::Usual);
        match pressed {
            Pressed::Usual => {}
            Pressed::Moved if key == Key::Enter && finder.offers_elsewhere() => {
                event.prevent_default();
                finder.look_elsewhere();
            }
            Pressed::Moved => {
                event.prevent_default();
                if let Some(at) = list.get_untracked().active {
                    browser::reveal_by_id(&option_id(id, at));
                }
            }
            Pressed::Open => {
                event.prevent_default();
                finder.ask(false);
            }
            Pressed::Take(at) => {
                event.prevent_default();
                finder.item(at).into_iter().for_each(take);
            }
            Pressed::TakeAndLeave(at) => finder.item(at).into_iter().for_each(take),
            Pressed::Clear => {
                finder.forget();
                text.set(String::new());
                left();
            }
        }
    };
    let list_id = format!("{id}-list");
    let fault_id = format!("{id}-fault");
    let marked = move || {
        let list = list.get();
        list.active.filter(|_| list.open).map(|at| option_id(id, at))
    };
    view! {
        <div class="field combobox">
            <label for=id>{label}</label>
            <div class="combobox-box">
                <input
                    id=id
                    type="text"
                    role="combobox"
                    class="input"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    enterkeyhint="next"
                    placeholder=placeholder
                    aria-autocomplete="list"
                    aria-expanded=move || list.get().open.to_string()
                    aria-controls=list_id.clone()
                    aria-activedescendant=marked
                    aria-invalid=move || fault.get().is_some().then_some("true")
                    aria-describedby=fault_id.clone()
                    prop:value=text
                    on:input:target=move |event| {
                        text.set(event.target().value());
                        list.update(List::typed);
                        finder.looking.set(Looking::Idle);
                        finder.ask_soon();
                    }
                    on:keydown=press
                    on:click=move |_| open()
                    on:blur=move |_| {
                        list.update(List::close);
                        finder.forget();
                        left();
                    }
                />
                <Show when=move || !text.get().is_empty()>
                    <button
                        type="button"
                        class="combobox-clear"
                        tabindex="-1"
                        aria-label=move || i18n.get().combobox_clear(label.get())
                        on:mousedown=move |event| event.prevent_default()
                        on:click=move |_| {
                            text.set(String::new());
                            left();
                            browser::focus_by_id(id);
                            list.update(|list| list.open = true);
                            finder.looking.set(Looking::Idle);
                            finder.ask(false);
                        }
                    >
                        "×"
                    </button>
                </Show>
                <Popup id list_id label finder take more_coming/>
            </div>
            <p
                id=fault_id
                class="combobox-hint"
                class:field-problem=move || fault.get().is_some()
                class:field-hint=move || fault.get().is_none()
            >
                {move || fault.get().or_else(|| hint.get())}
            </p>
        </div>
    }
}

/// The id of the element around the list.
fn popup_id(id: &str) -> String {
    format!("{id}-popup")
}

/// The id of an option's element.
fn option_id(id: &str, at: usize) -> String {
    format!("{id}-option-{at}")
}
