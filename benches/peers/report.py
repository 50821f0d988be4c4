"""The results as Markdown."""

import math

import goals
from goals import SHOWN, done, memory, seconds

BEGIN, END = "<!-- measure.py: begin -->", "<!-- measure.py: end -->"
NOT_MEASURED = "not measured"


def markdown(results):
    sections = results["sections"]
    parts = [machine(results), *goal_table(results)]
    shown = {
        "pseudonymise": pseudonymise,
        "five": five,
        "link": link,
        "join": join,
        "extract": extract,
        "startup": startup,
        "scale": scale,
    }
    for name, show in shown.items():
        if name in sections:
            parts += show(sections[name])
    return "\n\n".join(parts)


def machine(results):
    m, asked = results["machine"], results["asked"]
    versions = ", ".join(f"{name} {version}" for name, version in results["versions"].items())
    lacking = ", ".join(results["not_installed"])
    repeat = asked["repeat"]
    runs = f"Median of {repeat} runs, programs in turn" if repeat > 1 else "One run of each program"
    lines = [
        f"{m['processor']}, {m['cores']} cores (AVX-512 {yes(m['avx512'])}, SHA instructions"
        f" {yes(m['sha'])}), {m['memory_gib']} GiB, {m['system']}.",
        f"{versions}.",
        f"Not installed, so not measured: {lacking}." if lacking else "",
        f"{runs}; load before the run {m['load_before']:.1f}. {asked['people']:,} made-up children"
        f" of seed {asked['seed']}.",
    ]
    return " ".join(line for line in lines if line)


def goal_table(results):
    rows = [
        [
            j.goal,
            j.figure or NOT_MEASURED,
            {True: "met", False: "**not met**", None: "–"}[j.met],
            j.how,
        ]
        for j in goals.judge(results)
    ]
    return ["### Goals", table(["goal", "figure", "met", "how"], rows, numbers=False)]


def pseudonymise(section):
    rows = []
    for dataset, part in section["datasets"].items():
        for threads in (1, 2):
            own = done(part, f"sealink, {threads}")
            if not own:
                rows.append([dataset, f"{part['records']:,}", str(threads), *["failed"] * 7])
                continue
            bound = done(part, f"bare HMAC, {threads}")
            share = NOT_MEASURED
            if bound:
                share = ", ".join(goals.share(bound[key] / own[key]) for key in ("cpu", "wall"))
            rows.append(
                [
                    dataset,
                    f"{part['records']:,}",
                    str(threads),
                    *cost(own),
                    rate(part["records"], own["wall"]),
                    rate(part["tokens"], own["wall"]),
                    rate(part["messages"], own["cpu"]),
                    share,
                ]
            )
    header = [
        "dataset",
        "records",
        "threads",
        *COST,
        "records/s",
        "tokens/s",
        "messages/CPU-s",
        "of bare HMAC by CPU, by clock",
    ]
    note = "Messages are tokens and record references. From CSV, by the template `uk-children`."
    return ["### pseudonymise, by the template", note, table(header, rows)]


def five(section):
    rows = []
    for name, run in section["runs"].items():
        if name.endswith(", starting"):
            continue
        start = section["runs"].get(f"{name}, starting", {}).get("cpu")
        if "failed" in run:
            rows.append([name, *["failed"] * 5])
            continue
        beyond = rate(section["rows"], run["cpu"] - start) if start else "–"
        rows.append([name, *cost(run), rate(section["rows"], run["cpu"]), beyond])
    header = ["program", *COST, "rows/CPU-s", "rows/CPU-s without starting"]
    made = section["tokens"]
    note = (
        f"One file of {section['rows']:,} rows, one thread. sealink makes"
        f" {made['openlinktoken']:,} tokens by OpenLinkToken's definitions and"
        f" {made['spindle']:,} by spindle-token's. *Starting* is the same program on an empty file."
    )
    return ["### Five tokens a row", note, table(header, rows)]


