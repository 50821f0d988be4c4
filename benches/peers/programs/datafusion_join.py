"""DataFusion: the pairs of references whose tokens agree.

usage: datafusion_join.py LEFT RIGHT OUT THREADS
"""

import sys

from datafusion import SessionConfig, SessionContext

left, right, out, threads = sys.argv[1:]
context = SessionContext(SessionConfig().with_target_partitions(int(threads)))
context.register_parquet("l", left)
context.register_parquet("r", right)
context.sql(
    f"""
    copy (select l.record_ref as left_ref, r.record_ref as right_ref from l join r on l.id = r.id)
    to '{out}' stored as parquet options ('format.compression' 'zstd(1)')
    """
).collect()
