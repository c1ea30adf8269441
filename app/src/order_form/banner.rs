//! Tells what has just become of the order, over the heading: it comes and goes without moving anything.

use leptos::prelude::*;
use leptos_router::components::A;

use super::state::Form;
use crate::{
    browser::Timer,
    components::{Icon, Sign},
    drafts::MergeReport,
    error::ErrorCode,
    i18n::{Language, use_i18n},
    routes,
    wording::{error_text, merged_text},
};

/// How long it stays: time to read it twice.
const SHOWN_MS: u32 = 8_000;

/// What has become of the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Banner {
    /// Saved; there are now so many drafts.
    Saved(usize),
    /// On its way into the ERP.
    Sent,
    /// The order that was being written before the page was loaded again.
    Restored,
    /// Another device deleted or sent it.
    Gone,
    /// There is no draft under this address.
    NotFound,
    /// Two devices' copies were merged.
    Merged(MergeReport),
    /// There is nothing to save.
    NothingToSave,
    /// A new line is half written.
    FinishLine,
    /// A line that is being changed is half written.
    FinishEdit,
    /// It could not be sent.
    NotSent(ErrorCode),
}

impl Banner {
    fn text(self, language: Language) -> String {
        match self {
            Self::Saved(1) => language.form_draft_saved_one().to_owned(),
            Self::Saved(count) => language.form_draft_saved(count),
            Self::Sent => language.form_sent().to_owned(),
            Self::Restored => language.form_restored().to_owned(),
            Self::Gone => language.form_draft_gone().to_owned(),
            Self::NotFound => language.form_draft_unknown().to_owned(),
            Self::Merged(report) => merged_text(language, report),
            Self::NothingToSave => language.form_nothing_to_save().to_owned(),
            Self::FinishLine => language.form_finish_line().to_owned(),
            Self::FinishEdit => language.form_finish_edit().to_owned(),
            Self::NotSent(code) => language.form_send_failed(error_text(language, code)),
        }
    }

    const fn style(self) -> &'static str {
        match self {
            Self::Saved(_) | Self::Sent => "banner banner-ok",
            Self::Restored | Self::Merged(_) => "banner banner-info",
            Self::Gone | Self::NotFound | Self::NothingToSave | Self::FinishLine | Self::FinishEdit => {
                "banner banner-warn"
            }
            Self::NotSent(_) => "banner banner-danger",
        }
    }

    /// Whether it waits for the agent instead of going by itself.
    const fn stays(self) -> bool {
        match self {
            Self::NotSent(_) => true,
            Self::Saved(_)
            | Self::Sent
            | Self::Restored
            | Self::Gone
            | Self::NotFound
            | Self::Merged(_)
            | Self::NothingToSave
            | Self::FinishLine
            | Self::FinishEdit => false,
        }
    }
}

/// The place of the banner. It is a live region that is always there, so that screen readers hear what comes into it.
#[component]
pub(super) fn BannerPlace(
    /// The form.
    form: Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let timer = StoredValue::new_local(None::<Timer>);
    Effect::new(move || {
        let shown = form.banner.get();
        let going = shown.filter(|banner| !banner.stays());
        timer.set_value(going.map(|_| {
            Timer::after(SHOWN_MS, move || {
                form.banner.try_set(None);
            })
        }));
    });
    let banner = move || {
        form.banner.get().map(|banner| {
            view! {
                <div class=banner.style()>
                    <p>{move || banner.text(i18n.get())}</p>
                    {next_step(form, banner)}
                    <button
                        type="button"
                        class="banner-button"
                        aria-label=move || i18n.get().list_close()
                        on:click=move |_| form.banner.set(None)
                    >
                        "×"
                    </button>
                </div>
            }
        })
    };
    view! { <div class="banner-place" role="status">{banner}</div> }
}

fn next_step(form: Form, banner: Banner) -> Option<AnyView> {
    let i18n = use_i18n();
    match banner {
        Banner::Sent => Some(
            view! { <A href=routes::DRAFTS attr:class="banner-button">{move || i18n.get().form_sent_link()}</A> }.into_any(),
        ),
        Banner::Restored => Some(
            view! {
                <button type="button" class="banner-button" on:click=move |_| form.set_aside()>
                    {move || i18n.get().form_start_over()}
                </button>
            }
                .into_any(),
        ),
        Banner::Gone => Some(view! { <Icon sign=Sign::Warning/> }.into_any()),
        Banner::Saved(_)
        | Banner::NotFound
        | Banner::Merged(_)
        | Banner::NothingToSave
        | Banner::FinishLine
        | Banner::FinishEdit
        | Banner::NotSent(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_draft_is_not_several() {
        assert_eq!(Banner::Saved(1).text(Language::Italian), "✅ Bozza salvata! (1 bozza totale)");
        assert_eq!(Banner::Saved(5).text(Language::Italian), "✅ Bozza salvata! (5 bozze totali)");
    }
}
