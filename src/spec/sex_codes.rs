//! What a source's sex or gender codes stand for.

/// The canonical values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sex {
    /// Female.
    F,
    /// Male.
    M,
    /// Known to be neither, or indeterminate.
    X,
}

impl Sex {
    /// The canonical text.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::M => "M",
            Self::X => "X",
        }
    }

    /// The value with this canonical text.
    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        [Self::F, Self::M, Self::X].into_iter().find(|sex| sex.text() == text)
    }
}

/// What each code of a source means; a code may mean "not known".
///
/// The default is for sources that write F, M and X.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeMap(Vec<(String, Option<Sex>)>);

/// Why a declared code list is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeMapError {
    /// A meaning that does not exist.
    #[error(
        "the code {code:?} cannot mean {meaning:?}\nwrite F, M, X or, for 'not known', an empty text"
    )]
    UnknownMeaning {
        /// The source's code.
        code: String,
        /// What it was said to mean.
        meaning: String,
    },
    /// A code that is listed twice (case does not distinguish codes).
    #[error(
        "the code {code:?} is listed twice\nremove one of them; case does not distinguish codes"
    )]
    Repeated {
        /// The source's code.
        code: String,
    },
}

impl CodeMap {
    /// A map from pairs of a source's code and its meaning: `F`, `M`, `X`, or nothing for "not
    /// known".
    ///
    /// # Errors
    /// Another meaning, or a code listed twice.
    pub fn new<'text>(
        pairs: impl IntoIterator<Item = (&'text str, &'text str)>,
    ) -> Result<Self, CodeMapError> {
        let mut map = Self(Vec::new());
        for (code, meaning) in pairs {
            let sex = Sex::named(meaning);
            if sex.is_none() && !meaning.is_empty() {
                let (code, meaning) = (code.to_owned(), meaning.to_owned());
                return Err(CodeMapError::UnknownMeaning { code, meaning });
            }
            if map.meaning(code.trim()).is_some() {
                return Err(CodeMapError::Repeated { code: code.to_owned() });
            }
            map.0.push((code.trim().to_uppercase(), sex));
        }
        map.0.sort();
        Ok(map)
    }

    /// Every code, in order, with what it means.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, Option<Sex>)> {
        self.0.iter().map(|(code, sex)| (code.as_str(), *sex))
    }

    /// What a code means, if it is listed; there are few, so they are looked through.
    #[must_use]
    pub fn meaning(&self, code: &str) -> Option<Option<Sex>> {
        let is_listed = |listed: &str| {
            listed.eq_ignore_ascii_case(code) || !code.is_ascii() && listed == code.to_uppercase()
        };
        self.0.iter().find(|(listed, _)| is_listed(listed)).map(|&(_, sex)| sex)
    }
}

impl Default for CodeMap {
    fn default() -> Self {
        Self([Sex::F, Sex::M, Sex::X].map(|sex| (sex.text().to_owned(), Some(sex))).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_with_a_mistake_is_refused() {
        let (code, meaning) = ("1".to_owned(), "male".to_owned());
        assert_eq!(
            CodeMap::new([("1", "male")]),
            Err(CodeMapError::UnknownMeaning { code, meaning })
        );
        let code = "M".to_owned();
        assert_eq!(CodeMap::new([("m", "M"), ("M", "F")]), Err(CodeMapError::Repeated { code }));
    }
}
