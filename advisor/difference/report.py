"""Turns two bases into everything that differs between them, scenario by scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from advisor import loader
from advisor.answers.advice import Adviser, advisable
from advisor.difference.advice import (
    Outcomes,
    Pair,
    advice_changes,
    evaluated,
    left_open,
    only_seen,
    separate,
    touched,
)
from advisor.difference.futures import Futures, common
from advisor.difference.merged import Merged, merged
from advisor.difference.reading import AdviceReader
from advisor.difference.renaming import RenamedBase, renamed
from advisor.difference.renaming import changes as renamings
from advisor.difference.result import AdviceChange, Change, Difference, ScenarioDifference
from advisor.difference.revision import written
from advisor.difference.wording import differences, fields, scenario_differences
from advisor.model.budget import OnProgress
from advisor.model.errors import AdvisorError, Location, Problem, show_path
from advisor.model.grades import HOLDS
from advisor.model.records import KnowledgeBase
from advisor.model.scenarios import Scenario
from advisor.reasoning.cone import cone

SHOWN: Final = 3  # problems of a scenario that cannot be loaded
APART: Final = (
    "The rules of both bases together would depend on themselves, so the advice is compared as it "
    "stands: without causes, and not over futures."
)
UNLIKE: Final = "The scenario leaves the same facts open in another way, so futures don't compare."
UNSEEN: Final = "Some advice has too many futures to visit; a sample of them showed no difference."

_WORDED: Final = {"template", "entity"}  # what is said otherwise where it is mentioned


class Side(NamedTuple):
    """One of the bases with its scenarios."""

    base: KnowledgeBase
    names: Mapping[str, Path]
    scenarios: Mapping[str, Scenario]  # those that can be loaded
    problems: Mapping[str, Sequence[Problem]]  # with the others


def loaded(folder: Path) -> Side:
    """A base with its scenarios; AdvisorError if the base itself cannot be loaded."""
    base = loader.load_base(folder)
    names = loader.own_scenarios(base)
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
    progress: OnProgress | None = None,
) -> Difference:
    """Everything that differs between two bases; advice to a client, or to all that it is for.

    The old one may be a revision of the git repository that the new one is in. Raises AdvisorError
    with every problem of either base.
    """
    with written(old, new) as before:
        try:
            found = _difference_of(before.folder, new, client, seed, progress)
        except AdvisorError as error:
            raise AdvisorError(*map(before.problem, error.problems)) from None
        changes = tuple(
            msgspec.structs.replace(change, where=before.place(change.where))
            for change in found.changes
        )
        scenarios = tuple(
            msgspec.structs.replace(scenario, notes=tuple(map(before.text, scenario.notes)))
            for scenario in found.scenarios
        )
        return msgspec.structs.replace(found, old=before.name, changes=changes, scenarios=scenarios)


def _difference_of(
    old: Path, new: Path, client: str | None, seed: int, progress: OnProgress | None
) -> Difference:
    before, after = _both(old, new)
    named = renamed((before.base, before.scenarios), (after.base, after.scenarios))
    before = _called(before, named)
    sides = before, after
    changes = [
        *renamings(named, (after.base, after.scenarios)),
        *differences(before.base, after.base),
        *_scenario_changes(before, after),
    ]
    common_names = sorted(before.names.keys() & after.names.keys())
    found = [report for name in common_names if (report := _unloadable(name, sides)) is not None]
    if changes:
        found += _compared(sides, client, seed, progress, changes)
    default = after.base.scenario
    return Difference(
        old=show_path(old),
        new=show_path(new),
        changes=tuple(changes),
        scenarios=tuple(sorted(found, key=lambda one: (one.name != default, one.name))),
        compared=len(common_names),
    )


def _called(side: Side, named: RenamedBase) -> Side:
    """A side with what was renamed under its new names."""
    now = {was: name for (kind, name), was in named.was.items() if kind == "scenario"}
    names = {now.get(name, name): path for name, path in side.names.items()}
    return side._replace(base=named.base, names=names, scenarios=named.scenarios)


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
    sides: tuple[Side, Side],
    client: str | None,
    seed: int,
    progress: OnProgress | None,
    changes: Sequence[Change],
) -> Iterator[ScenarioDifference]:
    """The scenarios that both bases can load and whose advice differs, by client."""
    old, new = (side.scenarios for side in sides)
    both = merged(sides[0].base, sides[1].base)
    pairs = [Pair(old[name], new[name]) for name in sorted(old.keys() & new.keys())]
    refused: list[AdvisorError] = []
    cases = evaluated(both, pairs) if both.stratified else [None] * len(pairs)
    worded = {change.name for change in changes if change.kind in _WORDED}
    for number, (pair, case) in enumerate(zip(pairs, cases, strict=True)):
        if progress is not None:
            progress(number / len(pairs))
        try:
            found = _of_clients(both, pair, case, _Request(client, seed, worded))
        except AdvisorError as error:
            refused.append(error)
            found = [_difference(pair, None, notes=[p.message for p in error.problems])]
        yield from (
            scenario_difference
            for scenario_difference in found
            if scenario_difference.advice
            or scenario_difference.futures
            or scenario_difference.notes
        )
    if client is not None and pairs and len(refused) == len(pairs):
        raise refused[0]


class _Request(NamedTuple):
    """What is asked of every scenario."""

    client: str | None  # None: everybody who can be advised
    seed: int
    worded: Set[str]  # templates and entities that read otherwise


def _of_clients(
    both: Merged, pair: Pair, case: Outcomes | None, asked: _Request
) -> list[ScenarioDifference]:
    """What differs for the client who is named, or first for the scenario's own, then for others.

    AdvisorError if it has no client that can be advised.
    """
    if case is None:
        advised, advice = separate(pair, asked.client)
        return [_difference(pair, advised, advice, notes=[APART])]
    own = Adviser(case.new, asked.client).client
    reader = AdviceReader(pair.old, pair.new)
    found = [_scenario(both, pair, case, own, asked, reader)]
    if asked.client is None:
        others = [one for one in _advised_in(pair) if one != own]
        found += [_as_it_stands(both, pair, case, other, asked, reader) for other in others]
    return found


def _advised_in(pair: Pair) -> list[str]:
    """Everybody whom both bases can advise."""
    before = {*advisable(pair.old.base)}
    return [one for one in advisable(pair.new.base) if one in before]


def _scenario(
    both: Merged, pair: Pair, case: Outcomes, client: str, asked: _Request, reader: AdviceReader
) -> ScenarioDifference:
    """What differs in one scenario, as it stands and in futures."""
    if not (pair.old.complete and pair.new.complete):
        case = left_open(both, pair, case, client)
    found = _as_it_stands(both, pair, case, client, asked, reader)
    advice = case.new.graph.advice_to(client)
    moving = touched(case) & {*advice}
    if not moving:
        return found
    open_ = common(case, cone(case.new.graph, moving))
    if open_ is None:
        return msgspec.structs.replace(found, notes=(UNLIKE,))
    futures = Futures(case, both, open_, asked.seed)
    changed = futures.changes(fact for fact in advice if fact in moving)
    notes = (UNSEEN,) if futures.sampled else ()
    return msgspec.structs.replace(found, futures=tuple(changed), notes=notes)


def _as_it_stands(
    both: Merged, pair: Pair, case: Outcomes, client: str, asked: _Request, reader: AdviceReader
) -> ScenarioDifference:
    """What differs for one client as the facts of a scenario stand."""
    moving = touched(case) & {*case.new.graph.advice_to(client)}
    changed = advice_changes(case, client, both, moving) if moving else []
    if not (moving or _reads_otherwise(pair, case, client, asked)):
        return _difference(pair, client)
    sight = reader.seen(client)
    told = {change.shift.instance for change in changed}
    changed = [
        msgspec.structs.replace(advice_change, seen=sight.get(advice_change.shift.instance, ()))
        for advice_change in changed
    ]
    changed += [only_seen(case, name, facets) for name, facets in sight.items() if name not in told]
    return _difference(pair, client, changed)


def _reads_otherwise(pair: Pair, case: Outcomes, client: str, asked: _Request) -> bool:
    """Whether what a client is given may be said or ranked otherwise, though nothing touches it."""
    graph = case.new.graph
    given = [fact for fact in graph.advice_to(client) if case.new.grades.lower[fact] >= HOLDS]
    held = [scenario.interests.get(client) for scenario in pair]
    recommended = [fields(scenario).get("recommends") for scenario in pair]
    if given and (held[0] != held[1] or recommended[0] != recommended[1]):
        return True
    said = [*given, *(caveat for fact in given for caveat, _ in graph.caveats.get(fact, ()))]
    instances = (graph.instances[fact] for fact in said)
    names = ((instance.template, *map(str, instance.values)) for instance in instances)
    return any(not asked.worded.isdisjoint(own) for own in names)


def _difference(
    pair: Pair,
    client: str | None,
    advice: Sequence[AdviceChange] = (),
    notes: Sequence[str] = (),
) -> ScenarioDifference:
    return ScenarioDifference(
        name=pair.new.name,
        title=pair.new.title,
        client=client,
        advice=tuple(advice),
        futures=(),
        notes=tuple(notes),
    )
