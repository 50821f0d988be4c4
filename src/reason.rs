//! The operating system's reason for refusing, without any path: whose file it was is for the
//! caller to say.

use std::io;

/// The reason as the system words it.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    if let Some(code) = error.raw_os_error() {
        return io::Error::from_raw_os_error(code).to_string();
    }
    // The library for passing files wraps the system's error to add its own path to it.
    let text = error.to_string();
    match text.split_once(" at path \"") {
        Some((reason, _)) => reason.to_owned(),
        None => error.kind().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_the_systems_and_holds_no_path() {
        let missing = tempfile::Builder::new().tempfile_in("/no/such/folder");
        let told = reason(&missing.expect_err("there is no such folder"));
        assert!(told.contains("No such file") && !told.contains("/no/"), "{told}");
        assert_eq!(reason(&io::ErrorKind::InvalidData.into()), "invalid data");
        assert!(reason(&io::Error::from_raw_os_error(24)).contains("Too many open files"));
    }
}
