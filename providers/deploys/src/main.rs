//! `roomglass-deploys [PORT] [FOLDER]`: the provider on this machine, for chat servers on this machine. FOLDER keeps the
//! installations; it holds secrets.

use roomglass_deploys::Deploys;
use roomglass_provider_kit::Settings;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let port = arguments.next().map_or(Ok(7912), |port| port.parse())?;
    let data = arguments.next().unwrap_or_else(|| "deploys-data".to_owned());
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/descriptor", listener.local_addr()?);
    Ok(Deploys::default().provider()?.serve(listener, Settings::new(data), std::future::pending()).await?)
}
