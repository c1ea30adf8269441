//! What the process that reads an export cannot do. The restriction is for good, so it is tried in a process of its own.

use std::{
    fs::File,
    io::{self, Read},
    net::TcpListener,
    process::{Command, ExitCode},
};

use domain::SyncType;
use erp::export::{ChildLimits, child::serve};

const IN_THE_CHILD: &str = "READER_IS_RESTRICTED";

/// Tries to open, while it is read, what a hostile file might have the reader open.
struct Probe<'p>(&'p mut Vec<&'static str>);

impl Read for Probe<'_> {
    fn read(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        if TcpListener::bind(("127.0.0.1", 0)).is_ok() {
            self.0.push("a connection");
        }
        if File::open("/").is_ok() {
            self.0.push("a file");
        }
        Ok(0)
    }
}

#[test]
fn the_reader_opens_neither_connections_nor_files() {
    if std::env::var_os(IN_THE_CHILD).is_none() {
        let test = std::env::current_exe().expect("a test knows where it is");
        let child = Command::new(test).args(["--nocapture"]).env(IN_THE_CHILD, "yes").output();
        let child = child.expect("it can be started");
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let mut opened = Vec::new();
    let ended = serve(SyncType::Customers, Probe(&mut opened), io::sink(), &ChildLimits::default());
    assert_eq!(opened, [""; 0]);
    assert_ne!(ended, ExitCode::SUCCESS, "nothing is no export");
}