def link(section):
    runs = section["runs"]
    parts = [run for name, run in runs.items() if name.startswith("sealink pseudonymise")]
    note = f"{section['records']:,} records of four datasets."
    counts = section["counts"]
    if counts:
        note += (
            " sealink: "
            + ", ".join(f"{value:,} {key.replace('_', ' ')}" for key, value in counts.items())
            + "."
        )
    shown = {name: run for name, run in runs.items() if "pseudonymise" not in name}
    if all("failed" not in run for run in parts) and done(section, "sealink link"):
        whole = [*parts, runs["sealink link"]]
        shown["sealink link, and making the tokens"] = {
            "cpu": sum(run["cpu"] for run in whole),
            "wall": sum(run["wall"] for run in whole),
            "peak": max(run["peak"] for run in whole),
        }
    rows = plain(shown, section["records"])
    return ["### link", note, table(["program", *COST, "records/CPU-s"], rows)]


def join(section):
    same = goals.share(section["overlap"])
    note = f"Two tables of {section['rows']:,} 16-byte tokens, {same} of each in both."
    if len(section["checked"]) > 1:
        note += f" All of {', '.join(section['checked'])} found the same number of pairs."
    return [
        "### One join",
        note,
        table(["program", *COST, "rows/CPU-s"], plain(section["runs"], 2 * section["rows"])),
    ]


def extract(section):
    note = f"{section['records']:,} records of four datasets, and the table of people."
    return [
        "### extract",
        note,
        table(["program", *COST, "records/CPU-s"], plain(section["runs"], section["records"])),
    ]


def startup(section):
    rows = [
        [name, *(cost(run) if "failed" not in run else ["failed"] * 3)]
        for name, run in section["runs"].items()
    ]
    return ["### Start-up", table(["program", *COST], rows)]


def scale(section):
    limits = {verb: limit or "as it is" for verb, limit in section["memory"].items()}
    note = "Memory limit: " + ", ".join(f"{v} {limit}" for v, limit in limits.items()) + "."
    rows = []
    for size in section["sizes"]:
        if "failed" in size:
            rows.append([f"{size['people']:,} children", size["failed"], *["–"] * 5])
            continue
        for name, run in (
            ("pseudonymise health", size["pseudonymise"]["health"]),
            ("link", size["link"]),
        ):
            n = run["records"]
            step = run["cpu"] / (n * math.log2(n)) * 1e9
            rows.append([name, f"{n:,}", *cost(run), rate(n, run["wall"]), f"{step:.0f} ns"])
    header = ["command", "records", *COST, "records/s", "CPU / (n log₂ n)"]
    return ["### Scale", note, table(header, rows)]


COST = ["CPU", "clock", "peak memory"]


def cost(run):
    return [SHOWN["cpu"](run["cpu"]), seconds(run["wall"]), memory(run["peak"])]


def plain(runs, count):
    """A row a program; a rate only where it does the work."""
    rows = []
    for name, run in runs.items():
        if "failed" in run:
            rows.append([name, *["failed"] * 4])
        else:
            works = not name.endswith(", starting")
            rows.append([name, *cost(run), rate(count, run["cpu"]) if works else "–"])
    return rows


def rate(count, time):
    """Three digits are more than a run repeats."""
    each = count / time
    return f"{each / 1e6:.2f} M" if each >= 1e6 else f"{float(f'{each:.3g}'):,.0f}"


def yes(is_there):
    return "yes" if is_there else "no"


def table(header, rows, numbers=True):
    """The first column is text; the others are numbers, if they are."""
    rule = "--:" if numbers else "---"
    lines = [header, ["---", *[rule] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def replace(path, shown):
    """Replaces what stands between the marks."""
    before, rest = path.read_text(encoding="utf-8").split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    path.write_text(f"{before}{BEGIN}\n{shown}\n{END}{after}", encoding="utf-8")
