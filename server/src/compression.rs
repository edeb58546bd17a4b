//! Makes smaller what is written at the moment somebody asks for it: pages and JSON. Files of the site are compressed when they are
//! built, and keep their encoding.

use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use tower_http::{
    CompressionLevel,
    compression::{
        CompressionLayer,
        predicate::{And, DefaultPredicate, Predicate as _, SizeAbove},
    },
};

use crate::files::AsItIs;

/// Below this many bytes an answer fits one packet anyway.
const WORTH_IT: u64 = 1_024;

/// Of eleven levels of brotli: close to the best for pages, at a small part of its time.
const LEVEL: i32 = 5;

/// Tells which answers may be made smaller.
type WorthIt = And<And<DefaultPredicate, SizeAbove>, fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool>;

/// Compresses by brotli or gzip, as the caller accepts. Pictures, streams of events and people's files go as they are.
pub fn layer() -> CompressionLayer<WorthIt> {
    let worth_it: WorthIt = DefaultPredicate::new().and(SizeAbove::new(WORTH_IT)).and(may_change);
    CompressionLayer::new().quality(CompressionLevel::Precise(LEVEL)).compress_when(worth_it)
}

fn may_change(_: StatusCode, _: Version, _: &HeaderMap, extensions: &Extensions) -> bool {
    extensions.get::<AsItIs>().is_none()
}
