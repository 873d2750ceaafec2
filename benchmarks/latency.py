"""Latency: one what-if on a loaded graph, and one flip as a whole process.

    python benchmarks/latency.py [--runs 200]

A what-if folds the changes of a shipped what-if into the scenario, evaluates the graph and reads
off the standing of all advice; the rules are not matched again. A flip finds all smallest sets of
changes that turn a piece of advice of the shipped scenario, from a cold start.
"""

from __future__ import annotations

import argparse
import compileall
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import advisor
from advisor import loader
from advisor.loader import Changes, fold
from advisor.model.scenarios import Scenario
from advisor.reasoning.building import outcomes
from advisor.reasoning.evaluate import Outcome, outcome, standing

WHAT_IF_AIM = 0.001
FLIP_AIM = 0.5
FLIPPED = ("defer-visit", "welcome-into-corridor", "invite-visit")


def changes(before: Scenario, after: Scenario) -> Changes:
    """The facts that a what-if states anew."""
    stated = (f for i, f in after.facts.items() if before.facts.get(i) != f)
    return Changes(facts=tuple(stated))


def what_if(case: Outcome, change: Changes) -> list[str]:
    """The standing of all advice to the client after a change."""
    changed, _ = fold(case.scenario, change)
    result = outcome(changed, case.graph)
    return [standing(*result.bounds(n)) for n in case.graph.advice_to(changed.client)]


def what_if_times(runs: int) -> list[float]:
    """The seconds of one what-if each, over all shipped ones in turn."""
    base = loader.load_base()
    names = [head.name for head in loader.scenario_heads(base) if head.extends]
    scenarios = [loader.load_scenario(base, name) for name in (None, *names)]
    case = outcomes(scenarios)[0]
    listed = [changes(case.scenario, scenario) for scenario in scenarios[1:]]
    taken = []
    for number in range(runs):
        start = time.perf_counter()
        what_if(case, listed[number % len(listed)])
        taken.append(time.perf_counter() - start)
    return taken


def flip_times(advice: str, runs: int = 5) -> list[float]:
    """The seconds of one flip each, as a whole process running from byte code."""
    compileall.compile_dir(Path(advisor.__file__).parent, quiet=1)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    command = [sys.executable, "-m", "advisor", "flip", advice]
    taken = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
        taken.append(time.perf_counter() - start)
    return taken[1:]


def main() -> int:
    """Measure, print, and say whether the aims were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    one = statistics.median(what_if_times(parser.parse_args().runs))
    print(
        f"what-if on a loaded graph: median {one * 1e3:.2f} ms (aim: under {WHAT_IF_AIM * 1e3} ms)"
    )
    met = one < WHAT_IF_AIM
    for advice in FLIPPED:
        median = statistics.median(flip_times(advice))
        print(f"flip {advice}, whole process: median {median:.2f} s (aim: under {FLIP_AIM} s)")
        met = met and median < FLIP_AIM
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
