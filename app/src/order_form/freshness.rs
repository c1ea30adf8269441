//! Says how fresh the customers are, in one line that is always there.

use domain::{SmartSyncAnswer, SmartSyncOutcome, Timestamp, format_date};
use leptos::prelude::*;
use time::PrimitiveDateTime;

use crate::{
    browser,
    i18n::{Language, use_i18n},
    wording::clock_text,
};

/// What is known of the customers' freshness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Freshness {
    /// Not asked yet.
    Unknown,
    /// They are being read from the ERP.
    Syncing,
    /// They are as fresh as they can be.
    Fresh {
        /// When they were read.
        as_of: Timestamp,
        /// How many were not known before.
        new: u32,
    },
    /// They could not be read; the ones at hand are from then.
    Failed {
        /// When the last complete reading began.
        as_of: Option<Timestamp>,
    },
    /// The form was left alone for so long that it no longer holds the other syncs back.
    Idle,
}

impl Freshness {
    /// What an answer of the server comes to; `before` is what was known until then.
    pub(super) fn of(answer: &SmartSyncAnswer, now: Timestamp) -> Self {
        match answer.outcome {
            SmartSyncOutcome::Synced | SmartSyncOutcome::AlreadyFresh => {
                Self::Fresh { as_of: answer.fresh_as_of.unwrap_or(now), new: answer.new_customers }
            }
            SmartSyncOutcome::Failed => Self::Failed { as_of: answer.fresh_as_of },
            SmartSyncOutcome::Left => Self::Idle,
        }
    }

    /// The line, without its button.
    pub(super) fn text(
        self,
        language: Language,
        now: Timestamp,
        local: impl Fn(Timestamp) -> PrimitiveDateTime,
    ) -> String {
        match self {
            Self::Unknown => String::new(),
            Self::Syncing => language.form_customers_syncing().to_owned(),
            Self::Fresh { as_of, new } => {
                let fresh = language.form_customers_fresh(clock_text(local(as_of)));
                match new {
                    0 => fresh,
                    1 => format!("{fresh} · {}", language.form_customers_new_one()),
                    _ => format!("{fresh} · {}", language.form_customers_new(new)),
                }
            }
            Self::Failed { as_of } => {
                let data = as_of.map_or_else(
                    || language.form_no_data().to_owned(),
                    |as_of| data_of(language, local(now), local(as_of)),
                );
                format!("{} · {data}", language.form_sync_failed())
            }
            Self::Idle => language.form_paused_ended().to_owned(),
        }
    }

    /// Whether the agent can try again.
    const fn offers_retry(self) -> bool {
        match self {
            Self::Failed { .. } => true,
            Self::Unknown | Self::Syncing | Self::Fresh { .. } | Self::Idle => false,
        }
    }

    /// The name by which the style sheet knows it.
    const fn style(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Syncing => "syncing",
            Self::Fresh { .. } => "fresh",
            Self::Failed { .. } => "failed",
            Self::Idle => "idle",
        }
    }
}

fn data_of(language: Language, today: PrimitiveDateTime, moment: PrimitiveDateTime) -> String {
    if today.date() == moment.date() {
        language.form_data_of(clock_text(moment))
    } else {
        language.form_data_of_day(format_date(moment.date()))
    }
}

/// The line under the heading. Its room is reserved, so nothing moves when it comes and goes.
#[component]
pub(super) fn FreshnessLine(
    /// What is known.
    freshness: RwSignal<Freshness>,
    /// Tries again.
    retry: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || freshness.get().text(i18n.get(), browser::now(), browser::local_time);
    view! {
        <div class="freshness" data-state=move || freshness.get().style()>
            <span class="freshness-dot" aria-hidden="true"></span>
            <p role="status">{text}</p>
            <Show when=move || freshness.get().offers_retry()>
                <button type="button" class="freshness-retry" on:click=move |_| retry()>
                    {move || i18n.get().form_retry()}
                </button>
            </Show>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use domain::DurationMs;
    use time::macros::datetime;

    use super::*;

    const NOON: PrimitiveDateTime = datetime!(2026-01-22 12:03);
    const NOW: Timestamp = Timestamp(1_000_000_000);

    fn said(freshness: Freshness) -> String {
        freshness.text(Language::Italian, NOW, |moment| NOON - time::Duration::milliseconds(NOW.0 - moment.0))
    }

    fn earlier(minutes: u64) -> Timestamp {
        NOW.minus(DurationMs::minutes(minutes))
    }

    #[test]
    fn new_customers_are_counted_one_by_one() {
        let said = |new| said(Freshness::Fresh { as_of: NOW, new });
        assert_eq!(said(0), "Clienti aggiornati alle 12:03");
        assert_eq!(said(1), "Clienti aggiornati alle 12:03 · 1 nuovo");
        assert_eq!(said(2), "Clienti aggiornati alle 12:03 · 2 nuovi");
    }

    #[test]
    fn a_failure_says_how_old_the_data_are() {
        let said = |as_of| said(Freshness::Failed { as_of });
        assert_eq!(said(Some(earlier(23))), "Sincronizzazione non riuscita · dati delle 11:40");
        assert_eq!(said(Some(earlier(24 * 60))), "Sincronizzazione non riuscita · dati del 21/01/2026");
        assert_eq!(said(None), "Sincronizzazione non riuscita · nessun dato ancora");
    }

    #[test]
    fn an_answer_is_fresh_as_of_its_reading() {
        let answer = SmartSyncAnswer {
            success: true,
            outcome: SmartSyncOutcome::AlreadyFresh,
            customers_processed: 0,
            new_customers: 0,
            updated_customers: 0,
            duration: DurationMs(1),
            fresh_as_of: Some(earlier(1)),
            active_sessions: 1,
            error: None,
            message: String::new(),
        };
        assert_eq!(Freshness::of(&answer, NOW), Freshness::Fresh { as_of: earlier(1), new: 0 });
        let failed = SmartSyncAnswer { outcome: SmartSyncOutcome::Failed, ..answer };
        assert_eq!(Freshness::of(&failed, NOW), Freshness::Failed { as_of: Some(earlier(1)) });
    }
}
