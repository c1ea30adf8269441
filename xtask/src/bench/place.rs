//! Measures how long one order takes at the ERP's measured pace, step by step, and how much of that is ours.
//!
//! The real server types orders of several lengths into the simulated ERP through the whole browser. The steps are the
//! placement's own log; the ERP's share is the time in which the simulator was at work on a request of that order, from
//! its journal; what is left is ours: typing, waiting for a page to be at rest, and writing down.

use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::{Value, json};

use crate::stack::{self, Profile, Stack, StackOptions, free_port};

/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// The longest one order may take; forty lines take eight minutes.
const ORDER_SECONDS_MAX: u64 = 1_800;
/// The longest reading products and prices may take.
const READ_SECONDS_MAX: u64 = 300;

#[derive(Args)]
pub(crate) struct Options {
    /// How many lines the orders have
    #[arg(long, value_delimiter = ',', default_value = "1,3,12,40")]
    lines: Vec<usize>,
    /// Latencies of the simulated ERP: `real` as measured on the real one, `fast` has none
    #[arg(long, default_value = "real", value_parser = ["real", "fast"])]
    pace: String,
    /// Measure the quickly compiled build instead of the optimised one
    #[arg(long)]
    dev: bool,
    /// Use what was built last
    #[arg(long)]
    no_build: bool,
}

const STEPS: [&str; 7] = [
    "order: form",
    "order: customer",
    "order: reference",
    "order: line",
    "order: check",
    "order: save",
    "order: number",
];

