# People and datasets of this extract, with pandas and pyarrow: python example.py
import json
from pathlib import Path

import pandas as pd

DATASETS = {datasets}

folder = Path(__file__).parent
people = pd.read_parquet(folder / "people.parquet")

# How many people are in which datasets.
sets = people.groupby([f"in_{name}" for name in DATASETS]).size().rename("people")
print(sets.reset_index().to_string(index=False))

# A row a person: of each dataset the columns of the person's first row. Rows of one person are in
# the order of their content; choose the row that the question asks for.
joined = people.set_index("person_id")
for name in DATASETS:
    rows = pd.read_parquet(folder / f"{name}.parquet")
    first = rows.drop_duplicates("person_id").set_index("person_id")
    joined = joined.join(first.add_prefix(f"{name}."))
print(len(joined), "people in the joined table")

# The columns' labels, where the extract has them; codes have theirs under "categories".
package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
for table in package["resources"]:
    if table["format"] == "parquet":
        for field in table["schema"]["fields"]:
            print(f"{table['name']}.{field['name']}: {field.get('title', field['description'])}")
