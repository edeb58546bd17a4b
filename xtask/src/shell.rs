//! Runs programs: either in sight of the user, or into the log file of a test step.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, PipeReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::problem::{Problem, Result, While};
use crate::process::line;
use crate::workspace::Workspace;

/// How long one program may run before it counts as hanging; a cold optimised build takes a quarter of this.
const LIMIT: Duration = Duration::from_secs(40 * 60);

/// How long a finished program's pipe may stay silent before we stop waiting for whoever still holds it.
const SILENCE: Duration = Duration::from_secs(1);

pub struct Shell {
    pub workspace: Workspace,
    sink: Sink,
}

enum Sink {
    Screen,
    Log { path: PathBuf, echo: bool },
}

/// A program that has run to its end, whatever that end was.
pub struct Finished {
    pub status: ExitStatus,
    /// Everything it printed, both streams in order.
    pub text: String,
}

impl Shell {
    pub fn live(workspace: Workspace) -> Self {
        Self { workspace, sink: Sink::Screen }
    }

    /// The same shell with its output in a new log file, and on the screen too when `echo` is set.
    pub fn logging(&self, path: PathBuf, echo: bool) -> Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).when(|| format!("creating {}", folder.display()))?;
        }
        File::create(&path).when(|| format!("creating {}", path.display()))?;
        Ok(Self { workspace: self.workspace.clone(), sink: Sink::Log { path, echo } })
    }

    /// Tells the user what is being done, in every mode.
    pub fn say(&self, text: &str) {
        println!("  » {text}");
        if let Sink::Log { path, .. } = &self.sink {
            // The log is a convenience; a full disk shows in the step itself.
            let _ = append(path).and_then(|mut log| writeln!(log, "» {text}"));
        }
    }

    /// Runs a program that has to succeed.
    pub fn run(&self, mut command: Command) -> Result<()> {
        let what = line(&command);
        let status = match &self.sink {
            Sink::Screen => command.stdin(Stdio::null()).status().when(|| format!("starting {what}"))?,
            Sink::Log { .. } => self.finish(command)?.status,
        };
        if status.success() { Ok(()) } else { Err(Problem::new(format!("{what} failed ({status})"))) }
    }

    /// Runs a program to its end and keeps what it printed.
    pub fn finish(&self, command: Command) -> Result<Finished> {
        let what = line(&command);
        let mut outputs = self.outputs()?;
        outputs.write(format!("$ {what}\n").as_bytes());
        let (mut child, pipe) = spawn(command).when(|| format!("starting {what}"))?;
        let lines = read_lines(pipe);
        let status = follow(&mut child, &lines, &mut outputs).when(|| format!("running {what}"))?;
        Ok(Finished { status, text: String::from_utf8_lossy(&outputs.text).into_owned() })
    }

    fn outputs(&self) -> Result<Outputs> {
        Ok(match &self.sink {
            Sink::Screen => Outputs { log: None, echo: true, text: Vec::new() },
            Sink::Log { path, echo } => {
                let log = append(path).when(|| format!("opening {}", path.display()))?;
                Outputs { log: Some(log), echo: *echo, text: Vec::new() }
            }
        })
    }
}

/// Where one program's output goes while it runs.
struct Outputs {
    log: Option<File>,
    echo: bool,
    text: Vec<u8>,
}

impl Outputs {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(log) = &mut self.log {
            // A full disk must not hide the program's own result.
            let _ = log.write_all(bytes);
        }
        if self.echo {
            let _ = io::stdout().write_all(bytes);
        }
        self.text.extend_from_slice(bytes);
    }
}

fn append(path: &Path) -> io::Result<File> {
    File::options().append(true).open(path)
}

/// Starts a program with both its streams in one pipe. It takes the command because a `Command` keeps the writing end open, and
/// the pipe would never end.
fn spawn(mut command: Command) -> io::Result<(Child, PipeReader)> {
    let (reader, writer) = io::pipe()?;
    let child = command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer).spawn()?;
    Ok((child, reader))
}

fn read_lines(pipe: PipeReader) -> Receiver<Vec<u8>> {
    let (sender, lines) = mpsc::channel();
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut text = Vec::new();
        while pipe.read_until(b'\n', &mut text).is_ok_and(|length| length > 0) {
            if sender.send(std::mem::take(&mut text)).is_err() {
                break;
            }
        }
    });
    lines
}

/// Passes lines on until the program has ended. A process it left behind may hold the pipe open for ever, so a finished program
/// is given up on as soon as the pipe falls silent.
fn follow(child: &mut Child, lines: &Receiver<Vec<u8>>, outputs: &mut Outputs) -> io::Result<ExitStatus> {
    let start = Instant::now();
    loop {
        match lines.recv_timeout(SILENCE) {
            Ok(text) => outputs.write(&text),
            Err(RecvTimeoutError::Disconnected) => return child.wait(),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(status) = child.try_wait()? {
                    outputs.write(b"(it has ended, but a process it started is still running)\n");
                    return Ok(status);
                }
            }
        }
        if start.elapsed() > LIMIT {
            child.kill()?;
            outputs.write(b"(stopped: it ran for longer than any step should)\n");
            return child.wait();
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn logging(name: &str) -> (Shell, PathBuf) {
        let folder = std::env::temp_dir().join(format!("roomglass-xtask-{}-{name}", std::process::id()));
        let workspace = Workspace { root: folder.clone(), target: folder.clone() };
        let log = folder.join("step.log");
        (Shell::live(workspace).logging(log, false).unwrap(), folder)
    }

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn both_streams_are_kept_and_logged() {
        let (shell, folder) = logging("streams");
        let finished = shell.finish(sh("echo one; echo two >&2; exit 3")).unwrap();
        assert_eq!(finished.status.code(), Some(3));
        assert!(finished.text.ends_with("one\ntwo\n"), "{}", finished.text);
        assert_eq!(fs::read_to_string(folder.join("step.log")).unwrap(), finished.text);
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn a_process_left_behind_does_not_hold_the_step() {
        let (shell, folder) = logging("leftover");
        let start = Instant::now();
        let finished = shell.finish(sh("sleep 20 & echo done")).unwrap();
        assert!(finished.status.success());
        assert!(finished.text.contains("still running"), "{}", finished.text);
        assert!(start.elapsed() < Duration::from_secs(10));
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn failing_is_a_problem_that_names_the_command() {
        let (shell, folder) = logging("failing");
        let problem = shell.run(sh("exit 7")).unwrap_err().to_string();
        assert!(problem.contains("sh -c exit 7 failed"), "{problem}");
        fs::remove_dir_all(folder).unwrap();
    }
}
