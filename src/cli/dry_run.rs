//! What a dry run tells: about how long a run would take, and how much room.

use std::fmt;
use std::time::Duration;

use bytesize::ByteSize;
use indicatif::HumanDuration;
use serde::Serialize;

/// What a run would take, about.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Needs {
    pub seconds: u64,
    pub memory_bytes: u64,
    /// In the output folder, at most.
    pub disk_bytes: u64,
    pub waiting_on_disk_bytes: u64,
    /// The memory to keep to.
    #[serde(skip)]
    pub limit: u64,
}

impl fmt::Display for Needs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let told = ByteSize::b;
        let time = HumanDuration(Duration::from_secs(self.seconds));
        write!(f, "  time    {time}\n  memory  {}\n", told(self.memory_bytes))?;
        write!(f, "  disk    {} in the output folder, at most", told(self.disk_bytes))?;
        match self.waiting_on_disk_bytes {
            0 => Ok(()),
            waiting => write!(
                f,
                "\n          {} more while it runs: that does not fit into {} of memory",
                told(waiting),
                told(self.limit)
            ),
        }
    }
}
