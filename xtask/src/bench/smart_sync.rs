//! Measures how long an agent who opens the order form waits for fresh customers, and for what.
//!
//! The real server and the simulated ERP run as they do in production, with the whole browser between them. The splits
//! come from the server's own counters, read before and after each entry; what they leave of the time the caller saw is
//! waiting: for the login, the scheduler and the HTTP round trip.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::{
    setup::{self, Need},
    stack::{self, Profile, Stack, StackOptions, free_port},
};

/// How often a running sync is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The longest one sync may take before the measurement gives up.
const SYNC_SECONDS_MAX: u64 = 300;

#[derive(Args)]
pub(crate) struct Options {
    /// How often the form is opened in each setting
    #[arg(long, default_value_t = 9)]
    entries: usize,
    /// Measure an ERP with a REST API only, not one without
    #[arg(long)]
    api_only: bool,
    /// Measure the quickly compiled build instead of the optimised one
    #[arg(long)]
    dev: bool,
}

/// Where the time of one sync went, milliseconds.
#[derive(Clone, Copy, Default)]
struct Split {
    total: f64,
    waiting: f64,
    erp: f64,
    parsing: f64,
    storing: f64,
}

/// How the ERP offers its customers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    /// The export of the list.
    Export,
    /// The REST API, which tells what changed.
    Api,
}

impl Way {
    const fn name(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Api => "API",
        }
    }
}

/// One line of the table.
struct Setting<'a> {
    profile: Profile,
    way: Way,
    pace: &'a str,
    customers: usize,
    entries: usize,
}

/// Builds, measures eight settings, prints one table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let profile = if options.dev { Profile::Dev } else { Profile::Release };
    setup::install(Need::Everything)?;
    stack::build(profile)?;
    println!(
        "\nmilliseconds from opening the order form to fresh customers, median of {} entries",
        options.entries
    );
    println!(
        "(and the slowest), beside a full customers sync asked for by hand; 2 % of the customers changed between entries\n"
    );
    println!(
        "| way | pace | customers | first | entry | slowest | waiting | ERP | parsing | storing | full sync |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for way in options.ways() {
        for pace in ["fast", "real"] {
            for customers in [1_452, 5_700] {
                measure(&Setting { profile, way, pace, customers, entries: options.entries })?;
            }
        }
    }
    Ok(())
}

impl Options {
    fn ways(&self) -> Vec<Way> {
        if self.api_only { vec![Way::Api] } else { vec![Way::Export, Way::Api] }
    }
}

