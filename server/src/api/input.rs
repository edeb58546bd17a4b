//! What people may type: limits and their sentences.

use roomglass_protocol::event::MAX_MESSAGE_CHARS;

use crate::error::{HttpError, HttpResult};

const MAX_NAME_CHARS: usize = 64;
const MAX_ROOM_NAME_CHARS: usize = 50;
const MAX_TOPIC_CHARS: usize = 250;
/// Longest address that mail can be sent to (RFC 5321 §4.5.3.1.3).
const MAX_EMAIL_CHARS: usize = 254;
const PASSWORD_CHARS: std::ops::RangeInclusive<usize> = 10..=256;

/// Name of a person or of the organisation, without white space around it.
pub fn person_name(text: &str) -> HttpResult<String> {
    line(text, 1, MAX_NAME_CHARS).ok_or_else(|| HttpError::invalid("A name has 1 to 64 characters on one line."))
}

/// Name of a room, without white space around it.
pub fn room_name(text: &str) -> HttpResult<String> {
    line(text, 1, MAX_ROOM_NAME_CHARS)
        .ok_or_else(|| HttpError::invalid("A room's name has 1 to 50 characters on one line."))
}

/// Topic of a room, without white space around it.
pub fn topic(text: &str) -> HttpResult<String> {
    line(text, 0, MAX_TOPIC_CHARS).ok_or_else(|| HttpError::invalid("A topic has at most 250 characters on one line."))
}

/// An e-mail address. Whether mail arrives there nobody can see; this catches slips.
pub fn email(text: &str) -> HttpResult<String> {
    let refusal = || HttpError::invalid("This is not an e-mail address.");
    let text = line(text, 3, MAX_EMAIL_CHARS).ok_or_else(refusal)?;
    match text.split_once('@') {
        Some((name, host)) if !name.is_empty() && !host.is_empty() && !host.contains('@') && !text.contains(' ') => {
            Ok(text)
        }
        _ => Err(refusal()),
    }
}

/// A new password, exactly as typed.
pub fn password(text: String) -> HttpResult<String> {
    if PASSWORD_CHARS.contains(&text.chars().count()) {
        Ok(text)
    } else {
        Err(HttpError::invalid("A password has 10 to 256 characters."))
    }
}

/// Text of a message, exactly as typed.
pub fn message(text: String) -> HttpResult<String> {
    if text.trim().is_empty() {
        return Err(HttpError::invalid("An empty message is not sent."));
    }
    words(text)
}

/// What is said beside files; nothing is enough.
pub fn words(text: String) -> HttpResult<String> {
    if text.chars().count() > MAX_MESSAGE_CHARS {
        return Err(HttpError::invalid("A message has at most 10,000 characters. Split it, or attach it as a file."));
    }
    // PostgreSQL cannot store it, and no keyboard makes it.
    if text.contains('\0') {
        return Err(HttpError::invalid("A message cannot contain the character NUL."));
    }
    Ok(text)
}

fn line(text: &str, min: usize, max: usize) -> Option<String> {
    let text = text.trim();
    let fits = (min..=max).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    fits.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_lines_within_their_limits() {
        assert_eq!(person_name("  Emma Lind ").unwrap(), "Emma Lind");
        assert!(person_name(" \t ").is_err());
        assert!(person_name("a\nb").is_err());
        assert!(person_name(&"é".repeat(64)).is_ok());
        assert!(person_name(&"é".repeat(65)).is_err());
        assert!(room_name(&"x".repeat(51)).is_err());
        assert_eq!(topic("").unwrap(), "");
        assert!(topic(&"x".repeat(251)).is_err());
    }

    #[test]
    fn addresses_have_a_name_and_a_host() {
        assert_eq!(email(" emma@example.org ").unwrap(), "emma@example.org");
        for slip in ["", "emma", "@example.org", "emma@", "em ma@example.org", "a@b@c"] {
            assert!(email(slip).is_err(), "{slip}");
        }
    }

    #[test]
    fn messages_keep_their_white_space_and_are_counted_in_characters() {
        assert_eq!(message("  hi \n".into()).unwrap(), "  hi \n");
        assert!(message("é".repeat(10_000)).is_ok());
        assert!(message("é".repeat(10_001)).is_err());
        assert!(message("\u{2003}\n\t".into()).is_err());
        assert!(message("a\0b".into()).is_err());
    }
}
