//! Reads exports in a child process, so that a hostile file can exhaust only that process.
//!
//! The child ([`serve`]) gets the PDF on its standard input, limits itself, and answers with lines of JSON: one per
//! record, then exactly one line that ends the answer with a summary or a refusal. The parent ([`parse_in_child`]) counts
//! nothing as read until it has seen that line and the process has ended well, so an answer that was cut off is never
//! taken for success. The child can open neither files nor connections, and inherits no variables.

use std::{
    ffi::OsStr,
    io::{self, BufWriter, Read, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::{ExitCode, ExitStatus, Stdio},
};

use domain::{Customer, Ddt, Export, ExportedRow, Invoice, Order, Price, Product, SyncType};
use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use super::{BadExport, ChildLimits, Exported, Limits, Summary, read_each};

/// How the child says that the export was refused; the reason is in its last line.
const REFUSED: u8 = 2;
/// How the child says that it could not even answer.
const BROKEN: u8 = 3;
/// One line of the answer, in bytes; a record takes about 1 KB.
const LINE_BYTES_MAX: u64 = 4 << 20;

/// One line of the child's answer, as the child writes it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
enum Said<'s, T: Serialize> {
    Row(&'s ExportedRow<T>),
    End(&'s Summary),
    Bad(&'s BadExport),
}

/// One line of the child's answer, as the parent hears it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound(deserialize = "T: Exported"))]
enum Heard<T> {
    Row(ExportedRow<T>),
    End(Summary),
    Bad(BadExport),
}

/// The child's whole life: reads a PDF of the given kind from `input` and answers on `output`. It restricts the calling
/// process for good, so it must be the only thing that process does.
pub fn serve(kind: SyncType, input: impl Read, output: impl Write, limits: &ChildLimits) -> ExitCode {
    let served = restrict(limits).and_then(|()| match kind {
        SyncType::Customers => answer::<Customer>(input, output, &limits.reading),
        SyncType::Products => answer::<Product>(input, output, &limits.reading),
        SyncType::Prices => answer::<Price>(input, output, &limits.reading),
        SyncType::Orders => answer::<Order>(input, output, &limits.reading),
        SyncType::Ddt => answer::<Ddt>(input, output, &limits.reading),
        SyncType::Invoices => answer::<Invoice>(input, output, &limits.reading),
    });
    served.unwrap_or_else(|_| ExitCode::from(BROKEN))
}

/// Takes away what reading does not need: memory and time beyond the limits, files, the network, core dumps.
fn restrict(limits: &ChildLimits) -> io::Result<()> {
    let at_most =
        |resource, value| setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) });
    at_most(Resource::As, limits.address_space_bytes)?;
    at_most(Resource::Cpu, limits.cpu_seconds)?;
    at_most(Resource::Core, 0)?;
    at_most(Resource::Fsize, 0)?;
    // Input, output and errors are open; a file or a connection would be a fourth.
    at_most(Resource::Nofile, 3)?;
    Ok(())
}

fn answer<T: Exported>(input: impl Read, output: impl Write, limits: &Limits) -> io::Result<ExitCode> {
    let mut bytes = Vec::new();
    input.take(limits.file_bytes_max as u64 + 1).read_to_end(&mut bytes)?;
    let mut lines = BufWriter::with_capacity(64 << 10, output);
    let mut say_row = |row: ExportedRow<T>| {
        say(&mut lines, &Said::Row(&row))
            .map_err(|error| BadExport::new(format!("the answer broke off: {error}")))
    };
    let read = catch_unwind(AssertUnwindSafe(|| read_each::<T>(&bytes, limits, &mut say_row)));
    let read = read.unwrap_or_else(|_| Err(BadExport::new("the reader failed on this file")));
    match &read {
        Ok(summary) => say(&mut lines, &Said::<T>::End(summary))?,
        Err(bad) => say(&mut lines, &Said::<T>::Bad(bad))?,
    }
    lines.flush()?;
    Ok(if read.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(REFUSED) })
}

fn say<T: Serialize>(output: &mut impl Write, said: &Said<'_, T>) -> io::Result<()> {
    serde_json::to_writer(&mut *output, said)?;
    output.write_all(b"\n")
}

