//! Puts states, failures and moments into words.

use domain::{DurationMs, ErrorKind, SyncType, Timestamp, TypeState, WaitReason, format_date};
use time::PrimitiveDateTime;

use crate::{
    drafts::MergeReport,
    error::{ApiError, ErrorCode},
    i18n::Language,
};

/// What happened and what to do next.
pub fn error_text(language: Language, code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::BadRequest => language.error_bad_request(),
        ErrorCode::SignedOut => language.error_signed_out(),
        ErrorCode::WrongCredentials => language.error_wrong_credentials(),
        ErrorCode::NotAllowed => language.error_not_allowed(),
        ErrorCode::NotFound => language.error_not_found(),
        ErrorCode::Conflict => language.error_conflict(),
        ErrorCode::NumberTaken => language.error_number_taken(),
        ErrorCode::LeaseEnded => language.error_lease_ended(),
        ErrorCode::TooManyAttempts => language.error_too_many_attempts(),
        ErrorCode::NotAvailable => language.error_not_available(),
        ErrorCode::ErpUnreachable => language.error_erp_unreachable(),
        ErrorCode::Offline => language.error_offline(),
        ErrorCode::Internal => language.error_internal(),
    }
}

/// How a sync failed and what happens next.
pub fn sync_error_text(language: Language, kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unreachable => language.sync_error_unreachable(),
        ErrorKind::LoggedOut => language.sync_error_logged_out(),
        ErrorKind::WrongPassword => language.sync_error_wrong_password(),
        ErrorKind::ScreenChanged => language.sync_error_screen_changed(),
        ErrorKind::Rejected => language.sync_error_rejected(),
        ErrorKind::BadExport => language.sync_error_bad_export(),
        ErrorKind::NotAvailable => language.sync_error_not_available(),
        ErrorKind::Internal => language.sync_error_internal(),
    }
}

/// Why something waits, as the end of "Aspetta: …".
pub fn reason_text(language: Language, reason: WaitReason) -> &'static str {
    match reason {
        WaitReason::OrderFormOpen => language.reason_order_form_open(),
        WaitReason::CircuitOpen => language.reason_circuit_open(),
        WaitReason::BackingOff => language.reason_backing_off(),
        WaitReason::HeldByOperator => language.reason_held_by_operator(),
        WaitReason::LoginBusy => language.reason_login_busy(),
        WaitReason::AllSlotsBusy => language.reason_all_slots_busy(),
        WaitReason::WaitsForProducts => language.reason_waits_for_products(),
    }
}

/// What to say about a request for a sync.
pub fn asked_text(language: Language, answer: Result<Option<WaitReason>, ApiError>) -> String {
    match answer {
        Ok(None) => language.sync_asked().to_owned(),
        Ok(Some(reason)) => {
            format!("{} · {}", language.sync_asked(), language.sync_waiting(reason_text(language, reason)))
        }
        Err(error) => error_text(language, error.code).to_owned(),
    }
}

/// What a sync brings.
pub fn type_text(language: Language, kind: SyncType) -> &'static str {
    match kind {
        SyncType::Orders => language.sync_orders(),
        SyncType::Customers => language.sync_customers(),
        SyncType::Ddt => language.sync_ddt(),
        SyncType::Invoices => language.sync_invoices(),
        SyncType::Prices => language.sync_prices(),
        SyncType::Products => language.sync_products(),
    }
}

/// The state of a type in one or two words.
pub fn state_text(language: Language, state: TypeState) -> &'static str {
    match state {
        TypeState::Idle => language.sync_state_idle(),
        TypeState::Queued => language.sync_state_queued(),
        TypeState::Running => language.sync_state_running(),
        TypeState::Completed => language.sync_state_completed(),
        TypeState::Error => language.sync_state_error(),
    }
}

/// `Senza righe`, `1 riga`, `3 righe`
pub fn lines_text(language: Language, count: usize) -> String {
    match count {
        0 => language.drafts_no_lines().to_owned(),
        1 => language.drafts_one_line().to_owned(),
        many => language.drafts_lines(many),
    }
}

/// What a merge of two devices' copies did.
pub fn merged_text(language: Language, report: MergeReport) -> String {
    let mut parts = vec![language.drafts_merged().to_owned()];
    if report.lines_taken > 0 {
        parts.push(language.drafts_merged_from(report.lines_taken));
    }
    if report.lines_removed > 0 {
        parts.push(language.drafts_merged_removed(report.lines_removed));
    }
    if report.conflicts > 0 {
        parts.push(language.drafts_merged_conflicts().to_owned());
    }
    parts.join(" · ")
}

/// `12:03`
pub fn clock_text(moment: PrimitiveDateTime) -> String {
    format!("{:02}:{:02}", moment.hour(), moment.minute())
}

/// A moment as seen from `today`: the time alone on the same day, the day with it otherwise.
pub fn moment_text(language: Language, today: PrimitiveDateTime, moment: PrimitiveDateTime) -> String {
    let time = clock_text(moment);
    match (moment.date() - today.date()).whole_days() {
        0 => language.time_at(time),
        -1 => language.time_yesterday_at(time),
        1 => language.time_tomorrow_at(time),
        _ => language.time_date_at(format_date(moment.date()), time),
    }
}

/// When something is due: what is due by now will start at any moment.
pub fn due_text(
    language: Language,
    now: Timestamp,
    due: Timestamp,
    local: impl Fn(Timestamp) -> PrimitiveDateTime,
) -> String {
    if due <= now {
        language.time_due_now().to_owned()
    } else {
        moment_text(language, local(now), local(due))
    }
}

/// How long ago, in the words of a person; the day after half a day.
pub fn age_text(
    language: Language,
    now: Timestamp,
    then: Timestamp,
    local: impl Fn(Timestamp) -> PrimitiveDateTime,
) -> String {
    let age = now.since(then);
    let minutes = age.0 / DurationMs::minutes(1).0;
    match minutes {
        0 => language.time_now().to_owned(),
        1..60 => language.time_minutes_ago(minutes),
        60..720 => language.time_hours_ago(minutes / 60),
        _ => moment_text(language, local(now), local(then)),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const TODAY: PrimitiveDateTime = datetime!(2026-01-22 12:03);

    fn said(moment: PrimitiveDateTime) -> String {
        moment_text(Language::Italian, TODAY, moment)
    }

    #[test]
    fn a_moment_names_the_day_only_when_it_is_another_one() {
        assert_eq!(said(datetime!(2026-01-22 08:05)), "alle 08:05");
        assert_eq!(said(datetime!(2026-01-21 23:59)), "ieri alle 23:59");
        assert_eq!(said(datetime!(2026-01-23 00:10)), "domani alle 00:10");
        assert_eq!(said(datetime!(2025-12-31 09:00)), "31/12/2025 alle 09:00");
    }

    #[test]
    fn an_age_grows_from_now_to_a_date() {
        let now = Timestamp(1_000_000_000);
        let said = |minutes: u64| {
            age_text(Language::Italian, now, now.minus(DurationMs::minutes(minutes)), |moment| {
                let moment = time::OffsetDateTime::from_unix_timestamp(moment.0 / 1_000).unwrap();
                PrimitiveDateTime::new(moment.date(), moment.time())
            })
        };
        assert_eq!(said(0), "adesso");
        assert_eq!(said(5), "5 min fa");
        assert_eq!(said(130), "2 h fa");
        assert_eq!(said(60 * 24), "ieri alle 13:46");
    }
}
