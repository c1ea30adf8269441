//! Clicks and types as a person does: with real mouse and key events.

use std::sync::atomic::{AtomicU64, Ordering};

use chromiumoxide::cdp::browser_protocol::input::{
    DispatchKeyEventParams, DispatchKeyEventType, DispatchMouseEventParams, DispatchMouseEventType,
    InsertTextParams, MouseButton,
};
use serde::Deserialize;

use super::{Step, Turn};
use crate::ErpError;

/// A key that is not a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Enter,
    Tab,
    Backspace,
    Escape,
}

#[derive(Deserialize)]
struct Point {
    x: f64,
    y: f64,
}

impl Turn<'_> {
    /// Waits until the element can be clicked (there, enabled, nothing over it), and clicks it.
    pub(crate) async fn click(&self, step: Step, element: &str) -> Result<(), ErpError> {
        let point: Point = self.until(step, &format!("__archibald.point({element})")).await?;
        self.click_at(step, &point).await
    }

    /// The same where the login page is a place to be.
    pub(crate) async fn click_at_login(&self, step: Step, element: &str) -> Result<(), ErpError> {
        let point: Point = self.until_also_at_login(step, &format!("__archibald.point({element})")).await?;
        self.click_at(step, &point).await
    }

    /// Waits until the element is there and presses it by script, for items that may be clipped. A page that answers too
    /// late is asked again; the number of the press lets it press once all the same.
    pub(crate) async fn press(&self, step: Step, element: &str) -> Result<(), ErpError> {
        static PRESSES: AtomicU64 = AtomicU64::new(0);
        let press = PRESSES.fetch_add(1, Ordering::Relaxed);
        self.until::<bool>(step, &format!("__archibald.pressSoon({element}, {press})")).await.map(drop)
    }

    /// Presses and releases a key.
    pub(crate) async fn key(&self, name: &'static str, key: Key) -> Result<(), ErpError> {
        let (key, code, number, text) = match key {
            Key::Enter => ("Enter", "Enter", 13, Some("\r")),
            Key::Tab => ("Tab", "Tab", 9, None),
            Key::Backspace => ("Backspace", "Backspace", 8, None),
            Key::Escape => ("Escape", "Escape", 27, None),
        };
        self.keystroke(name, key, code, number, text).await
    }

    /// Puts text where the cursor is: all but the last character at once, the last as a keystroke, because lookups
    /// react to keystrokes only (facts/erp.md §4.1).
    pub(crate) async fn type_text(&self, name: &'static str, text: &str) -> Result<(), ErpError> {
        let Some(last) = text.chars().last() else { return Ok(()) };
        let head = &text[..text.len() - last.len_utf8()];
        if !head.is_empty() {
            let paste = self.page().cdp().execute(InsertTextParams::new(head));
            self.sent(name, self.guard(self.limits().browser_command, name, paste).await?)?;
        }
        self.character(name, last).await
    }

    async fn character(&self, name: &'static str, letter: char) -> Result<(), ErpError> {
        let text = letter.to_string();
        let upper = letter.to_ascii_uppercase();
        let (code, number) = match upper {
            'A'..='Z' => (format!("Key{upper}"), i64::from(u32::from(upper))),
            '0'..='9' => (format!("Digit{upper}"), i64::from(u32::from(upper))),
            '.' => ("Period".to_owned(), 190),
            ',' => ("Comma".to_owned(), 188),
            '-' => ("Minus".to_owned(), 189),
            ' ' => ("Space".to_owned(), 32),
            _ => (String::new(), 0),
        };
        self.keystroke(name, &text, &code, number, Some(&text)).await
    }

    async fn keystroke(
        &self,
        name: &'static str,
        key: &str,
        code: &str,
        number: i64,
        text: Option<&str>,
    ) -> Result<(), ErpError> {
        let down =
            if text.is_some() { DispatchKeyEventType::KeyDown } else { DispatchKeyEventType::RawKeyDown };
        for kind in [down, DispatchKeyEventType::KeyUp] {
            let mut event = DispatchKeyEventParams::builder()
                .r#type(kind.clone())
                .key(key)
                .code(code)
                .windows_virtual_key_code(number)
                .native_virtual_key_code(number);
            if let (DispatchKeyEventType::KeyDown, Some(text)) = (&kind, text) {
                event = event.text(text);
            }
            let event = event.build().expect("its kind was given");
            let send = self.page().cdp().execute(event);
            self.sent(name, self.guard(self.limits().browser_command, name, send).await?)?;
        }
        Ok(())
    }

    async fn click_at(&self, step: Step, point: &Point) -> Result<(), ErpError> {
        // A click may start a callback; what was at rest before it counts for nothing.
        self.ask::<bool>(step.name, "__archibald.restart()").await?;
        for kind in [
            DispatchMouseEventType::MouseMoved,
            DispatchMouseEventType::MousePressed,
            DispatchMouseEventType::MouseReleased,
        ] {
            let mut event = DispatchMouseEventParams::builder().r#type(kind.clone()).x(point.x).y(point.y);
            if kind != DispatchMouseEventType::MouseMoved {
                event = event.button(MouseButton::Left).click_count(1);
            }
            let event = event.build().expect("kind and place were given");
            let send = self.page().cdp().execute(event);
            self.sent(step.name, self.guard(self.limits().browser_command, step.name, send).await?)?;
        }
        Ok(())
    }

    fn sent<T>(
        &self,
        name: &'static str,
        answer: Result<T, chromiumoxide::error::CdpError>,
    ) -> Result<(), ErpError> {
        match answer {
            Ok(_) => Ok(()),
            // The page may have been left by the very event that was sent.
            Err(error) if self.page().is_alive() => {
                tracing::debug!(step = name, %error, "an input event was not acknowledged");
                Ok(())
            }
            Err(error) => Err(ErpError::browser(format!("during {name}: {error}"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{ErpBrowser, ErpConfig};

    #[tokio::test(flavor = "multi_thread")]
    async fn a_press_that_is_asked_for_twice_is_made_once() {
        let mut config = ErpConfig::new("http://127.0.0.1:9");
        config.sandbox = !rustix::process::geteuid().is_root();
        let browser = ErpBrowser::start(config).await.expect("Chromium starts");
        let page = browser.open_page().await.expect("a page opens");
        page.cdp().goto("data:text/html,<button>Salva</button>").await.expect("the page is shown");
        let cancel = CancellationToken::new();
        let turn = Turn::new(&page, &cancel);
        let ask = async |expression: &str| turn.ask::<u32>("press", expression).await.expect("it answers");
        ask("(globalThis.clicks = 0, document.querySelector('button').onclick = () => { clicks += 1 }, 0)")
            .await;
        // A timer begun after those of the presses ends after them.
        let clicks = "new Promise((told) => setTimeout(() => told(clicks), 0))";
        for (press, expected) in [(7, 1), (7, 1), (8, 2)] {
            let asked = format!("+__archibald.pressSoon(document.querySelector('button'), {press})");
            assert_eq!(ask(&asked).await, 1, "it is told that the press was made");
            assert_eq!(ask(clicks).await, expected);
        }
        page.close().await;
        browser.shutdown().await;
    }
}
