"""Cold start: whole processes, against one that only imports what the program stands on.

    python benchmarks/cold_start.py [--runs 21]

In turn, in one run, from byte code, as an installed package does; the processor time of each. The
floor imports experta (with the fix that it needs), yaml, click and rich's console, and does
nothing. The aims: `advisor advise` at most twice the floor; help and completion less than that;
completion at most 150 ms.
"""

from __future__ import annotations

import argparse
import compileall
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

import advisor

AIM = 2.0
TAB = 0.150  # seconds of processor time
FLOOR = """
import collections, collections.abc
collections.Mapping = collections.abc.Mapping
import experta
del collections.Mapping
assert experta.KnowledgeEngine
import yaml, click, rich.console
"""
ADVISOR = [sys.executable, "-m", "advisor"]
COMMANDS = {
    "floor": [sys.executable, "-c", FLOOR],
    "advise": [*ADVISOR, "advise"],
    "--help": [*ADVISOR, "--help"],
    **{f"{name} --help": [*ADVISOR, name, "--help"] for name in ("advise", "brief", "audit")},
}
TABS = (
    "advise nile",
    "explain 'seek-investment(",
    "what-if --withdraw a",
    "consult pak",
    "audit --only n",
)


def completing(line: str) -> dict[str, str]:
    """What a shell sets for the Tab key after a line."""
    words = ["advisor", *line.split()]
    place = {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}
    return {"_ADVISOR_COMPLETE": "bash_complete", **place}


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """The seconds of processor time of one whole process, which must succeed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Measure, print, and say whether the aims were met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    compileall.compile_dir(Path(advisor.__file__).parent, quiet=1)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    jobs = {name: (command, environment) for name, command in COMMANDS.items()}
    jobs |= {f"{line}<Tab>": (ADVISOR, environment | completing(line)) for line in TABS}
    taken: dict[str, list[float]] = {name: [] for name in jobs}
    for number in range(runs + 2):
        for name, job in jobs.items():
            elapsed = seconds(*job)
            if number >= 2:  # the first two warm the file cache
                taken[name].append(elapsed)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, times in taken.items():
        spread = f"{min(times) * 1e3:.0f}-{max(times) * 1e3:.0f}"
        print(f"{name:32} median {medians[name] * 1e3:6.1f} ms   ({spread})")
    ratio = medians["advise"] / medians["floor"]
    print(f"ratio of medians {ratio:.2f}   (aim: at most {AIM})   runs {runs}")
    slow = [name for name in medians if name.endswith("<Tab>") and medians[name] > TAB]
    slow += [n for n in medians if n not in {"floor", "advise"} and medians[n] >= medians["advise"]]
    for name in slow:
        print(f"{name} takes too long")
    return 0 if ratio <= AIM and not slow else 1


if __name__ == "__main__":
    sys.exit(main())
