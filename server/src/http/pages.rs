//! Serves the pages and the browser's files.

use std::path::Path;

use app::{App, shell};
use axum::Router;
use http::header;
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::use_context};
use leptos_axum::{LeptosRoutes, ResponseOptions, generate_route_list};

use super::{AppState, headers::page_policy};
use crate::config::Config;

/// The name of the script, the WebAssembly module and the style sheet; the same as in the build's metadata.
const OUTPUT_NAME: &str = "archibald-orders";
/// Lists the hashes in the names of the browser's files; lies beside the program when they have any.
const HASH_FILE: &str = "hash.txt";

/// Where the browser's files are and what they are called. Nothing of it needs an environment variable.
pub fn options(config: &Config) -> LeptosOptions {
    let site = config.site_folder().to_string_lossy().into_owned();
    LeptosOptions::builder()
        .output_name(OUTPUT_NAME)
        .site_root(site)
        .site_addr(config.listen)
        .hash_files(hash_file_exists())
        .build()
}

fn hash_file_exists() -> bool {
    let program = std::env::current_exe().ok();
    program.as_deref().and_then(Path::parent).is_some_and(|folder| folder.join(HASH_FILE).is_file())
}

/// Adds the pages and the server functions.
pub(super) fn add(router: Router<AppState>, state: &AppState) -> Router<AppState> {
    let options = state.leptos.clone();
    router.leptos_routes_with_context(state, generate_route_list(App), set_page_policy, move || {
        shell(options.clone())
    })
}

/// Adds what answers every other path: the browser's public files, or the page that says that there is none.
pub(super) fn add_fallback(router: Router<AppState>) -> Router<AppState> {
    router.fallback(leptos_axum::file_and_error_handler_with_context::<AppState, _>(set_page_policy, shell))
}

/// Lets the page's inline scripts run and no others. Not for server functions, which have no nonce.
fn set_page_policy() {
    if let (Some(nonce), Some(options)) = (use_nonce(), use_context::<ResponseOptions>()) {
        options.insert_header(header::CONTENT_SECURITY_POLICY, page_policy(&nonce));
    }
}
