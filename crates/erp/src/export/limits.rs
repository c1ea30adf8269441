//! Bounds everything an export may cost, so that a hostile or broken file is refused instead of hurting the server.

use std::time::Duration;

/// What reading one export may cost. The defaults leave an order of magnitude over the largest export ever measured
/// (606 pages, 1.2 MB); 15,000 pages must still pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The whole file, in bytes. Default 256 MiB: 15,000 pages take about 65 MB.
    pub file_bytes_max: usize,
    /// One stream after inflating, in bytes. Default 16 MiB: a full page inflates to 72 KB, the font to a few hundred.
    pub stream_bytes_max: usize,
    /// All streams after inflating, in bytes. Default 4 GiB: 15,000 pages inflate to 1.1 GB.
    pub inflated_bytes_max: u64,
    /// Pages of the document. Default 20,000.
    pub pages_max: usize,
    /// Pages of one cycle. Default 64: nine is the most that was seen, and a cycle is held in memory.
    pub cycle_pages_max: usize,
    /// Cells on one page. Default 20,000: 47 rows of five columns are usual.
    pub page_cells_max: usize,
    /// Rows of the document. Default 500,000.
    pub rows_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes_max: 256 << 20,
            stream_bytes_max: 16 << 20,
            inflated_bytes_max: 4 << 30,
            pages_max: 20_000,
            cycle_pages_max: 64,
            page_cells_max: 20_000,
            rows_max: 500_000,
        }
    }
}

/// What the reader's child process may cost, on top of [`Limits`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChildLimits {
    /// What the reader itself checks.
    pub reading: Limits,
    /// Address space of the child, in bytes. Default 1 GiB: a file of the largest size is held twice while it loads.
    pub address_space_bytes: u64,
    /// Processor time of the child, in seconds. Default 60: a usual export takes a tenth of one.
    pub cpu_seconds: u64,
    /// Time from start to end of the child. Default 2 min: processor time on a very busy machine.
    pub wall_time: Duration,
    /// What the child may answer, in bytes. Default 512 MiB: a row takes about 1 KB.
    pub output_bytes_max: u64,
}

impl Default for ChildLimits {
    fn default() -> Self {
        Self {
            reading: Limits::default(),
            address_space_bytes: 1 << 30,
            cpu_seconds: 60,
            wall_time: Duration::from_mins(2),
            output_bytes_max: 512 << 20,
        }
    }
}
