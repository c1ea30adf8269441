//! Signs and checks the short-lived access tokens (JWT, HS256).
//!
//! A token names the agent and the session. It is not enough by itself: each request also looks the session up, so a
//! revoked one ends at once and not after fifteen minutes.

use std::time::Duration;

use domain::{AgentId, Timestamp};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::secret::{Purpose, Secret};

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The agent.
    pub sub: AgentId,
    /// The session's id in the database.
    pub sid: String,
    /// Issued at, seconds since 1970.
    pub iat: u64,
    /// Good until, seconds since 1970.
    pub exp: u64,
}

/// Signs and checks tokens.
#[derive(Clone)]
pub struct Signer {
    encoding: EncodingKey,
    decoding: DecodingKey,
    lifetime: Duration,
}

impl Signer {
    /// A signer with the secret's key for tokens.
    pub fn new(secret: &Secret, lifetime: Duration) -> Self {
        let key = secret.key(Purpose::AccessTokens);
        Self { encoding: EncodingKey::from_secret(&key), decoding: DecodingKey::from_secret(&key), lifetime }
    }

    /// How long a token is good for.
    pub fn lifetime(&self) -> Duration {
        self.lifetime
    }

    /// A token for `agent` in the session `sid`.
    pub fn sign(&self, agent: &AgentId, sid: &str, now: Timestamp) -> String {
        let iat = u64::try_from(now.0 / 1_000).unwrap_or_default();
        let claims =
            Claims { sub: agent.clone(), sid: sid.to_owned(), iat, exp: iat + self.lifetime.as_secs() };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding)
            .expect("claims of texts and numbers can always be written")
    }

    /// What the token says, if this server signed it and it is still good.
    pub fn check(&self, token: &str) -> Option<Claims> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.leeway = 0;
        jsonwebtoken::decode::<Claims>(token, &self.decoding, &rules).ok().map(|data| data.claims)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::clock::now;

    fn signer(secret: &str) -> Signer {
        let secret = Secret::load(Some(&secret.repeat(32)), Path::new("")).unwrap();
        Signer::new(&secret, Duration::from_mins(15))
    }

    #[test]
    fn a_token_is_good_for_fifteen_minutes_and_only_here() {
        let anna: AgentId = "anna".parse().unwrap();
        let fresh = signer("01").sign(&anna, "s1", now());
        let claims = signer("01").check(&fresh).unwrap();
        assert_eq!((claims.sub, claims.sid.as_str()), (anna.clone(), "s1"));
        assert_eq!(signer("02").check(&fresh), None);
        let old = signer("01").sign(&anna, "s1", now().minus(domain::DurationMs::minutes(16)));
        assert_eq!(signer("01").check(&old), None);
    }

    #[test]
    fn a_token_without_signature_is_refused() {
        // {"alg":"none"} . {"sub":"anna","sid":"s1","iat":0,"exp":99999999999} .
        let forged =
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbm5hIiwic2lkIjoiczEiLCJpYXQiOjAsImV4cCI6OTk5OTk5OTk5OTl9.";
        assert_eq!(signer("01").check(forged), None);
    }
}
