//! `cargo xtask test`: two rows of steps side by side, each step with its time, and one line of totals at the end.

mod count;
mod plan;
mod report;
mod unit;
mod wasm;
mod web;

use std::process::ExitCode;
use std::sync::OnceLock;
use std::thread;

use clap::ValueEnum;

use crate::problem::{Problem, Result};
use crate::server::Programs;
use crate::setup;
use crate::shell::Shell;
use crate::site::Site;
use count::Count;
use plan::{Kind, Step};
use report::Report;

/// What can be chosen with `--only`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Group {
    /// Formatting
    Fmt,
    /// Lints, natively and for Wasm
    Clippy,
    /// Unit and integration tests, examples in the documentation
    Unit,
    /// Tests of the client's parts in a browser
    Wasm,
    /// The whole product in a browser
    E2e,
}

/// What the user asked for.
pub struct Choice {
    /// Empty means everything.
    pub only: Vec<Group>,
    pub verbose: bool,
    pub runner_args: Vec<String>,
}

impl Choice {
    /// Whether this group was asked for.
    pub fn includes(&self, group: Group) -> bool {
        self.only.is_empty() || self.only.contains(&group)
    }

    /// Arguments after `--` go to the runner of the only group; with several groups nobody could say whose they are.
    fn args_for(&self, group: Group) -> &[String] {
        if self.only == [group] { &self.runner_args } else { &[] }
    }
}

/// What the steps of one run leave for later ones. What a failed step did not leave is never replaced by an older run's.
struct Session<'a> {
    choice: &'a Choice,
    wasm_tests: OnceLock<Vec<wasm::Binary>>,
    site: OnceLock<Site>,
    programs: OnceLock<Programs>,
}

/// What an earlier step left.
fn left<'a, T>(cell: &'a OnceLock<T>, step: &str) -> Result<&'a T> {
    cell.get().ok_or_else(|| Problem::new(format!("not run, because {step} failed")))
}

/// Runs the chosen steps, all of them even when one fails.
pub fn test(shell: &Shell, choice: &Choice) -> Result<ExitCode> {
    if !choice.runner_args.is_empty() && !matches!(choice.only[..], [Group::Unit | Group::E2e]) {
        return Err(Problem::new("arguments after -- need `--only unit` or `--only e2e`, whose runner they are for"));
    }
    let session = Session { choice, wasm_tests: OnceLock::new(), site: OnceLock::new(), programs: OnceLock::new() };
    let report = Report::new(shell, choice.verbose);
    report.run("setup", Kind::Build, |shell| {
        setup::install(shell, |group| choice.includes(group)).map(|()| Count::default())
    });
    let row = |steps: &[Step]| {
        for step in steps.iter().filter(|step| choice.includes(step.group)) {
            report.run(step.name, step.kind, |shell| (step.run)(shell, &session));
        }
    };
    if choice.verbose {
        // Two programs that print at once cannot be read.
        plan::SIDE_BY_SIDE.iter().for_each(|steps| row(steps));
    } else {
        thread::scope(|scope| {
            for steps in plan::SIDE_BY_SIDE {
                scope.spawn(move || row(steps));
            }
        });
    }
    row(&[plan::LAST]);
    let total = report.print();
    Ok(if total.is_green() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
