//! Saves the form and learns what became of it.
//!
//! "Salva e chiudi" commits where a plain "Salvare" may roll back (facts/erp.md §4.1). From the click on, nobody may stop
//! the wait: whatever interrupts it leaves the order "perhaps" in the ERP.

use serde::Deserialize;

use super::observer::OrderObserver;
use crate::{
    ErpError,
    page::{Step, Turn},
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Outcome {
    saved: bool,
    #[serde(default)]
    answered: bool,
    #[serde(default)]
    path: String,
    #[serde(default)]
    errors: Vec<String>,
    #[serde(default)]
    can_be_ignored: bool,
}

/// A saved form.
pub(super) struct Saved {
    /// Where the ERP went afterwards.
    pub(super) path: String,
    /// Warnings that were confirmed.
    pub(super) warnings: Vec<String>,
}

const NAME: &str = "order: save";

/// Puts "Salva e chiudi" on the screen, so that after the permission one click remains.
pub(super) async fn prepare(turn: &Turn<'_>) -> Result<(), ErpError> {
    turn.idle(NAME).await?;
    if turn.ask::<bool>(NAME, "!!__archibald.saveAndClose()").await? {
        return Ok(());
    }
    let arrow = Step { name: NAME, expected: "an arrow at \"Salvare\"", limit: turn.limits().popup };
    turn.click(arrow, "__archibald.saveArrow()").await?;
    let entry = Step { name: NAME, expected: "an entry \"Salva e chiudi\"", limit: turn.limits().popup };
    turn.until::<bool>(entry, "!!__archibald.saveAndClose()").await.map(drop)
}

/// Clicks "Salva e chiudi" and waits until the form is left, or says why not. Warnings are confirmed once.
pub(super) async fn save<O: OrderObserver>(turn: &Turn<'_>, observer: &mut O) -> Result<Saved, ErpError> {
    let mut warnings = Vec::new();
    loop {
        let outcome = press(turn).await?;
        if outcome.saved {
            return Ok(Saved { path: outcome.path, warnings });
        }
        let words = outcome.errors.join("; ");
        if !outcome.answered {
            return Err(ErpError::unreachable(format!("{NAME}: {words}")));
        }
        if outcome.errors == warnings {
            // Still what was confirmed: whether this is the answer, or the page before it, only the list of orders tells.
            return Err(ErpError::unreachable(format!("{NAME}: the warning stays after it was confirmed")));
        }
        if !outcome.can_be_ignored || !warnings.is_empty() {
            return Err(ErpError::rejected(words));
        }
        tracing::debug!(words, "the ERP warns; the warning is confirmed");
        observer.warned(&words).await;
        warnings.extend(outcome.errors);
        let tick = Step { name: NAME, expected: "a box \"Ignore warnings\"", limit: turn.limits().popup };
        turn.click(tick, "__archibald.ignoreWarnings()").await?;
        prepare(turn).await?;
    }
}

async fn press(turn: &Turn<'_>) -> Result<Outcome, ErpError> {
    let limits = turn.limits();
    let click = Step { name: NAME, expected: "an entry \"Salva e chiudi\"", limit: limits.popup };
    turn.press(click, "__archibald.saveAndClose()").await?;
    let left = Step { name: NAME, expected: "the list, or why the order is refused", limit: limits.save };
    turn.until(left, &format!("__archibald.saveOutcome({})", limits.idle_hold.as_millis())).await
}
