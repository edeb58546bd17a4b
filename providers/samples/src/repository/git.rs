//! Asking `git` about a repository, without changing it and without trusting what people type.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Stdio,
    str::FromStr,
    time::Duration,
};

use roomglass_protocol::ErrorKind;
use roomglass_provider_kit::Refusal;
use serde::{Serialize, Serializer};
use tokio::{io::AsyncReadExt, process::Command};

const TIMEOUT: Duration = Duration::from_secs(10);
/// More output than this is cut off.
const MAX_OUTPUT_BYTES: u64 = 4 * 1024 * 1024;
/// Most changed files of a commit that are listed.
const MAX_CHANGES: usize = 200;
/// Between the fields of a commit; git refuses NUL in messages, and fields are separated by it.
const FORMAT: &str = "--format=%H%x00%h%x00%an%x00%aI%x00%s";
const FIELDS: usize = 5;

/// A repository that was there when it was opened; cheap to clone.
#[derive(Debug, Clone)]
pub struct Repository {
    path: PathBuf,
    name: String,
}

/// What the tile shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The newest commit; absent in a new repository.
    pub head: Option<CommitId>,
    /// Commits since midnight, in this machine's time zone.
    pub commits_today: u32,
    /// Files that were changed, added or removed and not committed.
    pub dirty_files: usize,
}

/// One line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Commit {
    /// All 40 digits.
    pub id: String,
    /// As many as are needed.
    pub short_id: String,
    /// Who wrote it.
    pub author: String,
    /// When, in RFC 3339.
    pub authored_at: String,
    /// First line of its message.
    pub subject: String,
}

/// A commit and what it changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Details {
    /// The commit.
    #[serde(flatten)]
    pub commit: Commit,
    /// At most 200 files.
    pub changes: Vec<Change>,
    /// How many files it changed.
    pub files: usize,
    /// Lines added in all of them.
    pub added: u64,
    /// Lines removed in all of them.
    pub removed: u64,
}

/// What a commit changed in one file, against its first parent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its path.
    pub path: String,
    /// Lines added; absent for binary files.
    pub added: Option<u64>,
    /// Lines removed; absent for binary files.
    pub removed: Option<u64>,
}

/// Names a commit: 7 to 40 hexadecimal digits, so it can be neither an option nor a range nor a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommitId(String);

impl FromStr for CommitId {
    type Err = GitError;

