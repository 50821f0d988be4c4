"""What the project set out to reach, and whether a run reached it.

A goal is judged only by a run of the size that it names; else it is not measured.
"""

from dataclasses import dataclass

MEGABYTE, GIGABYTE = 1e6, 1e9
# How far a size may miss the one named: made-up agencies give about as many records as wanted.
NEAR = 0.05
# The most children that can be made up give 18 and 35 million records for 20 and 40 million.
NEAR_MOST = 0.15
# Memory that grows by less is flat.
FLAT = 1.1


@dataclass
class Judged:
    goal: str
    # None where it was not measured.
    figure: str | None
    met: bool | None
    how: str


def judge(results):
    """Every goal, in order."""
    sections = results["sections"]
    return [
        *hmac(sections.get("pseudonymise")),
        openlinktoken(sections.get("five")),
        flat(sections.get("scale")),
        *link(sections.get("link")),
        *scale(sections.get("scale")),
        *join(sections.get("join")),
        *extract(sections.get("extract")),
        startup(sections.get("startup")),
    ]


def hmac(section):
    for threads in (1, 2):
        words = "1 thread" if threads == 1 else f"{threads} threads"
        goal = f"pseudonymise at 60 % of the rate of bare HMAC, {words}"
        how = "messages a CPU-second, from CSV to tables on disk; all datasets together"
        pairs = [
            (done(part, f"bare HMAC, {threads}"), done(part, f"sealink, {threads}"))
            for part in (section["datasets"].values() if section else ())
        ]
        records = sum(part["records"] for part in section["datasets"].values()) if section else 0
        if not pairs or not all(a and b for a, b in pairs) or records < 400_000 * (1 - NEAR):
            yield Judged(goal, None, None, how)
            continue
        by = {
            key: sum(a[key] for a, _ in pairs) / sum(b[key] for _, b in pairs)
            for key in ("cpu", "wall")
        }
        figure = f"{share(by['cpu'])} by CPU, {share(by['wall'])} by clock"
        yield Judged(goal, figure, by["cpu"] >= 0.6, how)


def openlinktoken(section):
    goal = "100 times OpenLinkToken's rows a CPU-second, at its five tokens"
    how = "one file, one thread; OpenLinkToken hashes and does not encrypt"
    own, peer = done(section, "sealink at OpenLinkToken's five"), done(section, "OpenLinkToken")
    if not own or not peer or section["rows"] < 50_000:
        return Judged(goal, None, None, how)
    times = peer["cpu"] / own["cpu"]
    return Judged(goal, f"{times:.0f} times", times >= 100, how)


def flat(section):
    goal = "pseudonymise: memory flat from 1 to 20 million rows"
    how = "peak for the largest dataset; flat if it grows by less than a tenth"
    parts = [size["pseudonymise"]["health"] for size in sizes(section)]
    if not parts or parts[0]["records"] > 1.1e6 or parts[-1]["records"] < 2e7 * (1 - NEAR_MOST):
        return Judged(goal, None, None, how)
    first, last = parts[0]["peak"], parts[-1]["peak"]
    figure = f"{memory(first)} to {memory(last)}"
    return Judged(goal, figure, last / first < FLAT, how)


def link(section):
    how = "four datasets, `sealink link` alone, 2 threads"
    own = done(section, "sealink link")
    if own and abs(section["records"] / 400_000 - 1) > NEAR:
        own = None
    yield most("link 400,000 records of four datasets: 3 CPU-seconds", own, "cpu", 3, how)
    yield most("link 400,000 records of four datasets: 600 MB", own, "peak", 600 * MEGABYTE, how)


def scale(section):
    how = "one run, four datasets"
    found = {
        count: next(
            (s["link"] for s in sizes(section) if abs(s["link"]["records"] / count - 1) < near),
            None,
        )
        for count, near in ((10_000_000, NEAR), (40_000_000, NEAR_MOST))
    }
    ten, forty = found.values()
    yield most("link 10 million records: 2.5 minutes", ten, "wall", 150, how)
    yield most("link 10 million records: 6 GB", ten, "peak", 6 * GIGABYTE, how)
    yield most("link 40 million records: 8 GB", forty, "peak", 8 * GIGABYTE, how)


def join(section):
    how = "pairs of references to Parquet; sealink writes a row a record, and its report"
    own = done(section, "sealink link") if section and section["rows"] >= 5_000_000 else None
    for peer in ("DuckDB", "Polars"):
        for key, words in (("cpu", "fewer CPU-seconds"), ("peak", "less memory")):
            goal = f"join of two tables of 5 million tokens: {words} than {peer}"
            yield less(goal, own, done(section, peer), key, how)


def extract(section):
    how = "the same tables, in the order of persons; sealink re-keys every person too"
    own = done(section, "sealink extract")
    peer = done(section, "DuckDB, in order")
    if own and section["records"] < 400_000 * (1 - NEAR):
        own = None
    yield less("extract: DuckDB's speed, by CPU", own, peer, "cpu", how)
    yield less("extract: DuckDB's speed, by clock", own, peer, "wall", how)
    yield less("extract: less memory than DuckDB", own, peer, "peak", how)


def startup(section):
    own = done(section, "sealink --version")
    return most("start-up under 20 ms", own, "wall", 0.02, "median of 20 runs of `--version`")


def most(goal, run, key, limit, how):
    if not run:
        return Judged(goal, None, None, how)
    return Judged(goal, SHOWN[key](run[key]), run[key] <= limit, how)


def less(goal, own, peer, key, how):
    if not own or not peer:
        return Judged(goal, None, None, how)
    figure = f"{SHOWN[key](own[key])} against {SHOWN[key](peer[key])}"
    return Judged(goal, figure, own[key] < peer[key], how)


def done(section, name):
    """The figures of a command that ran to its end, or none."""
    figures = section["runs"].get(name) if section else None
    return figures if figures and "failed" not in figures else None


def sizes(section):
    """The sizes of the section on scale that ran to their end, smallest first."""
    ended = [size for size in section["sizes"] if "failed" not in size] if section else []
    return sorted(ended, key=lambda size: size["people"])


def memory(size):
    """Bytes, as MB or GB."""
    return f"{size / GIGABYTE:.2f} GB" if size >= GIGABYTE else f"{size / MEGABYTE:.0f} MB"


def share(part):
    return f"{part * 100:.0f} %"


def seconds(time):
    return f"{time * 1000:.0f} ms" if time < 0.1 else f"{time:.2f} s"


SHOWN = {"cpu": seconds, "wall": seconds, "peak": memory}
