//! Smaller copies of a file, made once per content: the best compression takes seconds.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::digest;
use crate::problem::{Result, While};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Brotli,
    Gzip,
}

impl Encoding {
    /// Best first.
    pub const ALL: [Self; 2] = [Self::Brotli, Self::Gzip];

    /// The name in `Accept-Encoding`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Brotli => "br",
            Self::Gzip => "gzip",
        }
    }

    pub fn extension(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
        }
    }

    fn encode(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::Brotli => brotli_best(bytes),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}

pub struct Compressor {
    cache: PathBuf,
    used: BTreeSet<String>,
}

impl Compressor {
    pub fn new(cache: PathBuf) -> Self {
        Self { cache, used: BTreeSet::new() }
    }

    /// The encoded bytes, or `None` where they would not be smaller.
    pub fn encode(&mut self, bytes: &[u8], encoding: Encoding) -> Result<Option<Vec<u8>>> {
        let name = digest(bytes) + encoding.extension();
        let file = self.cache.join(&name);
        self.used.insert(name);
        if let Ok(encoded) = fs::read(&file) {
            return Ok(smaller(encoded, bytes));
        }
        let encoded = encoding.encode(bytes).when(|| "compressing".into())?;
        fs::create_dir_all(&self.cache).when(|| format!("creating {}", self.cache.display()))?;
        // Renamed into place, so that an interrupted run leaves no cut file under a name that promises its content.
        let draft = file.with_extension("draft");
        fs::write(&draft, &encoded)
            .and_then(|()| fs::rename(&draft, &file))
            .when(|| format!("writing {}", file.display()))?;
        Ok(smaller(encoded, bytes))
    }

    /// Removes what no file of this run needed.
    pub fn forget_unused(&self) -> Result<()> {
        for entry in fs::read_dir(&self.cache).into_iter().flatten().flatten() {
            if !self.used.contains(entry.file_name().to_string_lossy().as_ref()) {
                fs::remove_file(entry.path()).when(|| format!("removing {}", entry.path().display()))?;
            }
        }
        Ok(())
    }
}

fn smaller(encoded: Vec<u8>, bytes: &[u8]) -> Option<Vec<u8>> {
    (encoded.len() < bytes.len()).then_some(encoded)
}

fn brotli_best(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    let mut encoded = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut encoded, &params)?;
    Ok(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_are_read_back_and_kept() {
        let cache = std::env::temp_dir().join(format!("roomglass-xtask-{}-compress", std::process::id()));
        let bytes = "Rooms are windows. ".repeat(100).into_bytes();
        let mut compressor = Compressor::new(cache.clone());
        for encoding in Encoding::ALL {
            let encoded = compressor.encode(&bytes, encoding).unwrap().unwrap();
            assert_eq!(decode(&encoded, encoding), bytes);
            assert_eq!(compressor.encode(&bytes, encoding).unwrap().unwrap(), encoded);
        }
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 2);
        Compressor::new(cache.clone()).forget_unused().unwrap();
        assert_eq!(fs::read_dir(&cache).unwrap().count(), 0);
        fs::remove_dir_all(cache).unwrap();
    }

    fn decode(encoded: &[u8], encoding: Encoding) -> Vec<u8> {
        let mut bytes = Vec::new();
        match encoding {
            Encoding::Brotli => brotli::BrotliDecompress(&mut &encoded[..], &mut bytes).unwrap(),
            Encoding::Gzip => {
                io::copy(&mut flate2::read::GzDecoder::new(encoded), &mut bytes).unwrap();
            }
        }
        bytes
    }
}
