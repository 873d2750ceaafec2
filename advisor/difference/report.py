"""Turns two bases into everything that differs between them, scenario by scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from advisor import loader
from advisor.answers.advice import Adviser
from advisor.difference.advice import Outcomes, Pair, advice_changes, evaluated, left_open, separate
from advisor.difference.futures import Futures, common
from advisor.difference.merged import Merged, merged
from advisor.difference.result import (
    AdviceChange,
    Change,
    Difference,
    FutureChange,
    ScenarioDifference,
)
from advisor.difference.wording import differences, scenario_differences
from advisor.model.budget import Progress
from advisor.model.errors import AdvisorError, Location, Problem, show_path
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Scenario

SHOWN: Final = 3  # problems of a scenario that cannot be loaded
APART: Final = (
    "The rules of both bases together would depend on themselves, so the advice is compared as it "
    "stands: without causes, and not over futures."
)
UNLIKE: Final = "The scenario leaves the same facts open in another way, so futures don't compare."
UNSEEN: Final = "Some advice has too many futures to visit; a sample of them showed no difference."


class Side(NamedTuple):
    """One of the bases with its scenarios."""

    base: KnowledgeBase
    names: Mapping[str, Path]
    scenarios: Mapping[str, Scenario]  # those that can be loaded
    problems: Mapping[str, Sequence[Problem]]  # with the others


def loaded(folder: Path) -> Side:
    """A base with its scenarios; AdvisorError if the base itself cannot be loaded."""
    base = loader.load_base(folder)
    names = loader.scenario_names(base)
    scenarios, problems = {}, {}
    for name in sorted(names):
        try:
            scenarios[name] = loader.load_scenario(base, name)
        except AdvisorError as error:
            problems[name] = error.problems
    return Side(base, names, scenarios, problems)


def difference(
    old: Path,
    new: Path,
    client: str | None = None,
    *,
    seed: int = 0,
    progress: Progress | None = None,
) -> Difference:
    """Everything that differs between two bases; advice to a client, or to each scenario's own.

    Raises AdvisorError with every problem of either base.
    """
    sides = _both(old, new)
    before, after = sides
    changes = [*differences(before.base, after.base), *_scenario_changes(before, after)]
    common_names = sorted(before.names.keys() & after.names.keys())
    found = [report for name in common_names if (report := _unloadable(name, sides)) is not None]
    if changes:
        found += _compared(sides, client, seed, progress)
    return Difference(
        old=show_path(old),
        new=show_path(new),
        changes=tuple(changes),
        scenarios=tuple(sorted(found, key=lambda difference: difference.name)),
        compared=len(common_names),
    )


def _both(old: Path, new: Path) -> tuple[Side, Side]:
    """Both bases, or every problem of both."""
    sides: list[Side] = []
    problems: list[Problem] = []
    for folder in (old, new):
        try:
            sides.append(loaded(folder))
        except AdvisorError as error:
            problems += error.problems
    if problems:
        raise AdvisorError(*dict.fromkeys(problems))
    return sides[0], sides[1]


def _scenario_changes(old: Side, new: Side) -> Iterator[Change]:
    """What differs between the scenarios; of one that cannot be loaded, only that it is there."""
    both = old.names.keys() & new.names.keys()
    for name in sorted(old.names.keys() ^ new.names.keys()):
        side, how = (new, "added") if name in new.names else (old, "removed")
        yield Change(
            kind="scenario",
            how=how,  # type: ignore[arg-type]
            name=name,
            scenario=None,
            fields=(),
            where=Location(show_path(side.names[name])),
        )
    shared = [{n: s for n, s in side.scenarios.items() if n in both} for side in (old, new)]
    usable = shared[0].keys() & shared[1].keys()
    yield from scenario_differences(*({n: side[n] for n in sorted(usable)} for side in shared))


def _unloadable(name: str, sides: tuple[Side, Side]) -> ScenarioDifference | None:
    """What is said of a scenario that one of the bases cannot load."""
    notes = []
    for word, side in zip(("old", "new"), sides, strict=True):
        problems = side.problems.get(name, ())
        if problems:
            notes.append(f"It cannot be loaded with the {word} base.")
            notes += [f"{problem.where}: {problem.message}" for problem in problems[:SHOWN]]
        if len(problems) > SHOWN:
            notes.append(f"and {len(problems) - SHOWN} more problems")
    if not notes:
        return None
    return ScenarioDifference(
        name=name,
        title=next((s.scenarios[name].title for s in sides[::-1] if name in s.scenarios), name),
        client=None,
        advice=(),
        futures=(),
        notes=tuple(notes),
        unloadable=True,
    )


def _compared(
    sides: tuple[Side, Side], client: str | None, seed: int, progress: Progress | None
) -> Iterator[ScenarioDifference]:
    """The scenarios that both bases can load and whose advice differs."""
    old, new = (side.scenarios for side in sides)
    both = merged(sides[0].base, sides[1].base)
    pairs = [Pair(old[name], new[name]) for name in sorted(old.keys() & new.keys())]
    refused: list[AdvisorError] = []
    cases = evaluated(both, pairs) if both.stratified else [None] * len(pairs)
    for number, (pair, case) in enumerate(zip(pairs, cases, strict=True)):
        if progress is not None:
            progress(number / len(pairs))
        try:
            found = _scenario(both, pair, case, client, seed)
        except AdvisorError as error:
            refused.append(error)
            found = _difference(pair, None, notes=[problem.message for problem in error.problems])
        if found.advice or found.futures or found.notes:
            yield found
    if client is not None and pairs and len(refused) == len(pairs):
        raise refused[0]


def _scenario(
    both: Merged, pair: Pair, case: Outcomes | None, client: str | None, seed: int
) -> ScenarioDifference:
    """What differs in one scenario; AdvisorError if it has no client that can be advised."""
    if case is None:
        advised, advice = separate(pair, client)
        return _difference(pair, advised, advice, notes=[APART])
    if not (pair.old.complete and pair.new.complete):
        case = left_open(both, pair, case, client)
    advised = Adviser(case.new, client).client
    advice = advice_changes(case, advised, both)
    open_ = common(case)
    if open_ is None:
        return _difference(pair, advised, advice, notes=[UNLIKE])
    futures = Futures(case, both, open_, seed)
    changed = futures.changes(case.new.graph.advice_to(advised))
    notes = [UNSEEN] if futures.sampled else []
    return _difference(pair, advised, advice, changed, notes)


def _difference(
    pair: Pair,
    client: str | None,
    advice: Sequence[AdviceChange] = (),
    futures: Sequence[FutureChange] = (),
    notes: Sequence[str] = (),
) -> ScenarioDifference:
    return ScenarioDifference(
        name=pair.new.name,
        title=pair.new.title,
        client=client,
        advice=tuple(advice),
        futures=tuple(futures),
        notes=tuple(notes),
    )
