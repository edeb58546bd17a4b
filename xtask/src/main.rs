//! `cargo xtask`: the commands of the README, all set-up included.
//!
//! It is started on bare machines and in fresh clones, so it finds, builds or installs whatever it needs and says what it is
//! doing. It holds no product code and forbids itself `async` and clever dependencies: it is compiled before anything else.
//! Start reading in `suite/plan.rs` (what `test` runs) or `site/mod.rs` (how the browser's files are made).

mod bench;
mod browser;
mod databases;
mod node;
mod packages;
mod problem;
mod process;
mod python;
mod real_clients;
mod requirements;
mod rust_tools;
mod server;
mod setup;
mod shell;
mod site;
mod suite;
mod toolchain;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use problem::Result;
use shell::Shell;
use suite::{Choice, Group};
use workspace::Workspace;

/// Builds, runs and tests Roomglass.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up, build and start the server with demo data; further arguments go to `roomglass serve`
    Serve {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Run every check and test, or only some groups of them
    Test {
        /// The groups to run, separated by spaces or commas
        #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
        only: Vec<Group>,
        /// Print the output of every step, not only of failing ones
        #[arg(long)]
        verbose: bool,
        /// After `--`: arguments for the test runner of the one chosen group (unit or e2e)
        #[arg(last = true)]
        runner_args: Vec<String>,
    },
    /// Measure the optimised server, the client in a browser, and the bytes it downloads; arguments go to the load generator,
    /// which alone is run then
    Bench {
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Tell which entries of the requirements catalogue a test proves
    Requirements,
    /// Build the files that browsers download
    Site,
    /// Install what building and testing need, without building Roomglass
    Setup,
}

fn main() -> ExitCode {
    match run(Cli::parse().command) {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("\nerror: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    let shell = Shell::live(Workspace::find()?);
    match command {
        Command::Serve { args } => server::serve(&shell, &args)?,
        Command::Test { only, verbose, runner_args } => {
            return suite::test(&shell, &Choice { only, verbose, runner_args });
        }
        Command::Bench { args } => bench::bench(&shell, &args)?,
        Command::Requirements => requirements::report(&shell.workspace)?,
        Command::Site => {
            let site = site::build(&shell)?;
            println!("{}", site.folder.display());
        }
        Command::Setup => {
            setup::install(&shell, |_| true)?;
            println!("Everything is in place.");
        }
    }
    Ok(ExitCode::SUCCESS)
}
