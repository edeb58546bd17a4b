//! `roomglass check-descriptor`: tells the author of an integration every fault, and what is odd, before anybody installs
//! it.

use std::process::ExitCode;

use roomglass_protocol::{
    Fault,
    integration::{Descriptor, MAX_DESCRIPTOR_BYTES},
    json::Lines,
};

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
    let lines = Lines::of(&bytes);
    match Descriptor::review(&bytes) {
        Ok((descriptor, warnings)) => {
            println!("{source}: {} ({}) is a valid descriptor", descriptor.name, descriptor.key);
            for (kind, extensions) in &descriptor.extensions.0 {
                println!("  {kind}: {}", extensions.len());
            }
            warnings.iter().for_each(|warning| println!("{}", told(source, &lines, "warning", warning)));
            ExitCode::SUCCESS
        }
        Err(faults) => {
            faults.iter().for_each(|fault| eprintln!("{}", told(source, &lines, "fault", fault)));
            eprintln!("{source}: {} fault(s)", faults.len());
            ExitCode::FAILURE
        }
    }
}

/// As compilers write it, so that editors find the place.
fn told(source: &str, lines: &Lines<'_>, what: &str, Fault { pointer, message }: &Fault) -> String {
    let line = lines.line(pointer);
    let place = if pointer.is_empty() { "/" } else { pointer };
    format!("{source}:{line}: {what}: {place}: {message}")
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
