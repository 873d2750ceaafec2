"""Growth: how load, match, evaluate and explain grow with the base, and how long a why-not takes.

    python benchmarks/growth.py [--sizes 100 1000 5000]
    python benchmarks/growth.py --firings 1000000

A base grows by topics: each topic has ten rules over templates of its own, ten given facts, a chain
four rules deep, an exception and a count, so that the work per rule stays the same. `explain`
gives the how tree of every topic's advice. Times are medians of five runs (match: one). An
exponent is the slope of time over size on logarithmic scales: 1 is linear.

With `--firings`, one rule over 200 states that trade with one another fires so often; told is the
processor time of each stage with the semi-naive matcher, without garbage collection as in the
command, and the memory of the process.
"""

from __future__ import annotations

import argparse
import functools
import gc
import math
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import advisor
from advisor import loader
from advisor.answers.explanation import how
from advisor.model import budget
from advisor.reasoning.building import graph_of
from advisor.reasoning.engine import Engine
from advisor.reasoning.evaluate import outcome
from advisor.reasoning.seminaive import SemiNaive

AIM = 1.2
WHY_NOT_AIM = 0.050
LINEAR = ("load", "evaluate", "explain")

TEMPLATES = """
need-{n}: {{slots: {{state: State, thing: Thing}}, says: "{{state}} needs {{thing}}"}}
offer-{n}: {{slots: {{state: State, thing: Thing}}, says: "{{state}} offers {{thing}}"}}
trust-{n}: {{slots: {{one: State, other: State}}, says: "{{one}} trusts {{other}}"}}
quarrel-{n}: {{slots: {{one: State, other: State}}, says: "{{one}} quarrels with {{other}}"}}
fit-{n}: {{slots: {{one: State, other: State}}, says: "{{one}} fits {{other}}"}}
close-{n}: {{slots: {{one: State, other: State}}, says: "{{one}} is close to {{other}}"}}
wide-{n}: {{slots: {{one: State}}, says: "{{one}} has wide needs"}}
ready-{n}: {{slots: {{one: State, other: State}}, says: "{{one}} is ready for {{other}}"}}
trade-{n}: {{advice: true, slots: {{client: State, partner: State}}, says: "trade with {{partner}}"}}
wait-{n}: {{advice: true, slots: {{client: State}}, says: "wait"}}
slowly-{n}: {{caveat: true, slots: {{client: State}}, says: "slowly"}}
"""
RULES = """
- {{id: fit-{n}, title: t, if: [need-{n}: {{state: $a, thing: $t}}, offer-{n}: {{state: $b, thing: $t}}], then: [fit-{n}: {{one: $a, other: $b}}]}}
- {{id: fit-back-{n}, title: t, if: [fit-{n}: {{one: $a, other: $b}}, trust-{n}: {{one: $b, other: $a}}], then: [close-{n}: {{one: $a, other: $b}}]}}
- {{id: close-{n}, title: t, if: [fit-{n}: {{one: $a, other: $b}}, trust-{n}: {{one: $a, other: $b}}], unless: [quarrel-{n}: {{one: $a, other: $b}}], then: [close-{n}: {{one: $a, other: $b}}]}}
- {{id: close-both-{n}, title: t, if: [close-{n}: {{one: $a, other: $b}}, trust-{n}: {{one: $b, other: $a}}], then: [ready-{n}: {{one: $a, other: $b}}]}}
- {{id: ready-{n}, title: t, if: [close-{n}: {{one: $a, other: $b}}], where: $a != $b, strength: likely, then: [ready-{n}: {{one: $a, other: $b}}]}}
- {{id: wide-{n}, title: t, if: [trust-{n}: {{one: $a}}, at-least: {{count: 2, of: {{need-{n}: {{state: $a, thing: $t}}}}}}], then: [wide-{n}: {{one: $a}}]}}
- {{id: trade-{n}, title: t, if: [ready-{n}: {{one: $a, other: $b}}], unless: [quarrel-{n}: {{one: $a, other: $b}}], then: [trade-{n}: {{client: $a, partner: $b}}]}}
- {{id: trade-wide-{n}, title: t, if: [wide-{n}: {{one: $a}}, fit-{n}: {{one: $a, other: $b}}], then: [trade-{n}: {{client: $a, partner: $b}}]}}
- {{id: wait-{n}, title: t, if: [quarrel-{n}: {{one: $a}}], then: [wait-{n}: {{client: $a}}]}}
- {{id: slowly-{n}, title: t, if: [trade-{n}: {{client: $a}}, quarrel-{n}: {{one: $a}}], then: [slowly-{n}: {{client: $a}}]}}
"""
FACTS = """
  - need-{n}(s0, t0)
  - need-{n}(s0, t1)
  - need-{n}(s1, t2)=likely
  - offer-{n}(s1, t0)
  - offer-{n}(s2, t1)=very likely
  - offer-{n}(s3, t2)
  - trust-{n}(s0, s1)
  - trust-{n}(s1, s0)=likely
  - trust-{n}(s1, s3)
  - quarrel-{n}(s0, s2)=unlikely
"""


