//! Wakes the server-rendered page in the browser and registers the service worker.

// The type of the app is the nested type of all its elements.
#![recursion_limit = "512"]

use wasm_bindgen::prelude::wasm_bindgen;

/// The browser calls this once per page load, after the module has been fetched.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
    app::register_service_worker();
}
