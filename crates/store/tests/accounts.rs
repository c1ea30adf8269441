//! Shows who is let in, and how a session lives and ends.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use domain::Timestamp;
use store::{
    Accounts, Agent, NewSession, RefreshOutcome, RefreshTokenHash, SealedCredentials, SessionId, StoreError,
};
use support::{TestStore, agent, at};
use uuid::Uuid;

const HOUR: i64 = 3_600_000;

fn token(number: u8) -> RefreshTokenHash {
    RefreshTokenHash([number; 32])
}

fn session(number: u128, name: &str, refresh: u8) -> NewSession {
    let id = SessionId(Uuid::from_u128(number));
    NewSession { id, agent: agent(name), refresh: token(refresh), expires_at: at(HOUR) }
}

async fn with_anna() -> (TestStore, Accounts) {
    let store = TestStore::new().await;
    let accounts = store.accounts();
    accounts.allow(&Agent { id: agent("anna"), admin: false }, at(0)).await.unwrap();
    (store, accounts)
}

async fn is_alive(accounts: &Accounts, number: u128, now: Timestamp) -> bool {
    accounts.verify_session(SessionId(Uuid::from_u128(number)), now).await.unwrap().is_some()
}

#[tokio::test]
async fn only_who_is_on_the_list_gets_a_session() {
    let (_store, accounts) = with_anna().await;
    assert!(accounts.open_session(&session(1, "bruno", 1), at(1)).await.unwrap().is_none());
    let proof = accounts.open_session(&session(2, "anna", 2), at(1)).await.unwrap().unwrap();
    assert_eq!((proof.agent(), proof.is_admin()), (&agent("anna"), false));
    assert!(is_alive(&accounts, 2, at(2)).await);
    assert!(!is_alive(&accounts, 1, at(2)).await);
    assert!(!is_alive(&accounts, 2, at(HOUR)).await);
}

#[tokio::test]
async fn taking_an_agent_off_the_list_ends_everything() {
    let (store, accounts) = with_anna().await;
    accounts.open_session(&session(1, "anna", 1), at(1)).await.unwrap();
    let sealed = SealedCredentials { nonce: vec![1; 12], sealed: vec![2; 40] };
    accounts.put_credentials(&agent("anna"), &sealed, at(1)).await.unwrap();
    // An administrator's command is another process on the same folder.
    let beside = Accounts::open_beside(store.folder.path()).await.unwrap();
    assert!(beside.disallow(&agent("anna")).await.unwrap());
    assert!(!is_alive(&accounts, 1, at(2)).await);
    assert_eq!(accounts.credentials(&agent("anna")).await.unwrap(), None);
    assert!(!beside.disallow(&agent("anna")).await.unwrap());
}

