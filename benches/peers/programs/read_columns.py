"""The bound of what reads tables: every column read, nothing done with it. By pyarrow.

usage: read_columns.py THREADS TABLE...
"""

import sys

import pyarrow as pa
import pyarrow.parquet as pq

threads, *tables = sys.argv[1:]
pa.set_cpu_count(int(threads))
for table in tables:
    for batch in pq.ParquetFile(table).iter_batches(use_threads=int(threads) > 1):
        del batch
