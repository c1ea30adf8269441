//! Wires everything into the one program: settings, sign-in, HTTP, the conductor's workers, administration.

pub mod admin;
pub mod auth;
pub mod clock;
pub mod conductor;
pub mod config;
pub mod http;
mod problems;
pub mod serve;
pub mod services;
mod telemetry;
pub mod workers;
