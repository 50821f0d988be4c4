"""Records to tables by the shipped template, beside the bare HMAC of as many messages."""

from data import DATASETS
from run import Command, interleaved

NAME = "pseudonymise"
THREADS = (1, 2)


def measure(setting, agencies):
    out = {}
    assert agencies.made
    for dataset in DATASETS:
        records, tokens = agencies.quality(dataset)
        # One more message a record: its reference.
        messages = tokens + records
        commands = {}
        for threads in THREADS:
            commands[f"sealink, {threads}"] = agencies.pseudonymise(dataset, threads)
            if setting.bound_program:
                commands[f"bare HMAC, {threads}"] = bound(setting.bound_program, messages, threads)
        runs = interleaved(commands, setting.repeat)
        out[dataset] = {"records": records, "tokens": tokens, "messages": messages, "runs": runs}
    return {"datasets": out}


def bound(program, messages, threads):
    """The program is given how many messages, and told of the threads as rayon programs are."""
    return Command([program, messages], environment={"RAYON_NUM_THREADS": str(threads)})
