//! What a session does with a real server.

use sealink_spark::session::{Batch, Error, Remote, Session, Values};

use crate::cluster::{Cluster, Engine};

/// All of a query's rows, each made of its batch.
pub fn all<T>(
    session: &Session,
    sql: &str,
    read: impl Fn(&Batch, usize) -> Result<T, Error>,
) -> Vec<T> {
    let mut rows = Vec::new();
    let done: Result<(), Error> = session.rows(sql, |batch| {
        for row in 0..batch.rows() {
            rows.push(read(&batch, row)?);
        }
        Ok(())
    });
    done.expect("the query runs");
    rows
}

/// What a query counts, as `n`.
pub fn count(session: &Session, sql: &str) -> i64 {
    all(session, sql, |batch, row| Ok(batch.i64("n")?.get(row).expect("a count")))[0]
}

/// Six values and a null.
fn with_null<T: Clone>(values: &[T]) -> Vec<Option<T>> {
    values.iter().cloned().map(Some).chain([None]).collect()
}

#[test]
fn every_type_goes_up_through_a_join_and_comes_back_bit_for_bit() {
    let Some(session) = Cluster::session_on(Engine::Spark) else { return };
    let doubles = [0.0, -0.0, f64::MIN_POSITIVE / 4.0, f64::MAX, 0.1 + 0.2, f64::NEG_INFINITY];
    let floats = [0.0_f32, -0.0, f32::MIN_POSITIVE / 4.0, f32::MAX, 0.1, f32::NEG_INFINITY];
    let binary = [vec![], vec![0], vec![0xFF; 16], b"ab".to_vec(), vec![0, 0], vec![0x80]];
    let lists = [vec![], vec![i64::MIN], vec![1, 2, 3], vec![0], vec![7; 9], vec![i64::MAX]];
    let small = [vec![], vec![i32::MIN], vec![1, 2, 3], vec![0], vec![7; 9], vec![i32::MAX]];
    let text = ["", "a", "Zo\u{eb}", "\u{0}", "\u{1F600}", "two words"].map(str::to_owned);
    let columns = vec![
        ("k", Values::I32((0..7).map(Some).collect())),
        ("i64", Values::I64(with_null(&[i64::MIN, -1, 0, 1, 2, i64::MAX]))),
        ("i16", Values::I16(with_null(&[i16::MIN, -1, 0, 1, 2, i16::MAX]))),
        ("i8", Values::I8(with_null(&[i8::MIN, -1, 0, 1, 2, i8::MAX]))),
        ("f64", Values::F64(with_null(&doubles))),
        ("f32", Values::F32(with_null(&floats))),
        ("yes", Values::Bool(with_null(&[true, false, true, true, false, false]))),
        ("bin", Values::Binary(with_null(&binary))),
        ("txt", Values::Text(with_null(&text))),
        ("l64", Values::I64List(with_null(&lists))),
        ("l32", Values::I32List(with_null(&small))),
    ];
    session.put("everything", columns).expect("it goes up");
    // Joined by the key, and repartitioned, so that every value crosses between executors.
    let sql = "SELECT a.* FROM (SELECT /*+ REPARTITION(3) */ * FROM everything) a \
               JOIN everything b ON a.k = b.k ORDER BY a.k";
    let numbers = all(&session, sql, |batch, row| {
        let bits = batch.f64("f64")?.get(row).map(f64::to_bits);
        let fewer = batch.f32("f32")?.get(row).map(f32::to_bits);
        Ok((
            batch.i64("i64")?.get(row),
            batch.i16("i16")?.get(row),
            batch.i8("i8")?.get(row),
            bits,
            fewer,
        ))
    });
    let rest = all(&session, sql, |batch, row| {
        let own = |bytes: &[u8]| bytes.to_vec();
        Ok((
            batch.bool("yes")?.get(row),
            batch.binary("bin")?.get(row).map(own),
            batch.text("txt")?.get(row).map(str::to_owned),
            batch.i64_list("l64")?.get(row).map(<[i64]>::to_vec),
            batch.i32_list("l32")?.get(row).map(<[i32]>::to_vec),
        ))
    });
    assert_eq!(numbers.len(), 7);
    for row in 0..6 {
        let ints = [i64::MIN, -1, 0, 1, 2, i64::MAX];
        assert_eq!(numbers[row].0, Some(ints[row]));
        assert_eq!(numbers[row].3, Some(doubles[row].to_bits()), "double {row}");
        assert_eq!(numbers[row].4, Some(floats[row].to_bits()), "float {row}");
        assert_eq!(rest[row].1.as_ref(), Some(&binary[row]));
        assert_eq!(rest[row].2.as_ref(), Some(&text[row]));
        assert_eq!(rest[row].3.as_ref(), Some(&lists[row]));
        assert_eq!(rest[row].4.as_ref(), Some(&small[row]));
    }
    assert_eq!((numbers[0].1, numbers[0].2), (Some(i16::MIN), Some(i8::MIN)));
    assert_eq!((rest[0].0, rest[1].0), (Some(true), Some(false)));
    assert_eq!(numbers[6], (None, None, None, None, None));
    assert_eq!(rest[6], (None, None, None, None, None));
}