#[tokio::test]
async fn allowing_again_changes_the_role_and_keeps_the_session() {
    let (_store, accounts) = with_anna().await;
    accounts.open_session(&session(1, "anna", 1), at(1)).await.unwrap();
    accounts.allow(&Agent { id: agent("anna"), admin: true }, at(2)).await.unwrap();
    let proof = accounts.verify_session(SessionId(Uuid::from_u128(1)), at(3)).await.unwrap().unwrap();
    assert!(proof.is_admin());
    assert_eq!(accounts.agents().await.unwrap(), [Agent { id: agent("anna"), admin: true }]);
    assert_eq!(accounts.agent(&agent("bruno")).await.unwrap(), None);
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_copy_ends_the_session() {
    let (_store, accounts) = with_anna().await;
    accounts.open_session(&session(1, "anna", 1), at(0)).await.unwrap();
    let first = accounts.refresh(token(1), token(2), at(1_000)).await.unwrap();
    assert!(matches!(first, RefreshOutcome::Refreshed(_)));
    let second = accounts.refresh(token(2), token(3), at(60_000)).await.unwrap();
    assert!(matches!(second, RefreshOutcome::Refreshed(_)));
    let stolen = accounts.refresh(token(1), token(4), at(61_000)).await.unwrap();
    assert!(matches!(stolen, RefreshOutcome::Reused(_)));
    assert!(!is_alive(&accounts, 1, at(61_000)).await);
    let honest = accounts.refresh(token(3), token(5), at(62_000)).await.unwrap();
    assert!(matches!(honest, RefreshOutcome::Refused));
}

#[tokio::test]
async fn two_tabs_may_refresh_at_the_same_moment() {
    let (_store, accounts) = with_anna().await;
    accounts.open_session(&session(1, "anna", 1), at(0)).await.unwrap();
    for (next, now) in [(2, 1_000), (3, 1_500), (4, 21_000)] {
        let outcome = accounts.refresh(token(1), token(next), at(now)).await.unwrap();
        assert!(matches!(outcome, RefreshOutcome::Refreshed(_)), "{now}");
    }
    let late = accounts.refresh(token(1), token(5), at(21_001)).await.unwrap();
    assert!(matches!(late, RefreshOutcome::Reused(_)));
}

#[tokio::test]
async fn an_unknown_or_ended_token_is_refused() {
    let (_store, accounts) = with_anna().await;
    accounts.open_session(&session(1, "anna", 1), at(0)).await.unwrap();
    assert!(matches!(accounts.refresh(token(9), token(8), at(1)).await.unwrap(), RefreshOutcome::Refused));
    assert!(matches!(accounts.refresh(token(1), token(2), at(HOUR)).await.unwrap(), RefreshOutcome::Refused));
}

#[tokio::test]
async fn sessions_end_one_by_one_or_all_together() {
    let (_store, accounts) = with_anna().await;
    for number in 1..=3 {
        accounts.open_session(&session(u128::from(number), "anna", number), at(0)).await.unwrap();
    }
    accounts.revoke_session(SessionId(Uuid::from_u128(1)), "signed out", at(1)).await.unwrap();
    assert!(!is_alive(&accounts, 1, at(2)).await);
    assert!(is_alive(&accounts, 2, at(2)).await);
    assert_eq!(accounts.revoke_all_sessions(&agent("anna"), "lost phone", at(3)).await.unwrap(), 2);
    assert!(!is_alive(&accounts, 2, at(4)).await);
    assert_eq!(accounts.forget_ended_sessions(at(2)).await.unwrap(), 1);
}

#[tokio::test]
async fn passwords_are_kept_as_they_were_sealed() {
    let (_store, accounts) = with_anna().await;
    let first = SealedCredentials { nonce: vec![1; 12], sealed: vec![0, 255, 7] };
    let second = SealedCredentials { nonce: vec![2; 12], sealed: vec![9; 99] };
    for sealed in [first, second] {
        accounts.put_credentials(&agent("anna"), &sealed, at(1)).await.unwrap();
        assert_eq!(accounts.credentials(&agent("anna")).await.unwrap(), Some(sealed));
    }
    assert_eq!(accounts.agents_with_credentials().await.unwrap(), [agent("anna")]);
    accounts.forget_credentials(&agent("anna")).await.unwrap();
    assert_eq!(accounts.agents_with_credentials().await.unwrap(), []);
    let stranger = SealedCredentials { nonce: vec![], sealed: vec![] };
    let refused = accounts.put_credentials(&agent("bruno"), &stranger, at(1)).await;
    assert!(matches!(refused, Err(StoreError::Database(_))));
}

#[tokio::test]
async fn guessing_gets_slower_and_is_forgiven() {
    let (_store, accounts) = with_anna().await;
    let mut waits = Vec::new();
    for _ in 0..6 {
        accounts.login_failed("Anna", "192.0.2.1", at(0)).await.unwrap();
        waits.push(accounts.login_wait("anna", "192.0.2.9", at(0)).await.unwrap().map_or(0, |until| until.0));
    }
    assert_eq!(waits, [0, 0, 2_000, 4_000, 8_000, 16_000]);
    // The address waits too, whatever account it tries; others do not.
    assert_eq!(accounts.login_wait("bruno", "192.0.2.1", at(0)).await.unwrap(), Some(at(16_000)));
    assert_eq!(accounts.login_wait("bruno", "192.0.2.9", at(0)).await.unwrap(), None);
    assert_eq!(accounts.login_wait("anna", "192.0.2.1", at(16_000)).await.unwrap(), None);

    accounts.login_succeeded("ANNA").await.unwrap();
    assert_eq!(accounts.login_wait("anna", "192.0.2.9", at(0)).await.unwrap(), None);
    assert!(accounts.login_wait("anna", "192.0.2.1", at(0)).await.unwrap().is_some());
    for _ in 0..100 {
        accounts.login_failed("anna", "192.0.2.1", at(0)).await.unwrap();
    }
    assert_eq!(accounts.login_wait("anna", "192.0.2.1", at(0)).await.unwrap(), Some(at(300_000)));
    accounts.login_failed("carla", "192.0.2.7", at(HOUR)).await.unwrap();
    assert_eq!(accounts.login_wait("anna", "192.0.2.1", at(0)).await.unwrap(), None);
}
