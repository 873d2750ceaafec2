"""The world: every state's facts loaded, matched and graded, and all its clients advised.

    python benchmarks/world.py [--runs 5]

Processor time, medians; each run in a process of its own. Both matchers must come to the same
grades of all facts. The aims: load, match, graph and grades of `world-2026` in 1 s with the
semi-naive matcher and in 5 s with experta; `survey world-2026` of all clients, the whole process
that writes its page, in 5 s and 500 MB.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys

AIMS = {"seminaive": 1.0, "experta": 5.0}  # seconds
SURVEY, MEMORY = 5.0, 500  # seconds and megabytes
GRADED = """
import hashlib, sys, time
import advisor
from advisor.model import budget
budget.allow(budget.Budget(engine=sys.argv[1]))
advisor.load_base, advisor.load  # what is imported is counted with the start
start = time.process_time()
case = advisor.load("world-2026")
taken = time.process_time() - start
grades = sorted((str(one), case.bounds(n)) for n, one in enumerate(case.graph.instances))
print(taken, len(case.graph.firings), hashlib.sha256(repr(grades).encode()).hexdigest())
"""
SURVEYED = [sys.executable, "-m", "advisor", "survey", "world-2026", "--format", "html"]


def graded(engine: str) -> tuple[float, str]:
    """The seconds from the files to the grades of all facts, and what these are."""
    command = [sys.executable, "-c", GRADED, engine]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    taken, _, found = done.stdout.partition(" ")
    return float(taken), found


def surveyed() -> tuple[float, float]:
    """The seconds and the most megabytes of a survey that writes its page."""
    process = subprocess.Popen(SURVEYED, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the survey ended with {status}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> int:
    """Measure, print, and say whether the aims were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    met, found = True, set()
    for engine, aim in AIMS.items():
        times, results = zip(*(graded(engine) for _ in range(runs)), strict=True)
        found |= set(results)
        taken = statistics.median(times)
        met &= taken <= aim
        print(f"{engine:12}{taken:6.2f} s (aim: {aim:g} s)")
    if len(found) != 1:
        raise SystemExit("the matchers do not agree")
    times, sizes = zip(*(surveyed() for _ in range(runs)), strict=True)
    taken, size = statistics.median(times), max(sizes)
    met &= taken <= SURVEY and size <= MEMORY
    print(f"{'survey':12}{taken:6.2f} s, {size:.0f} MB (aims: {SURVEY:g} s, {MEMORY} MB)")
    print("met" if met else "MISSED")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
