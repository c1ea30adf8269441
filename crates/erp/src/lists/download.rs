//! Receives the file that an export answers with, into a private folder that is always removed.

use std::{
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use chromiumoxide::{
    cdp::browser_protocol::browser::{
        BrowserContextId, CancelDownloadParams, DownloadProgressState, EventDownloadProgress,
        EventDownloadWillBegin, SetDownloadBehaviorBehavior, SetDownloadBehaviorParams,
    },
    listeners::EventStream,
};
use futures::StreamExt;
use tempfile::TempDir;
use tokio::sync::OwnedMutexGuard;

use super::ExportProgress;
use crate::{
    ErpError,
    browser::Running,
    page::{Step, Turn},
};

/// How often the page is looked at while the file is awaited: instead of a file, the ERP may send a page.
const LOOK: Duration = Duration::from_millis(250);

/// An exported file. Dropping it removes it.
#[derive(Debug)]
pub struct ExportFile {
    /// Where it is.
    path: PathBuf,
    /// Its size.
    bytes: u64,
    /// What the ERP calls it, e.g. `Clienti.pdf`.
    name: String,
    /// What the grid's footer counted, to compare with the rows that are read.
    records: Option<u32>,
    /// Where the time went.
    timings: ExportTimings,
    // Kept for its drop, which removes the folder.
    _folder: TempDir,
}

/// Where the time of an export went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ExportTimings {
    /// Opening the list, with a login if one was needed.
    pub open: Duration,
    /// Making it show all rows.
    pub prepare: Duration,
    /// From the click to the first byte.
    pub wait: Duration,
    /// From the first byte to the last.
    pub transfer: Duration,
}

impl ExportFile {
    /// Where it is, as long as this value lives.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its size in bytes.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What the ERP calls it, e.g. `Clienti.pdf`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The records the list's footer counted just before the export, when it has a footer.
    pub fn records(&self) -> Option<u32> {
        self.records
    }

    /// Where the time went.
    pub fn timings(&self) -> ExportTimings {
        self.timings
    }
}

/// A download that is about to happen or happening. Dropping it half-way cancels it.
pub(super) struct Download<'a> {
    turn: Turn<'a>,
    begins: EventStream<EventDownloadWillBegin>,
    progress: EventStream<EventDownloadProgress>,
    folder: TempDir,
    abandon: Abandon,
}

/// What was received.
pub(super) struct Received {
    path: PathBuf,
    name: String,
    folder: TempDir,
    pub(super) file_bytes: u64,
    pub(super) first_byte: Duration,
    pub(super) transfer: Duration,
}

impl Received {
    pub(super) fn into_file(self, records: Option<u32>, timings: ExportTimings) -> ExportFile {
        ExportFile {
            path: self.path,
            bytes: self.file_bytes,
            name: self.name,
            records,
            timings,
            _folder: self.folder,
        }
    }
}

/// Cancels what still downloads and forbids further downloads of the web session, in the background; until that is done
/// the next download of the web session waits.
struct Abandon {
    running: Arc<Running>,
    context: BrowserContextId,
    download: Option<String>,
    /// Given back when the next download may be prepared; `None` once it is.
    hold: Option<OwnedMutexGuard<()>>,
}

impl Drop for Abandon {
    fn drop(&mut self) {
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (running, context, download, hold) =
            (Arc::clone(&self.running), self.context.clone(), self.download.take(), self.hold.take());
        runtime.spawn(async move {
            // Both fail when browser or session are gone, and then nothing downloads either.
            if let Some(guid) = download
                && let Ok(cancel) =
                    CancelDownloadParams::builder().guid(guid).browser_context_id(context.clone()).build()
            {
                let _ = running.browser().execute(cancel).await;
            }
            let deny = SetDownloadBehaviorParams::builder()
                .behavior(SetDownloadBehaviorBehavior::Deny)
                .browser_context_id(context);
            if let Ok(deny) = deny.build() {
                let _ = running.browser().execute(deny).await;
            }
            drop(hold);
        });
    }
}

