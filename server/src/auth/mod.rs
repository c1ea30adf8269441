//! Decides who a request comes from.
//!
//! A session begins with ERP credentials that the ERP itself accepts. Browsers carry it in two `HttpOnly` cookies, programs
//! as a bearer token; both name a row in the database that can be revoked.

pub mod cookies;
pub mod same_origin;
pub mod secret;
pub mod sessions;
pub mod sign_in;
pub mod token;
pub mod vault;
