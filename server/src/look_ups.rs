//! Lets agents wait for customers that only the ERP knows yet.
//!
//! A look-up is no task of its own: the interactive reading of an agent's customers answers it on its way, in the same
//! login and before anything else, so whoever waits is answered even when the reading itself then fails.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use app::error::{ApiError, ErrorCode};
use domain::{AgentId, ErpId, ErrorKind, SyncType, WaitReason};
use tokio::sync::oneshot;

use crate::{conductor::ConductorHandle, problems::from_conductor};

/// How long somebody waits for the ERP's answer. An order that is being typed may take longer than that.
const WAIT_MAX: Duration = Duration::from_mins(1);
/// What can be searched for; the ERP's own bot pastes no more than the longer one.
const CHARS: std::ops::RangeInclusive<usize> = 2..=50;
/// What an agent can have searched at a time: each takes the ERP seconds, and nobody types more than that meanwhile.
const WAITING_MAX: usize = 5;

/// What a look-up has brought: the ids of what was found, all of them known by now.
pub(crate) type Found = Result<Vec<ErpId>, ErrorKind>;

/// One question that waits.
pub(crate) struct Waiting {
    /// What to search for.
    pub(crate) text: String,
    /// Whom to answer.
    pub(crate) reply: oneshot::Sender<Found>,
}

/// Everybody's open questions.
#[derive(Default)]
pub struct LookUps {
    waiting: Mutex<HashMap<AgentId, Vec<Waiting>>>,
}

impl LookUps {
    /// Asks for an interactive reading, and waits until it has searched for `text`.
    ///
    /// # Errors
    /// `BadRequest` for a text that is too short or too long; `TooManyAttempts` while others are still searched for;
    /// `ErpUnreachable` when the ERP does not answer in time;
    /// `WrongCredentials` when it refuses the password; `Internal`.
    pub(crate) async fn ask(
        &self,
        conductor: &ConductorHandle,
        agent: &AgentId,
        text: &str,
    ) -> Result<Vec<ErpId>, ApiError> {
        let text = as_the_erp_searches(text)?;
        let (reply, found) = oneshot::channel();
        self.add(agent, Waiting { text, reply })?;
        let asked = conductor.ask(agent, SyncType::Customers).await.map_err(from_conductor)?;
        if let Some(kind) = asked.waiting_because.and_then(hopeless) {
            return Err(failed(kind));
        }
        match tokio::time::timeout(WAIT_MAX, found).await {
            Ok(Ok(found)) => found.map_err(failed),
            Ok(Err(_)) | Err(_) => Err(ApiError::new(ErrorCode::ErpUnreachable, "Archibald is busy")),
        }
    }

    /// The questions of this agent that somebody still waits for; whoever takes them answers them.
    pub(crate) fn take(&self, agent: &AgentId) -> Vec<Waiting> {
        let all = self.waiting().remove(agent).unwrap_or_default();
        all.into_iter().filter(|waiting| !waiting.reply.is_closed()).collect()
    }

    /// Gives questions back that were taken and could not be answered, before those that came since.
    pub(crate) fn give_back(&self, agent: &AgentId, mut unanswered: Vec<Waiting>) {
        let mut all = self.waiting();
        let since = all.entry(agent.clone()).or_default();
        unanswered.append(since);
        *since = unanswered;
    }

    fn add(&self, agent: &AgentId, question: Waiting) -> Result<(), ApiError> {
        let mut all = self.waiting();
        let own = all.entry(agent.clone()).or_default();
        own.retain(|waiting| !waiting.reply.is_closed());
        if own.len() >= WAITING_MAX {
            let says = "Archibald is still searching for what was asked before";
            return Err(ApiError::new(ErrorCode::TooManyAttempts, says));
        }
        own.push(question);
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<AgentId, Vec<Waiting>>> {
        self.waiting.lock().expect("nothing panics while it holds this lock")
    }
}

/// An id without the dot that the ERP shows in it (facts/erp.md §2.3); anything else as it was typed.
fn as_the_erp_searches(text: &str) -> Result<String, ApiError> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !CHARS.contains(&text.chars().count()) {
        let says = "a search in Archibald takes 2 to 50 characters";
        return Err(ApiError::new(ErrorCode::BadRequest, says));
    }
    Ok(text.parse::<ErpId>().map_or(text, |id| id.to_string()))
}

/// What keeps a reading from starting soon.
const fn hopeless(reason: WaitReason) -> Option<ErrorKind> {
    match reason {
        // A login is held for a refused password, by the operator, or because its day's sign-ins are spent: in each case
        // the ERP cannot be asked now, and the sync page says why.
        WaitReason::CircuitOpen | WaitReason::HeldByOperator => Some(ErrorKind::Unreachable),
        WaitReason::OrderFormOpen
        | WaitReason::BackingOff
        | WaitReason::LoginBusy
        | WaitReason::AllSlotsBusy
        | WaitReason::WaitsForProducts => None,
    }
}

fn failed(kind: ErrorKind) -> ApiError {
    let code = match kind {
        ErrorKind::Unreachable | ErrorKind::LoggedOut => ErrorCode::ErpUnreachable,
        ErrorKind::WrongPassword => ErrorCode::WrongCredentials,
        ErrorKind::NotAvailable => ErrorCode::NotAvailable,
        ErrorKind::ScreenChanged | ErrorKind::Rejected | ErrorKind::BadExport | ErrorKind::Internal => {
            ErrorCode::Internal
        }
    };
    ApiError::new(code, "the customer could not be looked up in Archibald")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_searched_without_its_dot_and_words_as_they_are() {
        assert_eq!(as_the_erp_searches(" 51.847 ").unwrap(), "51847");
        assert_eq!(as_the_erp_searches("Rossi   Anna").unwrap(), "Rossi Anna");
        for wrong in ["", "a", &"x".repeat(51)] {
            assert!(as_the_erp_searches(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn whoever_has_gone_is_not_searched_for() {
        let (look_ups, anna): (LookUps, AgentId) = (LookUps::default(), "anna".parse().unwrap());
        let (reply, stays) = oneshot::channel();
        let (left, gone) = oneshot::channel();
        drop(gone);
        for (text, reply) in [("rossi", reply), ("bianchi", left)] {
            look_ups.add(&anna, Waiting { text: text.to_owned(), reply }).unwrap();
        }
        let taken = look_ups.take(&anna);
        assert_eq!(taken.iter().map(|waiting| waiting.text.as_str()).collect::<Vec<_>>(), ["rossi"]);
        assert!(look_ups.take(&anna).is_empty(), "each question is taken once");
        drop(stays);
    }

    #[test]
    fn questions_that_could_not_be_answered_wait_before_later_ones_and_are_few() {
        let (look_ups, anna): (LookUps, AgentId) = (LookUps::default(), "anna".parse().unwrap());
        let mut open = Vec::new();
        let mut ask = |text: &str| {
            let (reply, found) = oneshot::channel();
            open.push(found);
            look_ups.add(&anna, Waiting { text: text.to_owned(), reply })
        };
        ask("rossi").unwrap();
        let taken = look_ups.take(&anna);
        ask("bianchi").unwrap();
        look_ups.give_back(&anna, taken);
        for text in ["c", "d", "e"] {
            ask(text).unwrap();
        }
        assert!(ask("f").is_err(), "five wait already");
        let texts: Vec<_> = look_ups.take(&anna).into_iter().map(|waiting| waiting.text).collect();
        assert_eq!(texts, ["rossi", "bianchi", "c", "d", "e"]);
    }
}