enum Happening {
    Begins(EventDownloadWillBegin),
    Progresses(EventDownloadProgress),
    Look,
    Lost,
}

impl<'a> Download<'a> {
    /// Lets the web session download into a folder of its own.
    pub(super) async fn prepare(turn: &Turn<'a>) -> Result<Self, ErpError> {
        let page = turn.page();
        let running = Arc::clone(page.running());
        let folder = tempfile::Builder::new()
            .prefix("export-")
            .tempdir_in(running.folder())
            .map_err(|error| ErpError::browser(format!("no folder for a download: {error}")))?;
        let lost =
            |error: chromiumoxide::error::CdpError| ErpError::browser(format!("before a download: {error}"));
        let begins = running.browser().event_listener().await.map_err(lost)?;
        let progress = running.browser().event_listener().await.map_err(lost)?;
        let allow = SetDownloadBehaviorParams::builder()
            .behavior(SetDownloadBehaviorBehavior::AllowAndName)
            .browser_context_id(page.context().clone())
            .download_path(folder.path().to_string_lossy())
            .events_enabled(true)
            .build()
            .expect("a behaviour was given");
        let limit = turn.limits().browser_command;
        let hold = Arc::clone(page.downloading()).lock_owned();
        let hold = Some(turn.guard(limit, "download", hold).await?);
        let abandon =
            Abandon { running: Arc::clone(&running), context: page.context().clone(), download: None, hold };
        turn.guard(limit, "download", running.browser().execute(allow)).await?.map_err(lost)?;
        turn.mark("download").await?;
        Ok(Self { turn: *turn, begins, progress, folder, abandon })
    }

    /// Waits for the file and checks that it is a whole PDF.
    pub(super) async fn receive(
        mut self,
        progress: &mut (dyn FnMut(ExportProgress) + Send),
    ) -> Result<Received, ErpError> {
        let (began, limit) = (Instant::now(), self.turn.limits().download);
        let most = self.turn.limits().export_bytes_max;
        let mut first_byte = None;
        let mut current: Option<EventDownloadWillBegin> = None;
        loop {
            if began.elapsed() >= limit {
                return Err(ErpError::unreachable(format!("list: export: no file after {limit:?}")));
            }
            match self.happening().await? {
                Happening::Begins(begin) if current.is_none() && self.is_ours(&begin) => {
                    self.abandon.download = Some(begin.guid.clone());
                    current = Some(begin);
                }
                Happening::Progresses(step)
                    if current.as_ref().is_some_and(|begin| begin.guid == step.guid) =>
                {
                    let first_byte = *first_byte.get_or_insert_with(|| began.elapsed());
                    let bytes = step.received_bytes as u64;
                    if bytes > most {
                        return Err(ErpError::bad_export(format!("more than {most} bytes")));
                    }
                    match step.state {
                        DownloadProgressState::InProgress => progress(ExportProgress::Receiving { bytes }),
                        DownloadProgressState::Completed => {
                            let begin = current.take().expect("it was just compared");
                            return self.finish(&begin, began, first_byte).await;
                        }
                        DownloadProgressState::Canceled => {
                            return Err(ErpError::unreachable(format!(
                                "list: export: broke off after {bytes} bytes"
                            )));
                        }
                    }
                }
                Happening::Look if current.is_none() => self.look_for_a_page().await?,
                Happening::Begins(_) | Happening::Progresses(_) | Happening::Look => {}
                Happening::Lost => return Err(ErpError::browser("during list: export")),
            }
        }
    }

