//! Starts the server, and stops it in the order in which nothing is lost.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result};
use axum::Router;
use domain::{DurationMs, SyncType};
use erp::ErpBrowser;
use store::{Store, accounts::Agent};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use crate::{
    auth::{
        secret::Secret,
        sessions::Sessions,
        sign_in::{PasswordCheck, SignIn},
        token::Signer,
        vault::Vault,
    },
    clock::now,
    conductor::{self, Conductor, ConductorHandle, Running, SteadyClock, TaskRunner},
    config::Config,
    http::{self, AppState},
    look_ups::LookUps,
    services::Services,
    telemetry,
    workers::{Logins, Workers, housekeeping},
};

/// Runs the server until it is told to stop.
///
/// # Errors
/// When a setting, the data folder or an address cannot be used.
pub fn run(config: Config) -> Result<()> {
    telemetry::start(&config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(config))
}

async fn serve(config: Config) -> Result<()> {
    let listener = bind(config.listen).await?;
    let metrics = bind(config.metrics_listen).await?;
    let base = Base::open(config).await?;
    let logins = Arc::new(base.logins());
    let workers = Workers::new(
        base.store.clone(),
        logins.clone(),
        base.conductor.clone(),
        base.look_ups.clone(),
        &base.config,
    )?;
    let server = base.start(logins.clone(), Arc::new(workers)).await?;
    let mut chores = JoinSet::new();
    chores.spawn(housekeeping(server.state.store.clone(), server.conductor.clone(), logins.clone()));
    tracing::info!(address = %listener.local_addr()?, metrics = %metrics.local_addr()?, "serving");
    let stopping = server.state.stopping.clone();
    chores.spawn(async move {
        stop_signal().await;
        tracing::info!("stopping");
        stopping.cancel();
    });
    let metrics_served =
        listen(metrics, http::metrics_router(server.conductor.clone()), server.state.stopping.clone());
    let served = listen(listener, server.router(), server.state.stopping.clone());
    let (served, metrics_served) = tokio::join!(served, metrics_served);
    chores.shutdown().await;
    server.stop().await;
    logins.shut_down().await;
    served.and(metrics_served)
}

async fn bind(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot listen on {address}"))
}

/// Serves until `stopping`, then lets the open requests end; event streams end by themselves.
async fn listen(listener: TcpListener, router: Router, stopping: CancellationToken) -> Result<()> {
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let patience = stopping.clone();
    let served = axum::serve(listener, service).with_graceful_shutdown(stopping.cancelled_owned());
    // A client that does not read its answer must not keep the server from stopping.
    let late = async {
        patience.cancelled().await;
        tokio::time::sleep(STOP_REQUESTS_MAX).await;
    };
    tokio::select! {
        served = served.into_future() => Ok(served?),
        () = late => Ok(()),
    }
}

/// How long open requests may take to end when the server stops; smart syncs are answered as soon as workers yield.
const STOP_REQUESTS_MAX: Duration = Duration::from_secs(5);

async fn stop_signal() {
    let mut terminate = signal(SignalKind::terminate()).expect("the system has this signal");
    let mut interrupt = signal(SignalKind::interrupt()).expect("the system has this signal");
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// What everything else is built on.
pub struct Base {
    /// The settings.
    pub config: Arc<Config>,
    /// All databases.
    pub store: Store,
    /// The way to the conductor, which runs from [`Base::start`] on.
    pub conductor: ConductorHandle,
    /// Who waits for a customer of the ERP's.
    pub look_ups: Arc<LookUps>,
    waiting: Conductor,
    secret: Secret,
}

impl Base {
    /// Opens the data folder and prepares the conductor.
    ///
    /// # Errors
    /// When the folder or the secret cannot be used.
    pub async fn open(config: Config) -> Result<Self> {
        let secret = Secret::load(Config::secret_text().as_deref(), &config.secret_path())?;
        let store = Store::open_with(&config.data, config.store()).await?;
        for (agent, doubted) in store.doubt_restored(false, now()).await? {
            tracing::warn!(%agent, doubted, "these data are a copy: orders on their way are searched in the ERP first");
        }
        allow_the_configured(&store, &config).await?;
        let limits = conductor::Limits {
            stop_max: Duration::from_secs(config.shutdown_seconds_max),
            ..Default::default()
        };
        let clock = Arc::new(SteadyClock::start());
        let (waiting, conductor) =
            Conductor::open(store.control(), board_config(&config), limits, clock).await?;
        Ok(Self { config: Arc::new(config), store, conductor, look_ups: Arc::default(), waiting, secret })
    }

    /// The ERP logins in a browser that starts when it is first needed.
    pub fn logins(&self) -> Logins {
        let keep_warm = Duration::from_secs(self.config.erp_keep_warm_minutes * 60);
        Logins::new(
            ErpBrowser::idle(self.config.erp()),
            self.store.clone(),
            Vault::new(&self.secret),
            keep_warm,
        )
    }

    /// Starts the conductor with these workers, and wires what answers requests.
    ///
    /// # Errors
    /// When what an earlier process left behind cannot be taken back.
    pub async fn start(
        self,
        password_check: Arc<dyn PasswordCheck>,
        runner: Arc<dyn TaskRunner>,
    ) -> Result<Server> {
        let Self { config, store, conductor, look_ups, waiting, secret } = self;
        let signer = Signer::new(&secret, Duration::from_secs(config.access_minutes * 60));
        let sessions = Arc::new(Sessions::new(store.clone(), signer, &config));
        let vault = Vault::new(&secret);
        let accounts =
            SignIn::new(store.clone(), sessions.clone(), vault, conductor.clone(), password_check, &config);
        let state = AppState {
            services: Services::new(store.clone(), conductor.clone(), sessions.clone(), look_ups),
            leptos: http::page_options(&config),
            accounts: Arc::new(accounts),
            stopping: CancellationToken::new(),
            config,
            store,
            sessions,
        };
        Ok(Server { state, conductor, running: waiting.start(runner).await? })
    }
}

/// Everything that runs.
pub struct Server {
    /// What requests are answered with.
    pub state: AppState,
    /// The way to the conductor.
    pub conductor: ConductorHandle,
    running: Running,
}

impl Server {
    /// The whole product as a service.
    pub fn router(&self) -> Router {
        http::router(self.state.clone())
    }

    /// Stops the conductor, which lets running work reach its next checkpoint, and closes the databases.
    pub async fn stop(self) {
        self.state.stopping.cancel();
        self.running.shutdown().await;
        self.state.store.close().await;
    }
}

async fn allow_the_configured(store: &Store, config: &Config) -> Result<()> {
    for (id, admin) in config.allowed() {
        store.accounts().allow(&Agent { id: id.clone(), admin }, now()).await?;
    }
    Ok(())
}

fn board_config(config: &Config) -> conductor::Config {
    conductor::Config {
        available: SyncType::ALL.into(),
        logins_busy_max: config.erp_logins_busy_max,
        fresh_for: DurationMs(config.form_fresh_ms),
        joins_for: DurationMs(config.form_join_ms),
        idle_max: DurationMs::seconds(config.form_idle_seconds_max),
        lease_ttl: DurationMs::seconds(config.form_beat_seconds_max),
        logins_per_day_max: config.erp_logins_per_day_max,
        service_login: config.erp_service_login.clone(),
        working_hours: config.working_hours,
        ..conductor::Config::default()
    }
}
