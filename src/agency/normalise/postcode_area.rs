//! The postcode areas: the letters with which a real postcode can begin.

/// Whether a postcode area of the United Kingdom or a Crown dependency has these letters.
pub fn is_area(letters: &[u8]) -> bool {
    let (first, bit) = match *letters {
        [first] => (first, ALONE),
        [first, second @ b'A'..=b'Z'] => (first, 1 << (second - b'A')),
        _ => return false,
    };
    first.is_ascii_uppercase() && SECOND_LETTERS[usize::from(first - b'A')] & bit != 0
}

const AREAS: &str = "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA DD \
    DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA \
    KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG RH \
    RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN WR \
    WS WV YO ZE";

const ALONE: u32 = 1 << 26;

/// For each first letter, a bit for each second letter, and one for none.
const SECOND_LETTERS: [u32; 26] = {
    let text = AREAS.as_bytes();
    let mut table = [0; 26];
    let mut at = 0;
    while at < text.len() {
        let first = (text[at] - b'A') as usize;
        at += 1;
        if at == text.len() || text[at] == b' ' {
            table[first] |= ALONE;
        } else {
            table[first] |= 1 << (text[at] - b'A');
            at += 1;
        }
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_the_list_and_nothing_else() {
        assert!(AREAS.split(' ').all(|area| is_area(area.as_bytes())));
        let bits: u32 = SECOND_LETTERS.iter().map(|letters| letters.count_ones()).sum();
        assert_eq!(usize::try_from(bits), Ok(AREAS.split(' ').count()));
        assert_eq!(AREAS.split(' ').count(), 126);
        assert!(!is_area(b"") && !is_area(b"AA") && !is_area(b"A") && !is_area(b"A1"));
    }
}
