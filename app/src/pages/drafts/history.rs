//! Tells what happened to a sent order, step by step, for whoever wants to know; and how long the typing still takes.

use domain::{DraftId, DurationMs, PlacementLogEntry, PlacementState, Timestamp};
use leptos::{prelude::*, task::spawn_local};
use time::PrimitiveDateTime;

use super::placements::state_text;
use crate::{
    browser,
    browser::Pulse,
    client,
    error::ErrorCode,
    i18n::{Language, use_i18n},
    session::use_session,
    wording::{clock_text, error_text},
};

/// How often the passing time is shown anew, milliseconds.
const SECOND_MS: u32 = 1_000;

/// How long the typing has taken, and how long it will probably take.
#[component]
pub fn TypingTime(
    /// When it began.
    since: Timestamp,
    /// How long an order of this size usually takes.
    usual: Option<DurationMs>,
) -> impl IntoView {
    let i18n = use_i18n();
    let now = RwSignal::new(since);
    Effect::new(move || {
        now.set(browser::now());
        let pulse = StoredValue::new_local(Some(Pulse::every(SECOND_MS, move || now.set(browser::now()))));
        on_cleanup(move || pulse.set_value(None));
    });
    view! { <p class="soft figures">{move || typing_text(i18n.get(), now.get().since(since), usual)}</p> }
}

/// `in corso da 12 s · ancora circa 30 s`
fn typing_text(language: Language, elapsed: DurationMs, usual: Option<DurationMs>) -> String {
    let so_far = language.placement_elapsed(span_text(language, elapsed));
    let left = usual.map(|usual| usual.0.saturating_sub(elapsed.0)).filter(|left| *left >= 1_000);
    match left {
        Some(left) => {
            format!("{so_far} · {}", language.placement_remaining(span_text(language, DurationMs(left))))
        }
        None => so_far,
    }
}

/// `40 s`, `2 min 5 s`
fn span_text(language: Language, span: DurationMs) -> String {
    match span.0 / 1_000 {
        seconds @ 0..60 => language.placement_seconds(seconds),
        seconds => language.placement_minutes_seconds(seconds / 60, seconds % 60),
    }
}

/// The placement's log, fetched when it is unfolded and whenever it grows from then on.
#[component]
pub fn History(
    /// The placement's id.
    id: DraftId,
    /// Changes when the log has grown.
    changed: Signal<Option<(Timestamp, Option<u32>)>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let log = RwSignal::new(None::<Result<Vec<PlacementLogEntry>, ErrorCode>>);
    let unfolded = RwSignal::new(false);
    Effect::new(move || {
        changed.track();
        if !unfolded.get() {
            return;
        }
        spawn_local(async move {
            let answer = session.call(|| client::placement_log(id)).await;
            log.try_set(Some(answer.map_err(|error| error.code)));
        });
    });
    let entries = move || {
        let language = i18n.get();
        match log.get() {
            None => Vec::new(),
            Some(Err(code)) => vec![error_text(language, code).to_owned()],
            Some(Ok(log)) if log.is_empty() => vec![language.placement_log_none().to_owned()],
            Some(Ok(log)) => {
                log.iter().map(|entry| entry_text(language, entry, browser::local_time)).collect()
            }
        }
    };
    view! {
        <details class="history" on:toggle:target=move |event| unfolded.set(event.target().open())>
            <summary>{move || i18n.get().placement_log()}</summary>
            <ol class="plain-list figures">
                {move || entries().into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}
            </ol>
        </details>
    }
}

/// `12:03 In scrittura`, `12:04 Riga · 7 s`
fn entry_text(
    language: Language,
    entry: &PlacementLogEntry,
    local: impl Fn(Timestamp) -> PrimitiveDateTime,
) -> String {
    let words = entry.words.as_deref().unwrap_or_default();
    let what = match (entry.what.as_str(), entry.took) {
        ("look", _) => language.placement_log_look(words),
        ("warning", _) => language.placement_log_warning(words),
        ("differences", _) => language.placement_log_differences(words),
        ("accepted", _) => language.placement_log_accepted().to_owned(),
        ("order: form", _) => language.placement_step_form().to_owned(),
        ("order: customer", _) => language.placement_step_customer().to_owned(),
        ("order: reference", _) => language.placement_step_reference().to_owned(),
        ("order: line", _) => language.placement_step_line().to_owned(),
        ("order: check", _) => language.placement_step_check().to_owned(),
        ("order: delivery", _) => language.placement_step_delivery().to_owned(),
        ("order: save", _) => language.placement_step_save().to_owned(),
        ("order: number", _) => language.placement_step_number().to_owned(),
        ("queued", None) if matches!(entry.from.as_deref(), Some("rejected" | "withdrawn")) => {
            language.placement_log_again(entry.submission)
        }
        (state, _) => match named_state(state, words) {
            None => state.to_owned(),
            // The number is part of the state's own text.
            Some(named) if words.is_empty() || !is_told_by_words(&named) => state_text(language, &named),
            Some(named) => format!("{}: {words}", state_text(language, &named)),
        },
    };
    let when = clock_text(local(entry.at));
    match entry.took {
        Some(took) => format!("{when} {what} · {}", span_text(language, took)),
        None => format!("{when} {what}"),
    }
}

/// Whether the words are why it came to the state, rather than the order's number.
const fn is_told_by_words(state: &PlacementState) -> bool {
    !matches!(state, PlacementState::Placed { .. } | PlacementState::Verified { .. })
}

fn named_state(name: &str, words: &str) -> Option<PlacementState> {
    let words = words.to_owned();
    Some(match name {
        "queued" => PlacementState::Queued,
        "filling" => PlacementState::Filling,
        "armed" => PlacementState::Armed,
        "saving" => PlacementState::Saving,
        "unknown" => PlacementState::Unknown,
        "placed" => PlacementState::Placed { number: words },
        "verified" => PlacementState::Verified { number: words },
        "rejected" => PlacementState::Rejected { reason: words },
        "needs-attention" => PlacementState::NeedsAttention { reason: words },
        "withdrawn" => PlacementState::Withdrawn,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_left_is_told_while_there_is_some() {
        let said = |elapsed, usual: Option<u64>| {
            typing_text(Language::Italian, DurationMs(elapsed), usual.map(DurationMs))
        };
        assert_eq!(said(12_000, Some(42_000)), "in corso da 12 s · ancora circa 30 s");
        assert_eq!(said(12_000, None), "in corso da 12 s");
        assert_eq!(said(130_000, Some(42_000)), "in corso da 2 min 10 s");
    }
}
