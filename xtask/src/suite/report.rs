//! Runs steps, shows how each went, and sums up. Several may run at once: a failing one tells of itself in one piece.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::Count;
use super::plan::Kind;
use crate::problem::{Problem, Result};
use crate::shell::Shell;

/// How much of a failing step's log is shown: enough for a person, and more where nobody can open the file afterwards.
const TAIL: usize = 60;
const TAIL_IN_CI: usize = 400;

pub struct Report<'a> {
    shell: &'a Shell,
    verbose: bool,
    lines: Mutex<Vec<Line>>,
}

struct Line {
    name: &'static str,
    count: Count,
    time: Duration,
}

impl<'a> Report<'a> {
    pub fn new(shell: &'a Shell, verbose: bool) -> Self {
        Self { shell, verbose, lines: Mutex::default() }
    }

    pub fn run(&self, name: &'static str, kind: Kind, step: impl FnOnce(&Shell) -> Result<Count>) {
        println!("▸ {name}");
        let start = Instant::now();
        let log = self.log(name);
        let result = self.shell.logging(log.clone(), self.verbose).and_then(|shell| step(&shell));
        let (count, complaint) = judge(kind, result);
        let line = Line { name, count, time: start.elapsed() };
        if count.failed > 0 && !self.verbose {
            print_tail(&log);
        }
        if let Some(complaint) = complaint {
            println!("  {complaint}");
        }
        println!("{line}", line = line.text());
        self.lines().push(line);
    }

    /// Prints every step once more, then the totals alone on the last line.
    pub fn print(&self) -> Count {
        let lines = self.lines();
        println!("\n{}", lines.iter().map(Line::text).collect::<Vec<_>>().join("\n"));
        let total: Count = lines.iter().map(|line| line.count).sum();
        println!("\n{} passed, {} failed", total.passed, total.failed);
        total
    }

    /// Lines are only ever added, so a row that panicked left none by halves.
    fn lines(&self) -> MutexGuard<'_, Vec<Line>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.shell.workspace.target.join("logs").join(format!("{name}.log"))
    }
}

impl Line {
    fn text(&self) -> String {
        let Count { passed, failed, skipped } = self.count;
        let mark = if failed == 0 { '✓' } else { '✗' };
        let skipped = if skipped == 0 { String::new() } else { format!(", {skipped} skipped") };
        format!("{mark} {:<14} {:>9}  {passed} passed, {failed} failed{skipped}", self.name, seconds(self.time))
    }
}

/// What a step adds to the totals, and what else there is to say about it.
fn judge(kind: Kind, result: Result<Count>) -> (Count, Option<Problem>) {
    match (kind, result) {
        (_, Err(problem)) => (Count::ONE_FAILED, Some(problem)),
        (Kind::Check, Ok(_)) => (Count::ONE_PASSED, None),
        (Kind::Suite, Ok(count)) if count.passed + count.failed == 0 => {
            (count + Count::ONE_FAILED, Some(Problem::new("it ran no tests, so it counts as failed")))
        }
        (Kind::Build | Kind::Suite, Ok(count)) => (count, None),
    }
}

fn print_tail(log: &Path) {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<_> = text.lines().filter(|line| !is_progress(line)).collect();
    let shown = if env::var_os("CI").is_some_and(|ci| ci == "true") { TAIL_IN_CI } else { TAIL };
    let left_out = lines.len().saturating_sub(shown);
    if left_out > 0 {
        println!("  … {left_out} earlier lines; all of them are in {}", log.display());
    }
    for line in &lines[left_out..] {
        println!("  {line}");
    }
}

/// Cargo names every package it compiles, which would push the errors out of sight.
fn is_progress(line: &str) -> bool {
    let first = line.split_whitespace().next().unwrap_or_default();
    line.starts_with(' ') && ["Checking", "Compiling", "Downloaded", "Downloading", "Fresh"].contains(&first)
}

fn seconds(time: Duration) -> String {
    let (minutes, seconds) = (time.as_secs() / 60, time.as_secs_f64() % 60.0);
    if minutes == 0 { format!("{seconds:.1} s") } else { format!("{minutes} min {seconds:02.0} s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_count_once_and_builds_only_when_they_fail() {
        let failure = || Err(Problem::new("cargo failed"));
        assert_eq!(judge(Kind::Check, Ok(Count::default())).0, Count::ONE_PASSED);
        assert_eq!(judge(Kind::Build, Ok(Count::default())).0, Count::default());
        assert_eq!(judge(Kind::Build, failure()).0, Count::ONE_FAILED);
        assert_eq!(judge(Kind::Check, failure()).0, Count::ONE_FAILED);
    }

    #[test]
    fn a_suite_without_tests_has_failed() {
        let skipped = Count { skipped: 4, ..Count::default() };
        let (count, complaint) = judge(Kind::Suite, Ok(skipped));
        assert_eq!((count.failed, count.skipped), (1, 4));
        assert!(complaint.is_some());
    }

    #[test]
    fn progress_is_told_from_errors() {
        assert!(is_progress("   Compiling serde v1.0.229"));
        assert!(!is_progress("error: could not compile `roomglass-app`"));
        assert!(!is_progress("   | let Compiling = 1;"));
    }

    #[test]
    fn times_are_read_at_a_glance() {
        assert_eq!(seconds(Duration::from_millis(1250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(303)), "5 min 03 s");
    }
}
