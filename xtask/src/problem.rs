//! What went wrong, in words that say what to do about it.

use std::fmt;

pub type Result<T, E = Problem> = std::result::Result<T, E>;

/// A sentence for the person at the terminal.
#[derive(Debug)]
pub struct Problem(String);

impl Problem {
    pub fn new(sentence: impl Into<String>) -> Self {
        Self(sentence.into())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Says what was being done when an error came up.
pub trait While<T> {
    fn when(self, doing: impl FnOnce() -> String) -> Result<T>;
}

impl<T, E: fmt::Display> While<T> for std::result::Result<T, E> {
    fn when(self, doing: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|error| Problem(format!("{}: {error}", doing())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_what_was_being_done() {
        let problem = Err::<(), _>("no space left").when(|| "writing the manifest".into()).unwrap_err();
        assert_eq!(problem.to_string(), "writing the manifest: no space left");
    }
}