    async fn happening(&mut self) -> Result<Happening, ErpError> {
        let (begins, progress) = (&mut self.begins, &mut self.progress);
        let next = async {
            tokio::select! {
                // On a busy machine all news of a small file may wait together: its beginning must be heard first, or
                // its end would be taken for another's.
                biased;
                begin = begins.next() => begin.map_or(Happening::Lost, |begin| Happening::Begins((*begin).clone())),
                step = progress.next() => step.map_or(Happening::Lost, |step| Happening::Progresses((*step).clone())),
                () = tokio::time::sleep(LOOK) => Happening::Look,
            }
        };
        self.turn.guard(LOOK * 20, "list: export", next).await
    }

    /// Downloads of all web sessions are announced to everybody; ours come from our page.
    fn is_ours(&self, begin: &EventDownloadWillBegin) -> bool {
        begin.frame_id.inner() == self.turn.page().cdp().target_id().inner()
    }

    /// A page instead of the file: the login page, an error, or something else that is no export.
    async fn look_for_a_page(&self) -> Result<(), ErpError> {
        let step =
            Step { name: "list: export", expected: "a file", limit: self.turn.limits().browser_command };
        if self.turn.is_marked(step).await? {
            return match self.turn.ask("list: export", "__archibald.exportBanner()").await {
                Ok(true) => Err(ErpError::bad_export("the ERP shows a banner instead of a file")),
                // A page on its way is looked at when it has come.
                Ok(false) | Err(ErpError::Unreachable { .. }) => Ok(()),
                Err(error) => Err(error),
            };
        }
        // Only a page that needs no login and has no error status is left when this returns.
        self.turn.until::<bool>(step, "document.readyState === 'complete'").await?;
        Err(ErpError::bad_export("the ERP answers with a page instead of a file"))
    }

    async fn finish(
        self,
        begin: &EventDownloadWillBegin,
        began: Instant,
        first_byte: Duration,
    ) -> Result<Received, ErpError> {
        let path = self.folder.path().join(&begin.guid);
        let checked = path.clone();
        let file_bytes = tokio::task::spawn_blocking(move || check(&checked))
            .await
            .map_err(|error| ErpError::bad_export(format!("it could not be read: {error}")))??;
        let Self { mut abandon, folder, .. } = self;
        abandon.download = None;
        Ok(Received {
            path,
            name: begin.suggested_filename.clone(),
            folder,
            file_bytes,
            first_byte,
            transfer: began.elapsed().saturating_sub(first_byte),
        })
    }
}

/// Whether the file is a whole PDF; its size.
fn check(path: &Path) -> Result<u64, ErpError> {
    let unreadable = |error: std::io::Error| ErpError::bad_export(format!("it could not be read: {error}"));
    let mut file = std::fs::File::open(path).map_err(unreadable)?;
    let bytes = file.metadata().map_err(unreadable)?.len();
    if bytes == 0 {
        return Err(ErpError::bad_export("it has 0 bytes"));
    }
    let mut head = Vec::with_capacity(5);
    file.by_ref().take(5).read_to_end(&mut head).map_err(unreadable)?;
    if head != b"%PDF-" {
        return Err(ErpError::bad_export("it is no PDF"));
    }
    let mut tail = Vec::with_capacity(1_024);
    file.seek(SeekFrom::Start(bytes.saturating_sub(1_024))).map_err(unreadable)?;
    file.read_to_end(&mut tail).map_err(unreadable)?;
    if tail.windows(5).any(|window| window == b"%%EOF") {
        Ok(bytes)
    } else {
        Err(ErpError::bad_export(format!("it ends early, after {bytes} bytes")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(content: &[u8]) -> Result<u64, ErpError> {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let path = folder.path().join("export");
        std::fs::write(&path, content).expect("a file can be written");
        check(&path)
    }

    #[test]
    fn only_a_whole_pdf_passes() {
        assert_eq!(verdict(b"%PDF-1.4 ... %%EOF\n"), Ok(19));
        for (content, word) in
            [(&b""[..], "0 bytes"), (b"<!DOCTYPE html>", "no PDF"), (b"%PDF-1.4 half of it", "early")]
        {
            let error = verdict(content).expect_err("it is no whole PDF").to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
