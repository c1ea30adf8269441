//! Reads every setting, in this one file: built-in defaults, then the TOML file, then the environment.
//!
//! A setting is called `erp_url` in the file and `ARCHIBALD_ERP_URL` in the environment. Names end with their unit where
//! they have one. A name nobody knows is an error that suggests the right one, so that a typing mistake never silently
//! leaves a default in force. `server settings` prints the table below.

use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result, anyhow, bail};
use domain::{AgentId, DurationMs};
use orchestrator::WorkingHours;

/// What begins the name of each environment variable that is a setting.
const PREFIX: &str = "ARCHIBALD_";
/// Variables with the prefix that are not settings: where the file is, and the secret that must not stand in it.
const NOT_SETTINGS: [&str; 2] = ["ARCHIBALD_CONFIG", "ARCHIBALD_SECRET"];

/// One line of the table of settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// As written in the TOML file.
    pub name: &'static str,
    /// As text; empty when there is none.
    pub default: &'static str,
    /// What it is for, and why the default is what it is.
    pub reason: &'static str,
}

/// A value that can be read from text. Lists are separated by commas.
trait FromText: Sized {
    fn from_text(text: &str) -> Result<Self>;
}

macro_rules! from_text_by_parse {
    ($($kind:ty),*) => {$(
        impl FromText for $kind {
            fn from_text(text: &str) -> Result<Self> {
                text.parse().map_err(|error| anyhow!("{text:?}: {error}"))
            }
        }
    )*};
}

from_text_by_parse!(SocketAddr, PathBuf, String, bool, u32, u64, usize, AgentId, WorkingHours);

impl<T: FromText> FromText for Option<T> {
    fn from_text(text: &str) -> Result<Self> {
        if text.is_empty() { Ok(None) } else { T::from_text(text).map(Some) }
    }
}

impl<T: FromText> FromText for Vec<T> {
    fn from_text(text: &str) -> Result<Self> {
        text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(T::from_text).collect()
    }
}

