//! Makes smaller what is written at the moment somebody asks for it: pages and JSON. Files of the site are compressed when they are
//! built, and keep their encoding.

use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{And, DefaultPredicate, Predicate as _, SizeAbove},
    },
};

/// Below this many bytes an answer fits one packet anyway.
const WORTH_IT: u64 = 1_024;

/// Of eleven levels of brotli: close to the best for pages, at a small part of its time.
const LEVEL: i32 = 5;

/// Compresses by brotli or gzip, as the caller accepts. Pictures and streams of events go as they are.
pub fn layer() -> CompressionLayer<And<DefaultPredicate, SizeAbove>> {
    let worth_it = DefaultPredicate::new().and(SizeAbove::new(WORTH_IT));
    CompressionLayer::new().quality(CompressionLevel::Precise(LEVEL)).compress_when(worth_it)
}
