//! A browser's part of the conversation: cookies, hidden fields, callbacks, post-backs.

use erp_sim::{Options, RunningSim, Simulator, World};
use reqwest::{Client, Response, header, redirect::Policy};
use serde_json::Value;

/// A small world that starts quickly.
pub(crate) fn small_world() -> World {
    World::default().with_customers(120).with_products(90).with_prices(95).with_orders(30)
}

/// A simulator of the small world.
pub(crate) async fn start() -> RunningSim {
    start_with(small_world(), Options::default()).await
}

/// A simulator.
pub(crate) async fn start_with(world: World, options: Options) -> RunningSim {
    Simulator::start(world, options).await.expect("port 0 is always free")
}

/// One browser.
pub(crate) struct Bot {
    pub(crate) client: Client,
    base: String,
}

/// One rendered page.
pub(crate) struct Page {
    pub(crate) html: String,
    path: String,
}

impl Page {
    /// The page that a post-back of this one brought.
    pub(crate) fn next(&self, html: String) -> Self {
        Self { html, path: self.path.clone() }
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, id: &str) -> String {
        between(&self.html, &format!("id=\"{id}\" value=\""), "\"").to_owned()
    }

    /// The number in the ids of this rendering.
    pub(crate) fn number(&self, prefix: &str) -> String {
        between(&self.html, prefix, "_").to_owned()
    }

    /// What the footer counts.
    pub(crate) fn count(&self) -> usize {
        between(&self.html, "Count=", "<").replace('.', "").parse().expect("a count")
    }
}

/// The text between two others, the first time.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest =
        text.split_once(before).map_or_else(|| panic!("no {before:?} in {text:.300}"), |(_, rest)| rest);
    rest.split_once(after).map_or(rest, |(found, _)| found)
}

impl Bot {
    /// A browser that speaks Italian.
    pub(crate) fn new(sim: &RunningSim) -> Self {
        Self::speaking(sim, "it-IT")
    }

    /// A browser that speaks another language.
    pub(crate) fn speaking(sim: &RunningSim, language: &'static str) -> Self {
        let mut headers = header::HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, header::HeaderValue::from_static(language));
        let builder = Client::builder().cookie_store(true).redirect(Policy::none()).default_headers(headers);
        Self { client: builder.build().expect("a client"), base: sim.base_url() }
    }

    /// A browser that is logged in.
    pub(crate) async fn logged_in(sim: &RunningSim) -> Self {
        let bot = Self::new(sim);
        bot.log_in("agente1", "demo").await;
        bot
    }

    /// Fetches an address without following redirects.
    pub(crate) async fn get(&self, path: &str) -> Response {
        self.client.get(format!("{}{path}", self.base)).send().await.expect("an answer")
    }

    /// Fetches a page.
    pub(crate) async fn page(&self, path: &str) -> Page {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        Page { html: response.text().await.expect("text"), path: path.to_owned() }
    }

    /// Logs in; the answer is what the page's script would get.
    pub(crate) async fn log_in(&self, account: &str, password: &str) -> Value {
        let page = self.page("/Archibald/Login.aspx?ReturnUrl=%2fArchibald%2fDefault.aspx").await;
        let number = page.number("Logon_v0_");
        let name = |layout: &str, field: &str| {
            format!("Logon$v0_{number}$MainLayoutEdit$xaf_l12$xaf_l{layout}$xaf_dvi{field}_Edit")
        };
        let fields =
            [(name("30", "UserName"), account.to_owned()), (name("35", "Password"), password.to_owned())];
        self.callback(&page, "Logon_PopupWindowCallback", "Logon$PopupActions|0", &fields).await
    }

    /// What a page's script asks the server.
    pub(crate) async fn callback(
        &self,
        page: &Page,
        id: &str,
        argument: &str,
        fields: &[(String, String)],
    ) -> Value {
        let response = self.try_callback(page, id, argument, fields).await.expect("an answer");
        let text = response.text().await.expect("text");
        let json = text.strip_prefix("0|/*DX*/(").and_then(|rest| rest.strip_suffix(')'));
        serde_json::from_str(json.unwrap_or_else(|| panic!("not a callback: {text:.300}"))).expect("JSON")
    }

    /// The same, as the raw answer.
    pub(crate) async fn try_callback(
        &self,
        page: &Page,
        id: &str,
        argument: &str,
        fields: &[(String, String)],
    ) -> reqwest::Result<Response> {
        let mut form = vec![
            ("__VIEWSTATE".to_owned(), page.hidden("__VIEWSTATE")),
            ("__CALLBACKID".to_owned(), id.to_owned()),
            ("__CALLBACKPARAM".to_owned(), format!("c0:{argument}")),
        ];
        form.extend(fields.iter().cloned());
        self.client.post(format!("{}{}", self.base, page.path)).form(&form).send().await
    }

    /// "Esportare in" on a list page.
    pub(crate) async fn export(&self, page: &Page, index: usize) -> Response {
        self.try_export(page, index).await.expect("an answer")
    }

    /// The same, when it may fail.
    pub(crate) async fn try_export(&self, page: &Page, index: usize) -> reqwest::Result<Response> {
        let form = [
            ("__VIEWSTATE", page.hidden("__VIEWSTATE")),
            ("__EVENTTARGET", "Vertical_PopupWindowCallback".to_owned()),
            ("__EVENTARGUMENT", format!("Vertical$mainMenu|{index}|")),
        ];
        self.client.post(format!("{}{}", self.base, page.path)).form(&form).send().await
    }

    /// Chooses a filter of a list.
    pub(crate) async fn filter(&self, page: &Page, index: usize, value: &str) {
        let argument = format!("Vertical$mainMenu|{index}|{value}");
        self.callback(page, "Vertical_PopupWindowCallback", &argument, &[]).await;
    }

    /// Asks the control API.
    pub(crate) async fn control(&self, path: &str) -> Value {
        self.get(&format!("/_sim/{path}")).await.json().await.expect("JSON")
    }

    /// Tells the control API something; the answer with its status.
    pub(crate) async fn tell(&self, method: reqwest::Method, path: &str, body: Value) -> (u16, Value) {
        let request = self.client.request(method, format!("{}/_sim/{path}", self.base)).json(&body);
        let response = request.send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.unwrap_or_default())
    }
}