macro_rules! settings {
    ($($name:ident: $kind:ty = $default:literal, $reason:literal;)*) => {
        /// Every setting of the server.
        #[derive(Debug, Clone)]
        pub struct Config {
            $(#[doc = $reason] pub $name: $kind,)*
        }

        /// The table of settings, in the order in which they are explained.
        pub const SETTINGS: &[Setting] = &[
            $(Setting { name: stringify!($name), default: $default, reason: $reason },)*
        ];

        impl Default for Config {
            fn default() -> Self {
                Self { $($name: FromText::from_text($default).expect("each default is a valid value"),)* }
            }
        }

        impl Config {
            /// Sets one setting from text.
            pub fn set(&mut self, name: &str, text: &str) -> Result<()> {
                match name {
                    $(stringify!($name) => {
                        self.$name = FromText::from_text(text).with_context(|| format!("setting {name}"))?;
                    })*
                    _ => bail!(unknown(name)),
                }
                Ok(())
            }
        }
    };
}

settings! {
    listen: SocketAddr = "127.0.0.1:3000",
        "Address and port for people. Loopback, because a proxy that speaks TLS stands in front.";
    metrics_listen: SocketAddr = "127.0.0.1:3002",
        "Address and port of /metrics. Apart from the product's, so that it is never exposed by the same proxy rule.";
    public_origin: Option<String> = "",
        "The origin in people's address bars, such as https://ordini.example. Needed when a proxy changes the Host header.";
    proxy_trusted: bool = "false",
        "Whether the last address in X-Forwarded-For is the client's. Only behind a proxy of one's own, else it can be forged.";
    data: PathBuf = "data",
        "The folder of all databases, the secret and the screenshots.";
    site: Option<PathBuf> = "",
        "The folder of the browser's files. By default `site` beside the program, else target/site.";
    demo: bool = "false",
        "Try-out mode: the simulated ERP at its usual address, the agents agente1, agente2 and admin.";
    agents: Vec<AgentId> = "",
        "ERP accounts that may sign in, besides the administrators and those added with `server agent add`.";
    admins: Vec<AgentId> = "",
        "ERP accounts that may sign in, see every agent's state and change schedules.";
    secret_file: Option<PathBuf> = "",
        "The file with the server's secret, 64 hexadecimal digits; ARCHIBALD_SECRET takes its place. By default `secret.key` in the data folder, made on the first start with mode 0600.";
    access_minutes: u64 = "15",
        "How long a signed token is good for without asking the database for a new one. Short, because it is what a thief could use.";
    refresh_days: u64 = "30",
        "How long a session lives without a visit. An agent on holiday for three weeks stays signed in.";
    refresh_grace_seconds: u64 = "20",
        "How long the refresh token before the newest is still honoured. Two tabs that wake together send the same one; later reuse is theft.";
    login_checks_max: usize = "2",
        "Passwords checked at the ERP at the same time. Each needs a browser context of 60 MiB.";
    body_kib_max: usize = "256",
        "The greatest request body. A draft of 500 lines has about 150 KiB.";
    request_seconds_max: u64 = "30",
        "The longest a request may take, except those that wait for the ERP and the event stream.";
    erp_wait_seconds_max: u64 = "120",
        "The longest a request may wait for the ERP (sign-in, smart sync). The slowest login measured took 60 s.";
    events_keep_alive_seconds: u64 = "15",
        "How often a silent event stream sends a comment, so that proxies keep it open and a dead client is noticed.";
    erp_url: Option<String> = "",
        "Archibald's address, such as https://erp.example/Archibald.";
    erp_chromium: Option<PathBuf> = "",
        "The Chromium to use. By default the system's.";
    erp_sandbox: bool = "true",
        "Chromium's sandbox. Off only where the server is root in a container.";
    erp_accept_invalid_certificates: bool = "false",
        "Accept any TLS certificate of the ERP. Many installations have one that browsers refuse.";
    erp_customers_api: Option<String> = "",
        "The path of the ERP's REST API of customers, such as /api/customers, if the installation has one. It is asked for what changed (modified_since, limit) when a form opens; when it fails, the export is read as without it.";
    erp_customers_api_rows_max: usize = "500",
        "Customers in one answer of that API. More changes take more answers.";
    erp_logins_busy_max: usize = "4",
        "ERP logins that work at the same time. Each needs a browser context, and the ERP slows down beyond a few.";
    erp_logins_per_day_max: u32 = "20",
        "How often one ERP account may sign in during a day; the last five are kept for what a person waits for. A flood of logins once made an ERP's owner block the address.";
    erp_service_login: Option<AgentId> = "",
        "The ERP account in which products and prices are read; it signs in once like an agent. By default that of an agent who is not on the order form.";
    webhook_secret: Option<String> = "",
        "The secret with which another system signs POST /api/webhooks/archibald/customer-modified. Without one nobody can call it.";
    working_hours: Option<WorkingHours> = "",
        "When scheduled syncs may start, such as mon-fri 07:00-20:00, Italian time. By default always.";
    erp_keep_warm_minutes: u64 = "10",
        "How long after the last use an ERP web session is kept open. Half a normal session expiry.";
    page_rows_max: usize = "200",
        "Rows stored between two checkpoints of a sync. About 10 ms of writing, so that a preemption is not noticed.";
    parse_memory_mib_max: u64 = "1024",
        "Address space of the child process that reads an export. The largest measured needs a fifth of it.";
    parse_seconds_max: u64 = "120",
        "Time for reading one export. The largest measured takes three seconds.";
    screenshots_max: usize = "100",
        "Screenshots of one ERP screen that are kept, the newest ones. A hundred are about 20 MiB.";
    typing_tries_max: u32 = "6",
        "How often the typing of one order may begin before the order goes back to its agent; each attempt may cost the ERP a sign-in.";
    placing_seconds_max: u64 = "1200",
        "The longest one order may take, besides 30 s for each of its lines. Several frozen rows of two minutes fit.";
    reconcile_seconds: Vec<u64> = "5, 30, 120, 600",
        "When the ERP is searched for an order whose fate is unknown, after the doubtful end. Its list has lagged two minutes.";
    reconcile_apart_seconds: u64 = "60",
        "The least time between the two looks that prove an order absent.";
    form_fresh_ms: u64 = "0",
        "A form that opens within this time of the begin of a complete pass over the customers is not worth another. Anything above zero may miss the customer that was made in Archibald a moment ago.";
    form_join_ms: u64 = "2000",
        "A form joins a pass over the customers that runs, if it began within this time. A page that is opened twice is met by it; an agent who has just made a customer in Archibald is not.";
    form_idle_seconds_max: u64 = "600",
        "How long an order form may stay without input before its lease ends.";
    form_beat_seconds_max: u64 = "150",
        "How long an order form may stay without a sign of life. Browsers throttle hidden tabs to one timer a minute.";
    shutdown_seconds_max: u64 = "10",
        "How long running work may take to reach its next checkpoint when the server stops.";
    log: String = "info,chromiumoxide=off",
        "What is logged, as tracing's filter. chromiumoxide warns about every event newer than itself.";
    log_json: bool = "false",
        "One JSON object per line instead of text.";
}

impl Config {
    /// Reads the file (an explicit one must exist; `archibald.toml` in the current folder may), then the environment.
    pub fn load(file: Option<&Path>) -> Result<Self> {
        let mut config = Self::default();
        let file = file.map(PathBuf::from).or_else(|| env::var_os("ARCHIBALD_CONFIG").map(PathBuf::from));
        let usual = Path::new("archibald.toml");
        match file {
            Some(file) => config.read_file(&file)?,
            None if usual.exists() => config.read_file(usual)?,
            None => {}
        }
        config.read_environment(env::vars())?;
        config.apply_demo();
        config.check()?;
        Ok(config)
    }

    fn read_file(&mut self, file: &Path) -> Result<()> {
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        self.read_toml(&text).with_context(|| format!("in {}", file.display()))
    }

    fn read_toml(&mut self, text: &str) -> Result<()> {
        let table: toml::Table = text.parse()?;
        table.iter().try_for_each(|(name, value)| self.set(name, &as_text(value)?))
    }

    fn read_environment(&mut self, variables: impl Iterator<Item = (String, String)>) -> Result<()> {
        for (name, value) in variables {
            if NOT_SETTINGS.contains(&name.as_str()) {
                continue;
            }
            if let Some(name) = name.strip_prefix(PREFIX) {
                self.set(&name.to_ascii_lowercase(), &value)?;
            } else if name == "LEPTOS_SITE_ROOT" {
                self.site = Some(value.into());
            }
        }
        Ok(())
    }

    fn apply_demo(&mut self) {
        if !self.demo {
            return;
        }
        self.erp_url.get_or_insert_with(|| "http://127.0.0.1:3100/Archibald".to_owned());
        let known = |name: &str| name.parse::<AgentId>().expect("the demo agents' names are valid");
        self.agents.extend(["agente1", "agente2"].map(known));
        self.admins.push(known("admin"));
    }

    fn check(&self) -> Result<()> {
        let Some(url) = &self.erp_url else {
            bail!(
                "set erp_url (or ARCHIBALD_ERP_URL) to Archibald's address, or demo = true to try the product out"
            );
        };
        if !url.starts_with("http://") && !url.starts_with("https://") {
            bail!("erp_url is {url:?} and should start with https:// or http://");
        }
        if self
            .erp_customers_api
            .as_deref()
            .is_some_and(|path| !path.starts_with('/') || path.starts_with("//"))
        {
            bail!(
                "erp_customers_api is a path on the ERP's host and begins with one slash, such as /api/customers"
            );
        }
        if self.reconcile_seconds.len() < 2 {
            bail!(
                "reconcile_seconds needs two looks at least: one alone never proves that an order is absent"
            );
        }
        Ok(())
    }

    /// The folder of the browser's files.
    pub fn site_folder(&self) -> PathBuf {
        if let Some(site) = &self.site {
            return site.clone();
        }
        let beside = env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("site")));
        beside.filter(|folder| folder.is_dir()).unwrap_or_else(|| "target/site".into())
    }

    /// The folder of the pictures of ERP screens.
    pub fn screenshots_folder(&self) -> PathBuf {
        self.data.join("screenshots")
    }

    /// The folder of the exports whose passes are under way.
    pub fn passes_folder(&self) -> PathBuf {
        self.data.join("passes")
    }

    /// The file of the server's secret.
    pub fn secret_path(&self) -> PathBuf {
        self.secret_file.clone().unwrap_or_else(|| self.data.join("secret.key"))
    }

    /// The secret from the environment, which takes the place of the file.
    pub fn secret_text() -> Option<String> {
        env::var("ARCHIBALD_SECRET").ok().filter(|text| !text.is_empty())
    }

    /// Who may sign in by configuration, and whether as an administrator.
    pub fn allowed(&self) -> impl Iterator<Item = (&AgentId, bool)> {
        let plain =
            self.agents.iter().filter(|agent| !self.admins.contains(agent)).map(|agent| (agent, false));
        plain.chain(self.admins.iter().map(|agent| (agent, true)))
    }

    /// The limits of the store.
    pub fn store(&self) -> store::Config {
        store::Config {
            refresh_grace: DurationMs::seconds(self.refresh_grace_seconds),
            ..store::Config::default()
        }
    }

    /// How to reach Archibald. The client adds `/Archibald` by itself.
    pub fn erp(&self) -> erp::ErpConfig {
        let url = self.erp_url.as_deref().unwrap_or_default().trim_end_matches('/');
        let mut erp = erp::ErpConfig::new(url.strip_suffix("/Archibald").unwrap_or(url));
        erp.chromium.clone_from(&self.erp_chromium);
        erp.sandbox = self.erp_sandbox;
        erp.accept_invalid_certificates = self.erp_accept_invalid_certificates;
        erp
    }

    /// How long requests that do not wait for the ERP may take.
    pub fn request_limit(&self) -> Duration {
        Duration::from_secs(self.request_seconds_max)
    }

    /// How long requests that wait for the ERP may take.
    pub fn erp_wait_limit(&self) -> Duration {
        Duration::from_secs(self.erp_wait_seconds_max)
    }
}

