//! What the generated SQL leans on, on both servers: that ids follow an order, that arithmetic is
//! that of the types, that a scratch space can be had and goes again, that a lost worker loses
//! nothing.

use std::path::Path;
use std::thread;
use std::time::Duration;

use sealink_spark::session::{Error, Session, Values};

use crate::cluster::{Cluster, Engine};
use crate::session::{all, count};

const ENGINES: [Engine; 2] = [Engine::Spark, Engine::Sail];

/// The same on each server that this machine can run.
fn on_each(test: impl Fn(&Cluster, &Session)) {
    for engine in ENGINES {
        if let Some(cluster) = Cluster::of(engine) {
            test(cluster, &cluster.session());
        }
    }
}

/// 100,000 rows in five partitions, of random references and two datasets.
fn put_references(session: &Session) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u128;
    let mut reference = || {
        state = state.wrapping_mul(0xDA94_2042_E4DD_58B5_2360_ED05_1FC6_5DA5).wrapping_add(1);
        (state >> 7).to_be_bytes().to_vec()
    };
    let references = (0..100_000).map(|_| Some(reference())).collect();
    let datasets = (0..100_000).map(|row| Some(i16::from(row % 3 == 0))).collect();
    let columns = vec![("ds", Values::I16(datasets)), ("ref", Values::Binary(references))];
    session.put("refs", columns).expect("it goes up");
}

fn uri(folder: &Path) -> String {
    format!("file://{}", folder.display())
}

/// Whether a written table holds all rows, each with an id of its own, in the order of dataset and
/// of the references' unsigned bytes.
fn is_numbered_in_order(session: &Session, table: &str) -> bool {
    let sql = format!("SELECT id, ds, ref FROM parquet.`{table}` ORDER BY id");
    let rows = all(session, &sql, |batch, row| {
        let reference = batch.binary("ref")?.get(row).map(<[u8]>::to_vec);
        Ok((batch.i16("ds")?.get(row), reference))
    });
    let ids = count(session, &format!("SELECT count(DISTINCT id) AS n FROM parquet.`{table}`"));
    rows.len() == 100_000 && ids == 100_000 && rows.is_sorted_by(|one, next| one < next)
}

/// Sail takes the sort for unneeded where the rows are written, so that this holds on Spark alone.
#[test]
fn ids_given_after_a_sort_ascend_in_its_order_on_spark() {
    let Some(cluster) = Cluster::of(Engine::Spark) else { return };
    let session = cluster.session();
    put_references(&session);
    let out = uri(&cluster.scratch("sorted"));
    let numbered = format!(
        "INSERT OVERWRITE DIRECTORY '{out}' USING parquet \
         SELECT monotonically_increasing_id() AS id, ds, ref \
         FROM (SELECT ds, ref FROM refs ORDER BY ds, ref)"
    );
    session.run(&numbered).expect("it is written");
    assert!(is_numbered_in_order(&session, &out));
}

/// No sort of the whole, and ids without gaps: places within the references' first byte, and where
/// each byte's begin. Sail orders a window by binary values only if its frame is one of rows.
#[test]
fn ids_counted_in_ranges_ascend_without_gaps_on_every_server() {
    on_each(|cluster, session| {
        put_references(session);
        let out = uri(&cluster.scratch("ranged"));
        let numbered = format!(
            "INSERT OVERWRITE DIRECTORY '{out}' USING parquet \
             WITH r AS (SELECT ds, ref, substring(hex(ref), 1, 2) AS byte FROM refs), \
             sizes AS (SELECT ds, byte, count(*) AS size FROM r GROUP BY ds, byte), \
             ends AS (SELECT ds, byte, sum(size) OVER (ORDER BY ds, byte) - size AS start \
                      FROM sizes) \
             SELECT e.start + row_number() OVER (PARTITION BY r.ds, r.byte ORDER BY r.ref \
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - 1 AS id, r.ds, r.ref \
             FROM r JOIN ends e ON r.ds = e.ds AND r.byte = e.byte"
        );
        session.run(&numbered).expect("it is written");
        assert!(is_numbered_in_order(session, &out), "on {}", cluster.remote());
        assert_eq!(count(session, &format!("SELECT max(id) AS n FROM parquet.`{out}`")), 99_999);
    });
}

#[test]
fn arithmetic_of_floats_is_of_single_precision() {
    on_each(|_, session| {
        let (a, b) = (1.1_f32, 0.7_f32);
        let columns = vec![("a", Values::F32(vec![Some(a)])), ("b", Values::F32(vec![Some(b)]))];
        session.put("floats", columns).expect("it goes up");
        let sql = "SELECT a - b AS less, a + b AS more, CAST(1 AS FLOAT) - b AS rest FROM floats";
        let row = all(session, sql, |batch, row| {
            let read = |name| Ok::<_, Error>(batch.f32(name)?.get(row).expect("a value").to_bits());
            Ok([read("less")?, read("more")?, read("rest")?])
        });
        assert_eq!(row, [[a - b, a + b, 1.0 - b].map(f32::to_bits)]);
    });
}

