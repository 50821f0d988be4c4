//! Published rates: how probable each level of agreement is before any pair was seen.

use super::{CLASSES, Of};

/// Where fitting starts: for the same person the error rates of UK health records validated by
/// NHS number (Cardinal et al., BMC Medical Informatics and Decision Making 23, 2023), with room
/// for poorer sources; for strangers how often two people share a name, date or place; siblings
/// share surname and address, twins the birth date too.
///
/// Columns: same person, siblings, twins, strangers.
pub(super) fn published(of: Of) -> Vec<[f64; CLASSES]> {
    match of {
        Of::GivenName => vec![
            [0.920, 0.0015, 0.0007, 0.006],
            [0.018, 0.0040, 0.0030, 0.003],
            [0.018, 0.0120, 0.0300, 0.012],
            [0.014, 0.0200, 0.0400, 0.020],
            [0.006, 0.0600, 0.0800, 0.050],
            [0.012, 0.0100, 0.0100, 0.015],
            [0.005, 0.0005, 0.0005, 0.00003],
            [0.007, 0.8920, 0.8358, 0.89397],
        ],
        Of::FamilyName => vec![
            [0.92, 0.85, 0.93, 0.003],
            [0.001, 0.001, 0.001, 0.001],
            [0.018, 0.018, 0.013, 0.009],
            [0.014, 0.014, 0.009, 0.014],
            [0.003, 0.006, 0.003, 0.060],
            [0.010, 0.005, 0.004, 0.010],
            // That names are swapped counts with the given name.
            [0.0, 0.0, 0.0, 0.0],
            [0.034, 0.106, 0.040, 0.903],
        ],
        Of::AnyName => vec![[0.50, 0.03, 0.03, 0.02], [0.50, 0.97, 0.97, 0.98]],
        Of::MoreNames => vec![[0.70, 0.06, 0.06, 0.04], [0.30, 0.94, 0.94, 0.96]],
        Of::Date => vec![
            [0.955, 0.0002, 0.955, 0.00016],
            [0.010, 0.00005, 0.010, 0.0002],
            [0.005, 0.0002, 0.005, 0.00006],
            [0.018, 0.0080, 0.018, 0.0090],
            [0.008, 0.0200, 0.008, 0.0200],
            [0.004, 0.97155, 0.004, 0.97058],
        ],
        Of::Postcode => vec![
            [0.70, 0.75, 0.75, 0.0002],
            [0.03, 0.03, 0.03, 0.002],
            [0.05, 0.04, 0.04, 0.010],
            [0.22, 0.18, 0.18, 0.9878],
        ],
        Of::Sex => vec![[0.993, 0.50, 0.63, 0.50], [0.007, 0.50, 0.37, 0.50]],
        Of::Identifier => {
            vec![[0.990, 0.0005, 0.0010, 0.000_002], [0.010, 0.9995, 0.9990, 0.999_998]]
        }
        Of::Code => {
            vec![[0.80, 0.30, 0.30, 0.0005], [0.08, 0.05, 0.05, 0.0095], [0.12, 0.65, 0.65, 0.990]]
        }
        Of::Text => {
            vec![[0.75, 0.60, 0.60, 0.02], [0.12, 0.08, 0.08, 0.04], [0.13, 0.32, 0.32, 0.94]]
        }
    }
}
