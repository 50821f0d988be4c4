"""Polars: the pairs of references whose tokens agree, by its lazy interface and streaming engine.

usage: polars_join.py LEFT RIGHT OUT THREADS
"""

import os
import sys

left, right, out, threads = sys.argv[1:]
os.environ["POLARS_MAX_THREADS"] = threads
import polars as pl  # noqa: E402  (reads the number of threads as it is loaded)

pairs = (
    pl.scan_parquet(left)
    .join(pl.scan_parquet(right), on="id", how="inner", suffix="_right", maintain_order="none")
    .select(left_ref="record_ref", right_ref="record_ref_right")
)
pairs.sink_parquet(out, compression="zstd", compression_level=1, engine="streaming")
