"""How each check of the audit grows with the rules.

    python benchmarks/audit.py [--sizes 100 1000 5000] [--only CHECK ...]
    python benchmarks/audit.py --commands [--sizes 100 1000 3000] [--repeats 3]

With --commands: whole processes of `audit`, `diff` (a threshold moved in one rule) and `brief` over
bases in the shape of a real one (benchmarks/realistic.py), medians of processor time with peak
memory, and the exponent of growth.

Three kinds of bases. *Realistic*: those. *Apart*: those of benchmarks/growth.py, topics of ten rules over templates of
their own, each with ten given facts, a chain, an exception and a count. *Together*: all rules over
the same six templates, told apart by the constants in them alone, half of the advice opposed to the
other half from premises that exclude each other; here every rule has something in common with every
other, so that a check that compares all pairs shows. What all checks share (the scenarios
evaluated, the indexes of rules) is worked out by the first check that needs it and counted there.
Each check is run once. An exponent is the slope of time over size on logarithmic scales: 1 is
linear. The dynamic checks run every scenario, and mutants of it; the static ones do not.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import realistic
from growth import slope, write_base

from advisor import loader
from advisor.audit.check import Check, finder, named
from advisor.audit.subject import Subject
from advisor.testing import expectations
from advisor.testing.coverage import coverage

AIM = 10.0  # seconds, the static checks of a thousand rules
AIMED = 1000
DYNAMIC = "dynamic"
SLOW = 1.0  # seconds after which a check is told of at once
TEMPLATES = """
has: {slots: {state: State, trait: Trait}, says: "{state} has {trait}", asks: "Has {state} {trait}?"}
mood:
  slots: {state: State, mood: {values: [calm, angry]}}
  key: state
  says: "{state} is {mood}"
  asks: "How is {state}?"
fit: {slots: {state: State, trait: Trait}, says: "{state} is fit for {trait}"}
do: {advice: true, slots: {client: State, trait: Trait}, says: "do {trait}", opposes: [avoid: {client: $client, trait: $trait}]}
avoid: {advice: true, slots: {client: State, trait: Trait}, says: "avoid {trait}"}
slowly: {caveat: true, slots: {client: State}, says: "slowly"}
"""
RULES = """
- {{id: fit-{n}, title: t, if: [has: {{state: $x, trait: t{n}}}, has: {{state: $x, trait: t{m}}}], then: [fit: {{state: $x, trait: t{n}}}]}}
- {{id: do-{n}, title: t, if: [fit: {{state: $x, trait: t{n}}}, mood: {{state: $x, mood: calm}}], unless: [has: {{state: $x, trait: t{k}}}], then: [do: {{client: $x, trait: t{n}}}]}}
- {{id: avoid-{n}, title: t, if: [has: {{state: $x, trait: t{n}}}, mood: {{state: $x, mood: angry}}], then: [avoid: {{client: $x, trait: t{n}}}]}}
- {{id: slowly-{n}, title: t, if: [do: {{client: $x, trait: t{n}}}, has: {{state: $x, trait: t{k}}}], strength: likely, then: [slowly: {{client: $x}}]}}
"""


def write_together(folder: Path, rules: int) -> None:
    """A base of so many rules over the same templates, and a scenario of as many facts."""
    (folder / "rules").mkdir(parents=True)
    (folder / "facts").mkdir()
    count = rules // 4
    traits = "".join(f"  t{n}: {{name: trait {n}}}\n" for n in range(count))
    states = "".join(f"  s{n}: {{name: State {n}}}\n" for n in range(4))
    listed = (RULES.format(n=n, m=(n + 1) % count, k=(n + 7) % count) for n in range(count))
    facts = "".join(f"  - has(s{n % 4}, t{n % count})\n" for n in range(count))
    files = {
        "rules/base.yaml": "title: growth\ndate: 2026-01-01\nscenario: s\nclient: s0\n",
        "rules/entities.yaml": f"State:\n{states}Trait:\n{traits}",
        "rules/templates.yaml": TEMPLATES,
        "rules/rules.yaml": "".join(listed),
        "facts/s.yaml": f"title: s\nfacts:\n  - mood(s0, calm)\n{facts}",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


SHAPES: dict[str, Callable[[Path, int], object]] = {
    "apart": write_base,
    "together": write_together,
    "realistic": realistic.write_base,
}
AIMS = {"audit": 20.0, "diff": 20.0, "brief": 10.0}  # seconds, a thousand rules


def of_commands(sizes: list[int], repeats: int) -> bool:
    """Print what whole processes take; whether the aims are met."""
    rows: dict[str, dict[int, float]] = {name: {} for name in AIMS}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            old, new = Path(name, "old"), Path(name, "new")
            realistic.write_base(old, size)
            shutil.copytree(old, new)
            rule = new / "rules" / "subject-0.yaml"
            rule.write_text(re.sub(r"\$p > \d+, then", "$p > 7, then", rule.read_text()))
            for command, words in (
                ("audit", ["audit", "--base", str(old)]),
                ("diff", ["diff", str(old), str(new)]),
                ("brief", ["brief", "--base", str(old)]),
            ):
                taken = [process(words) for _ in range(repeats)]
                rows[command][size] = statistics.median(seconds for seconds, _ in taken)
                memory = max(peak for _, peak in taken)
                told = f"{command:6} {size:>6,} rules {rows[command][size]:8.1f} s {memory:6.0f} MB"
                print(told, flush=True)
    for command, times in rows.items():
        grows = f", exponent {slope(times):.2f}" if len(times) > 1 else ""
        print(f"{command}: aim {AIMS[command]:.0f} s for {AIMED:,} rules{grows}")
    return all(times.get(AIMED, 0.0) <= AIMS[name] for name, times in rows.items())


def process(words: list[str]) -> tuple[float, float]:
    """The processor seconds of a command, and its peak memory in megabytes."""
    command = [sys.executable, "-m", "advisor", *words]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, used = os.wait4(child.pid, 0)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def measure(shape: str, size: int, checks: list[Check]) -> dict[str, float]:
    """The seconds of each check at one size, of loading, and of coverage."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        SHAPES[shape](folder, size)
        start = time.perf_counter()
        base = loader.load_base(folder)
        cases = loader.load_with_parents(base)
        taken = {"(load)": time.perf_counter() - start}
        subject = Subject(base, cases)
        for check in checks:
            start = time.perf_counter()
            found = sum(1 for _ in finder(check.id)(subject))
            taken[check.id] = time.perf_counter() - start
            if taken[check.id] > SLOW:
                told = f"  {shape} {size}: {check.id} took {taken[check.id]:.1f} s, {found} faults"
                print(told, flush=True)
        start = time.perf_counter()
        evaluated = [case for case, _ in expectations.evaluated(cases)]
        taken["(evaluate scenarios)"] = time.perf_counter() - start
        start = time.perf_counter()
        coverage(base, evaluated)
        taken["(coverage)"] = time.perf_counter() - start
    return taken


