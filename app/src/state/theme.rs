//! Light or dark.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A look chosen by the person. No choice means that of the system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

impl Theme {
    /// The word in `data-theme`, in the cookie [`Theme::COOKIE`] and in addresses of pages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// Cookie the choice is kept in, so that the server's first frame already has it.
    pub const COOKIE: &'static str = "roomglass_theme";
}

/// The word names no look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected `light` or `dark`")]
pub struct UnknownTheme;

impl FromStr for Theme {
    type Err = UnknownTheme;
    fn from_str(word: &str) -> Result<Self, UnknownTheme> {
        match word {
            "light" => Ok(Self::Light),
            "dark" => Ok(Self::Dark),
            _ => Err(UnknownTheme),
        }
    }
}
