//! Starts the whole product with demo data, for a person to try.

use std::{
    sync::mpsc,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};
use clap::Args;

use crate::{
    setup::{self, Need},
    stack::{self, Profile, Stack, StackOptions, root},
    steps::Steps,
};

/// How often the services are looked at while they run.
const LOOK_EVERY: Duration = Duration::from_millis(500);

#[derive(Args)]
pub(crate) struct Options {
    /// Port of the server on 127.0.0.1
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Port of the simulated ERP on 127.0.0.1
    #[arg(long, default_value_t = 3100)]
    erp_port: u16,
    /// Build with optimisations (slower to compile)
    #[arg(long)]
    release: bool,
    /// Latencies of the simulated ERP: `real` as measured on the real one, `fast` has none
    #[arg(long, default_value = "real", value_parser = ["real", "fast"])]
    pace: String,
}

/// Installs, builds, starts, and waits for Ctrl-C.
pub(crate) fn run(options: &Options) -> Result<()> {
    // Asked for before anything starts, so that no signal can leave a service behind.
    let (interrupt, interrupted) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = interrupt.send(());
    })?;
    let begun = Instant::now();
    let profile = if options.release { Profile::Release } else { Profile::Dev };
    let mut steps = Steps::new(3);
    let need = if options.release { Need::Everything } else { Need::Running };
    steps.step("Tools", "14 min", || setup::install(need))?;
    steps.step("Build", "10 min", || stack::build(profile))?;
    let mut stack = steps.step("Start", "3 s", || {
        Stack::start(&StackOptions {
            profile,
            port: options.port,
            erp_port: options.erp_port,
            data: root().join("data").join("demo"),
            erp_arguments: vec!["--pace".to_owned(), options.pace.clone()],
            server_settings: Vec::new(),
        })
    })?;
    println!(
        "\nArchibald Orders runs at http://127.0.0.1:{} (ready after {} s)\n  sign in as agente1, agente2 or admin; \
         password demo\n  the simulated ERP is at http://127.0.0.1:{}/Archibald/\n  Ctrl-C stops both",
        options.port,
        begun.elapsed().as_secs(),
        options.erp_port
    );
    loop {
        match interrupted.recv_timeout(LOOK_EVERY) {
            Ok(()) => break,
            Err(mpsc::RecvTimeoutError::Timeout) => stack.check()?,
            Err(mpsc::RecvTimeoutError::Disconnected) => bail!("the signal handler is gone"),
        }
    }
    println!("\nstopping …");
    drop(stack);
    println!("both stopped");
    Ok(())
}
