"""More and more records: whether memory stays flat, and time grows as n log n."""

import shutil

from data import DATASETS, Agencies
from run import Failed, clear, run

NAME = "scale"
FULL = "not enough disk"
# Of disk: cleartext or tokens, and once more what waits there while it is sorted.
BYTES_A_PERSON = 1_400


def measure(setting, _agencies):
    limits = {
        verb: setting.memory if setting.memory and setting.knows_memory(verb) else None
        for verb in ("pseudonymise", "link")
    }
    return {"memory": limits, "sizes": [one(setting, n, limits) for n in setting.scale_people]}


def one(setting, people, limits):
    """One size, once; what it took is taken away again."""
    free = shutil.disk_usage(setting.work).free
    if free < people * BYTES_A_PERSON:
        return {"people": people, "failed": FULL, "needed": people * BYTES_A_PERSON}
    agencies = Agencies(setting, people)
    try:
        return {"people": people, **runs(agencies, limits)}
    except Failed as error:
        return {"people": people, "failed": str(error)}
    finally:
        clear(agencies.folder)


def runs(agencies, limits):
    pseudonymise = {}
    for dataset in DATASETS:
        done = run(agencies.pseudonymise(dataset, memory=limits["pseudonymise"]))
        (agencies.folder / dataset / "records.csv").unlink()
        for kind in ("payload", "refs"):
            (agencies.tables(dataset) / f"{dataset}.{kind}.parquet").unlink()
        records, tokens = agencies.quality(dataset)
        pseudonymise[dataset] = {"records": records, "tokens": tokens, **figures(done)}
    link = run(agencies.link(agencies.folder / "linked", memory=limits["link"]))
    return {
        "pseudonymise": pseudonymise,
        "link": {"records": agencies.records, **figures(link)},
    }


def figures(done):
    return {key: done[key] for key in ("cpu", "wall", "peak")}
