//! Reads an export from standard input the way the server's child process does, and prints its records as JSON lines:
//! `parse_export customers < Clienti.pdf`.

use std::{io, process::ExitCode};

use erp::export::{ChildLimits, child};

fn main() -> ExitCode {
    let Some(kind) = std::env::args().nth(1).and_then(|word| word.parse().ok()) else {
        eprintln!("usage: parse_export customers|products|prices|orders|ddt|invoices < FILE.pdf");
        return ExitCode::FAILURE;
    };
    child::serve(kind, io::stdin().lock(), io::stdout().lock(), &ChildLimits::default())
}
