//! Types account and password into the login page (facts/erp.md §1.3).

use serde::Deserialize;

use crate::{
    Credentials, ErpError,
    page::{Key, Step, Turn},
};

#[derive(Deserialize)]
struct Outcome {
    inside: bool,
    #[serde(default)]
    answered: bool,
    #[serde(default)]
    bounced: bool,
    #[serde(default)]
    message: String,
}

/// Logs in on the login page, where the turn must be. Success is any other page; the caller sees by the address whether
/// the ERP has thrown the new session out again at once.
pub(super) async fn log_in(turn: &Turn<'_>, credentials: &Credentials) -> Result<(), ErpError> {
    let limits = turn.limits();
    let form =
        Step { name: "login: form", expected: "fields for account and password", limit: limits.page_load };
    let ready = format!(
        "__archibald.idle({}) && !!__archibald.userField() && !!__archibald.passwordField()",
        limits.idle_hold.as_millis()
    );
    turn.until_also_at_login::<bool>(form, &ready).await?;
    fill(turn, form, "__archibald.userField()", &credentials.account).await?;
    fill(turn, form, "__archibald.passwordField()", &credentials.password).await?;
    turn.mark("login: button").await?;
    let button = Step { name: "login: button", expected: "a button \"Accedi\"", limit: limits.popup };
    turn.click_at_login(button, "__archibald.loginButton()").await?;
    let outcome = Step { name: "login: answer", expected: "another page, or why not", limit: limits.login };
    let answer: Outcome = turn.until_also_at_login(outcome, "__archibald.loginOutcome()").await?;
    if answer.bounced {
        return Ok(());
    }
    if answer.inside {
        tracing::info!(account = credentials.account, "logged in");
        return Ok(());
    }
    if !answer.answered {
        return Err(ErpError::unreachable(format!("login: answer: {}", answer.message)));
    }
    tracing::info!(account = credentials.account, message = answer.message, "login refused");
    Err(ErpError::WrongPassword { message: answer.message })
}

/// The page's own scripts listen to input events and to leaving the field.
async fn fill(turn: &Turn<'_>, step: Step, field: &str, value: &str) -> Result<(), ErpError> {
    let quoted = serde_json::Value::from(value);
    turn.ask::<bool>(step.name, &format!("__archibald.fill({field}, {quoted})")).await?;
    turn.key(step.name, Key::Tab).await?;
    let kept = format!("{field}.value === {quoted} && __archibald.atRest()");
    turn.until_also_at_login::<bool>(step, &kept).await.map(drop)
}
