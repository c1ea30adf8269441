//! Kills, freezes and exhausts real browsers. Chromium must be installed.

use std::{path::Path, time::Duration};

use super::*;

fn config() -> ErpConfig {
    let mut config = ErpConfig::new("http://127.0.0.1:9");
    config.sandbox = !rustix::process::geteuid().is_root();
    config
}

/// Processes of a group that still run, and dead ones that nobody reaped.
fn members(group: u32) -> (usize, usize) {
    let mut count = (0, 0);
    for entry in std::fs::read_dir("/proc").expect("/proc can be read").flatten() {
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let Some((_, fields)) = stat.rsplit_once(')') else { continue };
        let fields: Vec<_> = fields.split_whitespace().collect();
        if fields.get(2) == Some(&group.to_string().as_str()) {
            if fields[0] == "Z" { count.1 += 1 } else { count.0 += 1 }
        }
    }
    count
}

async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let met = tokio::time::timeout(Duration::from_secs(20), async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    assert!(met.await.is_ok(), "{what} within 20 s");
}

async fn nothing_is_left(process: u32, folder: &Path) {
    eventually("every process of the group ends", || members(process).0 == 0).await;
    eventually("the folder is removed", || !folder.exists()).await;
}

async fn address(browser: &ErpBrowser) -> (u32, std::path::PathBuf) {
    let process = browser.process().await.expect("it runs");
    (process, browser.folder().await.expect("it runs"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_is_shut_down_leaves_nothing_behind() {
    let browser = ErpBrowser::start(config()).await.expect("Chromium starts");
    let (process, folder) = address(&browser).await;
    assert!(members(process).0 > 1 && folder.exists());
    browser.shutdown().await;
    assert_eq!(members(process).0, 0);
    assert!(!folder.exists());
    assert!(matches!(browser.open_page().await.err(), Some(ErpError::BrowserLost { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_browser_is_noticed_and_replaced() {
    let browser = ErpBrowser::start(config()).await.expect("Chromium starts");
    let page = browser.open_page().await.expect("a page opens");
    let (process, folder) = address(&browser).await;
    let id = rustix::process::Pid::from_raw(process.cast_signed()).expect("it is not 0");
    rustix::process::kill_process(id, rustix::process::Signal::KILL).expect("it runs");
    eventually("the page knows", || !page.is_alive()).await;
    nothing_is_left(process, &folder).await;
    browser.open_page().await.expect("a page opens in a new browser");
    assert_ne!(browser.process().await, Some(process));
    assert_eq!(browser.starts(), 2);
    browser.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_browser_is_killed_with_its_whole_group_and_replaced() {
    let mut impatient = config();
    impatient.limits.health_interval = Duration::from_millis(200);
    impatient.limits.health_answer = Duration::from_millis(1_500);
    let browser = ErpBrowser::start(impatient).await.expect("Chromium starts");
    let page = browser.open_page().await.expect("a page opens");
    let (process, folder) = address(&browser).await;
    let id = rustix::process::Pid::from_raw(process.cast_signed()).expect("it is not 0");
    rustix::process::kill_process_group(id, rustix::process::Signal::STOP).expect("it runs");
    eventually("the page knows", || !page.is_alive()).await;
    nothing_is_left(process, &folder).await;
    browser.open_page().await.expect("a page opens in a new browser");
    browser.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_does_not_outlive_the_process_that_holds_its_leash() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let launch::Chromium { mut child, group, leash, .. } =
        launch::launch(&config(), folder.path()).await.expect("Chromium starts");
    assert!(members(group.as_raw_nonzero().get().cast_unsigned()).0 > 1);
    // What the system does when we are killed: our end of the pipe closes.
    drop(leash);
    child.wait().await.expect("it can be waited for");
    eventually("every process of the group ends", || {
        members(group.as_raw_nonzero().get().cast_unsigned()).0 == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_web_sessions_leave_one_browser_and_no_process_more() {
    let browser = ErpBrowser::start(config()).await.expect("Chromium starts");
    browser.open_page().await.expect("a page opens").close().await;
    let (process, folder) = address(&browser).await;
    let before = members(process);
    for _ in 0..50 {
        let open = || async { browser.open_page().await.expect("a page opens") };
        let (first, second, third, fourth) = tokio::join!(open(), open(), open(), open());
        first.close().await;
        second.close().await;
        // Dropping without closing must do as well.
        drop((third, fourth));
    }
    let deadline = tokio::time::Instant::now() + Duration::from_secs(20);
    while browser.open_web_sessions().await > 0 {
        assert!(tokio::time::Instant::now() < deadline, "every web session is closed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let contexts = chromiumoxide::cdp::browser_protocol::target::GetBrowserContextsParams::default();
    let running = browser.running().await.expect("it runs");
    let left = running.browser().execute(contexts).await.expect("it answers").result.browser_context_ids;
    assert_eq!(left, vec![]);
    // One spare renderer may come and go.
    eventually("no more processes than at first", || members(process).0 <= before.0 + 1).await;
    eventually("no more zombies than at first", || members(process).1 <= before.1).await;
    assert_eq!(browser.starts(), 1);
    drop(running);
    browser.shutdown().await;
    nothing_is_left(process, &folder).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_browser_takes_no_new_session_and_ends_with_its_last() {
    let mut config = config();
    config.limits.browser_age_max = Duration::ZERO;
    let browser = ErpBrowser::start(config).await.expect("Chromium starts");
    let (process, folder) = address(&browser).await;
    let first = browser.open_page().await.expect("a page opens");
    nothing_is_left(process, &folder).await;
    let (second_process, second_folder) = address(&browser).await;
    let other = browser.open_page().await.expect("a page opens in a third browser");
    assert!(first.is_alive(), "it is retired, not killed");
    first.close().await;
    nothing_is_left(second_process, &second_folder).await;
    other.close().await;
    browser.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_web_sessions_than_allowed_are_refused() {
    let mut config = config();
    config.limits.web_sessions_max = 1;
    let browser = ErpBrowser::start(config).await.expect("Chromium starts");
    let first = browser.open_page().await.expect("a page opens");
    assert!(matches!(browser.open_page().await.err(), Some(ErpError::BrowserLost { .. })));
    first.close().await;
    browser.open_page().await.expect("the seat is free again").close().await;
    browser.shutdown().await;
}

#[tokio::test]
async fn a_missing_chromium_is_said_plainly() {
    let mut config = config();
    config.chromium = Some("/nowhere/chromium".into());
    let error = ErpBrowser::start(config).await.err().expect("there is none");
    assert!(error.to_string().contains("no Chromium found"), "{error}");
}