    fn from_str(text: &str) -> Result<Self, GitError> {
        let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if digits && (7..=40).contains(&text.len()) { Ok(Self(text.to_owned())) } else { Err(GitError::Unreadable) }
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for CommitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Why git gave no answer.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// It could not be started or read.
    #[error("git cannot be run: {0}")]
    NotRun(#[from] std::io::Error),
    /// It took more than ten seconds.
    #[error("git took too long")]
    TooSlow,
    /// It refused.
    #[error("git failed: {0}")]
    Failed(String),
    /// It answered something that is not understood.
    #[error("git's answer cannot be read")]
    Unreadable,
}

impl From<GitError> for Refusal {
    fn from(error: GitError) -> Self {
        tracing::warn!(%error, "the repository did not answer");
        Self::new(ErrorKind::ProviderFailed, "The repository cannot be read now.")
    }
}

impl Repository {
    /// Opens the repository that a folder belongs to.
    ///
    /// # Errors
    /// When there is none.
    pub async fn open(path: &Path) -> Result<Self, GitError> {
        let there = Self { path: path.to_owned(), name: String::new() };
        let root = PathBuf::from(there.git(&["rev-parse", "--show-toplevel"]).await?.trim_end_matches('\n'));
        let name = root.file_name().map_or_else(|| "/".to_owned(), |name| name.to_string_lossy().into_owned());
        Ok(Self { path: root, name })
    }

    /// Name of its folder.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it stands.
    ///
    /// # Errors
    /// See [`GitError`].
    pub async fn status(&self) -> Result<Status, GitError> {
        let head = self.resolve("HEAD").await?;
        let commits_today = match &head {
            Some(head) => self.commits_since_midnight(head).await?,
            None => 0,
        };
        let listed = self.git(&["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all"]).await?;
        Ok(Status { head, commits_today, dirty_files: listed.split_terminator('\0').count() })
    }

    /// The newest commits, newest first.
    ///
    /// # Errors
    /// See [`GitError`].
    pub async fn log(&self, most: u32) -> Result<Vec<Commit>, GitError> {
        let Some(head) = self.resolve("HEAD").await? else { return Ok(Vec::new()) };
        let most = format!("--max-count={most}");
        let listed = self.git(&["log", "-z", FORMAT, &most, "--end-of-options", &head.0, "--"]).await?;
        let fields: Vec<_> = listed.split_terminator('\0').collect();
        fields.chunks(FIELDS).map(commit).collect()
    }

    /// One commit and what it changed; `None` when there is no such commit, or several begin with the digits.
    ///
    /// # Errors
    /// See [`GitError`].
    pub async fn show(&self, id: &CommitId) -> Result<Option<Details>, GitError> {
        let Some(id) = self.resolve(&id.0).await? else { return Ok(None) };
        let described = self.git(&["log", "-z", FORMAT, "--max-count=1", "--end-of-options", &id.0, "--"]).await?;
        let fields: Vec<_> = described.split_terminator('\0').collect();
        let counted = self
            .git(&[
                "diff-tree",
                "--root",
                "--no-commit-id",
                "-r",
                "-z",
                "--numstat",
                "--no-renames",
                "--no-ext-diff",
                "--no-textconv",
                "--diff-merges=first-parent",
                "--end-of-options",
                &id.0,
                "--",
            ])
            .await?;
        let mut changes = counted.split_terminator('\0').map(change).collect::<Result<Vec<_>, _>>()?;
        let files = changes.len();
        let added = changes.iter().filter_map(|change| change.added).sum();
        let removed = changes.iter().filter_map(|change| change.removed).sum();
        changes.truncate(MAX_CHANGES);
        Ok(Some(Details { commit: commit(&fields)?, changes, files, added, removed }))
    }

    /// All digits of the commit that a name stands for; `None` when it stands for none.
    async fn resolve(&self, name: &str) -> Result<Option<CommitId>, GitError> {
        let commit = format!("{name}^{{commit}}");
        match self.git(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).await {
            // Git before 2.30 echoes `--end-of-options`.
            Ok(id) => id.lines().last().unwrap_or_default().parse().map(Some),
            Err(GitError::Failed(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn commits_since_midnight(&self, head: &CommitId) -> Result<u32, GitError> {
        let count = self.git(&["rev-list", "--count", "--since=midnight", "--end-of-options", &head.0, "--"]).await?;
        count.trim().parse().map_err(|_| GitError::Unreadable)
    }

    /// Runs git on this repository; no shell, no questions, no locks, none of the programs its configuration may name.
    async fn git(&self, arguments: &[&str]) -> Result<String, GitError> {
        let mut command = Command::new("git");
        command
            .arg("-C")
            .arg(&self.path)
            .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "color.ui=false", "-c", "log.showSignature=false"])
            .args(arguments)
            // Set where the provider is started from a hook; they would lead to another repository.
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C.UTF-8")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        tokio::time::timeout(TIMEOUT, run(command)).await.map_err(|_| GitError::TooSlow)?
    }
}

async fn run(mut command: Command) -> Result<String, GitError> {
    let mut child = command.spawn()?;
    let (mut output, mut complaint) = (Vec::new(), Vec::new());
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(GitError::Unreadable);
    };
    let (mut stdout, mut stderr) = (stdout.take(MAX_OUTPUT_BYTES), stderr.take(MAX_OUTPUT_BYTES));
    tokio::try_join!(stdout.read_to_end(&mut output), stderr.read_to_end(&mut complaint))?;
    // Git would wait for ever to write more than is read.
    drop((stdout, stderr));
    let status = child.wait().await?;
    if status.success() {
        Ok(String::from_utf8_lossy(&output).into_owned())
    } else {
        let complaint = String::from_utf8_lossy(&complaint);
        Err(GitError::Failed(complaint.lines().next().unwrap_or("it gave no reason").to_owned()))
    }
}

fn commit(fields: &[&str]) -> Result<Commit, GitError> {
    let [id, short_id, author, authored_at, subject] = fields else { return Err(GitError::Unreadable) };
    let [id, short_id, author, authored_at, subject] =
        [id, short_id, author, authored_at, subject].map(|field| (*field).to_owned());
    Ok(Commit { id, short_id, author, authored_at, subject })
}

/// `<added>\t<removed>\t<path>`; both are `-` for a binary file.
fn change(line: &str) -> Result<Change, GitError> {
    let mut parts = line.splitn(3, '\t');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(added), Some(removed), Some(path)) => {
            Ok(Change { path: path.to_owned(), added: added.parse().ok(), removed: removed.parse().ok() })
        }
        _ => Err(GitError::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_is_named_by_digits_only() {
        assert!("0123abc".parse::<CommitId>().is_ok());
        for wrong in ["", "0123ab", "HEAD~1", "--output=x", "0123ABC", "0123abc..def", &"a".repeat(41)] {
            assert!(wrong.parse::<CommitId>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn counted_lines_are_read() {
        let text = Change { path: "a\tb.rs".to_owned(), added: Some(3), removed: Some(0) };
        assert_eq!(change("3\t0\ta\tb.rs").unwrap(), text);
        let binary = Change { path: "icon.png".to_owned(), added: None, removed: None };
        assert_eq!(change("-\t-\ticon.png").unwrap(), binary);
        assert!(change("what").is_err());
    }
}
