//! Serves a simulated Archibald for demos, benchmarks and end-to-end tests.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Parser, ValueEnum};
use domain::Locale;
use erp_sim::{Entity, Layout, Options, Pace, Records, Simulator, World, pdf};
use time::{Date, OffsetDateTime, format_description::well_known::Iso8601};

/// A simulated Archibald on 127.0.0.1.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// TCP port; 0 takes a free one and prints it.
    #[arg(long, default_value_t = 3100)]
    port: u16,
    /// The same seed gives the same world.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Number of customers.
    #[arg(long, default_value_t = 1_452)]
    customers: usize,
    /// Number of article variants.
    #[arg(long, default_value_t = 4_530)]
    products: usize,
    /// Number of price-list rows.
    #[arg(long, default_value_t = 4_540)]
    prices: usize,
    /// Number of past orders.
    #[arg(long, default_value_t = 985)]
    orders: usize,
    /// Number of transport documents; in the measured proportion to orders by default.
    #[arg(long)]
    ddts: Option<usize>,
    /// Number of invoices and credit notes; in the measured proportion to orders by default.
    #[arg(long)]
    invoices: Option<usize>,
    /// Whether answers take as long as the real ones.
    #[arg(long, value_enum, default_value_t = PaceName::Real)]
    pace: PaceName,
    /// Offer `GET /api/customers`.
    #[arg(long)]
    rest_api: bool,
    /// Accounts that may log in.
    #[arg(long, value_delimiter = ',', default_value = "agente1,agente2,admin")]
    agents: Vec<String>,
    /// The password of all accounts.
    #[arg(long, default_value = "demo")]
    password: String,
    /// Sessions without requests for so many minutes are gone.
    #[arg(long, default_value_t = 30)]
    idle_minutes: u64,
    /// Write the six exports into this folder, in Italian and as a new session sees them, and end.
    #[arg(long)]
    write_exports: Option<PathBuf>,
    /// Columns and widths of the exports: customers on 8 or 9 pages, transport documents on 6 or 7.
    #[arg(long, value_enum, default_value_t = LayoutName::January)]
    layout: LayoutName,
    /// The day the world's clock starts on, as 2026-01-20; today by default.
    #[arg(long)]
    today: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PaceName {
    Fast,
    Real,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LayoutName {
    January,
    Later,
}

impl Arguments {
    fn world(&self) -> anyhow::Result<World> {
        let today = match &self.today {
            Some(text) => Date::parse(text, &Iso8601::DATE)?,
            None => OffsetDateTime::now_utc().date(),
        };
        let mut world = World::default()
            .with_seed(self.seed)
            .with_customers(self.customers)
            .with_products(self.products)
            .with_prices(self.prices)
            .with_orders(self.orders)
            .with_today(today);
        if let Some(ddts) = self.ddts {
            world = world.with_ddts(ddts);
        }
        if let Some(invoices) = self.invoices {
            world = world.with_invoices(invoices);
        }
        Ok(world)
    }

    fn options(&self) -> Options {
        let pace = match self.pace {
            PaceName::Fast => Pace::Fast,
            PaceName::Real => Pace::Real,
        };
        let layout = match self.layout {
            LayoutName::January => Layout::January,
            LayoutName::Later => Layout::Later,
        };
        Options {
            port: self.port,
            agents: self.agents.clone(),
            password: self.password.clone(),
            idle_expiry: Duration::from_mins(self.idle_minutes),
            rest_api: self.rest_api,
            layout,
            ..Options::default().with_pace(pace)
        }
    }
}

fn write_exports(world: &World, layout: Layout, folder: &Path) -> anyhow::Result<()> {
    let records = Records::of(world);
    for (name, entity) in [
        ("customers", Entity::Customers),
        ("products", Entity::Products),
        ("prices", Entity::Prices),
        ("orders", Entity::Orders),
        ("ddt", Entity::Ddt),
        ("invoices", Entity::Invoices),
    ] {
        let file = pdf::write_table(&records.print(entity, Locale::Italian, layout, false));
        std::fs::write(folder.join(format!("{name}.pdf")), file)?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_env_filter(tracing_subscriber::EnvFilter::from_default_env()).init();
    let arguments = Arguments::parse();
    if let Some(folder) = &arguments.write_exports {
        return write_exports(&arguments.world()?, arguments.options().layout, folder);
    }
    let sim = Simulator::start(arguments.world()?, arguments.options()).await?;
    println!("Archibald (simulated) at {}/Archibald/", sim.base_url());
    tokio::select! {
        ended = sim.wait() => ended?,
        signal = tokio::signal::ctrl_c() => signal?,
    }
    Ok(())
}
