//! Says briefly what has just happened, with a way to take it back.
//!
//! One message at a time: a new one settles the one before. It stays while the pointer or the focus is on it.

use leptos::prelude::*;

use crate::{browser::Timer, drafts::UNDO_MS, i18n::use_i18n};

/// What a toast's button does, and what happens when it is not pressed.
pub struct ToastAction {
    /// The button.
    pub label: String,
    /// Runs when the button is pressed.
    pub act: Box<dyn FnOnce()>,
    /// Runs when the toast goes unanswered.
    pub settle: Box<dyn FnOnce()>,
}

/// The messages of this page.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Option<Shown>>,
    action: StoredValue<Option<ToastAction>, LocalStorage>,
    timer: StoredValue<Option<Timer>, LocalStorage>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Shown {
    text: String,
    button: Option<String>,
}

impl Toasts {
    /// Shows a message without a button.
    pub fn say(self, text: impl Into<String>) {
        self.show(text.into(), None);
    }

    /// Shows a message with a button.
    pub fn offer(self, text: impl Into<String>, action: ToastAction) {
        self.show(text.into(), Some(action));
    }

    fn show(self, text: String, action: Option<ToastAction>) {
        self.settle();
        let button = action.as_ref().map(|action| action.label.clone());
        self.action.set_value(action);
        self.shown.set(Some(Shown { text, button }));
        self.start_timer();
    }

    fn start_timer(self) {
        self.timer.set_value(Some(Timer::after(UNDO_MS, move || self.settle())));
    }

    fn stop_timer(self) {
        self.timer.set_value(None);
    }

    /// Lets the message go: what could be taken back no longer can.
    pub fn settle(self) {
        self.stop_timer();
        if let Some(action) = self.take() {
            (action.settle)();
        }
    }

    fn press(self) {
        self.stop_timer();
        if let Some(action) = self.take() {
            (action.act)();
        }
    }

    fn take(self) -> Option<ToastAction> {
        self.shown.set(None);
        self.action.try_update_value(Option::take).flatten()
    }
}

/// Provides the messages.
pub fn provide_toasts() -> Toasts {
    let toasts = Toasts {
        shown: RwSignal::new(None),
        action: StoredValue::new_local(None),
        timer: StoredValue::new_local(None),
    };
    provide_context(toasts);
    toasts
}

/// The messages, from context.
pub fn use_toasts() -> Toasts {
    expect_context()
}

/// Where messages appear. The live region is always there, so that screen readers hear what comes into it.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = use_toasts();
    let i18n = use_i18n();
    let message = move || {
        toasts.shown.get().map(|shown| {
            view! {
                <div
                    class="toast"
                    on:pointerenter=move |_| toasts.stop_timer()
                    on:pointerleave=move |_| toasts.start_timer()
                    on:focusin=move |_| toasts.stop_timer()
                    on:focusout=move |_| toasts.start_timer()
                >
                    <p>{shown.text}</p>
                    {shown
                        .button
                        .map(|label| {
                            view! {
                                <button type="button" class="button button-on-toast" on:click=move |_| toasts.press()>
                                    {label}
                                </button>
                            }
                        })}
                    <button
                        type="button"
                        class="button button-on-toast"
                        aria-label=move || i18n.get().list_close()
                        on:click=move |_| toasts.settle()
                    >
                        "×"
                    </button>
                </div>
            }
        })
    };
    view! { <div class="toasts" role="status">{message}</div> }
}
