//! The `roomglass` binary: reads the command line and hands over.
#![forbid(unsafe_code)]

use std::{
    io::{self, Read as _},
    process::ExitCode,
};

use clap::Parser;
use roomglass_server::{
    accounts,
    cli::{Cli, Command, Serve, Store, UserCommand},
    config::{Config, FileLimits, PrivateProviders},
    descriptor_check, serve,
};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    // At trace level the WebSocket library would write the text of messages into the log.
    let filter = match "tungstenite=info".parse() {
        Ok(quiet) => filter.add_directive(quiet),
        Err(_) => filter,
    };
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let outcome = match cli.command {
        Command::Serve(options) => run_server(cli.store, options).await,
        Command::User { command: UserCommand::Add { email, name, admin, .. } } => {
            add_user(&cli.store, email, name, admin).await
        }
        Command::CheckDescriptor { source, allow_private_providers } => {
            return descriptor_check::run(&source, allow_private_providers).await;
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("roomglass: {message}");
            ExitCode::FAILURE
        }
    }
}

async fn run_server(store: Store, options: Serve) -> Result<(), String> {
    let listener = tokio::net::TcpListener::bind(options.listen).await.map_err(|error| {
        format!("cannot listen on {}: {error}. Choose another address with --listen.", options.listen)
    })?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let public_url = match options.public_url {
        Some(url) if matches!(url.scheme(), "http" | "https") => url,
        Some(url) => return Err(format!("--public-url must begin with http:// or https://, not {}://", url.scheme())),
        None => serve::default_public_url(address),
    };
    let private_providers =
        if options.allow_private_providers { PrivateProviders::Allow } else { PrivateProviders::Refuse };
    let files = FileLimits { max_upload: options.max_upload << 20, max_together: options.max_files << 30 };
    let config = Config {
        listen: address,
        data: store.data,
        database: store.database,
        public_url,
        private_providers,
        ice_servers: options.ice_servers,
        files,
    };
    serve::run(config, listener, options.demo).await.map_err(|error| error.to_string())
}

async fn add_user(store: &Store, email: String, name: String, admin: bool) -> Result<(), String> {
    let mut password = String::new();
    io::stdin().read_to_string(&mut password).map_err(|error| format!("the password cannot be read: {error}"))?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let person = accounts::add(store, accounts::NewAccount { email, name, password, admin }).await?;
    println!("Added {} (user {}, @{}).", person.name, person.id, person.mention);
    Ok(())
}
