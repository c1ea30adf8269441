//! Rebuilds the crate when a migration is added; the embedding macro alone notices only changes to known files.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
