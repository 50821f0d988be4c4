"""DuckDB: the pairs of references whose tokens agree.

usage: duckdb_join.py LEFT RIGHT OUT THREADS
"""

import sys

import duckdb

left, right, out, threads = sys.argv[1:]
# As its guide to performance asks of those who do not need the order of rows.
con = duckdb.connect(config={"threads": int(threads), "preserve_insertion_order": False})
con.execute(
    f"""
    copy (
        select l.record_ref as left_ref, r.record_ref as right_ref
        from read_parquet('{left}') l join read_parquet('{right}') r on l.id = r.id
    ) to '{out}' (format parquet, compression zstd, compression_level 1)
    """
)
