"""Splink on DuckDB: trains, predicts and clusters cleartext tables; writes the clusters.

usage: splink_link.py FOLDER OUT THREADS PAIRS

PAIRS are sampled for u.
The model is that of the measure of quality (benches/quality/splink_models.py).
"""

import sys
from pathlib import Path

from splink import DuckDBAPI

sys.path.append(str(Path(__file__).resolve().parents[2] / "quality"))
import splink_models  # noqa: E402  (found by the line above)

THRESHOLD = 0.5


def main():
    folder, out, threads, pairs = sys.argv[1:]
    model, db = splink_models.synth(), DuckDBAPI()
    db.duckdb_con.execute(f"set threads = {int(threads)}")
    frames = [table(db, model, file) for file in sorted(Path(folder).glob("*.parquet"))]
    linker = splink_models.trained(model, frames, float(pairs))
    found = linker.inference.predict(threshold_match_probability=THRESHOLD)
    people = linker.clustering.cluster_pairwise_predictions_at_threshold(
        found, threshold_match_probability=THRESHOLD
    )
    people.as_duckdbpyrelation().project("unique_id, cluster_id").write_parquet(
        out, compression="zstd"
    )


def table(db, model, file):
    more = "".join(f", {sql} as {name}" for name, sql in model.derived.items())
    name = f"cleartext_{file.stem}"
    db.duckdb_con.execute(f"create table {name} as select *{more} from read_parquet('{file}')")
    return db.register(name, dataset_display_name=file.stem)


main()
