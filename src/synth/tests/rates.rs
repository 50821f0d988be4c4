//! Rates among 20,000 children, within what chance allows.

use std::sync::LazyLock;

use super::{Agency, BTreeMap, Cells, ErrorScale, World};

static WORLD: LazyLock<World> = LazyLock::new(|| World::new(20_000, ErrorScale::USUAL));

/// How many of 10,000.
fn share(part: usize, whole: usize) -> usize {
    part * 10_000 / whole
}

fn upper(cell: &str) -> String {
    cell.trim().to_uppercase()
}

#[test]
fn common_names_are_as_common_as_they_should_be() {
    let records = WORLD.records(Agency::Health);
    let mut surnames: BTreeMap<String, usize> = BTreeMap::new();
    for record in &records {
        *surnames.entry(upper(&record["surname"])).or_default() += 1;
    }
    let most = surnames.values().copied().max().unwrap_or(0);
    let smiths = surnames["SMITH"];
    assert!((70..140).contains(&share(smiths, records.len())), "{smiths}");
    assert!(share(most, records.len()) < 150, "{most}");
    assert!(surnames.len() > 5000, "{}", surnames.len());

    let boys: Vec<&Cells> = records.iter().filter(|record| record["gender"] == "1").collect();
    let named = |names: &[&str]| {
        boys.iter().filter(|boy| names.contains(&upper(&boy["forename"]).as_str())).count()
    };
    let honoured = named(&["MUHAMMAD", "MOHAMMED", "MOHAMMAD", "MOHAMED", "MOHAMAD", "MUHAMMED"]);
    assert!((120..230).contains(&share(honoured, boys.len())), "{honoured}");
    assert!((40..140).contains(&share(named(&["OLIVER"]), boys.len())));
}

#[test]
fn coverage_and_duplicates_are_as_they_should_be() {
    let of = |agency: Agency| &WORLD.made.agencies[agency as usize];
    for (agency, covered, again) in [
        (Agency::Health, 8500..9500, 90..250),
        (Agency::Education, 6000..7500, 50..160),
        (Agency::SocialCare, 900..1300, 20..250),
        (Agency::Police, 450..800, 900..1900),
    ] {
        let (records, children) = (of(agency).records as usize, of(agency).children as usize);
        assert!(covered.contains(&share(children, 20_000)), "{}: {children}", agency.dataset());
        let share = share(records - children, children);
        assert!(again.contains(&share), "{}: {share}", agency.dataset());
    }
    let numbered = |agency| share(of(agency).with_nhs_number as usize, of(agency).records as usize);
    assert!((9500..9800).contains(&numbered(Agency::Health)));
    assert!((5400..6500).contains(&numbered(Agency::SocialCare)));
    assert_eq!(of(Agency::Police).with_nhs_number, 0);
}

#[test]
fn twins_are_three_in_a_hundred_children() {
    let details = WORLD.rows("truth_detail.csv");
    let twins = details.iter().filter(|row| row["twin"] == "1").count();
    assert!((230..400).contains(&share(twins, details.len())), "{twins}");
    assert!(details.iter().all(|row| row["twin"] == "0" || row["sibling"] == "1"));
}

#[test]
fn health_and_schools_differ_as_published_rates_have_it() {
    let health = WORLD.by_child(Agency::Health);
    let (mut pairs, mut postcodes, mut dates, mut surnames) = (0, 0, 0, 0);
    for (child, records) in WORLD.by_child(Agency::Education) {
        for (school, patient) in records
            .iter()
            .flat_map(|r| health.get(&child).into_iter().flatten().map(move |h| (r, h)))
        {
            let place = |cells: &Cells| cells["postcode"].replace(' ', "");
            let (here, there) = (place(school), place(patient));
            pairs += 1;
            postcodes += usize::from(here != there && !here.is_empty() && !there.is_empty());
            surnames += usize::from(upper(&school["surname"]) != upper(&patient["surname"]));
            dates += usize::from(!same_date(&school["dob"], &patient["date_of_birth"]));
        }
    }
    assert!(pairs > 10_000);
    assert!((2100..3100).contains(&share(postcodes, pairs)), "{postcodes}");
    assert!((15..70).contains(&share(dates, pairs)), "{dates}");
    assert!((250..750).contains(&share(surnames, pairs)), "{surnames}");
}

/// Whether `2012-Jan-21 00:00:00` and `2012-01-21` are one day.
fn same_date(census: &str, iso: &str) -> bool {
    let months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut parts = census.split(['-', ' ']);
    let (year, month, day) = (parts.next(), parts.next(), parts.next());
    let month = months.iter().position(|name| Some(*name) == month).map_or(0, |at| at + 1);
    iso == format!("{}-{month:02}-{}", year.unwrap_or(""), day.unwrap_or(""))
}

#[test]
fn numbers_in_the_files_pass_their_checks() {
    let (mut good, mut bad) = (0, 0);
    for record in WORLD.records(Agency::Health) {
        let digits: Vec<u32> =
            record["nhs_number"].chars().filter_map(|c| c.to_digit(10)).collect();
        if digits.is_empty() {
            continue;
        }
        let sum: u32 = (1..=10).rev().zip(&digits).map(|(weight, digit)| weight * digit).sum();
        if digits.len() == 10 && sum.is_multiple_of(11) && digits[0] == 9 {
            good += 1
        } else {
            bad += 1
        }
    }
    assert!(good > 16_000 && (5..120).contains(&bad), "{bad}");
    let letters = "ABCDEFGHJKLMNPQRTUVWXYZ";
    for record in WORLD.records(Agency::Education) {
        let upn = &record["upn"];
        let value = |c: char| c.to_digit(10).map_or_else(|| letters.find(c), |d| Some(d as usize));
        let sum: usize =
            (2..).zip(upn.chars().skip(1)).map(|(place, c)| place * value(c).unwrap_or(0)).sum();
        let is_good = upn.starts_with(char::from(letters.as_bytes()[sum % 23]));
        good += usize::from(!upn.is_empty() && is_good);
        bad += usize::from(!upn.is_empty() && !is_good);
    }
    assert!(good > 28_000 && bad < 140, "{bad}");
}