#[test]
fn lists_bits_and_windows_are_those_of_the_standard_functions() {
    on_each(|_, session| {
        let sql = "SELECT array_sort(collect_list(id)) AS all, \
                   filter(array(1L, 2L, 3L), x -> array_contains(array(2L, 3L), x)) AS some, \
                   bit_or(shiftleft(1L, CAST(id AS INT))) AS bits, shiftright(-5L, 1) AS half, \
                   size(array(1, 2)) AS size FROM range(0, 4, 1, 2)";
        let rows = all(session, sql, |batch, row| {
            let list =
                |name| Ok::<_, Error>(batch.i64_list(name)?.get(row).expect("a list").to_vec());
            let numbers = (batch.i64("bits")?.get(row), batch.i64("half")?.get(row));
            Ok((list("all")?, list("some")?, numbers, batch.i32("size")?.get(row)))
        });
        let expected = (vec![0, 1, 2, 3], vec![2, 3], (Some(15), Some(-3)), Some(2));
        assert_eq!(rows, [expected]);
        let best = "SELECT id FROM (SELECT id, row_number() OVER \
                    (PARTITION BY id % 3 ORDER BY id DESC) AS place FROM range(10)) \
                    WHERE place = 1 ORDER BY id";
        let best = all(session, best, |batch, row| Ok(batch.i64("id")?.get(row)));
        assert_eq!(best, [Some(7), Some(8), Some(9)]);
    });
}

#[test]
fn a_scratch_database_is_written_read_and_goes_with_its_files() {
    let Some(cluster) = Cluster::of(Engine::Spark) else { return };
    let session = cluster.session();
    let folder = cluster.scratch("database").join("inner");
    let create = format!("CREATE DATABASE scratch_of_a_test LOCATION '{}'", uri(&folder));
    session.run(&create).expect("a database");
    let table = "CREATE TABLE scratch_of_a_test.t USING parquet AS SELECT id FROM range(1000)";
    session.run(table).expect("a table");
    assert_eq!(count(&session, "SELECT sum(id) AS n FROM scratch_of_a_test.t"), 499_500);
    assert!(folder.join("t").exists());
    session.run("DROP DATABASE scratch_of_a_test CASCADE").expect("it goes");
    assert!(!folder.exists());
}

#[test]
fn a_files_end_is_read_through_spark() {
    let Some(cluster) = Cluster::of(Engine::Spark) else { return };
    let session = cluster.session();
    let out = uri(&cluster.scratch("whole"));
    let write = format!("INSERT OVERWRITE DIRECTORY '{out}' USING parquet SELECT id FROM range(9)");
    session.run(&write).expect("it is written");
    let sql = format!(
        "SELECT length, substring(content, -8) AS end FROM binaryFile.`{out}` ORDER BY length"
    );
    let ends = all(&session, &sql, |batch, row| {
        let end = batch.binary("end")?.get(row).expect("bytes").to_vec();
        Ok((batch.i64("length")?.get(row).expect("a length"), end))
    });
    assert!(!ends.is_empty());
    for (length, end) in ends {
        assert!(length > 12 && end.ends_with(b"PAR1"), "{length}");
    }
}

#[test]
fn a_join_and_its_writing_outlive_a_worker() {
    let Some(cluster) = Cluster::of(Engine::Spark) else { return };
    let session = cluster.session();
    let out = uri(&cluster.scratch("outlived"));
    session.run("SET spark.sql.autoBroadcastJoinThreshold = -1").expect("an option");
    session
        .run(
            "CREATE TEMPORARY VIEW keys AS SELECT unhex(md5(CAST(id AS STRING))) AS k, id \
              FROM range(0, 2000000, 1, 8)",
        )
        .expect("a view");
    let sql = format!(
        "INSERT OVERWRITE DIRECTORY '{out}' USING parquet \
         SELECT a.id AS x, b.id AS y FROM keys a JOIN keys b ON a.k = b.k"
    );
    thread::scope(|scope| {
        let written = scope.spawn(|| session.run(&sql));
        thread::sleep(Duration::from_secs(4));
        let killed = cluster.kill_worker(2);
        written.join().expect("it does not panic").expect("it is written");
        drop(killed);
    });
    let written = |what: &str| count(&session, &format!("SELECT {what} AS n FROM parquet.`{out}`"));
    assert_eq!(written("count(*)"), 2_000_000);
    assert_eq!(written("sum(x + y)"), 1_999_999 * 2_000_000);
}
