//! Notices whether the page is seen, and sends last words while it goes away.

use leptos::ev::Event;
use serde::Serialize;

/// Whether the tab is shown.
pub fn is_visible() -> bool {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::document().visibility_state() == web_sys::VisibilityState::Visible;
    #[cfg(not(feature = "hydrate"))]
    true
}

/// Whether a `pageshow` event brings the page back from the browser's cache, with all its memory but without its
/// connections.
pub fn is_from_cache(event: &Event) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        event.dyn_ref::<web_sys::PageTransitionEvent>().is_some_and(web_sys::PageTransitionEvent::persisted)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = event;
        false
    }
}

/// Posts a body that is delivered even if the page goes away at once. Nobody learns the answer. False when the browser
/// would not take it, which it does not beyond some 64 KB.
pub fn send_beacon(path: &str, body: &impl Serialize) -> bool {
    #[cfg(feature = "hydrate")]
    return json_blob(body).is_some_and(|blob| {
        leptos::prelude::window().navigator().send_beacon_with_opt_blob(path, Some(&blob)).unwrap_or(false)
    });
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = (path, body);
        false
    }
}

#[cfg(feature = "hydrate")]
fn json_blob(body: &impl Serialize) -> Option<web_sys::Blob> {
    let text = serde_json::to_string(body).ok()?;
    let parts = js_sys::Array::of1(&wasm_bindgen::JsValue::from_str(&text));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/json");
    web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).ok()
}
