//! Words that are no name of their own: titles, generations and particles.

/// Drops titles at the start and generations at the end of a name, but never its last word.
pub fn strip(name: &mut String) {
    let mut start = 0;
    while let Some(end) = space_after(name, start) {
        if !is_title(&name.as_bytes()[start..end]) {
            break;
        }
        start = end + 1;
    }
    if start > 0 {
        name.drain(..start);
    }
    while let Some((rest, last)) = name.rsplit_once(' ') {
        if !is_generation(last.as_bytes()) {
            break;
        }
        name.truncate(rest.len());
    }
}

/// Joins particles to the word that follows, as often as it takes (`DE LA CRUZ` is `DELACRUZ`);
/// tells whether there were any.
pub fn join_particles(name: &mut String) -> bool {
    let mut joined = false;
    while join_once(name) {
        joined = true;
    }
    joined
}

/// Whether a word is a particle, which says little on its own.
#[must_use]
pub fn is_particle(word: &[u8]) -> bool {
    word.len() <= LONGEST_PARTICLE
        && matches!(
            word,
            b"O" | b"DE"
                | b"DA"
                | b"DU"
                | b"DI"
                | b"DO"
                | b"LA"
                | b"LE"
                | b"AL"
                | b"EL"
                | b"UL"
                | b"UR"
                | b"BA"
                | b"ST"
                | b"MC"
                | b"DEL"
                | b"DER"
                | b"DEN"
                | b"DOS"
                | b"DAS"
                | b"LAS"
                | b"LOS"
                | b"MAC"
                | b"VAN"
                | b"VON"
                | b"BIN"
                | b"IBN"
                | b"SAN"
                | b"TEN"
                | b"TER"
                | b"ABU"
                | b"BINT"
                | b"DELLA"
                | b"SANTA"
        )
}

const LONGEST_PARTICLE: usize = 5;

/// One pass from left to right. A joined word is looked at again, by its whole and by the
/// particle joined last. `O` is also an initial, so it is joined to longer words alone.
fn join_once(name: &mut String) -> bool {
    let (mut word, mut part, mut joined) = (0, 0, false);
    while let Some(end) = space_after(name, part) {
        let text = name.as_bytes();
        let next = space_after(name, end + 1).unwrap_or(name.len()) - (end + 1);
        let joins = is_particle(&text[word..end]) || is_particle(&text[part..end]);
        if joins && (next > 1 || &text[part..end] != b"O") {
            name.remove(end);
            part = end;
            joined = true;
        } else {
            word = end + 1;
            part = word;
        }
    }
    joined
}

fn space_after(name: &str, start: usize) -> Option<usize> {
    let rest = name.as_bytes().get(start..)?;
    rest.iter().position(|&byte| byte == b' ').map(|at| start + at)
}

fn is_title(word: &[u8]) -> bool {
    matches!(
        word,
        b"MR"
            | b"MRS"
            | b"MISS"
            | b"MS"
            | b"MX"
            | b"MSTR"
            | b"MASTER"
            | b"DR"
            | b"PROF"
            | b"SIR"
            | b"LADY"
            | b"LORD"
            | b"DAME"
            | b"REV"
            | b"REVD"
    )
}

/// `V` and `I` are left out, because they are initials too.
fn is_generation(word: &[u8]) -> bool {
    matches!(word, b"JR" | b"JNR" | b"SR" | b"SNR" | b"II" | b"III" | b"IV" | b"ESQ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(name: &str) -> String {
        let mut name = name.to_owned();
        join_particles(&mut name);
        name
    }

    #[test]
    fn particles_are_joined_to_what_follows() {
        for (name, expected) in [
            ("DE LA CRUZ", "DELACRUZ"),
            ("MARIA DOS SANTOS", "MARIA DOSSANTOS"),
            ("IBN AL HASSAN", "IBNALHASSAN"),
            ("O BRIEN", "OBRIEN"),
            ("O J", "O J"),
            ("O O BRIEN", "OOBRIEN"),
            ("DE L CRUZ", "DELCRUZ"),
            ("NGUYEN LE", "NGUYEN LE"),
            ("VAN", "VAN"),
        ] {
            assert_eq!(joined(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_never_loses_its_last_word() {
        for (name, expected) in
            [("MR DR", "DR"), ("JR SR", "JR"), ("DR JR", "JR"), ("MR A II", "A")]
        {
            let mut stripped = name.to_owned();
            strip(&mut stripped);
            assert_eq!(stripped, expected, "{name}");
        }
    }
}
