//! Where patterns written for JavaScript (without its flag `u`) mean something else to the engine, they are spelled as
//! the engine needs it to mean the same.

use std::{iter::Peekable, str::Chars};

/// The same pattern for the engine: `\<` is an angle bracket, `\A` a letter; `{` begins a repetition only where one
/// follows; in `[\w-.]` the line stands for itself; `[^]` is any character and `[]` none.
pub(super) fn for_engine(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len() + 8);
    let mut rest = pattern.chars().peekable();
    while let Some(character) = rest.next() {
        match character {
            '\\' => {
                let escaped = rest.next();
                written.push_str(&escape(escaped));
                // As in `\x{263A}`.
                if matches!(escaped, Some('x' | 'u')) {
                    written.extend(rest.next_if_eq(&'{'));
                }
            }
            '[' => class(&mut rest, &mut written),
            '{' if !is_repetition(rest.clone()) => written.push_str(r"\{"),
            other => written.push(other),
        }
    }
    written
}

fn escape(escaped: Option<char>) -> String {
    match escaped {
        Some(plain @ ('<' | '>' | 'A' | 'z')) => plain.to_string(),
        Some(other) => format!("\\{other}"),
        // A fault, which the engine finds.
        None => "\\".to_owned(),
    }
}

/// Whether `{` is followed by `2}`, `2,}` or `2,3}`.
fn is_repetition(mut rest: Peekable<Chars<'_>>) -> bool {
    let digits = |rest: &mut Peekable<Chars<'_>>| {
        let mut any = false;
        while rest.next_if(char::is_ascii_digit).is_some() {
            any = true;
        }
        any
    };
    if !digits(&mut rest) {
        return false;
    }
    if rest.next_if_eq(&',').is_some() {
        digits(&mut rest);
    }
    rest.next() == Some('}')
}

/// What comes after `[`, up to its end.
fn class(rest: &mut Peekable<Chars<'_>>, written: &mut String) {
    let negated = rest.next_if_eq(&'^').is_some();
    if rest.next_if_eq(&']').is_some() {
        written.push_str(if negated { r"[\s\S]" } else { r"[^\s\S]" });
        return;
    }
    written.push_str(if negated { "[^" } else { "[" });
    while let Some(character) = rest.next() {
        match character {
            ']' => return written.push(']'),
            '\\' => {
                let escaped = rest.next();
                written.push_str(&escape(escaped));
                // No range begins with a class.
                let is_class = matches!(escaped, Some('d' | 'D' | 's' | 'S' | 'w' | 'W'));
                if is_class && rest.next_if_eq(&'-').is_some() {
                    written.push_str(r"\-");
                }
            }
            // Classes within classes, and what is made of two of them.
            '[' | '&' | '~' => written.extend(['\\', character]),
            other => written.push(other),
        }
    }
}
