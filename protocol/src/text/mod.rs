//! Text from people and providers: links, mentions, patterns, and the little HTML that is drawn.

pub mod html;
pub mod link;
pub mod mention;
pub mod pattern;
