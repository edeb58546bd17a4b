//! The server under measurement: a process with a data folder of its own.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{Outcome, report::Report};

/// A running server; stopped when dropped.
pub struct Server {
    process: Child,
    /// Its address, without a trailing slash.
    pub address: String,
    folder: TempDir,
}

impl Server {
    /// Starts the server on a prepared folder and waits until it answers. With `log_queries` every SQL statement
    /// becomes a line in `queries.log` of the folder.
    pub async fn start(binary: &Path, folder: TempDir, log_queries: bool) -> Outcome<Self> {
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let address = format!("http://127.0.0.1:{port}");
        let log = std::fs::File::create(folder.path().join("queries.log"))?;
        let process = Command::new(binary)
            .args(["serve", "--allow-private-providers", "--listen", &format!("127.0.0.1:{port}"), "--data"])
            .arg(folder.path())
            .env("RUST_LOG", if log_queries { "warn,sqlx::query=debug" } else { "warn" })
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        let server = Self { process, address, folder };
        server.wait_until_ready().await?;
        Ok(server)
    }

    async fn wait_until_ready(&self) -> Outcome<()> {
        let deadline = Instant::now() + Duration::from_secs(20);
        let client = reqwest::Client::new();
        loop {
            match client.get(format!("{}/healthz", self.address)).send().await {
                Ok(answer) if answer.status().is_success() => return Ok(()),
                _ if Instant::now() > deadline => return Err("the server did not become ready".into()),
                _ => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// SQL statements run so far, transaction control aside.
    pub fn queries(&self) -> Outcome<usize> {
        let log = std::fs::read_to_string(self.folder.path().join("queries.log"))?;
        let control = ["BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA"];
        Ok(log
            .lines()
            .filter(|line| line.contains("sqlx::query"))
            .filter(|line| !control.iter().any(|word| line.contains(&format!("\"{word}"))))
            .count())
    }

    /// Seconds of processor time used so far, user and system.
    pub fn cpu_seconds(&self) -> Outcome<f64> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))?;
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
        let ticks = |index: usize| fields.get(index).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
        // Fields 14 and 15 of proc(5), counted from the one after the name; Linux reports them in hundredths.
        Ok((ticks(11) + ticks(12)) / 100.0)
    }

    /// Bytes of memory resident now.
    pub fn resident_bytes(&self) -> Outcome<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))?;
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS")?;
        let kilobytes: f64 = line.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
        Ok(kilobytes * 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Memory of a server that has just started and serves nobody.
pub async fn measure_idle(binary: &Path, report: &mut Report) -> Outcome<()> {
    let server = Server::start(binary, tempfile::tempdir()?, false).await?;
    report.add("idle", "memory of the idle server", server.resident_bytes()? / 1048576.0, "MiB", Some("≤ 60"));
    Ok(())
}
