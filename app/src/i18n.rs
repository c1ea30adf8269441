//! Speaks Italian, and English for whoever switches.
//!
//! The texts live in `locales/`; the build script makes one method of [`Language`] per text. The choice is kept in a
//! cookie so that the server renders the right one. A page that the service worker cached in the other language is
//! hydrated as it stands and then switches.

use leptos::prelude::*;

/// A language of the pages. Italian unless the agent chose otherwise: the browser's own wish is not asked, because
/// phones are often sold set to English.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// Italian.
    #[default]
    Italian,
    /// English.
    English,
}

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The cookie that remembers the choice.
pub const LANGUAGE_COOKIE: &str = "language";
/// How long it is remembered.
const LANGUAGE_COOKIE_AGE_S: u32 = 365 * 24 * 3600;

impl Language {
    /// The language's code, as in `<html lang>`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Italian => "it",
            Self::English => "en",
        }
    }

    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Italian => Self::English,
            Self::English => Self::Italian,
        }
    }

    /// The language with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Italian, Self::English].into_iter().find(|language| language.code() == code)
    }

    /// The choice in a `Cookie` header, if there is one.
    pub fn from_cookies(header: &str) -> Option<Self> {
        header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='))
            .find_map(|(name, value)| (name == LANGUAGE_COOKIE).then(|| Self::from_code(value)).flatten())
    }
}

/// The language the pages speak now.
#[derive(Debug, Clone, Copy)]
pub struct I18n(RwSignal<Language>);

impl I18n {
    /// The language; whatever reads it is drawn again when it changes.
    pub fn get(self) -> Language {
        self.0.get()
    }

    /// The language, for event handlers.
    pub fn now(self) -> Language {
        self.0.get_untracked()
    }

    /// Switches, and remembers it.
    pub fn choose(self, language: Language) {
        self.0.set(language);
        crate::browser::set_cookie(&format!(
            "{LANGUAGE_COOKIE}={}; Path=/; Max-Age={LANGUAGE_COOKIE_AGE_S}; SameSite=Lax",
            language.code()
        ));
        crate::browser::set_document_language(language.code());
    }
}

/// Provides the language of this request (on the server) or of this page (in the browser).
pub fn provide_i18n() -> I18n {
    let i18n = I18n(RwSignal::new(initial_language()));
    provide_context(i18n);
    Effect::new(move || {
        let chosen = Language::from_cookies(&crate::browser::cookies());
        if let Some(language) = chosen.filter(|language| *language != i18n.now()) {
            i18n.choose(language);
        }
    });
    i18n
}

/// The pages' language, from context.
pub fn use_i18n() -> I18n {
    expect_context()
}

/// The language the server has chosen, or renders now.
pub fn initial_language() -> Language {
    #[cfg(feature = "ssr")]
    let language = use_context::<http::request::Parts>().and_then(|parts| {
        let cookies = parts.headers.get_all(http::header::COOKIE);
        cookies.iter().filter_map(|header| header.to_str().ok()).find_map(Language::from_cookies)
    });
    #[cfg(not(feature = "ssr"))]
    let language = crate::browser::document_language().as_deref().and_then(Language::from_code);
    language.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_choice_is_found_among_other_cookies() {
        assert_eq!(Language::from_cookies("a=1; language=en; b=2"), Some(Language::English));
        assert_eq!(Language::from_cookies("language=xx"), None);
        assert_eq!(Language::from_cookies("xlanguage=en"), None);
    }

    #[test]
    fn texts_with_placeholders_are_filled_in() {
        assert_eq!(Language::Italian.form_draft_saved(5), "✅ Bozza salvata! (5 bozze totali)");
    }
}
