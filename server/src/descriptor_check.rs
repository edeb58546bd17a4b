//! `roomglass check-descriptor`: tells the author of an integration every fault, and what is odd, before anybody installs
//! it.

use std::process::ExitCode;

use roomglass_protocol::integration::{Descriptor, MAX_DESCRIPTOR_BYTES};

use crate::{config::PrivateProviders, egress::Egress};

/// Reads a file or fetches an address, prints what the descriptor holds or what is wrong with it.
pub async fn run(source: &str, allow_private_providers: bool) -> ExitCode {
    let bytes = match read(source, allow_private_providers).await {
        Ok(bytes) => bytes,
        Err(message) => {
            eprintln!("{source}: {message}");
            return ExitCode::FAILURE;
        }
    };
    match Descriptor::parse(&bytes) {
        Ok(descriptor) => {
            println!("{source}: {} ({}) is a valid descriptor", descriptor.name, descriptor.key);
            for (kind, extensions) in &descriptor.extensions.0 {
                println!("  {kind}: {}", extensions.len());
            }
            for warning in descriptor.extensions.warnings() {
                println!("{source}: warning: {}: {}", warning.pointer, warning.message);
            }
            ExitCode::SUCCESS
        }
        Err(faults) => {
            for fault in &faults {
                let place = if fault.pointer.is_empty() { "/" } else { &fault.pointer };
                eprintln!("{source}: {place}: {}", fault.message);
            }
            eprintln!("{source}: {} fault(s)", faults.len());
            ExitCode::FAILURE
        }
    }
}

async fn read(source: &str, allow_private_providers: bool) -> Result<Vec<u8>, String> {
    if !source.starts_with("http://") && !source.starts_with("https://") {
        return std::fs::read(source).map_err(|error| error.to_string());
    }
    let policy = if allow_private_providers { PrivateProviders::Allow } else { PrivateProviders::Refuse };
    let egress = Egress::new(policy).map_err(|error| error.to_string())?;
    let answer = egress.get(source, MAX_DESCRIPTOR_BYTES).await.map_err(|error| error.to_string())?;
    if !answer.status.is_success() {
        return Err(format!("it was answered with status {}", answer.status));
    }
    Ok(answer.body)
}
