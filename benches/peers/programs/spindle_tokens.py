"""spindle-token: the first five tokens of OPPRL version 2 of each row, on Spark.

usage: spindle_tokens.py CSV OUT THREADS
"""

import os
import sys

from pyspark.sql import SparkSession
from spindle_token import generate_pem_keys, tokenize
from spindle_token.opprl import OpprlV2 as v2

source, out, threads = sys.argv[1:]
# Its workers find the same libraries.
os.environ["PYSPARK_PYTHON"] = sys.executable
spark = (
    SparkSession.builder.master(f"local[{threads}]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.parquet.compression.codec", "zstd")
    .config("spark.hadoop.parquet.compression.codec.zstd.level", "1")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
columns = {
    v2.first_name: "forename",
    v2.last_name: "surname",
    v2.gender: "sex",
    v2.birth_date: "birth_date",
}
wanted = [v2.token1, v2.token2, v2.token3, v2.token4, v2.token5]
key, _ = generate_pem_keys()
# Two partitions a thread, so that a small file keeps all of them at work.
rows = spark.read.csv(source, header=True).repartition(2 * int(threads))
made = tokenize(rows, columns, wanted, key)
made.select("record_id", *(token.name for token in wanted)).write.parquet(out)
