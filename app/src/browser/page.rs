//! Reads and sets what belongs to the page as a whole.

use domain::Timestamp;
use time::PrimitiveDateTime;

/// The device's clock; 0 on the server, which renders no times.
pub fn now() -> Timestamp {
    #[cfg(feature = "hydrate")]
    return Timestamp(js_sys::Date::now() as i64);
    #[cfg(not(feature = "hydrate"))]
    Timestamp(0)
}

/// A moment on the device's own calendar; in UTC on the server, which renders no times.
pub fn local_time(moment: Timestamp) -> PrimitiveDateTime {
    // JavaScript tells how far the zone lies behind UTC at that very moment, in minutes: summer time included.
    #[cfg(feature = "hydrate")]
    let behind_minutes = {
        let offset =
            js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(moment.0 as f64)).get_timezone_offset();
        if offset.is_finite() { offset as i64 } else { 0 }
    };
    #[cfg(not(feature = "hydrate"))]
    let behind_minutes = 0;
    let seconds = moment.0.div_euclid(1_000) - behind_minutes * 60;
    let moment =
        time::OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
    PrimitiveDateTime::new(moment.date(), moment.time())
}

/// Whether the browser believes that it has a network.
pub fn is_online() -> bool {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::window().navigator().on_line();
    #[cfg(not(feature = "hydrate"))]
    true
}

/// The page's address without the host.
pub fn path_and_query() -> String {
    #[cfg(feature = "hydrate")]
    {
        let location = leptos::prelude::window().location();
        location.pathname().unwrap_or_default() + &location.search().unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        String::new()
    }
}

/// Moves the focus to the element with this id, if there is one.
pub fn focus_by_id(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let element = leptos::prelude::document().get_element_by_id(id);
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            // An element that cannot take the focus leaves it where it is.
            let _ = element.focus();
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// What stands in the text field with this id; `None` where it is not in the page yet.
pub fn typed_into(id: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let element = leptos::prelude::document().get_element_by_id(id)?;
        Some(element.dyn_into::<web_sys::HtmlInputElement>().ok()?.value())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = id;
        None
    }
}

/// Moves the focus to the element with this id, if the focus went away with the element that had it.
pub fn focus_if_lost(id: &str) {
    #[cfg(feature = "hydrate")]
    {
        let page = leptos::prelude::document();
        let focused = page.active_element().map(|element| element.tag_name());
        if focused.is_none_or(|name| name == "BODY") {
            focus_by_id(id);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Loads a page afresh, unlike the router, which keeps the memory of the one before.
pub fn load_page(path: &str) {
    #[cfg(feature = "hydrate")]
    if leptos::prelude::window().location().assign(path).is_err() {
        leptos::logging::warn!("the browser does not go to {path}");
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = path;
}

/// What [`remember`] has kept under this name on this device.
pub fn remembered(name: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::window().local_storage().ok()??.get_item(name).ok()?;
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = name;
        None
    }
}

/// Keeps a short text on this device, or forgets it.
pub fn remember(name: &str, text: Option<&str>) {
    #[cfg(feature = "hydrate")]
    if let Ok(Some(storage)) = leptos::prelude::window().local_storage() {
        // A full or forbidden storage only means that an offline start does not know who was signed in.
        let _ = match text {
            Some(text) => storage.set_item(name, text),
            None => storage.remove_item(name),
        };
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (name, text);
}

/// The cookies that scripts may read, as in a `Cookie` header.
pub fn cookies() -> String {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let document = leptos::prelude::document().dyn_into::<web_sys::HtmlDocument>();
        document.ok().and_then(|document| document.cookie().ok()).unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        String::new()
    }
}

/// Sets one cookie, given as in a `Set-Cookie` header.
pub fn set_cookie(cookie: &str) {
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        if let Ok(document) = leptos::prelude::document().dyn_into::<web_sys::HtmlDocument>() {
            // Fails only in a sandboxed frame, where the choice then lasts as long as the page.
            let _ = document.set_cookie(cookie);
        }
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = cookie;
}

/// `<html lang>`.
pub fn document_language() -> Option<String> {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::document().document_element()?.get_attribute("lang");
    #[cfg(not(feature = "hydrate"))]
    None
}

/// Sets `<html lang>`, so that screen readers pronounce the page right.
pub fn set_document_language(code: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(root) = leptos::prelude::document().document_element() {
        // `lang` is a valid attribute name, the only thing that could make this fail.
        let _ = root.set_attribute("lang", code);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = code;
}
