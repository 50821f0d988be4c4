"""Reads every file that the demo made with pyarrow and duckdb, checks the contract's columns, and
runs the examples of its extract.

usage: read_outputs.py DEMO_FOLDER
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import textwrap

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat

TOKEN = pa.binary(16)
demo = pathlib.Path(sys.argv[1])
tables = sorted(demo.rglob("*.parquet"))
assert len(tables) == 4 * 3 + 2 + 5, [str(t) for t in tables]


def manifest(file):
    return json.loads(file.schema_arrow.metadata[b"sealink"])


def first(query):
    """The first row that duckdb answers."""
    return duckdb.sql(query).fetchall()[0]


def footer_tells_nothing(file, columns):
    """No statistics, index or dictionary for token columns, and one known writer."""
    metadata = file.metadata
    assert metadata.created_by == "sealink", metadata.created_by
    keys = {b"sealink", b"sealink.checksum"}
    assert set(metadata.metadata) == keys, set(metadata.metadata)
    for group in range(metadata.num_row_groups):
        for place in range(metadata.num_columns):
            column = metadata.row_group(group).column(place)
            assert not column.is_stats_set
            assert not column.has_offset_index and not column.has_column_index
            if column.path_in_schema in columns:
                assert column.compression == "UNCOMPRESSED", column
                assert not column.has_dictionary_page
                assert "PLAIN" in column.encodings
                assert not any("DICTIONARY" in encoding for encoding in column.encodings)


rows = 0
for path in tables:
    file = pq.ParquetFile(path)
    table = file.read()
    about = manifest(file)
    assert about["rows"] == table.num_rows, path
    assert about["protocol"] == "sealink/1", path
    tokens = [field.name for field in table.schema if field.type == TOKEN]
    footer_tells_nothing(file, tokens)
    if path.name.endswith(".tokens.parquet"):
        assert table.schema.names[0] == "record_ref"
        assert len(tokens) == table.num_columns
        assert table["record_ref"].null_count == 0
        refs = table["record_ref"].to_pylist()
        assert refs == sorted(refs)
    counted = first(f"select count(*) from read_parquet('{path}')")[0]
    assert counted == table.num_rows, path
    rows += counted

maps = first(
    f"select count(*), count(distinct person_id) from read_parquet('{demo}/linker/person_map.parquet')"
)
people = first(f"select count(*) from read_parquet('{demo}/research/extract/people.parquet')")[0]
assert people == maps[1], maps
for csv in sorted((demo / "research/extract").glob("*.csv")):
    twin = csv.with_suffix(".parquet")
    left = first(f"select count(*) from read_csv('{csv}', all_varchar = true)")
    right = first(f"select count(*) from read_parquet('{twin}')")
    assert left == right, csv
package = json.loads((demo / "research/extract/datapackage.json").read_text())
for resource in package["resources"]:
    assert (demo / "research/extract" / resource["path"]).exists(), resource["path"]


def ran(*command):
    """What a program says when it is run in the extract's folder."""
    done = subprocess.run(
        command, cwd=demo / "research/extract", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


# The examples run as they are, and each finds everyone.
here = os.getcwd()
os.chdir(demo / "research/extract")
*_, sets, _, joined = [
    duckdb.execute(statement).fetchall()
    for statement in duckdb.extract_statements(pathlib.Path("example.sql").read_text())
]
os.chdir(here)
assert sum(row[-1] for row in sets) == people, sets
assert joined == [(people,)], joined
says = f"{people} people in the joined table"
assert says in ran(sys.executable, "example.py")
readme = (demo / "research/extract/README.txt").read_text(encoding="utf-8")
recipe = readme[readme.index("      import json") : readme.index("  Stata has labels")]
with tempfile.TemporaryDirectory() as folder:
    shutil.copytree(demo / "research/extract", folder, dirs_exist_ok=True)
    subprocess.run([sys.executable, "-c", textwrap.dedent(recipe)], cwd=folder, check=True)
    _, stata = pyreadstat.read_dta(f"{folder}/people.dta")
    _, spss = pyreadstat.read_sav(f"{folder}/education.sav")
assert stata.column_names_to_labels["person_id"] == "Person", stata.column_names_to_labels
assert spss.column_names_to_labels["sex"] == "Sex", spss.column_names_to_labels
assert spss.variable_value_labels["sex"]["F"] == "Female", spss.variable_value_labels
if shutil.which("Rscript"):
    assert says in ran("Rscript", "example.R")
else:
    print("example.R was not run: there is no Rscript here")

print(f"pyarrow and duckdb read {len(tables)} tables, {rows} rows")
