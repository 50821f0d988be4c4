//! The arguments that seal a delivery, the same for `seal` and `pseudonymise --seal-to`.

use std::path::PathBuf;

use chrono::{Days, NaiveDate};
use clap::Args;

use super::failure::Failure;
use super::files;
use super::keys::Keys;
use crate::delivery::{Previous, Sealing};
use crate::key::identity::Recipient;
use crate::key::signing::SigningKey;
use crate::spec::{AGENCY_LETTERS, is_agency};

/// How long a delivery may be opened, unless its sender says otherwise.
const USUAL_DAYS: u64 = 90;

/// For whom and by whom a delivery is sealed.
#[derive(Debug, Args)]
pub struct SealingArguments {
    /// Who will be able to open it: a recipient `age1..`, or a file of recipients. May be given
    /// again.
    #[arg(long = "seal-to", visible_alias = "to", value_name = "RECIPIENT", requires_all = ["sign", "agency"])]
    recipients: Vec<String>,
    /// Your signing key.
    #[arg(long, value_name = "FILE", requires = "recipients")]
    sign: Option<PathBuf>,
    /// Your name in the receiver's list of senders.
    #[arg(long, value_name = "NAME", requires = "recipients")]
    agency: Option<String>,
    /// Your delivery before this one, of the same dataset and contents; without one, this is the
    /// first.
    #[arg(long, value_name = "DELIVERY", requires = "recipients")]
    previous: Option<PathBuf>,
    /// The last day on which it may be opened; 90 days from now if not given.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "recipients")]
    expires: Option<NaiveDate>,
}

/// What the arguments name, read.
pub struct SealingParts {
    recipients: Vec<Recipient>,
    signing_key: SigningKey,
    agency: String,
    previous: Option<Previous>,
    expires: NaiveDate,
}

impl SealingArguments {
    /// Reads what the arguments name; nothing if nothing is to be sealed.
    pub fn read(&self, keys: &Keys) -> Result<Option<SealingParts>, Failure> {
        let (Some(sign), Some(agency)) = (&self.sign, &self.agency) else { return Ok(None) };
        if !is_agency(agency) {
            return Err(Failure::usage(format!("--agency takes {AGENCY_LETTERS}")));
        }
        let today = super::today();
        let usual = today.checked_add_days(Days::new(USUAL_DAYS));
        let expires = self.expires.or(usual).unwrap_or(today);
        if expires < today {
            return Err(Failure::usage(format!(
                "a delivery that expired on {expires} is of no use"
            )));
        }
        let mut recipients = Vec::new();
        for recipient in &self.recipients {
            recipients.extend(files::recipients(recipient)?);
        }
        Ok(Some(SealingParts {
            recipients,
            signing_key: keys.signing(sign)?,
            agency: agency.clone(),
            previous: self.previous.as_deref().map(Previous::read).transpose()?,
            expires,
        }))
    }
}

impl SealingParts {
    /// As the library takes them.
    pub fn sealing(&self) -> Sealing<'_> {
        Sealing {
            recipients: &self.recipients,
            signing_key: &self.signing_key,
            agency: &self.agency,
            expires: self.expires,
            previous: self.previous.as_ref(),
        }
    }
}
