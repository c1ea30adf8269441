//! Wires everything into the one program: settings, sign-in, HTTP, the conductor's workers, administration.

pub mod admin;
pub mod auth;
pub mod clock;
pub mod conductor;
pub mod config;
mod failpoint;
pub mod http;
pub mod look_ups;
mod problems;
mod review;
pub mod serve;
pub mod services;
mod telemetry;
pub mod workers;
