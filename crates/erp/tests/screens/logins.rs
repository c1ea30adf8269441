//! Logs in, is refused, is thrown out and comes back.

use std::time::Duration;

use erp::{Credentials, ErpError, LoginOutcome};
use erp_sim::{Deed, Fault, Place, Trouble};

use crate::support::{Stage, never, small_world};

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_made_once_and_reused() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    assert_eq!(session.ensure_logged_in(&never()).await, Ok(LoginOutcome::LoggedIn));
    assert_eq!(session.ensure_logged_in(&never()).await, Ok(LoginOutcome::Reused));
    assert_eq!(stage.outcomes(Deed::Login), "ok");
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_is_told_in_the_words_of_the_erp() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.browser.session(&Credentials::new("agente1", "sbagliata"));
    let error = session.ensure_logged_in(&never()).await.expect_err("the password is wrong");
    let ErpError::WrongPassword { message } = error else { panic!("{error:?}") };
    assert!(message.contains("Accesso non riuscito"), "{message}");
    let mut session = stage.session();
    assert_eq!(session.ensure_logged_in(&never()).await, Ok(LoginOutcome::LoggedIn));
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_erp_dropped_is_renewed_by_exactly_one_login() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    session.ensure_logged_in(&never()).await.expect("the login works");
    stage.sim.break_with(Fault::once(Place::Any, Trouble::LogOut));
    assert_eq!(session.ensure_logged_in(&never()).await, Ok(LoginOutcome::LoggedIn));
    assert_eq!((stage.outcomes(Deed::Login).as_str(), session.logins()), ("ok · ok", 2));
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erp_that_drops_every_session_is_not_flooded_with_logins() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    session.ensure_logged_in(&never()).await.expect("the login works");
    stage.sim.break_with(Fault { count: 1_000, ..Fault::once(Place::Page, Trouble::LogOut) });
    assert_eq!(session.ensure_logged_in(&never()).await, Err(ErpError::LoggedOut));
    assert_eq!(session.logins(), 2);
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erp_that_is_down_is_unreachable_and_no_wrong_password() {
    let stage = Stage::set_with(small_world(), |limits| limits.login = Duration::from_secs(5)).await;
    // The browser itself repeats a request whose kept-alive connection was cut, once for each such connection.
    for (place, trouble, count) in [
        (Place::Page, Trouble::Status { status: 503 }, 1),
        (Place::Login, Trouble::Status { status: 500 }, 1),
        (Place::Login, Trouble::Stall { ms: 20_000 }, 1),
        (Place::Login, Trouble::Drop, 20),
        (Place::Page, Trouble::Drop, 20),
    ] {
        stage.sim.mend();
        // A login whose answer was too late may have been made all the same.
        let mut session = stage.session();
        stage.sim.break_with(Fault { count, ..Fault::once(place, trouble.clone()) });
        let error = session.ensure_logged_in(&never()).await.expect_err("the ERP is broken");
        assert!(matches!(error, ErpError::Unreachable { .. }), "{trouble:?}: {error:?}");
    }
    stage.sim.mend();
    let mut session = stage.session();
    assert_eq!(session.ensure_logged_in(&never()).await, Ok(LoginOutcome::LoggedIn));
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_blank_page_is_a_changed_screen_with_a_screenshot() {
    let stage = Stage::set_with(small_world(), |limits| limits.idle = Duration::from_secs(2)).await;
    let mut session = stage.session();
    session.ensure_logged_in(&never()).await.expect("the login works");
    stage.sim.break_with(Fault::once(Place::List, Trouble::BlankPage));
    let error =
        crate::support::export(&mut session, erp::ExportKind::Customers).await.expect_err("it is blank");
    let ErpError::ScreenChanged { screen, snapshot, .. } = error else { panic!("{error:?}") };
    assert_eq!((screen.as_str(), &snapshot.png[1..4]), ("list: grid", &b"PNG"[..]));
    stage.strike().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pages_are_asked_for_in_italian() {
    let stage = Stage::set(small_world()).await;
    let mut session = stage.session();
    let file =
        crate::support::export(&mut session, erp::ExportKind::Customers).await.expect("it is exported");
    assert_eq!(file.name(), "Clienti.pdf");
    stage.strike().await;
}