#[test]
fn a_table_of_300_000_rows_and_8_columns_goes_up_whole() {
    let Some(session) = Cluster::session_on(Engine::Spark) else { return };
    let numbers = |step: i64| Values::I64((0..300_000).map(|row| Some(row * step)).collect());
    let names = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let columns = names.into_iter().zip(1..).map(|(name, step)| (name, numbers(step))).collect();
    session.put("large", columns).expect("it goes up");
    let sum = count(&session, "SELECT sum(a + b + c + d + e + f + g + h) AS n FROM large");
    assert_eq!(sum, 36 * 299_999 * 300_000 / 2);
    assert_eq!(count(&session, "SELECT count(DISTINCT a) AS n FROM large"), 300_000);
    // A second table of the name takes the place of the first.
    session.put("large", vec![("a", Values::I32(Vec::new()))]).expect("it goes up");
    assert_eq!(count(&session, "SELECT count(*) AS n FROM large"), 0);
}

#[test]
fn rows_come_in_order_batch_by_batch_and_a_reader_can_end_the_query() {
    let Some(session) = Cluster::session_on(Engine::Spark) else { return };
    let sql = "SELECT id, id * 2 AS twice FROM range(0, 3000000, 1, 4) ORDER BY id";
    let (mut next, mut batches) = (0, 0);
    let read: Result<(), Error> = session.rows(sql, |batch| {
        batches += 1;
        let (id, twice) = (batch.i64("id")?, batch.i64("twice")?);
        for row in 0..batch.rows() {
            assert_eq!((id.get(row), twice.get(row)), (Some(next), Some(2 * next)));
            next += 1;
        }
        Ok(())
    });
    read.expect("the query runs");
    assert_eq!(next, 3_000_000);
    assert!(batches > 4, "48 MB came in {batches} batches");

    let mut seen = 0;
    let ended = session.rows(sql, |batch| {
        seen += batch.rows();
        batch.i32("id").map(drop)
    });
    let told = ended.expect_err("the reader failed").to_string();
    assert!(told.contains("column id") && seen < 3_000_000, "{told}");
    assert_eq!(count(&session, "SELECT 1L AS n"), 1);
}

#[test]
fn a_failure_tells_its_class_and_no_value() {
    let Some(session) = Cluster::session_on(Engine::Spark) else { return };
    let told = |sql: &str| {
        let failed: Result<(), Error> = session.rows(sql, |_| Ok(()));
        failed.expect_err("it fails").to_string()
    };
    let missing = told("SELECT * FROM no_such_table");
    assert!(missing.contains("TABLE_OR_VIEW_NOT_FOUND (SQLSTATE 42P01)"), "{missing}");
    // Failing on an executor, where Spark's message quotes the cell.
    let cast = told("SELECT CAST(concat('SMITH', id) AS INT) AS n FROM range(0, 100, 1, 2)");
    assert!(cast.contains("CAST_INVALID_INPUT") && !cast.contains("SMITH"), "{cast}");
    let parsed = session.run("SELEC 'SMITH'").expect_err("it is no SQL").to_string();
    assert!(parsed.contains("PARSE_SYNTAX_ERROR") && !parsed.contains("SMITH"), "{parsed}");
    let explained =
        session.explain("SELECT SMITH FROM range(1)").expect_err("no column").to_string();
    assert!(explained.contains("UNRESOLVED_COLUMN") && !explained.contains("SMITH"), "{explained}");
}

#[test]
fn a_view_is_seen_by_its_session_alone_and_goes_with_it() {
    let Some(cluster) = Cluster::of(Engine::Spark) else { return };
    let (one, other) = (cluster.session(), cluster.session());
    one.run("CREATE TEMPORARY VIEW mine AS SELECT 1L AS n").expect("a view");
    assert_eq!(count(&one, "SELECT n FROM mine"), 1);
    assert!(other.run("CREATE TEMPORARY VIEW yours AS SELECT n FROM mine").is_err());
}

#[test]
fn a_plan_is_explained_with_estimates() {
    let Some(session) = Cluster::session_on(Engine::Spark) else { return };
    let plan = session.explain("SELECT id % 10 AS k, count(*) FROM range(1000) GROUP BY 1");
    let plan = plan.expect("a plan");
    for word in ["Statistics(sizeInBytes=", "Exchange hashpartitioning", "Aggregate"] {
        assert!(plan.contains(word), "{word} is in {plan}");
    }
}

#[test]
fn who_has_no_token_or_another_is_refused() {
    let Some(cluster) = Cluster::of(Engine::Spark) else { return };
    let remote = Remote::parse(cluster.remote()).expect("an address");
    let told = Session::connect(&remote).err().expect("it wants a token").to_string();
    assert!(told.contains("refused this user"), "{told}");
}

#[test]
fn nobody_at_the_address_is_told_soon() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("it has one").port();
    drop(listener);
    let remote = Remote::parse(&format!("sc://127.0.0.1:{port}")).expect("an address");
    let started = std::time::Instant::now();
    let told = Session::connect(&remote).err().expect("nobody is there").to_string();
    assert!(told.contains("does not answer"), "{told}");
    assert!(started.elapsed().as_secs() < 30);
}
