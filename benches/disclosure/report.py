"""The results as Markdown."""

from __future__ import annotations

ROW_LIMIT = 0.0005
RANK_LIMIT = 0.001


def percent(share: float, places: int = 2) -> str:
    """A share in per cent."""
    return f"{share * 100 + 0.0:.{places}f}".replace("-0." + "0" * places, "0." + "0" * places)


def marked(share: float, limit: float, places: int = 3) -> str:
    """A share in per cent, in bold if it breaks the limit."""
    text = percent(share, places)
    return f"**{text}**" if share > limit else text


def table(header: list[str], rows: list[list[str]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(header) + " |", "|---|" + "---:|" * (len(header) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join(lines)


def large(number: float) -> str:
    """A count with commas."""
    return f"{number:,.0f}"


def column_table(results: dict, kind: str) -> str:
    """What each column gives away, carries and costs."""
    made = results["made"]["columns"]
    rows = []
    for name, figure in results[kind]["columns"].items():
        carried = made[name]
        rows.append(
            [
                f"`{name}`" + (" +" if figure["blocking"] else ""),
                percent(figure["covered"], 1),
                marked(figure["commonest"], ROW_LIMIT),
                percent(figure["unique"], 1),
                f"{figure['neighbours']:.2f}",
                marked(figure["rank_matched"], RANK_LIMIT),
                marked(figure["rank_matched_same_table"], RANK_LIMIT),
                percent(max(results[kind]["union"] - figure["union_without"], 0), 3),
                percent(carried["recall"], 2),
                percent(carried["recall_alone"], 3),
                percent(carried["recall_alone_of_all"], 3),
                large(figure["candidates"]),
                percent(figure["reduction"], 4),
            ]
        )
    header = [
        "column",
        "rows",
        "commonest",
        "unique",
        "neighbours",
        "rank",
        "rank, same table",
        "adds to union",
        "recall",
        "alone in blocking",
        "alone in all",
        "candidate pairs",
        "reduction",
    ]
    return table(header, rows)


def drop_table(results: dict, kind: str) -> str:
    """Columns from the one whose loss costs least for what it gives away."""
    made, here = results["made"]["columns"], results[kind]
    rows = []
    for name, figure in here["columns"].items():
        if not figure["covered"]:
            continue
        gain = max(here["union"] - figure["union_without"], 0)
        cost = max(made[name]["recall_alone"], made[name]["recall_alone_of_all"])
        rows.append((gain, cost, name))
    rows.sort(key=lambda row: -row[0] / (row[1] + 1e-4))
    cells = [
        [f"`{n}`", percent(g, 4), percent(c, 3), large(made[n]["candidates"])] for g, c, n in rows
    ]
    return table(
        ["column", "leaves the union, % of rows", "recall lost, % of pairs", "candidate pairs"],
        cells,
    )


def order_line(order: list) -> str:
    """Columns in the order in which they carry recall."""
    steps, last = [], -1.0
    for name, sum_so_far in order:
        if sum_so_far > last:
            steps.append(f"`{name}` {percent(sum_so_far, 2)}")
        last = sum_so_far
    return ", ".join(steps)


def joint_row(what: str, columns: str, figure: dict) -> list[str]:
    """One attack on one set of columns."""
    shares = [percent(figure[key], 2) for key in ("claimed", "right")]
    return [what, columns, *shares, percent(figure["precision"], 1)]


def joint_table(joint: dict) -> str:
    """Who is identified when columns are used together."""
    rows = []

    def most(rounds: list[dict]) -> dict:
        return max(rounds, key=lambda figure: figure["right"])

    for name, chosen in joint["sets"].items():
        columns = str(len(chosen)) if name.isdigit() else f"{name} ({len(chosen)})"
        other = joint["other"][name]
        rows += [
            joint_row("the same table, equal colours", columns, joint["same"][name][-1]),
            joint_row("another agency, equal colours", columns, most(joint["colours"][name])),
            joint_row("another agency, fingerprint", columns, other["fingerprint"]),
            joint_row("another agency, fingerprint, spreading", columns, other["spread"]),
        ]
        for count, figure in other["known"].items():
            rows.append(
                joint_row(f"another agency, {count} persons known, spreading", columns, figure)
            )
    columns = f"all ({len(joint['sets']['all'])})"
    for share, rounds in joint["older"].items():
        what = f"the same table without {float(share):.0%} of its rows, equal colours"
        rows.append(joint_row(what, columns, most(rounds)))
    header = ["attacker holds", "columns", "named, % of rows", "rightly, % of rows", "precision, %"]
    return table(header, rows)


def colour_table(joint: dict) -> str:
    """Equal colours, round by round."""
    rows = []
    cases = [(f"the same table, {n} columns", r) for n, r in joint["same"].items()]
    cases += [
        (f"the same table without {float(s):.0%} of rows", r) for s, r in joint["older"].items()
    ]
    cases += [(f"another agency, {n} columns", r) for n, r in joint["colours"].items()]
    for what, rounds in cases:
        for number, figure in enumerate(rounds, 1):
            shares = [percent(figure[key], 2) for key in ("claimed", "right")]
            rows.append([what, str(number), *shares, percent(figure["precision"], 1)])
    return table(["attacker holds", "round", "named, %", "rightly, %", "precision, %"], rows)


LEGEND = """\
All shares are in per cent. `rows`: of the target's records have a token; `commonest`: of the records have
the commonest token (limit 0.05); `unique`: have a token that nobody else in the table has; `neighbours`:
how many other records of the table a record shares its tokens with (a number); `rank`: have
a value guessed by rank matching against the other agency (limit 0.1), `rank, same table` against the very
same table; `adds to union`: records exposed by this column and no other. `recall`: of the true pairs
across agencies share a token; `alone in blocking`: share one in this and in no other blocking column;
`alone in all`: in this and in no other column. A blocking column has a `+`; recall is that of the names
as made up. `reduction`: pairs across agencies that this column spares. Bold: over the limit, which is
meant for 200,000 records; smaller tables exceed it easily."""


def markdown(results: dict) -> str:
    """The whole report."""
    run = results["run"]
    parts = [
        "# What the token columns give away, carry and cost",
        f"{large(run['people'])} made-up children, seed {run['seed']}, errors {run['errors']:g}; spec: "
        f"{run['spec']}; target: {run['target']}, {large(results['made']['rows'])} records; attacker: "
        f"{run['attacker']}, {large(results['made']['attacker_rows'])} records of the same ages.",
    ]
    parts.append(LEGEND)
    titles = {"redrawn": "names as common as real ones", "made": "names as `synth` makes them up"}
    for kind in ("redrawn", "made"):
        if kind not in results:
            continue
        here = results[kind]
        parts += [
            f"## Columns: {titles[kind]}",
            column_table(results, kind),
            f"Records with a value guessed by rank in some column: {percent(here['union'], 3)} %. "
            f"True pairs across agencies: {large(here['true_pairs'])}; found by the blocking columns: "
            f"{percent(here['blocking_recall'], 3)} %.",
        ]
    worst = "redrawn" if "redrawn" in results else "made"
    parts += [
        "## Which columns to drop first",
        "Most exposure for least recall comes first. What a column adds to the union and the recall "
        "lost without it, each with all other columns kept.",
        drop_table(results, worst),
        f"Recall carried, greedily, all columns: {order_line(results['made']['order'])}.",
        f"Blocking columns alone: {order_line(results['made']['blocking_order'])}.",
    ]
    if "joint" in results:
        joint = results["joint"]
        sets = [
            f"{len(c)}: {', '.join(f'`{n}`' for n in c)}"
            for n, c in joint["sets"].items()
            if n.isdigit()
        ]
        other = joint["other"]["all"]
        parts += [
            "## Several columns together",
            f"The attacker's table holds {percent(other['overlap'], 1)} % of the target's persons. "
            "Smaller sets are the columns that carry most recall together"
            + "".join(f"; {text}" for text in sets)
            + ".",
            joint_table(joint),
            "### Equal colours, round by round",
            colour_table(joint),
        ]
    return "\n\n".join(parts) + "\n"
