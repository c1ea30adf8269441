//! Finds the session a request belongs to, renewing a browser's on the way when its short-lived token is over.

use std::sync::Arc;

use app::error::{ApiError, ErrorCode};
use domain::{DurationMs, Timestamp};
use http::{HeaderMap, HeaderValue, header};
use sha2::{Digest, Sha256};
use store::{
    SessionId, SessionProof, Store,
    accounts::{NewSession, RefreshOutcome, RefreshTokenHash},
};
use uuid::Uuid;

use super::{cookies, secret::hex, token::Signer};
use crate::{clock::now, config::Config, problems::from_store};

/// Length of a refresh token, bytes of randomness.
const REFRESH_BYTES: usize = 32;

/// Opens, finds, renews and ends sessions.
pub struct Sessions {
    store: Store,
    signer: Signer,
    lifetime: DurationMs,
}

/// A session with what the browser must be told about it.
pub struct Found {
    /// Proves who it is.
    pub proof: SessionProof,
    /// `Set-Cookie` values; none unless the session was renewed.
    pub cookies: Vec<HeaderValue>,
}

/// A session that was just opened or renewed.
pub struct Opened {
    /// Proves who it is.
    pub proof: SessionProof,
    /// The access token.
    pub token: String,
    /// When that token ends.
    pub expires_at: Timestamp,
    /// `Set-Cookie` values.
    pub cookies: Vec<HeaderValue>,
}

impl Sessions {
    /// Sessions in `store`, signed with `signer`.
    pub fn new(store: Store, signer: Signer, config: &Arc<Config>) -> Self {
        Self { store, signer, lifetime: DurationMs::minutes(config.refresh_days * 24 * 60) }
    }

    /// Who a request comes from. A bearer token counts alone; of cookies, a refresh token helps out when the access token
    /// is missing or over, so that neither a page that slept nor its farewell beacon is turned away.
    ///
    /// # Errors
    /// `SignedOut` when nobody; `Internal` when the database fails.
    pub async fn find(&self, headers: &HeaderMap) -> Result<Found, ApiError> {
        if let Some(token) = bearer(headers) {
            let proof = self.verify(token?).await?.ok_or_else(signed_out)?;
            return Ok(Found { proof, cookies: Vec::new() });
        }
        if let Some(token) = cookies::read(headers, cookies::ACCESS)
            && let Some(proof) = self.verify(token).await?
        {
            return Ok(Found { proof, cookies: Vec::new() });
        }
        let opened = self.renew(headers).await?;
        Ok(Found { proof: opened.proof, cookies: opened.cookies })
    }

    /// Whether a session still lives.
    pub async fn is_live(&self, id: SessionId) -> Result<bool, ApiError> {
        Ok(self.store.accounts().verify_session(id, now()).await.map_err(from_store)?.is_some())
    }

    /// Opens a session for an agent whose password the ERP has just accepted.
    ///
    /// # Errors
    /// `NotAllowed` when they are no longer on the list.
    pub async fn open(&self, agent: &domain::AgentId) -> Result<Opened, ApiError> {
        let (refresh, hash) = new_refresh_token();
        let session = NewSession {
            id: SessionId(Uuid::from_bytes(rand::random())),
            agent: agent.clone(),
            refresh: hash,
            expires_at: now().plus(self.lifetime),
        };
        let opened = self.store.accounts().open_session(&session, now()).await.map_err(from_store)?;
        let proof =
            opened.ok_or_else(|| ApiError::new(ErrorCode::NotAllowed, "the account is not on the list"))?;
        Ok(self.opened(proof, &refresh))
    }

    /// Trades the refresh cookie for a new pair.
    ///
    /// # Errors
    /// `SignedOut` when it is missing, unknown, or came back after it was replaced: then the whole session ends.
    pub async fn renew(&self, headers: &HeaderMap) -> Result<Opened, ApiError> {
        let presented = cookies::read(headers, cookies::REFRESH).ok_or_else(signed_out)?;
        let (refresh, hash) = new_refresh_token();
        let outcome =
            self.store.accounts().refresh(hash_of(presented), hash, now()).await.map_err(from_store)?;
        match outcome {
            RefreshOutcome::Refreshed(proof) => Ok(self.opened(proof, &refresh)),
            RefreshOutcome::Reused(session) => {
                tracing::warn!(%session, "a replaced refresh token came back; the session was ended");
                Err(signed_out())
            }
            RefreshOutcome::Refused => Err(signed_out()),
        }
    }

    /// Ends the session of the request, if there is one, and answers what makes the browser forget it.
    pub async fn end(&self, headers: &HeaderMap) -> Result<Vec<HeaderValue>, ApiError> {
        match self.find(headers).await {
            Ok(found) => {
                let accounts = self.store.accounts();
                accounts
                    .revoke_session(found.proof.session(), "signed out", now())
                    .await
                    .map_err(from_store)?;
            }
            Err(error) if error.code == ErrorCode::SignedOut => {}
            Err(error) => return Err(error),
        }
        Ok(vec![cookies::clear(cookies::ACCESS), cookies::clear(cookies::REFRESH)])
    }

    async fn verify(&self, token: &str) -> Result<Option<SessionProof>, ApiError> {
        let Some(claims) = self.signer.check(token) else { return Ok(None) };
        let Ok(id) = Uuid::parse_str(&claims.sid) else { return Ok(None) };
        let proof = self.store.accounts().verify_session(SessionId(id), now()).await.map_err(from_store)?;
        Ok(proof.filter(|proof| *proof.agent() == claims.sub))
    }

    fn opened(&self, proof: SessionProof, refresh: &str) -> Opened {
        let now = now();
        let seconds = self.signer.lifetime().as_secs();
        let token = self.signer.sign(proof.agent(), &proof.session().to_string(), now);
        let cookies = vec![
            cookies::set(cookies::ACCESS, &token, seconds),
            cookies::set(cookies::REFRESH, refresh, self.lifetime.0 / 1_000),
        ];
        Opened { proof, token, expires_at: now.plus(DurationMs::seconds(seconds)), cookies }
    }
}

/// The bearer token, if the request says `Authorization`; one that is malformed is nobody's.
fn bearer(headers: &HeaderMap) -> Option<Result<&str, ApiError>> {
    let value = headers.get(header::AUTHORIZATION)?;
    let token = value.to_str().ok().and_then(|text| text.split_once(' '));
    let token =
        token.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    Some(token.ok_or_else(signed_out))
}

fn signed_out() -> ApiError {
    ApiError::new(ErrorCode::SignedOut, "sign in first")
}

fn new_refresh_token() -> (String, RefreshTokenHash) {
    let bytes: [u8; REFRESH_BYTES] = rand::random();
    let token = hex(&bytes);
    let hash = hash_of(&token);
    (token, hash)
}

fn hash_of(token: &str) -> RefreshTokenHash {
    RefreshTokenHash(Sha256::digest(token.as_bytes()).into())
}
