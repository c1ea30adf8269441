//! Registers the service worker, and tells it when there is something to keep.

/// Asks the browser to run `/service-worker.js` for the whole site. Without one (a private window, an old browser) the
/// app works, only not offline.
pub fn register_service_worker() {
    #[cfg(feature = "hydrate")]
    if let Some(workers) = service_workers() {
        let registration = wasm_bindgen_futures::JsFuture::from(workers.register("/service-worker.js"));
        leptos::task::spawn_local(async move {
            if let Err(error) = registration.await {
                leptos::logging::warn!("no offline use: {error:?}");
            }
        });
    }
}

/// Lets the service worker fetch the pages for offline use; somebody is signed in, so they are no redirects now.
pub fn keep_pages_offline() {
    #[cfg(feature = "hydrate")]
    leptos::task::spawn_local(async {
        use wasm_bindgen::JsCast;
        let Some(Ok(ready)) = service_workers().map(|workers| workers.ready()) else { return };
        // Pending for ever where no worker could be registered; nothing waits for this task.
        let Ok(registration) = wasm_bindgen_futures::JsFuture::from(ready).await else { return };
        let worker = registration.dyn_into::<web_sys::ServiceWorkerRegistration>().ok();
        if let Some(worker) = worker.and_then(|registration| registration.active()) {
            // Fails only for what cannot be copied; a text can.
            let _ = worker.post_message(&wasm_bindgen::JsValue::from_str("warm"));
        }
    });
}

/// The browser's service workers; `None` where it has none, although the binding says it always does.
#[cfg(feature = "hydrate")]
fn service_workers() -> Option<web_sys::ServiceWorkerContainer> {
    let workers = leptos::prelude::window().navigator().service_worker();
    (!wasm_bindgen::JsValue::from(workers.clone()).is_undefined()).then_some(workers)
}
