//! What there is to say about a descriptor while it is written: the same as `roomglass check-descriptor` says.

use roomglass_protocol::{Fault, integration::Descriptor, json::Lines};

/// Faults and oddities, each with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What refuses the descriptor, or else what is odd about it.
    pub findings: Vec<Finding>,
    /// Whether it could be installed.
    pub is_valid: bool,
    /// Whether nothing is written yet.
    pub is_empty: bool,
}

/// One fault or oddity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Counted from 1.
    pub line: usize,
    /// Whether it refuses the descriptor.
    pub is_fault: bool,
    /// Where, and what.
    pub fault: Fault,
}

impl Default for Checked {
    fn default() -> Self {
        Self { findings: Vec::new(), is_valid: false, is_empty: true }
    }
}

impl Checked {
    /// Of a text; and the descriptor, where there is one without faults.
    pub fn of(text: &str) -> (Self, Option<Descriptor>) {
        if text.trim().is_empty() {
            return (Self::default(), None);
        }
        let lines = Lines::of(text.as_bytes());
        let found = |is_fault, faults: Vec<Fault>| {
            let finding = |fault: Fault| Finding { line: lines.line(&fault.pointer), is_fault, fault };
            faults.into_iter().map(finding).collect()
        };
        match Descriptor::review(text.as_bytes()) {
            Ok((descriptor, warnings)) => {
                (Self { findings: found(false, warnings), is_valid: true, is_empty: false }, Some(descriptor))
            }
            Err(faults) => (Self { findings: found(true, faults), is_valid: false, is_empty: false }, None),
        }
    }

    /// In a line.
    pub fn summary(&self) -> String {
        let count = |one: &str| match self.findings.len() {
            1 => format!("1 {one}"),
            count => format!("{count} {one}s"),
        };
        match (self.is_empty, self.is_valid, self.findings.len()) {
            (true, ..) => "Nothing is written yet.".to_owned(),
            (_, true, 0) => "No faults, no warnings.".to_owned(),
            (_, true, _) => format!("No faults, {}.", count("warning")),
            (_, false, _) => format!("{}: it cannot be installed.", count("fault")),
        }
    }
}

/// Where a line begins and ends, in the units in which browsers count text.
pub fn span_of_line(text: &str, line: usize) -> (u32, u32) {
    let mut begin = 0;
    for (index, words) in text.split('\n').enumerate() {
        let units = u32::try_from(words.encode_utf16().count()).unwrap_or(u32::MAX);
        if index + 1 == line {
            return (begin, begin + units);
        }
        begin += units + 1;
    }
    (begin.saturating_sub(1), begin.saturating_sub(1))
}
