//! Places: postcodes of real shapes in areas that do not exist, nested as real ones are.
//!
//! The Postal Address File has about 15 households a postcode, and of these some three in ten
//! have children: four to five families. Sectors, districts and areas differ widely in size.

use super::draw::{Draw, Purpose, mix};
use super::tradition::Tradition;

/// A postcode, by number; neighbours have near numbers.
pub(super) type Unit = u32;

/// Every postcode of the invented country.
#[derive(Debug)]
pub(super) struct Geography {
    sectors: Vec<Sector>,
    units: u32,
    seed: u64,
}

#[derive(Debug)]
struct Sector {
    first: Unit,
    /// The outward code and the digit: `AM4 7`.
    name: String,
}

impl Geography {
    /// Postcodes for so many families.
    pub(super) fn new(seed: u64, families: u32) -> Self {
        let wanted = (families / FAMILIES_PER_UNIT).max(FEWEST_UNITS);
        let mut draw = Draw::new(seed, Purpose::Geography, 0);
        let mut areas = invented_areas();
        draw.shuffle(&mut areas);
        let mut country = Self { sectors: Vec::new(), units: 0, seed };
        for area in areas.iter().cycle() {
            if country.units >= wanted {
                break;
            }
            country.add_area(area, wanted, &mut draw);
        }
        country
    }

    fn add_area(&mut self, area: &str, wanted: u32, draw: &mut Draw) {
        let districts = draw.between(3, 14) + draw.below(14);
        let is_metropolis = draw.percent(6);
        for district in 1..=districts {
            let mut outward = format!("{area}{district}");
            if is_metropolis && district < 10 {
                let letters = if area.len() == 1 { "ABCDEFGHJKPSTUW" } else { "ABEHMNPRVWXY" };
                outward.push(char::from(*draw.one(letters.as_bytes())));
            }
            for sector in 1..=draw.between(2, 9) {
                if self.units >= wanted {
                    return;
                }
                let name = format!("{outward} {}", sector % 10);
                self.sectors.push(Sector { first: self.units, name });
                self.units += draw.between(20, 160) + draw.below(140);
            }
        }
    }

    /// A postcode for a family to live in. Families of one tradition gather in some sectors more
    /// than in others, and postcodes differ in how many homes they have.
    pub(super) fn home(&self, tradition: Tradition, draw: &mut Draw) -> Unit {
        let candidates = if tradition.is_settled_everywhere() { 1 } else { CANDIDATES };
        (0..candidates)
            .map(|_| self.inhabited(draw))
            .max_by_key(|&unit| self.appeal(unit, tradition))
            .unwrap_or(0)
    }

    /// A postcode to move to: every second move is a short one.
    pub(super) fn next_home(&self, from: Unit, tradition: Tradition, draw: &mut Draw) -> Unit {
        if draw.percent(50) {
            let near = (from + draw.below(2 * SHORT_MOVE)).saturating_sub(SHORT_MOVE);
            if near != from && near < self.units {
                return near;
            }
        }
        self.home(tradition, draw)
    }

    /// Another postcode of the same sector, such as a neighbouring street's.
    pub(super) fn neighbour(&self, unit: Unit, draw: &mut Draw) -> Unit {
        let sector = self.sector(unit);
        let first = self.sectors[sector].first;
        let next = self.sectors.get(sector + 1).map_or(self.units, |next| next.first);
        first + draw.below(next - first)
    }

    /// The postcode as it is written.
    pub(super) fn postcode(&self, unit: Unit) -> String {
        let sector = &self.sectors[self.sector(unit)];
        // 7 and 400 have no common divisor, so that no pair comes twice.
        let pair = (7 * (unit - sector.first) + 3) % 400;
        let letter = |place: u32| char::from(INWARD_LETTERS[place as usize]);
        format!("{}{}{}", sector.name, letter(pair / 20), letter(pair % 20))
    }

    fn sector(&self, unit: Unit) -> usize {
        self.sectors.partition_point(|sector| sector.first <= unit) - 1
    }

    fn inhabited(&self, draw: &mut Draw) -> Unit {
        loop {
            let unit = draw.below(self.units);
            let homes = 1 + (mix(self.seed ^ u64::from(unit)) % 8);
            if u64::from(draw.below(8)) < homes {
                return unit;
            }
        }
    }

    fn appeal(&self, unit: Unit, tradition: Tradition) -> u64 {
        let sector = self.sector(unit) as u64;
        mix(self.seed ^ mix(sector << 8 | tradition as u64)) % 64
    }
}

const FAMILIES_PER_UNIT: u32 = 4;
const FEWEST_UNITS: u32 = 40;
const CANDIDATES: u32 = 4;
const SHORT_MOVE: u32 = 60;
const INWARD_LETTERS: &[u8; 20] = b"ABDEFGHJLNPQRSTUWXYZ";

/// Area letters that the grammar allows and no real area has.
fn invented_areas() -> Vec<String> {
    let mut areas = Vec::new();
    for first in "ABCDEFGHJKLMNOPRSTUWY".chars() {
        for second in std::iter::once(None).chain("ABCDEFGHKLMNOPQRSTUVWXY".chars().map(Some)) {
            let area: String = std::iter::once(first).chain(second).collect();
            if area != "NF" && !REAL_AREAS.split(' ').any(|real| real == area) {
                areas.push(area);
            }
        }
    }
    areas
}

const REAL_AREAS: &str = "AB AL B BA BB BD BF BH BL BN BR BS BT BX CA CB CF CH CM CO CR CT CV CW DA \
    DD DE DG DH DL DN DT DY E EC EH EN EX FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE \
    KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW OL OX PA PE PH PL PO PR RG \
    RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN \
    WR WS WV YO ZE";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_unit_has_a_postcode_of_its_own() {
        let country = Geography::new(3, 60_000);
        let postcodes: BTreeSet<String> =
            (0..country.units).map(|unit| country.postcode(unit)).collect();
        assert_eq!(postcodes.len(), country.units as usize);
        assert!(postcodes.iter().all(|postcode| (6..=8).contains(&postcode.len())));
    }

    #[test]
    fn a_neighbour_shares_the_sector() {
        let country = Geography::new(3, 60_000);
        let mut draw = Draw::new(3, Purpose::Order, 0);
        for _ in 0..1000 {
            let unit = country.home(Tradition::English, &mut draw);
            let neighbour = country.neighbour(unit, &mut draw);
            assert_eq!(country.sector(unit), country.sector(neighbour));
        }
    }

    #[test]
    fn no_area_is_a_real_one() {
        assert!(invented_areas().iter().all(|area| !REAL_AREAS.split(' ').any(|r| r == area)));
        assert!(invented_areas().len() > 300);
    }
}
