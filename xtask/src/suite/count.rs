//! How many tests passed and failed, read from what test runners print.

use std::iter::Sum;
use std::ops::Add;

use serde_json::Value;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
    pub skipped: u64,
}

impl Count {
    pub const ONE_PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    pub const ONE_FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };

    pub fn is_green(self) -> bool {
        self.failed == 0 && self.passed > 0
    }

    /// A runner that fails has failed at something, even when it names no test: it did not compile, or it crashed.
    pub fn of_runner(self, succeeded: bool) -> Self {
        if succeeded || self.failed > 0 { self } else { self + Self::ONE_FAILED }
    }
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
            skipped: self.skipped + other.skipped,
        }
    }
}

impl Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), Add::add)
    }
}

/// cargo-nextest: `Summary [ 1.2s] 5/9 tests run: 3 passed (1 slow, 1 leaky), 1 failed, 1 timed out, 4 skipped`.
pub fn nextest(text: &str) -> Count {
    let summary = text.lines().rfind(|line| line.trim_start().starts_with("Summary ["));
    let numbers = summary.and_then(|line| line.split_once(" run: ")).map_or("", |(_, numbers)| numbers);
    tally(without_parentheses(numbers).split(','))
}

/// libtest and wasm-bindgen-test: `test result: ok. 3 passed; 0 failed; 1 ignored; …`, once per binary.
pub fn libtest(text: &str) -> Count {
    let results = text.lines().filter_map(|line| line.split_once("test result: ")?.1.split_once(". "));
    results.map(|(_, numbers)| tally(numbers.split(';'))).sum()
}

/// Playwright's JSON report. A flaky test failed at least once, and a failure is a failure.
pub fn playwright(report: &Value) -> Count {
    let number = |key: &str| report["stats"][key].as_u64().unwrap_or(0);
    let beyond_tests = report["errors"].as_array().map_or(0, |errors| errors.len() as u64);
    Count {
        passed: number("expected"),
        failed: number("unexpected") + number("flaky") + beyond_tests,
        skipped: number("skipped"),
    }
}

fn tally<'a>(parts: impl Iterator<Item = &'a str>) -> Count {
    let numbered = parts.filter_map(|part| {
        let (number, word) = part.trim().split_once(' ')?;
        Some((number.parse::<u64>().ok()?, word.trim()))
    });
    numbered.map(|(number, word)| count_of(number, word)).sum()
}

fn count_of(number: u64, word: &str) -> Count {
    match word {
        "passed" => Count { passed: number, ..Count::default() },
        "failed" | "timed out" | "exec failed" => Count { failed: number, ..Count::default() },
        "skipped" | "ignored" => Count { skipped: number, ..Count::default() },
        _ => Count::default(),
    }
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::new();
    for letter in text.chars() {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 => kept.push(letter),
            _ => {}
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(passed: u64, failed: u64, skipped: u64) -> Count {
        Count { passed, failed, skipped }
    }

    #[test]
    fn nextest_summaries_are_read() {
        for (line, expected) in [
            ("     Summary [   0.004s] 3 tests run: 3 passed, 0 skipped", count(3, 0, 0)),
            ("     Summary [   0.004s] 1 test run: 1 passed, 2 skipped", count(1, 0, 2)),
            (
                "     Summary [  61.004s] 5/9 tests run: 3 passed (1 slow, 1 leaky), 1 failed, 1 timed out, 4 skipped",
                count(3, 2, 4),
            ),
            ("     Summary [   0.1s] 2 tests run: 0 passed, 1 failed, 1 exec failed, 0 skipped", count(0, 2, 0)),
            ("error: could not compile `roomglass-server`", Count::default()),
        ] {
            assert_eq!(nextest(&format!("   Compiling\n{line}\n        FAIL [ 0.1s] one\n")), expected, "{line}");
        }
    }

    #[test]
    fn results_of_several_binaries_are_added() {
        let text = "running 3 tests\ntest result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s\n\
                    test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 filtered out\n";
        assert_eq!(libtest(text), count(4, 2, 1));
    }

    #[test]
    fn a_flaky_test_and_an_error_beside_tests_have_failed() {
        let report = serde_json::json!({
            "errors": [{ "message": "the server did not start" }],
            "stats": { "expected": 5, "unexpected": 1, "flaky": 1, "skipped": 2 },
        });
        assert_eq!(playwright(&report), count(5, 3, 2));
    }

    #[test]
    fn a_runner_that_fails_has_failed_at_something() {
        assert_eq!(Count::default().of_runner(false), Count::ONE_FAILED);
        assert_eq!(count(2, 1, 0).of_runner(false), count(2, 1, 0));
        assert_eq!(count(2, 0, 0).of_runner(true), count(2, 0, 0));
    }

    #[test]
    fn nothing_tested_is_not_green() {
        assert!(!Count::default().is_green());
        assert!(Count::ONE_PASSED.is_green());
        assert!(!count(9, 1, 0).is_green());
    }
}
