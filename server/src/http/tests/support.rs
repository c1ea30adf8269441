//! Runs the whole router on real databases, with a scripted ERP.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use axum::{Router, body::Body, response::Response};
use domain::{AgentId, Draft, DraftId, Timestamp};
use erp::ErpError;
use http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt;

use crate::{
    auth::sign_in::PasswordCheck,
    clock::now,
    conductor::{Cursor, Job, Outcome, TaskRunner},
    config::Config,
    serve::{Base, Server},
};

/// The password that the scripted ERP takes, of everybody.
pub(super) const PASSWORD: &str = "segreta-e-lunga";

/// An ERP that knows one password.
#[derive(Default)]
pub(super) struct ScriptedErp {
    pub(super) asked: AtomicUsize,
    pub(super) down: Mutex<bool>,
}

#[async_trait]
impl PasswordCheck for ScriptedErp {
    async fn check(&self, _agent: &AgentId, password: &str) -> Result<(), ErpError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if *self.down.lock().unwrap() {
            return Err(ErpError::Unreachable { what: "its sign-in page".to_owned() });
        }
        if password == PASSWORD { Ok(()) } else { Err(ErpError::WrongPassword { message: "no".to_owned() }) }
    }
}

/// Does every job at once, having read one page without rows.
struct Idle;

#[async_trait]
impl TaskRunner for Idle {
    async fn run(&self, job: Job) -> Outcome {
        job.pulse.checkpoint(Cursor(1), 0, Some(0)).await;
        Outcome::Done { rows: 0, new: 0, updated: 0, began: now() }
    }
}

/// A running product.
pub(super) struct Product {
    pub(super) router: Router,
    pub(super) erp: Arc<ScriptedErp>,
    pub(super) server: Server,
    pub(super) folder: TempDir,
}

impl Product {
    /// With `anna` and `bruno` on the list, and `carla` as administrator.
    pub(super) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(super) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config { data: folder.path().join("data"), ..Config::default() };
        config.set("erp_url", "http://127.0.0.1:9").unwrap();
        config.set("agents", "anna, bruno").unwrap();
        config.set("admins", "carla").unwrap();
        change(&mut config);
        let erp = Arc::new(ScriptedErp::default());
        let server = Base::open(config).await.unwrap().start(erp.clone(), Arc::new(Idle)).await.unwrap();
        Self { router: server.router(), erp, server, folder }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.router.clone().oneshot(request).await.unwrap()).await
    }

    /// A request as a program sends it.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header("host", "ordini.example");
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let request = match body {
            Some(body) => {
                let text = body.to_string();
                request
                    .header(header::CONTENT_TYPE, "application/json")
                    .header(header::CONTENT_LENGTH, text.len())
                    .body(Body::from(text))
            }
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    /// Only the status: a stream of events has no end.
    pub(super) async fn status(&self, method: Method, path: &str, token: &str) -> StatusCode {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"));
        self.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap().status()
    }

    pub(super) async fn get(&self, path: &str, token: &str) -> Answer {
        self.ask(Method::GET, path, Some(token), None).await
    }

    pub(super) async fn sign_in(&self, account: &str, password: &str) -> Answer {
        let body = json!({ "account": account, "password": password });
        self.ask(Method::POST, "/api/auth/login", None, Some(body)).await
    }

    /// The bearer token of somebody who has just signed in.
    pub(super) async fn token(&self, account: &str) -> String {
        let answer = self.sign_in(account, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()["token"].as_str().unwrap().to_owned()
    }

    /// A request as the product's own page sends it.
    pub(super) async fn page_asks(
        &self,
        method: Method,
        path: &str,
        cookies: &HashMap<String, String>,
    ) -> Answer {
        let line =
            cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "ordini.example")
            .header("origin", "https://ordini.example")
            .header("sec-fetch-site", "same-origin")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, line);
        self.send(request.body(Body::from("{}")).unwrap()).await
    }
}

/// An answer, read whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The code of an error answer.
    pub(super) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_else(|| panic!("{}", self.text)).to_owned()
    }

    /// The cookies it sets, by name.
    pub(super) fn cookies(&self) -> HashMap<String, String> {
        let lines = self.headers.get_all(header::SET_COOKIE).iter().map(|line| line.to_str().unwrap());
        let pairs = lines.map(|line| line.split(';').next().unwrap().split_once('=').unwrap());
        pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// An order that can be sent.
pub(super) fn draft() -> Draft {
    let json = json!({
        "id": uuid::Uuid::from_bytes(rand::random()),
        "version": 0,
        "customer": { "id": "57185", "account": null, "name": "Òttica «Àncora» S.r.l.", "city": "Bari" },
        "lines": [{
            "id": uuid::Uuid::from_bytes(rand::random()), "article": "012345K2", "name": "AB12XY.104.023",
            "description": null, "quantity": domain::Quantity::pieces(5), "unitPrice": 1_000,
            "priceUnit": domain::Quantity::pieces(1), "discount": [], "vat": 2_200,
        }],
        "createdAt": 1, "editedAt": 1,
    });
    serde_json::from_value(json).unwrap()
}

/// A draft nobody has.
pub(super) fn unknown_draft() -> Draft {
    Draft::new(DraftId(uuid::Uuid::from_bytes(rand::random())), Timestamp(1))
}
