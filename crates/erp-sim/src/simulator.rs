//! Starts and stops a simulated ERP.

use std::{io, net::SocketAddr, sync::Arc};

use axum::{Router, extract::Request, routing::any};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::{
    api, control,
    faults::Fault,
    front,
    journal::Entry,
    options::Options,
    session::lock,
    state::Shared,
    world::{Records, World},
};

/// Starts simulated ERPs.
#[derive(Debug)]
pub struct Simulator;

/// A simulated ERP that answers on 127.0.0.1 until it is dropped.
#[derive(Debug)]
pub struct RunningSim {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<io::Result<()>>,
}

impl Simulator {
    /// Binds the port and serves. Errors: the port is taken.
    pub async fn start(world: World, options: Options) -> io::Result<RunningSim> {
        let listener = TcpListener::bind(("127.0.0.1", options.port)).await?;
        let address = listener.local_addr()?;
        let shared = Shared::new(world, options);
        let routes = routes(&shared);
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = tokio::spawn(async move {
            tokio::select! {
                served = async { axum::serve(listener, routes).await } => served,
                _ = stopped => Ok(()),
            }
        });
        Ok(RunningSim { address, shared, stop: Some(stop), serving })
    }
}

fn routes(shared: &Arc<Shared>) -> Router {
    let application = Arc::clone(shared);
    let serve = move |request: Request| front::serve(Arc::clone(&application), request);
    Router::new()
        .nest("/_sim", control::routes(Arc::clone(shared)))
        .merge(api::routes(Arc::clone(shared)))
        .fallback(any(serve))
}

impl RunningSim {
    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Looks at or changes the records directly.
    pub fn records<T>(&self, look: impl FnOnce(&mut Records) -> T) -> T {
        look(&mut lock(&self.shared.records))
    }

    /// Adds a fault.
    pub fn break_with(&self, fault: Fault) {
        self.shared.faults.add(fault);
    }

    /// Removes all faults.
    pub fn mend(&self) {
        self.shared.faults.replace(Vec::new());
    }

    /// Whether a fault still waits for its request.
    pub fn has_faults_waiting(&self) -> bool {
        !self.shared.faults.waiting().is_empty()
    }

    /// What was asked so far, oldest first.
    pub fn log(&self) -> Vec<Entry> {
        self.shared.journal.after(0)
    }

    /// Waits until the server ends by itself, which it does only on an error.
    pub async fn wait(mut self) -> io::Result<()> {
        match (&mut self.serving).await {
            Ok(served) => served,
            Err(joined) => Err(io::Error::other(joined)),
        }
    }
}

impl Drop for RunningSim {
    fn drop(&mut self) {
        *lock(&self.shared.down) = true;
        if let Some(stop) = self.stop.take() {
            // The server may have ended already; then nobody listens.
            let _ = stop.send(());
        }
    }
}
