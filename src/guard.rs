//! Panics: none shows a payload, and those of libraries over foreign bytes become plain errors.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs work of a library over bytes from outside; if it panics, there is no result.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let before = GUARDED.replace(true);
    let result = catch_unwind(AssertUnwindSafe(work)).ok();
    GUARDED.set(before);
    result
}

/// Installs a panic hook that names the place in the program and never the panic's message,
/// which may hold a cell.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|panic| {
        if GUARDED.get() {
            return;
        }
        let place = panic.location().map_or_else(
            || "an unknown place".to_owned(),
            |at| format!("{}:{}", file_name(at.file()), at.line()),
        );
        // A closed standard error is no reason to panic again.
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr(),
            format_args!(
                "sealink: internal error at {place}; nothing was published. Please report it\n"
            ),
        );
    }));
}

/// Keeps the memory of this process, in which keys and records are, from core dumps and from
/// other processes of the same user. A system that refuses is left as it is: there may be nothing
/// to refuse.
pub fn harden() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    }
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}

/// The place below `src`, without the folders of the machine that built the program.
fn file_name(path: &str) -> &str {
    path.rsplit_once("/src/").map_or(path, |(_, below)| below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_hardened_process_leaves_no_core() {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
        harden();
        assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
        assert_eq!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable));
    }

    #[test]
    fn a_panic_under_guard_is_no_result() {
        assert_eq!(guarded(|| 1), Some(1));
        assert_eq!(guarded(|| -> u8 { panic!("of a library") }), None);
        assert!(!GUARDED.get());
    }

    /// What a cell held in the panics below.
    const CELL: &str = "Jos\u{e9} Qsecretname";

    #[test]
    fn a_panic_shows_its_place_and_not_its_payload() {
        let program = std::env::current_exe().expect("this test is a program");
        let output = std::process::Command::new(program)
            .args(["--exact", "guard::tests::panics_over_a_cell", "--ignored", "--nocapture"])
            .env("RUST_BACKTRACE", "full")
            .output()
            .expect("it starts");
        let shown = [output.stdout, output.stderr].concat();
        let shown = String::from_utf8_lossy(&shown).to_lowercase();
        assert_eq!(shown.matches("internal error at").count(), 4, "{shown}");
        let bytes = format!("{:?}", CELL.as_bytes());
        for held in ["qsecret", "jos", "4a6f73", "caf\u{e9}", bytes.trim_matches(['[', ']'])] {
            assert!(!shown.contains(held), "{held} in {shown}");
        }
    }

    #[test]
    #[ignore = "run by the test above, in a process of its own"]
    #[allow(clippy::string_slice, reason = "it panics on purpose")]
    fn panics_over_a_cell() {
        install_hook();
        let panics: [fn(); 4] = [
            || panic!("cannot read {CELL}"),
            || drop(CELL[..4].to_owned()),
            || drop(String::from_utf8([CELL.as_bytes(), b"\xFF"].concat()).expect("text")),
            || std::panic::panic_any(CELL.to_owned()),
        ];
        for panic in panics {
            assert!(std::thread::spawn(panic).join().is_err());
        }
    }
}