def write_base(folder: Path, rules: int) -> None:
    """A base of so many rules, and a scenario of as many facts."""
    (folder / "rules").mkdir(parents=True)
    (folder / "facts").mkdir()
    states = "".join(f"  s{n}: {{name: State {n}}}\n" for n in range(4))
    things = "".join(f"  t{n}: {{name: thing {n}}}\n" for n in range(3))
    topics = range(rules // 10)
    files = {
        "rules/base.yaml": "title: growth\ndate: 2026-01-01\nscenario: s\nclient: s0\n",
        "rules/entities.yaml": f"State:\n{states}Thing:\n{things}",
        "rules/templates.yaml": "".join(TEMPLATES.format(n=n) for n in topics),
        "rules/rules.yaml": "".join(RULES.format(n=n) for n in topics),
        "facts/s.yaml": "title: s\nfacts:\n" + "".join(FACTS.format(n=n) for n in topics),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


def measure_dense(firings: int) -> dict[str, float]:
    """The seconds of processor time of each stage where one rule fires so often; and megabytes."""
    states, partners = 200, round((firings / 200) ** 0.5)
    files = {
        "base": "title: t\ndate: 2026-01-01\nclient: s0\nscenario: s\n",
        "entities": "S:\n" + "".join(f"  s{n}: {{name: s{n}}}\n" for n in range(states)),
        "templates": 'trades: {slots: {a: S, b: S}, says: "{a} trades with {b}"}\n'
        'linked: {slots: {a: S, b: S}, says: "{a} is linked to {b}"}\n',
        "rules": "- {id: linked, title: t, if: [trades: {a: $x, b: $y}, trades: {a: $y, b: $z}], "
        "then: [linked: {a: $x, b: $z}]}\n",
    }
    lines = [
        f"  - trades(s{n}, s{(n * 7 + k * 13 + 5) % states})\n"
        for n in range(states)
        for k in range(partners)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        (folder / "facts").mkdir()
        for part, text in files.items():
            (folder / "rules" / f"{part}.yaml").write_text(text, encoding="utf-8")
        (folder / "facts" / "s.yaml").write_text("title: s\nfacts:\n" + "".join(lines), "utf-8")
        base = loader.load_base(folder)
        scenario = loader.load_scenario(base)
    gc.disable()
    with budget.limited(budget.Budget(seconds=1e6, megabytes=8000).with_firings(2 * firings)):
        marks = [time.process_time()]
        matcher = SemiNaive(base)
        matcher.declare(scenario.facts)
        marks.append(time.process_time())
        graph = graph_of(matcher, ())
        marks.append(time.process_time())
        outcome(scenario, graph)
        marks.append(time.process_time())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    assert len(matcher.matches) == states * partners**2
    taken = {stage: marks[n + 1] - marks[n] for n, stage in enumerate(("match", "graph", "grades"))}
    return {"firings": len(graph.firings), **taken, "in all": marks[-1] - marks[0], "MB": peak}


def timed(action: Callable[[], Any], repeats: int = 5) -> tuple[float, Any]:
    """The median seconds that an action took, and what it gave."""
    taken = []
    for _ in range(repeats):
        gc.collect()
        start = time.perf_counter()
        result = action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken), result


def measure(rules: int) -> dict[str, float]:
    """The seconds of each stage at one size."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_base(folder, rules)
        taken = {}

        def load() -> Any:
            base = loader.load_base(folder)
            return base, loader.load_scenario(base)

        taken["load"], (base, scenario) = timed(load)

        def match() -> Engine:
            engine = Engine(base)
            engine.declare(scenario.facts)
            return engine

        taken["match"], engine = timed(match, repeats=1)
        taken["graph"], graph = timed(lambda: graph_of(engine, ()))
        taken["evaluate"], case = timed(lambda: outcome(scenario, graph))
        advice = [fact for fact in graph.advice_to("s0") if case.grades.lower[fact]]
        assert len(advice) == 3 * rules // 10, "every topic advises the same"
        taken["explain"], _ = timed(lambda: [how(case, fact) for fact in advice])
    return taken


def slope(times: dict[int, float]) -> float:
    """The exponent of growth: the least-squares slope of log time over log size."""
    return statistics.linear_regression(
        [math.log(size) for size in times], [math.log(taken) for taken in times.values()]
    ).slope


def why_not_times() -> list[float]:
    """The seconds of a why-not for every piece of advice withheld on the shipped base."""
    case = advisor.load()
    withheld = [one.instance for one in advisor.advise(case).considered]
    unsaid = [f"seek-investment({client}, russia, north-south-pipeline)" for client in ("india",)]
    asked = withheld + unsaid
    return [timed(functools.partial(advisor.why_not, case, what))[0] for what in asked]


def main() -> int:
    """Measure, print, and say whether the aims were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000])
    parser.add_argument("--firings", type=int)
    options = parser.parse_args()
    if options.firings:
        print(*(f"{k} {v:,.4g}" for k, v in measure_dense(options.firings).items()), sep="   ")
        return 0
    sizes = options.sizes
    measure(sizes[0])  # warm up
    rows = {size: measure(size) for size in sizes}
    stages = list(rows[sizes[0]])
    print("rules = facts" + "".join(f"{stage:>12}" for stage in stages) + "   (seconds)")
    for size, row in rows.items():
        print(f"{size:13}" + "".join(f"{row[stage]:12.3f}" for stage in stages))
    slopes = {stage: slope({size: row[stage] for size, row in rows.items()}) for stage in stages}
    print("     exponent" + "".join(f"{slopes[stage]:12.2f}" for stage in stages))
    met = all(slopes[stage] <= AIM for stage in LINEAR)
    verdict = "met" if met else "MISSED"
    print(f"aim: an exponent of at most {AIM} for {', '.join(LINEAR)}: {verdict}")
    times = why_not_times()
    print(
        f"why-not on the shipped base: median {statistics.median(times) * 1e3:.1f} ms, "
        f"longest {max(times) * 1e3:.1f} ms of {len(times)} (aim: under {WHY_NOT_AIM * 1e3:.0f} ms)"
    )
    return 0 if met and max(times) < WHY_NOT_AIM else 1


if __name__ == "__main__":
    sys.exit(main())
