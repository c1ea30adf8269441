//! Breaks a copy of the orchestrator, one rule at a time, and lets the simulation find out.
//!
//! A mutant is a line of the source that is replaced by a wrong one, so production code has no switch for it. Each is
//! built and walked through worlds until one breaks an invariant. One that survives means that the simulation is blind
//! for that rule, and one whose line is no longer found must be written anew; both are failures.

use std::{fs, path::Path, process::Command, time::Instant};

use super::{COMMANDS, Context, Result, bail, root, simulation};

/// Worlds a mutant is given at most; most are found in the first.
pub(super) const SEEDS_MAX: u64 = 300;

/// One rule, broken.
struct Mutant {
    name: &'static str,
    /// In `crates/orchestrator/src`.
    file: &'static str,
    /// Found exactly once.
    line: &'static str,
    instead: &'static str,
}

const MUTANTS: [Mutant; 13] = [
    Mutant {
        name: "no fencing: a stale token ends whatever runs",
        file: "board/runs.rs",
        line: "let Some(id) = self.index.by_token.remove(&token) else { return };",
        instead: "let current = self.index.by_token.keys().next().copied().unwrap_or(token);
        let Some(id) = self.index.by_token.remove(&current) else { return };",
    },
    Mutant {
        name: "no merge: a task that returns to the queue stays beside its twin",
        file: "board/asks.rs",
        line: ".find(|t| t.is_queued() && t.id != id && t.is_twin_of(&scope, work))",
        instead: ".find(|t| t.is_queued() && t.id == id && t.is_twin_of(&scope, work))",
    },
    Mutant {
        name: "no login mutex: two tasks share a login",
        file: "board/eligibility.rs",
        line: "if self.index.holder.contains_key(agent) {",
        instead: "if false {",
    },
    Mutant {
        name: "foreign release: anybody ends a form whose id they know",
        file: "board/forms.rs",
        line: "pub(super) fn release(&mut self, key: LeaseKey) {",
        instead: "pub(super) fn release(&mut self, key: LeaseKey) {
        let owner = self.leases.rows().keys().find(|other| other.session == key.session).cloned();
        let key = owner.unwrap_or(key);",
    },
    Mutant {
        name: "no expiry: a silent form keeps its lease",
        file: "board/forms.rs",
        line: "let deadline = self.leases.get(key).map(|lease| self.lease_deadline(lease));",
        instead: "let deadline = None;",
    },
    Mutant {
        name: "no yield: holders are not asked to make room",
        file: "board/claims.rs",
        line: "if paused || outranked {",
        instead: "if false && (paused || outranked) {",
    },
    Mutant {
        name: "no probe re-arm: a probe that learnt nothing leaves the circuit half-open",
        file: "board/circuits.rs",
        line: "self.set_circuit(agent, Circuit::Open { until: self.now, wait });",
        instead: "self.set_circuit(agent, Circuit::HalfOpen { probe, wait });",
    },
    Mutant {
        name: "no ageing: what waits longest keeps its base priority",
        file: "board/eligibility.rs",
        line: "let aged = u64::from(base).saturating_add(steps).min(u64::from(self.config.priority_max));",
        instead: "let aged = u64::from(base).saturating_add(steps.min(0)).min(u64::from(self.config.priority_max));",
    },
    Mutant {
        name: "no valve: an open form keeps background work out for ever",
        file: "board/eligibility.rs",
        line: "self.now.since(task.asked_at) >= self.config.valve_after",
        instead: "false && self.now.since(task.asked_at) >= self.config.valve_after",
    },
    Mutant {
        name: "no hold: an operator's hold is shown and ignored",
        file: "board/eligibility.rs",
        line: "if self.is_held(login) || !self.budget_allows(agent, task.class()) {",
        instead: "if !self.budget_allows(agent, task.class()) {",
    },
    Mutant {
        name: "no budget: a login signs in as often as it likes",
        file: "board/holds.rs",
        line: "self.spent_today(agent).0 < self.config.logins_per_day_max.saturating_sub(kept)",
        instead: "kept < u32::MAX || self.spent_today(agent).0 < self.config.logins_per_day_max",
    },
    Mutant {
        name: "no way for look-ups: nobody makes room when every login is at work",
        file: "board/claims.rs",
        line: "self.preempt_for_slots();
        self.preempt_for_shared();",
        instead: "self.preempt_for_slots();",
    },
    Mutant {
        name: "empty success: a pass that read nothing counts as complete",
        file: "board/runs.rs",
        line: "if self.has_read_nothing(id) {",
        instead: "if false && self.has_read_nothing(id) {",
    },
];

