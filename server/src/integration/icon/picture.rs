//! Pictures of strangers, read under limits and written anew.

use std::io::Cursor;

use bytes::Bytes;
use image::{ImageFormat, ImageReader, Limits, imageops::FilterType};

/// Longest side of an icon that is served: they are drawn at 32 pixels at most, on screens of double density.
pub(in crate::integration) const ICON_SIDE: u32 = 64;
/// Longest side of a picture of a card that is served: a card is 544 pixels wide, on screens of double density.
pub(in crate::integration) const CARD_SIDE: u32 = 1088;
/// Longest side of what is read.
const MAX_SOURCE_SIDE: u32 = 2048;
/// Memory the decoder may take.
const MAX_ALLOCATION: u64 = 32 * 1024 * 1024;
/// Largest drawing passed on.
const MAX_SVG_BYTES: usize = 64 * 1024;

/// A picture that may be served.
#[derive(Debug, Clone)]
pub(super) enum Picture {
    /// Encoded by us.
    Png(Bytes),
    /// As it came: browsers draw it in a sandbox, without scripts and without fetching anything.
    Svg(Bytes),
}

/// Why a picture is not served; continues "… cannot be shown: ".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("it is not a PNG, JPEG, GIF, WebP, ICO or SVG")]
    Format,
    #[error("it is too large")]
    Size,
}

impl Picture {
    /// Recognises a picture by its bytes, whatever its provider calls it, and makes it no larger than `longest_side`.
    pub(super) fn read(bytes: &[u8], longest_side: u32) -> Result<Self, Unusable> {
        match image::guess_format(bytes) {
            Ok(
                format @ (ImageFormat::Png
                | ImageFormat::Jpeg
                | ImageFormat::Gif
                | ImageFormat::WebP
                | ImageFormat::Ico),
            ) => encode(bytes, format, longest_side).map(Self::Png),
            _ if !is_svg(bytes) => Err(Unusable::Format),
            _ if bytes.len() > MAX_SVG_BYTES => Err(Unusable::Size),
            _ => Ok(Self::Svg(Bytes::copy_from_slice(bytes))),
        }
    }

    pub(super) fn content_type(&self) -> &'static str {
        match self {
            Self::Png(_) => "image/png",
            Self::Svg(_) => "image/svg+xml",
        }
    }

    pub(super) fn size(&self) -> usize {
        match self {
            Self::Png(bytes) | Self::Svg(bytes) => bytes.len(),
        }
    }

    pub(super) fn into_bytes(self) -> Bytes {
        match self {
            Self::Png(bytes) | Self::Svg(bytes) => bytes,
        }
    }
}

fn encode(bytes: &[u8], format: ImageFormat, longest_side: u32) -> Result<Bytes, Unusable> {
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SOURCE_SIDE);
    limits.max_image_height = Some(MAX_SOURCE_SIDE);
    limits.max_alloc = Some(MAX_ALLOCATION);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let picture = reader.decode().map_err(|error| match error {
        image::ImageError::Limits(_) => Unusable::Size,
        _ => Unusable::Format,
    })?;
    let small = picture.width() <= longest_side && picture.height() <= longest_side;
    let picture = if small { picture } else { picture.resize(longest_side, longest_side, FilterType::Triangle) };
    let mut png = Cursor::new(Vec::new());
    picture.to_rgba8().write_to(&mut png, ImageFormat::Png).map_err(|_| Unusable::Format)?;
    Ok(png.into_inner().into())
}

/// Whether text begins with a drawing, after the declarations that may come first.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(end) = ["<?", "<!--", "<!DOCTYPE"].iter().find_map(|start| skip(rest, start)) {
        rest = end.trim_start();
    }
    rest.starts_with("<svg")
}

fn skip<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(start)?;
    let end = if start == "<!--" { "-->" } else { ">" };
    rest.split_once(end).map(|(_, rest)| rest)
}

#[cfg(test)]
mod tests {
    use image::{Rgba, RgbaImage};

    use super::*;

    fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
        let picture = image::DynamicImage::ImageRgba8(RgbaImage::from_pixel(width, height, Rgba([200, 30, 30, 255])));
        let picture = if format == ImageFormat::Jpeg { picture.to_rgb8().into() } else { picture };
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, format).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn pictures_become_small_pngs() {
        for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Ico] {
            let served = Picture::read(&picture(200, 100, format), ICON_SIDE).unwrap();
            assert_eq!(served.content_type(), "image/png");
            let read = image::load_from_memory_with_format(&served.into_bytes(), ImageFormat::Png).unwrap();
            assert_eq!((read.width(), read.height()), (64, 32), "{format:?}");
        }
        let large = Picture::read(&picture(200, 100, ImageFormat::Png), CARD_SIDE).unwrap().into_bytes();
        assert_eq!(image::load_from_memory(&large).unwrap().width(), 200);
        let small = Picture::read(&picture(16, 16, ImageFormat::Png), ICON_SIDE).unwrap().into_bytes();
        assert_eq!(image::load_from_memory(&small).unwrap().width(), 16);
    }

    #[test]
    fn nothing_but_the_picture_is_kept() {
        let mut bytes = picture(8, 8, ImageFormat::Png);
        bytes.extend_from_slice(b"<script>alert(1)</script>");
        let served = Picture::read(&bytes, ICON_SIDE).unwrap().into_bytes();
        assert!(!served.windows(8).any(|window| window == b"<script>"));
    }

    #[test]
    fn bombs_and_other_files_are_refused() {
        assert_eq!(Picture::read(&picture(3000, 1, ImageFormat::Png), CARD_SIDE).unwrap_err(), Unusable::Size);
        for bytes in [&b"<html><svg></svg>"[..], b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\nbroken", b"BM000000"] {
            assert_eq!(Picture::read(bytes, ICON_SIDE).unwrap_err(), Unusable::Format);
        }
        let long = format!("<svg>{}</svg>", " ".repeat(MAX_SVG_BYTES));
        assert_eq!(Picture::read(long.as_bytes(), ICON_SIDE).unwrap_err(), Unusable::Size);
    }

    #[test]
    fn drawings_are_known_by_their_first_element() {
        for text in [
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "\u{feff}<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE svg>\n<svg/>",
        ] {
            assert_eq!(Picture::read(text.as_bytes(), ICON_SIDE).unwrap().content_type(), "image/svg+xml");
        }
    }
}
