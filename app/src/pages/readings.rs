//! Tells in which way the customers were read for the order form, and why not in a quicker one.

use domain::{ApiSkipped, CustomerReading, ReadingWay, SmartSyncMetrics};
use leptos::{prelude::*, task::spawn_local};

use crate::{
    browser, client,
    i18n::{Language, use_i18n},
    live::use_live,
    session::{SignIn, use_session},
    shell::use_clock,
    wording::age_text,
};

/// Readings that are shown one by one.
const SHOWN: usize = 8;

/// The newest readings; nothing before the first.
#[component]
pub fn Readings() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let live = use_live();
    let metrics = RwSignal::new(None::<SmartSyncMetrics>);
    Effect::new(move || {
        live.customers.track();
        if matches!(session.get(), SignIn::In(_)) {
            spawn_local(async move {
                // What is shown beside says already when the server cannot be reached.
                if let Ok(fresh) = session.call(client::smart_sync_metrics).await {
                    metrics.try_set(Some(fresh));
                }
            });
        }
    });
    let readings =
        move || metrics.with(|known| known.as_ref().map(|known| known.readings.clone())).unwrap_or_default();
    view! {
        <Show when=move || !readings().is_empty()>
            <section class="forms" aria-labelledby="readings-heading">
                <h2 id="readings-heading">{move || i18n.get().reading_heading()}</h2>
                <p class="soft">{move || i18n.get().reading_intro()}</p>
                <ul class="plain-list">
                    {move || {
                        readings().into_iter().take(SHOWN).map(|reading| view! { <ReadingRow reading/> }).collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn ReadingRow(
    /// One reading.
    reading: CustomerReading,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let (at, agent) = (reading.at, reading.agent.to_string());
    view! {
        <li class="card form-lease figures">
            <strong>{move || reading_text(i18n.get(), &reading)}</strong>
            <span class="soft">
                {agent} " · " {move || age_text(i18n.get(), clock.get(), at, browser::local_time)}
            </span>
        </li>
    }
    .into_any()
}

/// `API · 120 ms · 3 cambiati`, `Esportazione · 2300 ms · 0 cambiati · l’API non ha risposto`
fn reading_text(language: Language, reading: &CustomerReading) -> String {
    let way = match reading.way {
        ReadingWay::Api => language.reading_api(),
        ReadingWay::Export => language.reading_export(),
    };
    let facts = language.reading_facts(reading.changed, reading.took.0);
    match reading.skipped.and_then(|reason| skipped_text(language, reason)) {
        Some(reason) => format!("{way} · {facts} · {reason}"),
        None => format!("{way} · {facts}"),
    }
}

/// Why not by the API; an installation without one needs no excuse.
fn skipped_text(language: Language, reason: ApiSkipped) -> Option<&'static str> {
    match reason {
        ApiSkipped::NotConfigured => None,
        ApiSkipped::CompleteDue => Some(language.reading_complete_due()),
        ApiSkipped::Resting => Some(language.reading_resting()),
        ApiSkipped::Unreachable => Some(language.reading_unreachable()),
        ApiSkipped::Refused => Some(language.reading_refused()),
        ApiSkipped::Unreadable => Some(language.reading_unreadable()),
        ApiSkipped::TooMuch => Some(language.reading_too_much()),
    }
}

#[cfg(test)]
mod tests {
    use domain::{DurationMs, Timestamp};

    use super::*;

    #[test]
    fn a_reading_says_its_way_and_why_not_a_quicker_one() {
        let reading = |way, skipped| CustomerReading {
            at: Timestamp(0),
            agent: "anna".parse().unwrap(),
            way,
            skipped,
            took: DurationMs(120),
            changed: 3,
        };
        let said = |reading| reading_text(Language::Italian, &reading);
        assert_eq!(said(reading(ReadingWay::Api, None)), "API · 120 ms · 3 cambiati");
        assert_eq!(
            said(reading(ReadingWay::Export, Some(ApiSkipped::Unreachable))),
            "Esportazione · 120 ms · 3 cambiati · l’API non ha risposto"
        );
        assert_eq!(
            said(reading(ReadingWay::Export, Some(ApiSkipped::NotConfigured))),
            "Esportazione · 120 ms · 3 cambiati"
        );
    }
}