fn measure(setting: &Setting<'_>) -> Result<()> {
    let Setting { profile, way, pace, customers, entries } = *setting;
    let data = tempfile::tempdir()?;
    let (port, erp_port, metrics_port) = (free_port()?, free_port()?, free_port()?);
    let mut erp_arguments =
        ["--pace", pace, "--customers", &customers.to_string()].map(str::to_owned).to_vec();
    let mut server_settings = vec![
        ("ARCHIBALD_METRICS_LISTEN".to_owned(), format!("127.0.0.1:{metrics_port}")),
        ("ARCHIBALD_LOG".to_owned(), "warn,chromiumoxide=off".to_owned()),
    ];
    if way == Way::Api {
        erp_arguments.push("--rest-api".to_owned());
        server_settings.push(("ARCHIBALD_ERP_CUSTOMERS_API".to_owned(), "/api/customers".to_owned()));
    }
    let stack = Stack::start(&StackOptions {
        profile,
        port,
        erp_port,
        data: data.path().to_owned(),
        erp_arguments,
        server_settings,
    })?;
    let product = Product::sign_in(port, erp_port, metrics_port)?;
    let first = product.enter_form()?;
    if way == Way::Api {
        // Once, the API is asked for everybody: from then on it is known how far its changes are read.
        product.enter_form()?;
    }
    let mut splits = Vec::new();
    for round in 0..entries {
        product.change_customers(customers / 50, round)?;
        splits.push(product.enter_form()?);
    }
    let full = product.full_sync()?;
    drop(stack);
    let middle = |part: fn(&Split) -> f64| median(splits.iter().map(part).collect());
    let slowest = splits.iter().map(|split| split.total).fold(0.0, f64::max);
    println!(
        "| {} | {pace} | {customers} | {:.0} | {:.0} | {slowest:.0} | {:.0} | {:.0} | {:.0} | {:.0} | {full:.0} |",
        way.name(),
        first.total,
        middle(|split| split.total),
        middle(|split| split.waiting),
        middle(|split| split.erp),
        middle(|split| split.parsing),
        middle(|split| split.storing),
    );
    Ok(())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

/// The product as an API client sees it.
struct Product {
    base: String,
    metrics: String,
    erp: String,
    bearer: String,
}

impl Product {
    fn sign_in(port: u16, erp_port: u16, metrics_port: u16) -> Result<Self> {
        let base = format!("http://127.0.0.1:{port}");
        let answer: Value = ureq::post(format!("{base}/api/auth/login"))
            .header("origin", &base)
            .send_json(json!({ "account": "agente1", "password": "demo" }))?
            .body_mut()
            .read_json()?;
        let token = answer["token"].as_str().context("the sign-in answer has no token")?;
        Ok(Self {
            metrics: format!("http://127.0.0.1:{metrics_port}/metrics"),
            erp: format!("http://127.0.0.1:{erp_port}"),
            bearer: format!("Bearer {token}"),
            base,
        })
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let mut answer = ureq::post(format!("{}{path}", self.base))
            .header("authorization", &self.bearer)
            .send_json(body)
            .with_context(|| format!("POST {path}"))?;
        Ok(answer.body_mut().read_json().unwrap_or(Value::Null))
    }

    /// Opens a form, waits for its customers, leaves it.
    fn enter_form(&self) -> Result<Split> {
        let session = json!({ "sessionId": uuid::Uuid::now_v7() });
        let before = self.counters()?;
        let begun = Instant::now();
        let answer = self.post("/api/customers/smart-sync", &session)?;
        let total = begun.elapsed().as_secs_f64() * 1_000.0;
        if answer["outcome"] != "synced" {
            bail!("the smart sync ended otherwise: {answer}");
        }
        let after = self.counters()?;
        self.post("/api/customers/resume-syncs", &session)?;
        let [erp, parsing, storing] = [0, 1, 2].map(|phase: usize| after[phase] - before[phase]);
        Ok(Split { total, waiting: total - erp - parsing - storing, erp, parsing, storing })
    }

    /// Asks for customers by hand and waits until that sync has ended; milliseconds.
    fn full_sync(&self) -> Result<f64> {
        let begun = Instant::now();
        let ticket = self.post("/api/sync/customers", &json!({}))?["ticket"].clone();
        while begun.elapsed() < Duration::from_secs(SYNC_SECONDS_MAX) {
            let status: Value = ureq::get(format!("{}/api/sync/status", self.base))
                .header("authorization", &self.bearer)
                .call()?
                .body_mut()
                .read_json()?;
            let lists = [&status["currentSync"], &status["queue"]];
            let mut live = lists.into_iter().filter_map(Value::as_array).flatten();
            if !live.any(|task| task["ticket"] == ticket) {
                return Ok(begun.elapsed().as_secs_f64() * 1_000.0);
            }
            sleep(LOOK_EVERY);
        }
        bail!("the full sync did not end within {SYNC_SECONDS_MAX} s")
    }

    /// Changes some customers' phones in the ERP.
    fn change_customers(&self, count: usize, round: usize) -> Result<()> {
        let ids: Value = ureq::get(format!("{}/_sim/customers", self.erp)).call()?.body_mut().read_json()?;
        for (index, customer) in ids.as_array().into_iter().flatten().take(count).enumerate() {
            let id = customer["id"].as_str().context("a customer of the simulator has an id")?;
            let phone = format!("+3905{round:03}{index:05}");
            ureq::patch(format!("{}/_sim/customers/{id}", self.erp)).send_json(json!({ "phone": phone }))?;
        }
        Ok(())
    }

    /// Milliseconds spent so far on customers at the ERP, parsing and storing.
    fn counters(&self) -> Result<[f64; 3]> {
        let text = ureq::get(&self.metrics).call()?.body_mut().read_to_string()?;
        let value = |phase: &str| {
            let name = format!("sync_phase_ms_sum{{type=\"customers\",phase=\"{phase}\"}} ");
            let line = text.lines().find_map(|line| line.strip_prefix(&name));
            line.and_then(|number| number.parse().ok())
                .with_context(|| format!("the server counts no {name}"))
        };
        Ok([value("erp")?, value("parse")?, value("store")?])
    }
}
