"""DuckDB: the tables of an extract, from a person map and payload tables.

usage: duckdb_extract.py MAP OUT THREADS ORDERED PAYLOAD...

ORDERED is 1 for rows in the order of persons, as sealink writes them, or 0 for any order.
"""

import sys
from pathlib import Path

import duckdb

map_, out, threads, ordered, *payloads = sys.argv[1:]
con = duckdb.connect(config={"threads": int(threads), "preserve_insertion_order": False})
order = "order by all" if ordered == "1" else ""
datasets = [Path(payload).name.split(".")[0] for payload in payloads]
Path(out).mkdir()


def write(name, query):
    file = Path(out) / f"{name}.parquet"
    form = "format parquet, compression zstd, compression_level 1"
    con.execute(f"copy ({query} {order}) to '{file}' ({form})")


for dataset, payload in zip(datasets, payloads, strict=True):
    write(
        dataset,
        f"""
        select 'p' || lower(hex(m.person_id)) as person_id, p.* exclude (record_ref)
        from read_parquet('{payload}') p join read_parquet('{map_}') m using (record_ref)
        where m.dataset = '{dataset}'
        """,
    )
held = ", ".join(f"bool_or(dataset = '{name}') as in_{name}" for name in datasets)
write(
    "people",
    f"""
    select 'p' || lower(hex(person_id)) as person_id, {held}, count(*) as records,
        max(link_status) as link_status, min(probability) as probability
    from read_parquet('{map_}') group by person_id
    """,
)
