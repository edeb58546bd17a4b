//! `@mentions` in plain text.

use std::ops::Range;

/// Byte ranges and handles of the mentions in a text: `@` at the start or after a character that is not part of a
/// word, then letters, digits, `.`, `-`, `_`; a final `.` or `-` belongs to the sentence. Handles are lower-cased.
pub fn mentions(text: &str) -> Vec<(Range<usize>, String)> {
    text.match_indices('@').filter_map(|(start, _)| mention_at(text, start)).collect()
}

fn mention_at(text: &str, start: usize) -> Option<(Range<usize>, String)> {
    if text[..start].chars().next_back().is_some_and(is_of_handle) {
        return None;
    }
    let rest = &text[start + 1..];
    let end = rest.find(|c| !is_of_handle(c)).unwrap_or(rest.len());
    let handle = rest[..end].trim_end_matches(['.', '-']);
    if handle.is_empty() {
        return None;
    }
    Some((start..start + 1 + handle.len(), handle.to_lowercase()))
}

fn is_of_handle(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-' | '_')
}

/// The handle made from a person's name: lower-case ASCII letters and digits, `.` between words; `fallback` when
/// nothing remains. Uniqueness is the caller's affair.
pub fn handle_for(name: &str, fallback: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).map(|word| {
        let letters = word.chars().flat_map(char::to_lowercase);
        letters.fold(String::new(), |ascii, letter| ascii + &in_ascii(letter))
    });
    let handle = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(".");
    if handle.is_empty() { fallback.to_owned() } else { handle }
}

/// The usual spelling of a lower-case letter without its accents; nothing for letters of other scripts.
fn in_ascii(letter: char) -> String {
    let plain = match letter {
        'a'..='z' | '0'..='9' => return letter.to_string(),
        'à'..='å' | 'ā' | 'ă' | 'ą' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è'..='ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' | 'ģ' => "g",
        'ì'..='ï' | 'ī' | 'į' | 'ı' => "i",
        'ķ' => "k",
        'ł' | 'ļ' => "l",
        'ñ' | 'ń' | 'ň' | 'ņ' => "n",
        'ò'..='ö' | 'ø' | 'ō' | 'ő' => "o",
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù'..='ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => "",
    };
    plain.to_owned()
}
