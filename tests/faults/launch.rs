//! Starts a command, does something to it while it runs, and waits for its end, but not for ever.

use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A command that runs longer hangs.
const LONGEST: Duration = Duration::from_secs(60);

/// How a command ended.
#[derive(Debug, Default)]
pub struct Ended {
    /// Its exit code, unless a signal ended it.
    pub code: Option<i32>,
    /// The signal that ended it.
    pub signal: Option<i32>,
    /// What it said.
    pub stdout: String,
    /// What it complained of.
    pub stderr: String,
    /// Whether it had to be ended because it hung.
    pub hung: bool,
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ended {
    run_while(command, |_| ())
}

/// Runs a command to its end, and something beside it.
pub fn run_while(command: &mut Command, beside: impl FnOnce(&Child)) -> Ended {
    run_for(LONGEST, command, beside)
}

/// As [`run_while`], and ends the command if it runs longer.
pub fn run_for(longest: Duration, command: &mut Command, beside: impl FnOnce(&Child)) -> Ended {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let began = Instant::now();
    let mut child = command.process_group(0).spawn().expect("the command starts");
    beside(&child);
    let mut ended = Ended::default();
    let status = loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            break status;
        }
        if began.elapsed() > longest && !ended.hung {
            ended.hung = true;
            signal(&child, "-KILL", true);
        }
        std::thread::sleep(Duration::from_micros(500));
    };
    // What is said fits into a pipe: more would be a hang, and found as one.
    let text = |stream: Option<&mut dyn Read>| {
        let mut bytes = Vec::new();
        let read = stream.map(|stream| stream.read_to_end(&mut bytes));
        assert!(read.is_none_or(|read| read.is_ok()), "a pipe can be read");
        String::from_utf8_lossy(&bytes).into_owned()
    };
    ended.stdout = text(child.stdout.as_mut().map(|stream| stream as &mut dyn Read));
    ended.stderr = text(child.stderr.as_mut().map(|stream| stream as &mut dyn Read));
    ended.code = status.code();
    ended.signal = status.signal();
    ended
}

/// Sends a signal, such as `-TERM`, to a child or to all its group; one that has ended already is
/// not harmed, as nobody has waited for it yet.
pub fn signal(child: &Child, name: &str, group: bool) {
    let target = if group { format!("-{}", child.id()) } else { child.id().to_string() };
    let sent = Command::new("kill").args([name, "--", &target]).stderr(Stdio::null()).status();
    assert!(sent.is_ok(), "the program `kill` is there");
}

/// The same command, run by another that is given it as arguments.
pub fn within(outer: &[&str], inner: &Command) -> Command {
    let mut command = Command::new(outer[0]);
    command.args(&outer[1..]).arg(inner.get_program()).args(inner.get_args());
    command
}
