//! Times events on their way to five hundred browsers, and how soon a killed tab is noticed, over real connections.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use async_trait::async_trait;
use domain::{AgentId, DraftId, FormSessionId, Me};
use erp::ErpError;
use futures::StreamExt;
use serde_json::{Value, json};
use server::{
    auth::sign_in::PasswordCheck,
    conductor::{Cursor, Job, Notice, Outcome, TaskRunner},
    config::Config,
    serve::Base,
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
    time::{Instant, sleep, sleep_until},
};
use uuid::Uuid;

use super::{Row, crew::anna, percentile};

const SUBSCRIBERS: usize = 500;
const EVENTS: u32 = 600;
const EVENTS_PER_SECOND: u32 = 200;

/// An ERP that takes every password and has nothing to read.
struct Nothing;

#[async_trait]
impl PasswordCheck for Nothing {
    async fn check(&self, _agent: &AgentId, _password: &str) -> Result<(), ErpError> {
        Ok(())
    }
}

#[async_trait]
impl TaskRunner for Nothing {
    async fn run(&self, job: Job) -> Outcome {
        job.pulse.checkpoint(Cursor(1), 0, Some(0)).await;
        Outcome::Done { rows: 0, new: 0, updated: 0, began: server::clock::now() }
    }
}

pub(crate) async fn measure() -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let mut config = Config { data: folder.path().join("data"), ..Config::default() };
    config.set("erp_url", "http://127.0.0.1:9")?;
    config.set("agents", "anna")?;
    let server = Base::open(config).await?.start(Arc::new(Nothing), Arc::new(Nothing)).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = server.router().into_make_service_with_connect_info::<SocketAddr>();
    let serving = tokio::spawn(async move { axum::serve(listener, service).await });
    let browser = Browser::sign_in(address).await?;
    let delays = event_delays(&browser, &server).await?;
    let noticed = killed_tab(&browser, &server).await?;
    serving.abort();
    server.stop().await;
    let what = format!("{SUBSCRIBERS} SSE subscribers, {EVENTS_PER_SECOND} events/s: delay, p99");
    Ok(vec![
        Row::at_most(&what, percentile(delays, 99), Duration::from_millis(100)),
        Row::at_most("a killed tab's form is gone (with SSE)", noticed, Duration::from_secs(20)),
    ])
}

#[derive(Clone)]
struct Browser {
    client: reqwest::Client,
    base: String,
    token: String,
}

impl Browser {
    async fn sign_in(address: SocketAddr) -> Result<Self> {
        let (client, base) = (reqwest::Client::new(), format!("http://{address}"));
        let body = json!({ "account": "anna", "password": "whatever it is" });
        let answer: Value =
            client.post(format!("{base}/api/auth/login")).json(&body).send().await?.json().await?;
        let token = answer["token"].as_str().context("the answer to a sign-in has a token")?.to_owned();
        Ok(Self { client, base, token })
    }

    async fn stream(&self, query: &str) -> Result<reqwest::Response> {
        let request = self.client.get(format!("{}/api/sync/events{query}", self.base));
        Ok(request.bearer_auth(&self.token).send().await?.error_for_status()?)
    }
}

/// From publishing an event to each browser's receiving it.
async fn event_delays(browser: &Browser, server: &server::serve::Server) -> Result<Vec<Duration>> {
    let sent: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let (ready, mut all_ready) = mpsc::unbounded_channel();
    let mut readers = tokio::task::JoinSet::new();
    for _ in 0..SUBSCRIBERS {
        let (browser, sent, ready) = (browser.clone(), sent.clone(), ready.clone());
        readers.spawn(async move {
            let response = browser.stream("").await?;
            ready.send(()).context("somebody counts the readers")?;
            read(response, &sent).await
        });
    }
    for _ in 0..SUBSCRIBERS {
        all_ready.recv().await;
    }
    let mut next = Instant::now();
    for number in 0..EVENTS {
        sent.lock().await.push(Instant::now());
        let notice = Notice::DraftChanged(DraftId(Uuid::from_u128(u128::from(number))));
        let conductor = server.conductor.clone();
        tokio::spawn(async move { conductor.publish(&anna(), notice).await });
        next += Duration::from_secs(1) / EVENTS_PER_SECOND;
        sleep_until(next).await;
    }
    let mut delays = Vec::new();
    while let Some(read) = readers.join_next().await {
        delays.extend(read??);
    }
    Ok(delays)
}

/// Reads until the last event; which one it is stands in its draft's id.
async fn read(response: reqwest::Response, sent: &Mutex<Vec<Instant>>) -> Result<Vec<Duration>> {
    let (mut bytes, mut text, mut delays) = (response.bytes_stream(), String::new(), Vec::new());
    while delays.len() < EVENTS as usize {
        text.push_str(std::str::from_utf8(&bytes.next().await.context("the stream goes on")??)?);
        let now = Instant::now();
        while let Some((event, rest)) = text.split_once("\n\n") {
            if let Some(id) = event.split("\"draftId\":\"").nth(1).and_then(|id| id.get(..36)) {
                let number = usize::try_from(id.parse::<Uuid>()?.as_u128())?;
                delays.push(now.saturating_duration_since(sent.lock().await[number]));
            }
            text = rest.to_owned();
        }
    }
    Ok(delays)
}

/// From the end of a tab's connections to the end of its form.
async fn killed_tab(browser: &Browser, server: &server::serve::Server) -> Result<Duration> {
    let session = FormSessionId(Uuid::from_u128(7));
    let stream = browser.stream(&format!("?sessionId={session}")).await?;
    server.conductor.smart_sync(&anna(), session).await?;
    drop(stream);
    let killed = Instant::now();
    let boss = Me { agent: anna(), admin: true };
    while server.conductor.status(&boss).await.smart_sync.active_sessions > 0 {
        sleep(Duration::from_millis(20)).await;
    }
    Ok(killed.elapsed())
}
