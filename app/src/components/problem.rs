//! Tells what went wrong and offers the next step.

use leptos::prelude::*;

use super::{Icon, Sign};
use crate::{error::ErrorCode, i18n::use_i18n, wording::error_text};

/// A failure with a button to try again.
#[component]
pub fn Problem(
    /// What kind of failure.
    #[prop(into)]
    code: Signal<ErrorCode>,
    /// Tries again.
    retry: impl Fn() + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="notice notice-danger" role="alert">
            <Icon sign=Sign::Warning/>
            <p>{move || error_text(i18n.get(), code.get())}</p>
            <button type="button" class="button button-quiet" on:click=move |_| retry()>
                {move || i18n.get().error_retry()}
            </button>
        </div>
    }
}
