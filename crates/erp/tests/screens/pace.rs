//! Measures our own share of the time at the ERP's measured pace; run by hand.

use erp::{ErpBrowser, ErpConfig, ExportKind};
use erp_sim::{Options, Pace, Simulator, World};

use crate::{
    orders::{Diary, Wish},
    support::{Stage, export, never},
};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes a minute and a half, as the real ERP does"]
async fn at_the_real_pace_nothing_reaches_its_limit() {
    let options = Options::default().with_pace(Pace::Real);
    let sim = Simulator::start(World::default(), options).await.expect("the simulator starts");
    let mut config = ErpConfig::new(sim.base_url());
    config.sandbox = !rustix::process::geteuid().is_root();
    let browser = ErpBrowser::start(config).await.expect("Chromium starts");
    let stage = Stage { sim, browser };
    let mut session = stage.session();
    for kind in [ExportKind::Customers, ExportKind::Customers, ExportKind::Products, ExportKind::Prices] {
        let file = export(&mut session, kind).await.expect("it is exported");
        println!(
            "{kind:?}: {} records, {} bytes, {:?}",
            file.records().unwrap_or(0),
            file.bytes(),
            file.timings()
        );
    }
    for lines in [1, 3] {
        let wish = Wish::of(&stage, 100 + lines as u64, lines);
        let began = std::time::Instant::now();
        session.enter_order(&wish.entry(), &mut Diary::default(), &never()).await.expect("it is placed");
        println!("order of {lines} lines: {:?}", began.elapsed());
    }
    for entry in stage.sim.log() {
        let waited = entry.ended_at.0 - entry.received_at.0;
        println!("{:?} {} {} {waited} ms", entry.what, entry.subject, entry.outcome);
    }
    stage.strike().await;
}
