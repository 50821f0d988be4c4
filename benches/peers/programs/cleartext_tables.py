"""The cleartext of made-up agencies as Parquet, cleaned as for the measure of quality.

usage: cleartext_tables.py FOLDER OUT

Not measured: Splink is given clean tables, and sealink's cleaning is part of `pseudonymise`.
"""

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.append(str(Path(__file__).resolve().parents[2] / "quality"))
import cleartext  # noqa: E402  (found by the line above)

folder, out = map(Path, sys.argv[1:])
out.mkdir()
for source in sorted(folder.glob("*/source.toml")):
    dataset = source.parent.name
    file = [(dataset, source, source.parent / "records.csv")]
    rows = cleartext.read_set(folder / "linkage.toml", file)[dataset]
    columns = {
        name: pa.array(
            [row[name] for row in rows],
            pa.list_(pa.string()) if name.endswith("_all") else pa.string(),
        )
        for name in rows[0]
    }
    columns["unique_id"] = pa.array([f"{dataset} {row['record_id']}" for row in rows])
    pq.write_table(pa.table(columns), out / f"{dataset}.parquet", compression="zstd")
