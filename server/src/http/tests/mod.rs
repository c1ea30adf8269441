//! Shows who may ask for what, and what the answers look like.

mod drafts;
mod routes;
mod sign_in;
mod support;
mod syncs;
