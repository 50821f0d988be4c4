//! A file of which nothing is known: an error, or a profile in which every cell of every column is
//! counted once, and whose proposal can be read if it leaves nothing open.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;
use sealink::agency::{Input, Profile, Profiled, profile};
use sealink::observe::Silent;
use sealink::spec::{Linkage, Source};

fuzz_target!(|bytes: &[u8]| {
    let linkage = Linkage::parse("linkage.toml", file::LINKAGE).expect("a spec");
    file::with_file(bytes, |path| {
        for has_header in [false, true] {
            let job = Profile {
                linkage: &linkage,
                dataset: Some("a"),
                inputs: &[Input::from(path)],
                encoding: Default::default(),
                delimiter: None,
                has_header,
            };
            if let Ok(profiled) = profile(&job, &Silent) {
                look_at(&profiled, &linkage);
            }
        }
    });
});

fn look_at(profiled: &Profiled, linkage: &Linkage) {
    for column in &profiled.columns {
        let cells = column.valid + column.missing + column.placeholder + column.refused;
        assert_eq!(cells, profiled.rows - profiled.left_out);
        assert_eq!(column.name.is_some(), profiled.header);
    }
    let Some(proposal) = &profiled.proposal else { return };
    if !proposal.contains("\n# DECIDE") {
        Source::parse("source.toml", proposal, linkage).expect("it leaves nothing open");
    }
}
