//! A PostgreSQL of our own: in a temporary folder, on a socket in it, gone afterwards.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::fs::{MetadataExt, chown},
    path::{Path, PathBuf},
    process::{Child, ChildStderr, Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tempfile::TempDir;

/// PostgreSQL refuses to run as root; then it runs as Debian's `nobody`.
const NOBODY: u32 = 65534;

const PATIENCE: Duration = Duration::from_secs(60);

pub struct Postgres {
    process: Child,
    folder: TempDir,
}

impl Postgres {
    /// # Panics
    /// When PostgreSQL is not installed: a suite that was not run must not look like one that passed.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        if runs_as_root() {
            chown(folder.path(), Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let mut initdb = command("initdb");
        initdb.args(["--auth=trust", "--username=roomglass", "--encoding=UTF8", "--locale=C", "--no-sync", "--pgdata"]);
        let output = initdb.arg(&data).output().unwrap();
        assert!(output.status.success(), "initdb: {}", String::from_utf8_lossy(&output.stderr));
        let mut postgres = command("postgres");
        // What is tested is our use of it, not its promise to survive a power cut.
        postgres.args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off"]);
        postgres.arg("-k").arg(folder.path()).arg("-D").arg(&data);
        let mut process = postgres.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let log = process.stderr.take().unwrap();
        let server = Self { process, folder };
        wait_until_ready(log);
        server
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://roomglass@localhost/{database}?host={}", self.folder.path().display())
    }

    pub async fn create_database(&self, name: &str) -> String {
        let mut connection = PgConnection::connect(&self.url("postgres")).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.url(name)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-QUIT", &self.process.id().to_string()]).status();
        let _ = self.process.wait();
    }
}

/// Reads the log until it says so, and on, lest the pipe fill up.
fn wait_until_ready(log: ChildStderr) {
    let (line_sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(log).lines().map_while(Result::ok) {
            // Nobody listens any more once the server is ready.
            let _ = line_sender.send(line);
        }
    });
    let mut said = Vec::new();
    while !said.last().is_some_and(|line: &String| line.contains("ready to accept connections")) {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => said.push(line),
            Err(_) => panic!("PostgreSQL did not start: {}", said.join("\n")),
        }
    }
}

/// A program of PostgreSQL, ended with this process whatever becomes of it.
fn command(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "QUIT"]);
    if runs_as_root() {
        let nobody = NOBODY.to_string();
        command.args(["--reuid", &nobody, "--regid", &nobody, "--clear-groups"]);
    }
    command.arg("--").arg(find(program)).current_dir("/");
    command
}

fn find(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let debian =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(debian);
    let found = folders.iter().map(|folder| folder.join(program)).find(|program| program.is_file());
    found.unwrap_or_else(|| {
        panic!("{program} is missing: install PostgreSQL 15 or newer (on Debian: apt-get install postgresql)")
    })
}

fn runs_as_root() -> bool {
    fs::metadata(Path::new("/proc/self")).is_ok_and(|process| process.uid() == 0)
}