/// Walks every mutant through at most `seeds` worlds from `seed` on.
pub(super) fn run(seed: u64, seeds: u64) -> Result<()> {
    let folder = tempfile::tempdir().context("no folder for the mutants")?;
    let copy = folder.path();
    copy_crates(copy)?;
    let target = root().join("target/mutants");
    println!("the copy as it is:");
    if !quiet_simulation(copy, &target, seed, 3).status()?.success() {
        bail!("the orchestrator fails without being broken on purpose");
    }
    let mut survivors = Vec::new();
    for mutant in &MUTANTS {
        let begun = Instant::now();
        if let Some(why) = caught_by(mutant, copy, &target, seed, seeds)? {
            println!("caught   {} ({:.0} s)\n         {why}", mutant.name, begun.elapsed().as_secs_f64());
        } else {
            println!("SURVIVED {} in {seeds} worlds of {COMMANDS} commands", mutant.name);
            survivors.push(mutant.name);
        }
    }
    if survivors.is_empty() {
        println!("\nall {} mutants were caught", MUTANTS.len());
        return Ok(());
    }
    bail!("{} of {} mutants survived: {}", survivors.len(), MUTANTS.len(), survivors.join("; "))
}

/// What is broken on purpose also leaves unused things behind.
fn quiet_simulation(copy: &Path, target: &Path, seed: u64, seeds: u64) -> Command {
    let mut command = simulation(copy, target, seed, seeds);
    command.env("RUSTFLAGS", "-A warnings");
    command
}

/// The invariant that the mutant breaks, if a world shows it.
fn caught_by(mutant: &Mutant, copy: &Path, target: &Path, seed: u64, seeds: u64) -> Result<Option<String>> {
    let file = copy.join("crates/orchestrator/src").join(mutant.file);
    let sound = fs::read_to_string(&file).with_context(|| format!("cannot read {}", mutant.file))?;
    if sound.matches(mutant.line).count() != 1 {
        bail!("{:?} is not found once in {}; write this mutant anew", mutant.line, mutant.file);
    }
    fs::write(&file, sound.replace(mutant.line, mutant.instead))?;
    let output = quiet_simulation(copy, target, seed, seeds).output()?;
    fs::write(&file, sound)?;
    if output.status.success() {
        return Ok(None);
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    // A panic inside the board is a way to notice, too; a mutant that does not compile is none.
    let found = said.lines().find(|line| line.contains("broke an invariant"));
    let panicked = errors.lines().find(|line| line.contains("panicked at"));
    match found.or(panicked) {
        Some(line) => Ok(Some(line.chars().take(160).collect())),
        None => bail!("the mutant {:?} could not be run:\n{errors}", mutant.name),
    }
}

/// Copies what the simulation needs into a workspace of its own.
fn copy_crates(copy: &Path) -> Result<()> {
    for name in ["domain", "orchestrator"] {
        copy_folder(&root().join("crates").join(name), &copy.join("crates").join(name))?;
    }
    fs::copy(root().join("Cargo.lock"), copy.join("Cargo.lock"))?;
    let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
    let ours = |line: &&str| !line.starts_with("members =") && !line.starts_with("default-members =");
    let manifest: Vec<&str> = manifest.lines().filter(ours).collect();
    let manifest = manifest.join("\n").replacen("[workspace]", "[workspace]\nmembers = [\"crates/*\"]", 1);
    // Profiles of crates that are not here would only be warned about.
    let manifest = manifest.split("\n[profile.dev.package").next().unwrap_or_default().to_owned();
    let optimised = "\n[profile.dev.package.orchestrator]\nopt-level = 2\n";
    Ok(fs::write(copy.join("Cargo.toml"), manifest + optimised)?)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().context("an entry of a folder has a name")?;
        if path.is_dir() {
            copy_folder(&path, &to.join(name))?;
        } else {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}
