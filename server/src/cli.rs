//! The command line: `serve`, `user add`, `check-descriptor`. Every option has a `ROOMGLASS_*` variable.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Parser, Subcommand};
use roomglass_protocol::call::IceServer;
use url::Url;

use crate::ice_server;

/// Team chat whose rooms are windows on the services a team runs.
#[derive(Debug, Parser)]
#[command(name = "roomglass", version, about)]
pub struct Cli {
    /// Where everything is kept.
    #[command(flatten)]
    pub store: Store,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where everything is kept; goes with every subcommand.
#[derive(Debug, Clone, Args)]
pub struct Store {
    /// Folder of the SQLite file; made if it is not there.
    #[arg(long, global = true, env = "ROOMGLASS_DATA", default_value = "roomglass-data", value_name = "DIR")]
    pub data: PathBuf,
    /// Another database, such as postgres://user@host/roomglass.
    #[arg(long, global = true, env = "ROOMGLASS_DATABASE", value_name = "URL")]
    pub database: Option<String>,
}

/// Subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Runs the server.
    Serve(Serve),
    /// Manages people.
    User {
        /// What to do with them.
        #[command(subcommand)]
        command: UserCommand,
    },
    /// Checks a descriptor and names every fault; exit code 1 when there are any.
    CheckDescriptor {
        /// A file, or an http(s) address.
        #[arg(value_name = "FILE|URL")]
        source: String,
        /// Also fetch from loopback and private addresses.
        #[arg(long, env = "ROOMGLASS_ALLOW_PRIVATE_PROVIDERS")]
        allow_private_providers: bool,
    },
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Address to listen on.
    #[arg(long, env = "ROOMGLASS_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Address people and providers reach this server at; http://ADDR when absent.
    #[arg(long, env = "ROOMGLASS_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<Url>,
    /// Runs the sample providers on loopback and lists them in the catalogue.
    #[arg(long, env = "ROOMGLASS_DEMO")]
    pub demo: bool,
    /// Lets providers live at loopback and private addresses.
    #[arg(long, env = "ROOMGLASS_ALLOW_PRIVATE_PROVIDERS")]
    pub allow_private_providers: bool,
    /// A server that helps browsers to connect in calls: stun:HOST:PORT or turn:NAME:PASSWORD@HOST:PORT; may be repeated.
    #[arg(
        long = "ice-server",
        env = "ROOMGLASS_ICE_SERVERS",
        hide_env_values = true,
        value_delimiter = ',',
        value_name = "URL",
        value_parser = ice_server::parse
    )]
    pub ice_servers: Vec<IceServer>,
    /// Largest file people may send, in MiB.
    #[arg(long, env = "ROOMGLASS_MAX_UPLOAD", default_value_t = 25, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub max_upload: u64,
    /// All files together, in GiB.
    #[arg(long, env = "ROOMGLASS_MAX_FILES", default_value_t = 10, value_name = "GIB", value_parser = clap::value_parser!(u64).range(1..=1_048_576))]
    pub max_files: u64,
}

/// Subcommands of `user`.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Adds a person; the first one makes the organisation too.
    Add {
        /// E-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// Display name.
        #[arg(long)]
        name: String,
        /// Makes them an administrator.
        #[arg(long)]
        admin: bool,
        /// Reads the password from standard input, where no process list shows it.
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}