/// Builds, measures, prints one table.
pub(crate) fn run(options: &Options) -> Result<()> {
    let profile = if options.dev { Profile::Dev } else { Profile::Release };
    if !options.no_build {
        stack::build(profile)?;
    }
    let data = tempfile::tempdir()?;
    let (port, erp_port) = (free_port()?, free_port()?);
    let world = ["--customers", "200", "--products", "400", "--prices", "400", "--orders", "100"];
    let mut erp_arguments = vec!["--pace".to_owned(), options.pace.clone()];
    erp_arguments.extend(world.map(str::to_owned));
    let stack = Stack::start(&StackOptions {
        profile,
        port,
        erp_port,
        data: data.path().to_owned(),
        erp_arguments,
        server_settings: vec![("ARCHIBALD_LOG".to_owned(), "warn,chromiumoxide=off".to_owned())],
    })?;
    let product = Product::sign_in(port, erp_port)?;
    let articles = product.read_articles(options.lines.iter().copied().max().unwrap_or(1))?;
    println!(
        "\nmilliseconds per order at pace {}; a first order of one line warms the web session up",
        options.pace
    );
    println!(
        "| lines | to placed | ERP | ours | ours / ERP | form | customer | reference | lines | check | save | number | read back |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    product.measure(1, &articles)?;
    for lines in &options.lines {
        println!("{}", product.measure(*lines, &articles)?);
    }
    drop(stack);
    Ok(())
}

/// The product as an API client sees it.
struct Product {
    base: String,
    erp: String,
    bearer: String,
}

impl Product {
    fn sign_in(port: u16, erp_port: u16) -> Result<Self> {
        let base = format!("http://127.0.0.1:{port}");
        let answer: Value = ureq::post(format!("{base}/api/auth/login"))
            .header("origin", &base)
            .send_json(json!({ "account": "agente1", "password": "demo" }))?
            .body_mut()
            .read_json()?;
        let token = answer["token"].as_str().context("the sign-in answer has no token")?;
        Ok(Self { erp: format!("http://127.0.0.1:{erp_port}"), bearer: format!("Bearer {token}"), base })
    }

    fn get(&self, path: &str) -> Result<Value> {
        let mut answer = ureq::get(format!("{}{path}", self.base))
            .header("authorization", &self.bearer)
            .call()
            .with_context(|| format!("GET {path}"))?;
        Ok(answer.body_mut().read_json()?)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let mut answer = ureq::post(format!("{}{path}", self.base))
            .header("authorization", &self.bearer)
            .send_json(body)
            .with_context(|| format!("POST {path}"))?;
        Ok(answer.body_mut().read_json().unwrap_or(Value::Null))
    }

    /// Reads customers, products and prices, and answers as many different articles that can be ordered.
    fn read_articles(&self, count: usize) -> Result<Vec<Value>> {
        for kind in ["customers", "products", "prices"] {
            self.post(&format!("/api/sync/{kind}"), &json!({}))?;
        }
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(READ_SECONDS_MAX) {
            let status = self.get("/api/sync/status")?;
            let live = |list: &str| status[list].as_array().is_none_or(|tasks| !tasks.is_empty());
            if !live("currentSync") && !live("queue") {
                let page = self.get("/api/products?limit=200")?;
                let articles: Vec<Value> =
                    page["items"].as_array().into_iter().flatten().filter_map(line_of).take(count).collect();
                if articles.len() < count {
                    bail!("only {} articles can be ordered", articles.len());
                }
                return Ok(articles);
            }
            sleep(LOOK_EVERY);
        }
        bail!("products and prices were not read within {READ_SECONDS_MAX} s")
    }

    /// Sends an order of so many lines, waits until it is verified, and answers its row of the table.
    fn measure(&self, lines: usize, articles: &[Value]) -> Result<String> {
        let customer = self.get("/api/customers?limit=1")?["items"][0].clone();
        let id = uuid::Uuid::now_v7();
        let chosen: Vec<Value> = articles
            .iter()
            .take(lines)
            .map(|line| {
                let mut line = line.clone();
                line["id"] = json!(uuid::Uuid::now_v7());
                line
            })
            .collect();
        let draft = json!({
            "id": id, "version": 0, "lines": chosen, "createdAt": 1, "editedAt": 1,
            "customer": {
                "id": customer["id"], "account": customer["account"], "name": customer["name"], "city": customer["city"],
            },
        });
        self.post("/api/drafts", &draft)?;
        self.post(&format!("/api/drafts/{id}/place"), &json!({ "version": 1 }))?;
        let begun = Instant::now();
        loop {
            let placement = self.get(&format!("/api/placements/{id}"))?;
            match placement["state"].as_str() {
                Some("verified") => break,
                Some("rejected" | "needs-attention") => bail!("the order ended otherwise: {placement}"),
                _ if begun.elapsed() > Duration::from_secs(ORDER_SECONDS_MAX) => bail!("it takes too long"),
                _ => sleep(LOOK_EVERY),
            }
        }
        let log = self.get(&format!("/api/placements/{id}/log"))?;
        self.row(lines, log.as_array().context("the log is a list")?)
    }

    fn row(&self, lines: usize, log: &[Value]) -> Result<String> {
        let at = |what: &str| {
            let entry = log.iter().find(|entry| entry["what"] == what);
            entry.and_then(|entry| entry["at"].as_i64()).with_context(|| format!("no {what} in the log"))
        };
        let (queued, placed, verified) = (at("filling")?, at("placed")?, at("verified")?);
        let total = placed - queued;
        let erp = self.erp_time(queued, placed)?;
        let ours = total - erp;
        let step = |name: &str| -> i64 {
            log.iter().filter(|entry| entry["what"] == name).filter_map(|entry| entry["took"].as_i64()).sum()
        };
        let steps: Vec<String> = STEPS.iter().map(|name| step(name).to_string()).collect();
        Ok(format!(
            "| {lines} | {total} | {erp} | {ours} | {:.1} % | {} | {} |",
            ours as f64 * 100.0 / erp.max(1) as f64,
            steps.join(" | "),
            verified - placed
        ))
    }

    /// Milliseconds between two moments in which the ERP was at work on a request.
    fn erp_time(&self, from: i64, to: i64) -> Result<i64> {
        let log: Value = ureq::get(format!("{}/_sim/log", self.erp)).call()?.body_mut().read_json()?;
        let mut spans: Vec<(i64, i64)> = log
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|entry| {
                Some((entry["receivedAt"].as_i64()?.max(from), entry["endedAt"].as_i64()?.min(to)))
            })
            .filter(|(begun, ended)| begun < ended)
            .collect();
        spans.sort_unstable();
        // Requests of one page may overlap; time is counted once.
        let mut until = from;
        Ok(spans
            .into_iter()
            .map(|(begun, ended)| {
                let new = (ended - begun.max(until)).max(0);
                until = until.max(ended);
                new
            })
            .sum())
    }
}

/// A line of an article's first variant that can be ordered and has a price.
fn line_of(product: &Value) -> Option<Value> {
    let good = |variant: &&Value| variant["orderable"] == true && variant["unitPrice"].is_number();
    let variant = product["variants"].as_array()?.iter().find(good)?;
    let quantity = ["quantityMinimum", "quantityMultiple", "packageContent"]
        .iter()
        .filter_map(|field| variant[*field].as_i64())
        .max()
        .unwrap_or(100);
    Some(json!({
        "article": variant["id"], "name": product["name"], "description": null, "quantity": quantity,
        "unitPrice": variant["unitPrice"], "priceUnit": variant["priceUnit"], "discount": [],
        "systemDiscount": variant["systemDiscount"], "vat": variant["vat"],
    }))
}
