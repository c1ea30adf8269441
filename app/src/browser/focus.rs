//! Moves the focus, and what is seen, to elements by their id.

/// Moves the focus to the field with this id and marks its text, so that typing replaces it.
pub fn focus_and_select_by_id(id: &str) {
    super::focus_by_id(id);
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        let element = leptos::prelude::document().get_element_by_id(id);
        if let Some(input) = element.and_then(|element| element.dyn_into::<web_sys::HtmlInputElement>().ok())
        {
            input.select();
        }
    }
}

/// Scrolls the list around the element with this id just so far that the element is seen.
pub fn reveal_by_id(id: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(element) = leptos::prelude::document().get_element_by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = id;
}

/// Runs something as soon as what has changed is drawn.
pub fn after_drawing(act: impl FnOnce() + 'static) {
    #[cfg(feature = "hydrate")]
    leptos::prelude::set_timeout(act, std::time::Duration::ZERO);
    #[cfg(not(feature = "hydrate"))]
    let _ = act;
}
