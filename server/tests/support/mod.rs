//! Starts the real program beside a simulated ERP, and asks it as an API client does.

#![allow(dead_code, reason = "each test file uses its part")]

pub(crate) mod orders;

use std::{
    net::TcpListener,
    path::Path,
    process::Stdio,
    sync::Mutex,
    time::{Duration, Instant},
};

use erp_sim::{Options, RunningSim, Simulator, World};
use reqwest::Method;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::{Child, Command};

/// How long anything may take. A form that comes blank is given up after 45 s, and a browser on a busy machine is slow.
const PATIENCE: Duration = Duration::from_mins(3);
/// Between two looks at a condition.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// Waits until a condition holds.
pub(crate) async fn eventually<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    let deadline = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < deadline, "after {PATIENCE:?} it is not true that {what}");
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// A running pair.
pub(crate) struct Stack {
    pub(crate) sim: RunningSim,
    server: Child,
    data: TempDir,
    url: String,
    port: u16,
    token: Mutex<String>,
    client: reqwest::Client,
    settings: Vec<(&'static str, String)>,
}

impl Stack {
    pub(crate) async fn start(world: World) -> Self {
        Self::start_with(world, &[]).await
    }

    /// With settings and other environment variables for the server.
    pub(crate) async fn start_with(world: World, settings: &[(&'static str, String)]) -> Self {
        Self::start_in(world, Options::default(), settings).await
    }

    /// Beside an ERP with options of its own.
    pub(crate) async fn start_in(
        world: World,
        options: Options,
        settings: &[(&'static str, String)],
    ) -> Self {
        let sim = Simulator::start(world, options).await.unwrap();
        let data = tempfile::tempdir().unwrap();
        let port = free_port();
        let server = start_server(&sim, data.path(), port, settings);
        let url = format!("http://127.0.0.1:{port}");
        let client = reqwest::Client::builder().timeout(PATIENCE).build().unwrap();
        let stack = Self {
            sim,
            server,
            data,
            url,
            port,
            token: Mutex::default(),
            client,
            settings: settings.to_vec(),
        };
        stack.ready().await;
        stack
    }

    async fn ready(&self) {
        eventually("the server is ready", || async {
            let answer = self.client.get(format!("{}/readyz", self.url)).send().await;
            answer.is_ok_and(|answer| answer.status().is_success())
        })
        .await;
    }

    pub(crate) async fn sign_in(&self, agent: &str) {
        let signed_in = self.post("/api/auth/login", &json!({ "account": agent, "password": "demo" })).await;
        signed_in["token"].as_str().unwrap().clone_into(&mut self.token.lock().unwrap());
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.ask(Method::GET, path, None).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Value {
        self.ask(Method::POST, path, Some(body).filter(|body| !body.is_null())).await
    }

    pub(crate) async fn put(&self, path: &str, body: &Value) -> Value {
        self.ask(Method::PUT, path, Some(body)).await
    }

    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Value {
        let answer = self.try_ask(method, path, body).await.unwrap();
        let (status, text) = (answer.status(), answer.text().await.unwrap());
        assert!(status.is_success(), "{path}: {status} {text}");
        if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() }
    }

    /// The answer, whatever it says; an error when there is none.
    pub(crate) async fn try_ask(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> reqwest::Result<reqwest::Response> {
        let token = self.token.lock().unwrap().clone();
        let mut request = self.client.request(method, format!("{}{path}", self.url));
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        request.send().await
    }

    /// As a power cut does it: the browser is left behind, too.
    pub(crate) async fn kill_and_start_again(&mut self) {
        self.server.kill().await.unwrap();
        self.start_again().await;
    }

    /// On the data that are there now, which another folder may have replaced.
    pub(crate) async fn start_again(&mut self) {
        self.launch_again();
        self.ready().await;
    }

    /// Without waiting until it is ready, which a server that dies at once never is.
    pub(crate) fn launch_again(&mut self) {
        self.server = start_server(&self.sim, self.data.path(), self.port, &self.settings);
    }

    pub(crate) async fn kill(&mut self) {
        self.server.kill().await.unwrap();
    }

    /// Whether the server ends by itself in time.
    pub(crate) async fn dies(&mut self) -> bool {
        tokio::time::timeout(PATIENCE, self.server.wait()).await.is_ok()
    }

    /// Changes rows behind the back of a server that does not run.
    pub(crate) async fn change_file(&self, name: &str, sql: &str) {
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.data.path().join(name));
        let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&pool).await.unwrap();
        pool.close().await;
    }

    pub(crate) fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// As a supervisor does it; the server must end by itself.
    pub(crate) async fn stop(mut self) {
        let pid = Pid::from_raw(self.server.id().expect("it runs").cast_signed()).unwrap();
        kill_process(pid, Signal::TERM).unwrap();
        let ended = tokio::time::timeout(Duration::from_secs(30), self.server.wait()).await;
        assert!(ended.expect("it ends in time").unwrap().success());
    }
}

/// A port that stays free while a killed server is away: none of those that the system gives to outgoing connections.
fn free_port() -> u16 {
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    std::iter::repeat_with(|| rand::random_range(10_000..30_000)).find(is_free).unwrap()
}

fn start_server(sim: &RunningSim, data: &Path, port: u16, settings: &[(&'static str, String)]) -> Child {
    let root = rustix::process::geteuid().is_root();
    Command::new(env!("CARGO_BIN_EXE_server"))
        .env("ARCHIBALD_DEMO", "true")
        .env("ARCHIBALD_LISTEN", format!("127.0.0.1:{port}"))
        .env("ARCHIBALD_METRICS_LISTEN", "127.0.0.1:0")
        .env("ARCHIBALD_DATA", data)
        .env("ARCHIBALD_ERP_URL", format!("{}/Archibald", sim.base_url()))
        .env("ARCHIBALD_ERP_SANDBOX", (!root).to_string())
        .env("ARCHIBALD_RECONCILE_SECONDS", "1, 3")
        .env("ARCHIBALD_RECONCILE_APART_SECONDS", "1")
        .envs(settings.iter().cloned())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap()
}