def main() -> int:
    """Measure, print, and say whether the aim was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 5000])
    parser.add_argument("--shapes", nargs="+", choices=list(SHAPES), default=list(SHAPES))
    parser.add_argument("--only", nargs="+", default=[], help="checks")
    parser.add_argument("--commands", action="store_true", help="whole commands instead")
    parser.add_argument("--repeats", type=int, default=3, help="of each command")
    parser.add_argument("--dynamic", action="store_true", help="the dynamic checks as well")
    options = parser.parse_args()
    if options.commands:
        return 0 if of_commands(options.sizes, options.repeats) else 1
    checks = [c for c in named(options.only) if options.dynamic or c.family != DYNAMIC]
    met = True
    for shape in options.shapes:
        rows = {size: measure(shape, size, checks) for size in options.sizes}
        met = printed(shape, rows, checks) and met
    return 0 if met else 1


def printed(shape: str, rows: dict[int, dict[str, float]], checks: list[Check]) -> bool:
    """Print the times of one kind of base; whether the aim was met."""
    stages = list(next(iter(rows.values())))
    print(f"\n{shape + ': seconds, rules':32}" + "".join(f"{n:>10,}" for n in rows) + "  exponent")
    for stage in stages:
        times = {size: max(row[stage], 1e-6) for size, row in rows.items()}
        grows = f"{slope(times):10.2f}" if len(times) > 1 else ""
        print(f"{stage:32}" + "".join(f"{one:10.3f}" for one in times.values()) + grows)
    static = [check.id for check in checks if check.family != DYNAMIC]
    total = {size: sum(row[one] for one in static) for size, row in rows.items()}
    print(f"{'all static checks':32}" + "".join(f"{one:10.3f}" for one in total.values()))
    met = total.get(AIMED, 0.0) < AIM
    print(f"aim: static checks of {AIMED} rules in under {AIM:.0f} s: {'met' if met else 'MISSED'}")
    return met


if __name__ == "__main__":
    sys.exit(main())
