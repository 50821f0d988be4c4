"""clkhash: one Bloom filter of each row, of the columns of the five tokens.

usage: clkhash_encode.py CSV SCHEMA OUT THREADS
"""

import json
import sys

from clkhash.clk import generate_clk_from_csv
from clkhash.schema import from_json_file
from clkhash.serialization import serialize_bitarray

source, schema, out, threads = sys.argv[1:]
with open(schema, encoding="utf-8") as file:
    fields = from_json_file(file)
with open(source, encoding="utf-8") as rows:
    filters = generate_clk_from_csv(
        rows,
        "only a benchmark's secret",
        fields,
        validate=False,
        progress_bar=False,
        max_workers=int(threads),
    )
with open(out, "w", encoding="utf-8") as file:
    json.dump({"clks": [serialize_bitarray(one) for one in filters]}, file)