/// Reads the file with a child process: `exe args… <kind> < file`, where the command calls [`serve`]. The child is killed
/// when it takes too long or answers too much, and when the returned future is dropped.
///
/// Whatever goes wrong, including a child that cannot be started, is a [`BadExport`]: the caller's answer to all of it
/// is to keep the old data and say so.
pub async fn parse_in_child<T: Exported>(
    exe: &Path,
    args: &[impl AsRef<OsStr>],
    file: &Path,
    limits: &ChildLimits,
) -> Result<Export<T>, BadExport> {
    let mut child = spawn(exe, args, T::KIND, file)
        .map_err(|error| BadExport::new(format!("the reader could not be started: {error}")))?;
    let heard = timeout(limits.wall_time, hear::<T>(&mut child, limits)).await;
    let outcome = heard.unwrap_or_else(|_| {
        Err(BadExport::new(format!("the reader took longer than {} s", limits.wall_time.as_secs())))
    });
    if outcome.is_err() {
        // It may still run; `kill` also waits for it, so that no zombie stays.
        let _ = child.kill().await;
    }
    outcome
}

fn spawn(exe: &Path, args: &[impl AsRef<OsStr>], kind: SyncType, file: &Path) -> io::Result<Child> {
    let input = std::fs::File::open(file)?;
    Command::new(exe)
        .args(args)
        .arg(kind.as_str())
        .env_clear()
        .stdin(Stdio::from(input))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
}

async fn hear<T: Exported>(child: &mut Child, limits: &ChildLimits) -> Result<Export<T>, BadExport> {
    let stdout = child.stdout.take().expect("the child's output is piped");
    let heard = hear_lines(stdout, limits.output_bytes_max).await?;
    let status =
        child.wait().await.map_err(|error| BadExport::new(format!("the reader was lost: {error}")))?;
    match heard {
        (rows, Some(Ok(summary))) if status.success() && summary.rows as usize == rows.len() => {
            log(T::KIND, &summary);
            Ok(Export {
                rows,
                missing_columns: summary.missing_columns,
                unknown_columns: summary.unknown_columns,
            })
        }
        (_, Some(Err(bad))) => Err(bad),
        (_, Some(Ok(_)) | None) => Err(BadExport::new(why_it_died(status))),
    }
}

/// The rows, and how the answer ended: with a summary, with a refusal, or not at all.
type Answer<T> = (Vec<ExportedRow<T>>, Option<Result<Summary, BadExport>>);

async fn hear_lines<T: Exported>(stdout: ChildStdout, bytes_max: u64) -> Result<Answer<T>, BadExport> {
    let lost = |error: io::Error| BadExport::new(format!("the reader was lost: {error}"));
    let mut lines = BufReader::with_capacity(64 << 10, stdout.take(bytes_max.saturating_add(1)));
    let (mut rows, mut line, mut heard_bytes) = (Vec::new(), Vec::new(), 0);
    loop {
        line.clear();
        let length = (&mut lines).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await.map_err(lost)?;
        heard_bytes += length as u64;
        if heard_bytes > bytes_max {
            return Err(BadExport::new(format!("the reader answered more than {bytes_max} bytes")));
        }
        if line.pop() != Some(b'\n') {
            return Ok((rows, None));
        }
        let heard: Heard<T> = serde_json::from_slice(&line)
            .map_err(|error| BadExport::new(format!("the reader's answer is malformed: {error}")))?;
        match heard {
            Heard::Row(row) => rows.push(row),
            Heard::End(summary) => return Ok((rows, Some(Ok(summary)))),
            Heard::Bad(bad) => return Ok((rows, Some(Err(bad)))),
        }
    }
}

fn why_it_died(status: ExitStatus) -> String {
    format!(
        "the reader ended without an answer ({status}): the file needs more memory or time than it may take"
    )
}

fn log(kind: SyncType, summary: &Summary) {
    let Summary { pages, cycle, rows, left_out, unreadable_cells, .. } = summary;
    tracing::info!(%kind, pages, cycle, rows, left_out, "read an export");
    if *unreadable_cells > 0 || !summary.missing_columns.is_empty() || !summary.unknown_columns.is_empty() {
        let (missing, unknown) = (&summary.missing_columns, &summary.unknown_columns);
        tracing::warn!(%kind, unreadable_cells, ?missing, ?unknown, "an export does not look as expected");
    }
}
