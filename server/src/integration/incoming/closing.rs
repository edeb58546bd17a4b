//! Where emphasis and code end. Text comes from anybody, so that this takes time in proportion to its length, whatever is
//! in it.

/// What emphasis and code stand between.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    Tick,
    Star,
    /// Markdown, which Grafana's templates write wherever they post.
    TwoStars,
    Underscore,
}

impl Mark {
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Tick => "`",
            Self::Star => "*",
            Self::TwoStars => "**",
            Self::Underscore => "_",
        }
    }
}

/// Places in a text at which marks are closed: after a word, with no further word right behind them. Asked from left to
/// right, it looks at each character at most once for each mark.
pub(super) struct Closings<'t> {
    pub(super) text: &'t str,
    found: [Found; 4],
}

/// What the last search for a mark ended at: no such mark is closed between its begin and here.
#[derive(Clone, Copy, Default)]
struct Found {
    at: usize,
    /// Otherwise the line ends here.
    is_closing: bool,
}

impl<'t> Closings<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, found: [Found::default(); 4] }
    }

    /// The first place from `from` on, on the same line, that closes a mark.
    pub(super) fn next(&mut self, mark: Mark, from: usize) -> Option<usize> {
        let found = &mut self.found[mark as usize];
        if found.at < from {
            *found = search(self.text, mark.text(), from);
        }
        found.is_closing.then_some(found.at)
    }
}

fn search(text: &str, mark: &str, from: usize) -> Found {
    let mut at = from;
    while let Some(further) = text[at..].find(|c| c == '\n' || mark.starts_with(c)) {
        at += further;
        if text[at..].starts_with('\n') {
            return Found { at, is_closing: false };
        }
        if closes(text, mark, at) {
            return Found { at, is_closing: true };
        }
        at += 1;
    }
    Found { at: text.len(), is_closing: false }
}

fn closes(text: &str, mark: &str, at: usize) -> bool {
    let after = text[at..].strip_prefix(mark);
    after.is_some_and(|after| !after.starts_with(char::is_alphanumeric)) && !text[..at].ends_with(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_closed_after_a_word_on_its_line() {
        let mut closings = Closings::of("*a *b c* d*\n*e*");
        let next = |closings: &mut Closings<'_>, from| closings.next(Mark::Star, from);
        assert_eq!((next(&mut closings, 2), next(&mut closings, 7)), (Some(7), Some(7)));
        assert_eq!(next(&mut closings, 8), Some(10));
        assert_eq!(next(&mut closings, 11), None, "the line ends");
        assert_eq!(next(&mut closings, 14), Some(14));
        assert_eq!(closings.next(Mark::TwoStars, 1), None);
    }
}
