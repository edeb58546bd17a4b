//! Where in a text the place of a JSON pointer is, for those who have to mend it.

use super::strict::{pointer_steps, stops_at_line};

/// The text of a document, asked for the lines of its places.
#[derive(Debug, Clone, Copy)]
pub struct Lines<'t> {
    text: &'t [u8],
    /// Where the text stops being JSON that can be read; whatever is wrong with it is there.
    broken: Option<usize>,
}

impl<'t> Lines<'t> {
    /// Of a document as its author wrote it, whether or not it can be read.
    pub fn of(text: &'t [u8]) -> Self {
        Self { text, broken: stops_at_line(text) }
    }

    /// The line, counted from 1, on which the value at a pointer begins. Where there is no such value, it is that of
    /// the nearest one around it: the author has to add something there.
    pub fn line(&self, pointer: &str) -> usize {
        let offset = || Scanner { text: self.text, at: 0 }.find(&pointer_steps(pointer));
        self.broken.unwrap_or_else(|| 1 + newlines(&self.text[..offset()]))
    }
}

fn newlines(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// Walks over a text that is known to be JSON; nothing is allocated but the names of members on the way.
struct Scanner<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scanner<'_> {
    /// Where the value at the end of these steps begins, or the last one that is there.
    fn find(mut self, steps: &[String]) -> usize {
        let mut found = self.begin();
        for step in steps {
            if !self.enter(step) {
                break;
            }
            found = self.begin();
        }
        found
    }

    /// Steps into an object or list, up to the wanted value in it; `false` when there is none.
    fn enter(&mut self, step: &str) -> bool {
        let open = self.peek();
        if !matches!(open, Some(b'{' | b'[')) {
            return false;
        }
        self.at += 1;
        let mut index = 0_usize;
        loop {
            self.begin();
            if matches!(self.peek(), None | Some(b'}' | b']')) {
                return false;
            }
            let is_wanted = if open == Some(b'{') { self.name() == step } else { index.to_string() == step };
            if is_wanted {
                return true;
            }
            self.skip_value();
            index += 1;
        }
    }

    /// The name of a member, up to behind its colon.
    fn name(&mut self) -> String {
        let begin = self.at;
        self.skip_text();
        let name = serde_json::from_slice(&self.text[begin..self.at]).unwrap_or_default();
        self.begin();
        name
    }

    /// Passes what separates values; the next one begins here.
    fn begin(&mut self) -> usize {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | b':')) {
            self.at += 1;
        }
        self.at
    }

    fn skip_value(&mut self) {
        let mut depth = 0_usize;
        loop {
            self.begin();
            match self.peek() {
                None => return,
                Some(b'"') => self.skip_text(),
                Some(b'{' | b'[') => {
                    depth += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') => {
                    depth -= 1;
                    self.at += 1;
                }
                Some(_) => self.skip_word(),
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn skip_text(&mut self) {
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }

    /// A number, `true`, `false` or `null`.
    fn skip_word(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }
}
