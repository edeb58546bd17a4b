//! Asking other programs short questions. Long runs go through `Shell`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::problem::{Problem, Result, While};

/// A command's standard output, less the last line break. Its errors are part of the problem when it fails.
pub fn read(mut command: Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output().when(|| format!("starting {}", line(&command)))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(Problem::new(format!("{} failed ({})\n{}", line(&command), output.status, errors.trim_end())));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// Whether a command can be started and succeeds; says nothing.
pub fn succeeds(mut command: Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The first of these programs that is on the path.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names.iter().find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|file| is_program(file)))
}

#[cfg(unix)]
pub fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
pub fn is_program(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_a_problem_that_names_it() {
        let problem = read(Command::new("roomglass-no-such-program")).unwrap_err().to_string();
        assert!(problem.contains("roomglass-no-such-program"), "{problem}");
    }

    #[test]
    fn only_programs_are_found() {
        assert!(find(&["roomglass-no-such-program"]).is_none());
        assert!(!is_program(Path::new(env!("CARGO_MANIFEST_DIR"))));
    }
}
