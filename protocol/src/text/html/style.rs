//! The little of CSS that words of notifications may have (contract §6.1).

/// How a word looks beyond `b` and `i`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// `font-weight` of 600 and more.
    pub bold: bool,
    /// Underlined.
    pub underlined: bool,
    /// Struck through.
    pub struck: bool,
    /// Its colour, as the nearest of those that can be read on every ground of ours.
    pub tone: Option<Tone>,
}

/// A colour of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Red.
    Red,
    /// Orange, yellow and brown.
    Yellow,
    /// Green.
    Green,
    /// Blue, and what is between it and green.
    Blue,
    /// Violet and pink.
    Violet,
    /// Grey; black and white are the text's own colour.
    Grey,
}

impl Tone {
    /// The word in `data-tone`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Violet => "violet",
            Self::Grey => "grey",
        }
    }

    /// The nearest of a CSS colour: a name of the web's first sixteen or a frequent one, `#rgb`, `#rrggbb` or `rgb(…)`.
    fn of(colour: &str) -> Option<Self> {
        let colour = colour.trim().to_ascii_lowercase();
        match colour.as_str() {
            "red" | "maroon" | "darkred" | "crimson" | "firebrick" | "tomato" => Some(Self::Red),
            "yellow" | "olive" | "orange" | "darkorange" | "gold" | "brown" | "goldenrod" => Some(Self::Yellow),
            "green" | "lime" | "darkgreen" | "limegreen" | "forestgreen" | "seagreen" => Some(Self::Green),
            "blue" | "navy" | "teal" | "aqua" | "cyan" | "darkblue" | "steelblue" | "royalblue" => Some(Self::Blue),
            "purple" | "fuchsia" | "magenta" | "violet" | "indigo" | "pink" | "hotpink" => Some(Self::Violet),
            "gray" | "grey" | "silver" | "darkgray" | "darkgrey" | "lightgray" | "lightgrey" => Some(Self::Grey),
            _ => Self::nearest(components(&colour)?),
        }
    }

    fn nearest([red, green, blue]: [i32; 3]) -> Option<Self> {
        let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
        let range = most - least;
        if range < 40 {
            return (64..=208).contains(&most).then_some(Self::Grey);
        }
        let hue = match most {
            _ if most == red => 60 * (green - blue) / range,
            _ if most == green => 120 + 60 * (blue - red) / range,
            _ => 240 + 60 * (red - green) / range,
        };
        Some(match hue.rem_euclid(360) {
            20..=70 => Self::Yellow,
            71..=165 => Self::Green,
            166..=255 => Self::Blue,
            256..=335 => Self::Violet,
            _ => Self::Red,
        })
    }
}

/// Red, green and blue from 0 to 255.
fn components(colour: &str) -> Option<[i32; 3]> {
    if let Some(digits) = colour.strip_prefix('#').filter(|digits| digits.is_ascii()) {
        let part = |from: usize, to: usize| i32::from_str_radix(digits.get(from..to)?, 16).ok();
        return match digits.len() {
            3 => Some([part(0, 1)? * 17, part(1, 2)? * 17, part(2, 3)? * 17]),
            6 => Some([part(0, 2)?, part(2, 4)?, part(4, 6)?]),
            _ => None,
        };
    }
    let mut parts =
        colour.strip_prefix("rgb(")?.strip_suffix(')')?.split(',').map(|part| part.trim().parse::<u8>().ok());
    let rgb = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then(|| rgb.map(i32::from))
}

impl Style {
    /// The same with what an attribute `style` says.
    pub(super) fn with(self, style: &str) -> Self {
        let mut changed = self;
        for (name, value) in style.split(';').filter_map(|declaration| declaration.split_once(':')) {
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "color" => changed.tone = Tone::of(value).or(changed.tone),
                "font-weight" => changed.bold = is_bold(value),
                "text-decoration" => {
                    changed.underlined = value.contains("underline");
                    changed.struck = value.contains("line-through");
                }
                _ => {}
            }
        }
        changed
    }
}

fn is_bold(weight: &str) -> bool {
    weight.starts_with("bold") || weight.parse::<u16>().is_ok_and(|weight| weight >= 600)
}

#[cfg(test)]
mod tests {
    use super::{Style, Tone};

    #[test]
    fn colours_become_the_nearest_that_can_be_read() {
        for (colour, tone) in [
            ("red", Some(Tone::Red)),
            ("#c00", Some(Tone::Red)),
            ("#FF8800", Some(Tone::Yellow)),
            ("rgb(20, 137, 44)", Some(Tone::Green)),
            ("#205081", Some(Tone::Blue)),
            ("#654982", Some(Tone::Violet)),
            ("#707070", Some(Tone::Grey)),
            ("black", None),
            ("#fff", None),
            ("#000000", None),
            ("#12", None),
            ("#ää", None),
            ("rgb(1,2)", None),
            ("rgb(300,0,0)", None),
            ("url(//evil.example)", None),
        ] {
            assert_eq!(Style::default().with(&format!("color: {colour}")).tone, tone, "{colour}");
        }
    }

    #[test]
    fn only_what_is_known_counts() {
        let style =
            Style::default().with("FONT-WEIGHT:bold; text-decoration: underline line-through;position:fixed;;:");
        assert_eq!(style, Style { bold: true, underlined: true, struck: true, tone: None });
        assert!(!style.with("font-weight: 400").bold);
    }
}
