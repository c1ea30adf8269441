//! Keeps short texts for one tab: they outlast a reload, not the tab.

/// What [`remember_in_tab`] has kept under this name.
pub fn remembered_in_tab(name: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    return leptos::prelude::window().session_storage().ok()??.get_item(name).ok()?;
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = name;
        None
    }
}

/// Keeps a short text for this tab, or forgets it.
pub fn remember_in_tab(name: &str, text: Option<&str>) {
    #[cfg(feature = "hydrate")]
    if let Ok(Some(storage)) = leptos::prelude::window().session_storage() {
        // Without storage a reload starts with an empty form, and the order waits among the drafts.
        let _ = match text {
            Some(text) => storage.set_item(name, text),
            None => storage.remove_item(name),
        };
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (name, text);
}