fn as_text(value: &toml::Value) -> Result<String> {
    Ok(match value {
        toml::Value::String(text) => text.clone(),
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Boolean(truth) => truth.to_string(),
        toml::Value::Array(items) => items.iter().map(as_text).collect::<Result<Vec<_>>>()?.join(","),
        other => bail!("{other} is not a text, a number, true, false or a list"),
    })
}

fn unknown(name: &str) -> String {
    let nearest =
        SETTINGS.iter().min_by_key(|setting| distance(setting.name, name)).map(|setting| setting.name);
    match nearest.filter(|nearest| distance(nearest, name) <= name.len().max(4) / 2) {
        Some(nearest) => format!("there is no setting {name:?}; did you mean {nearest:?}?"),
        None => format!("there is no setting {name:?}; `server settings` lists them"),
    }
}

/// How many letters must be put in, taken out or replaced to make one word of the other.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let replaced = corner + usize::from(a != *b);
            corner = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(corner + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_overrides_the_file() {
        let mut config = Config::default();
        config
            .read_toml("erp_url = \"https://one.example\"\nagents = [\"anna\", \"bruno\"]\nbody_kib_max = 8")
            .unwrap();
        let variables =
            [("ARCHIBALD_ERP_URL", "https://two.example"), ("ARCHIBALD_SECRET", "x"), ("HOME", "/")];
        config.read_environment(variables.map(|(n, v)| (n.to_owned(), v.to_owned())).into_iter()).unwrap();
        assert_eq!(config.erp_url.as_deref(), Some("https://two.example"));
        assert_eq!(config.agents.len(), 2);
        assert_eq!(config.body_kib_max, 8);
    }

    #[test]
    fn a_misspelt_setting_suggests_the_right_one() {
        let mut config = Config::default();
        let said = config.read_toml("erp_ulr = \"x\"").unwrap_err().to_string();
        assert_eq!(said, "there is no setting \"erp_ulr\"; did you mean \"erp_url\"?");
        let said = config.set("quite_something_else_entirely", "x").unwrap_err().to_string();
        assert_eq!(
            said,
            "there is no setting \"quite_something_else_entirely\"; `server settings` lists them"
        );
    }

    #[test]
    fn without_an_erp_address_the_demo_is_offered() {
        let mut config = Config::default();
        assert!(config.check().unwrap_err().to_string().contains("demo = true"));
        config.demo = true;
        config.apply_demo();
        config.check().unwrap();
        let allowed: Vec<_> = config.allowed().map(|(agent, admin)| (agent.as_str(), admin)).collect();
        assert_eq!(allowed, [("agente1", false), ("agente2", false), ("admin", true)]);
    }

    #[test]
    fn every_default_can_be_read() {
        let config = Config::default();
        assert_eq!(config.reconcile_seconds, [5, 30, 120, 600]);
        assert!(SETTINGS.iter().all(|setting| setting.reason.ends_with('.')));
    }
}
