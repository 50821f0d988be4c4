//! How much memory a command keeps to.

use bytesize::ByteSize;
use clap::Args;
use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// The least that is of use: less would write every row by itself.
const LEAST: u64 = 1 << 16;

/// Where the system does not tell what there is.
const UNTOLD: u64 = 1 << 30;

/// Without a word from the user, this share of the machine's.
const SHARE: u64 = 4;

/// The memory that a command keeps to.
#[derive(Debug, Args)]
pub struct MemoryArguments {
    /// Memory to keep to, about, such as 2GiB; what does not fit waits, encrypted, on disk. A
    /// quarter of the machine's if not given. Results do not depend on it.
    #[arg(long, value_name = "SIZE")]
    memory: Option<ByteSize>,
}

impl MemoryArguments {
    /// In bytes.
    pub fn bytes(&self) -> u64 {
        self.memory.map_or_else(usual, |memory| memory.as_u64()).max(LEAST)
    }
}

/// A share of what the machine has, or of what this process's group of processes may have.
pub fn usual() -> u64 {
    let asked = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let Ok(system) = System::new_with_specifics(asked) else { return UNTOLD };
    let group = system.cgroup_limits().map_or(u64::MAX, |limits| limits.total_memory);
    match group.min(system.total_memory()) / SHARE {
        0 => UNTOLD,
        share => share,
    }
}
