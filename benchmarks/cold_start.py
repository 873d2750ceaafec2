"""Cold start: `advisor advise` against a Python process that only imports what it stands on.

    python benchmarks/cold_start.py [--runs 21]

Whole processes, in turn, in one run. The floor imports experta (with the fix that it needs), yaml,
click and rich's console, and does nothing. Both run from byte code, as an installed package does.
The aim is a median of at most twice the floor's.
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

AIM = 2.0
FLOOR = """
import collections, collections.abc
collections.Mapping = collections.abc.Mapping
import experta
del collections.Mapping
assert experta.KnowledgeEngine
import yaml, click, rich.console
"""


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """The wall-clock seconds of one whole process, which must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=environment)
    return time.perf_counter() - start


def main() -> int:
    """Measure, print, and say whether the aim was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=21)
    runs = parser.parse_args().runs
    compileall.compile_dir(Path(advisor.__file__).parent, quiet=1)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    commands = {
        "floor": [sys.executable, "-c", FLOOR],
        "advise": [sys.executable, "-m", "advisor", "advise"],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs + 2):
        for name, command in commands.items():
            elapsed = seconds(command, environment)
            if number >= 2:  # the first two warm the file cache
                taken[name].append(elapsed)
    for name, times in taken.items():
        spread = f"{min(times) * 1e3:.0f}-{max(times) * 1e3:.0f}"
        print(f"{name:8} median {statistics.median(times) * 1e3:6.1f} ms   ({spread})")
    ratio = statistics.median(taken["advise"]) / statistics.median(taken["floor"])
    print(f"ratio of medians {ratio:.2f}   (aim: at most {AIM})   runs {runs}")
    return 0 if ratio <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
