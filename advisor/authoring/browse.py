"""Turns a base and a scenario into catalogues: facts, rules, templates, sources and scenarios.

Every catalogue is a tuple of entries in a fixed order, and is searched by words: an entry is found
if each word occurs somewhere in its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, Literal, TypeVar

import msgspec

from advisor.loader import ScenarioHead, scenario_heads
from advisor.model import asking
from advisor.model.authored import declared, is_helper
from advisor.model.errors import AdvisorError, Location, Problem, nearest
from advisor.model.grades import with_band
from advisor.model.reciting import recited
from advisor.model.records import Instance, KnowledgeBase, SlotType, Template
from advisor.model.scenarios import Fact, Scenario
from advisor.model.sources import Citations, Reading, Source


class FactEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a scenario says of one instance."""

    instance: str
    says: str
    standing: str
    likelihood: str | None
    origin: str
    one_of: str | None  # the title of its group
    sources: Citations
    against: Citations  # of these, those that deny it, where it is disputed
    corroborated: bool  # whether sources of different origin state it
    reading: Reading  # how it comes from its sources
    as_of: str | None  # the day, year or period that it speaks of
    note: str | None
    where: Location


class ClaimEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a source says of one fact, beside what others do."""

    verdict: Literal["contradicted", "corroborated", "alone"]
    fact: FactEntry
    others: Citations  # of another origin: those that contradict it, or else those that say so too
    data: tuple[str, ...]  # what rows of tables say, from the places that the others are cited by


class RuleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A rule as a sentence."""

    id: str
    title: str
    says: str
    strength: str
    advances: tuple[str, ...]
    strains: tuple[str, ...]
    sources: Citations
    reading: Reading  # how the reasoning comes from its sources
    note: str | None
    where: Location


class SlotEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A slot, and what may stand in it."""

    name: str
    type: str
    legal: tuple[str, ...]  # ids; empty where the values cannot be listed


class TemplateEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A template: what can be said, and what for."""

    id: str
    kind: Literal["given", "derived", "advice", "caveat", "kind of advice"]
    form: str  # the one-line form, with the slots' names
    says: str
    denies: str | None
    asks: str | None
    about: str | None
    slots: tuple[SlotEntry, ...]
    concluded_by: tuple[str, ...]
    used_by: tuple[str, ...]
    where: Location


class PassageEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A place of a source, with what cites it."""

    locator: str
    kind: str
    says: str
    hedge: str | None
    cited_by: tuple[str, ...]  # facts as instances, rules by id


class SourceEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A source with its passages."""

    id: str
    title: str
    author: str | None
    dated: str | None
    as_of: str | None
    origin: str
    grade: str
    review: str | None
    note: str | None
    passages: tuple[PassageEntry, ...]
    cited_by: tuple[str, ...]  # what cites it as a whole
    where: Location


Listed = TypeVar(
    "Listed", FactEntry, ClaimEntry, RuleEntry, TemplateEntry, SourceEntry, ScenarioHead
)


def found(entries: Iterable[Listed], words: Sequence[str]) -> tuple[Listed, ...]:
    """The entries in which each of the words occurs, in upper or lower case.

    Of a source, only the places in which they occur, if it is not found by its own description.
    """
    narrowed = (_narrowed(entry, words) for entry in entries)
    return tuple(entry for entry in narrowed if has(entry, words))


def _narrowed(entry: Listed, wanted: Sequence[str]) -> Listed:
    if not isinstance(entry, SourceEntry) or has(_without_passages(entry), wanted):
        return entry
    passages = tuple(passage for passage in entry.passages if has(passage, wanted))
    return msgspec.structs.replace(entry, passages=passages) if passages else entry


def _without_passages(entry: SourceEntry) -> SourceEntry:
    return msgspec.structs.replace(entry, passages=())


def has(entry: object, words: Sequence[str]) -> bool:
    """Whether each of the words occurs in an entry, in upper or lower case."""
    text = " ".join(_texts(msgspec.to_builtins(entry))).casefold()
    return all(word.casefold() in text for word in words)


_NOT_SEARCHED = frozenset({"file", "path", "concluded_by", "used_by"})


def _texts(value: object, key: str = "") -> Iterable[str]:
    """The texts in a record, cross-references and places in files left out."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _texts(inner, name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, key)
    elif isinstance(value, str) and key not in _NOT_SEARCHED:
        yield value


def facts(scenario: Scenario) -> tuple[FactEntry, ...]:
    """What a scenario says, by instance."""
    groups = {instance: group.title for group in scenario.groups for instance in group.alternatives}
    return tuple(
        FactEntry(
            instance=str(instance),
            says=asking.states(scenario.base, fact),
            standing=fact.standing,
            likelihood=with_band(fact.grade) if fact.grade else None,
            origin=fact.origin,
            one_of=groups.get(instance),
            sources=fact.citations + fact.against,
            against=fact.against,
            corroborated=fact.standing == "stated" and scenario.corroborates(fact),
            reading=fact.reading,
            as_of=fact.as_of,
            note=fact.note,
            where=fact.where,
        )
        for instance, fact in sorted(scenario.facts.items(), key=_apart)
    )


_VERDICTS: Final = ("contradicted", "corroborated", "alone")  # as they are listed


def claims(scenario: Scenario, source: str) -> tuple[ClaimEntry, ...]:
    """What a source says in a scenario, by verdict; raises AdvisorError if there is no such source.

    A source of the same origin is no other. The data are rows of tables that cite the very places
    by which the others are cited.
    """
    known = scenario.base.sources
    if source not in known:
        message = f"there is no source '{source}'"
        hint = nearest(source, known) or f"there are: {', '.join(known)}"
        raise AdvisorError(Problem(message=message, hint=hint))
    listed = facts(scenario)
    at: dict[tuple[str, int | str], list[FactEntry]] = {}
    for entry in listed:
        if entry.where.file.endswith(".csv") and not _cites(entry.sources, source):
            for place in _places(entry.sources):
                at.setdefault(place, []).append(entry)
    found = []
    for entry in listed:
        if entry.standing != "unknown" and _cites(entry.sources, source):
            verdict, others = _judged(scenario.base, entry, source)
            data = [fact.says for place in _places(others) for fact in at.get(place, ())]
            alike = (*dict.fromkeys(data),)
            found.append(ClaimEntry(verdict=verdict, fact=entry, others=others, data=alike))
    return tuple(sorted(found, key=lambda claim: _VERDICTS.index(claim.verdict)))


def _cites(citations: Citations, source: str) -> bool:
    return any(citation.source == source for citation in citations)


def _places(citations: Citations) -> list[tuple[str, int | str]]:
    return [(citation.source, place) for citation in citations for place in citation.locators]


def _judged(
    base: KnowledgeBase, entry: FactEntry, source: str
) -> tuple[Literal["contradicted", "corroborated", "alone"], Citations]:
    """What sources of another origin make of what one says, and which do."""
    stated = entry.sources[: len(entry.sources) - len(entry.against)]
    own, opposite = stated, entry.against
    if _cites(entry.against, source):
        own, opposite = opposite, own
    origin = base.sources[source].origin
    against, beside = (
        tuple(citation for citation in side if base.sources[citation.source].origin != origin)
        for side in (opposite, own)
    )
    if against:
        return "contradicted", against
    return ("corroborated" if beside else "alone"), beside


def _apart(said: tuple[Instance, Fact]) -> bool:
    """What comes last: the background, as it is the same in every scenario."""
    return said[1].origin == "background"


def rules(base: KnowledgeBase) -> tuple[RuleEntry, ...]:
    """The rules as sentences, by id."""
    return tuple(
        RuleEntry(
            id=rule.id,
            title=rule.title,
            says=recited(base, rule),
            strength=with_band(rule.strength),
            advances=rule.advances,
            strains=rule.strains,
            sources=rule.citations,
            reading=rule.reading,
            note=rule.note,
            where=rule.where,
        )
        for rule in base.rules
        if not is_helper(rule.id)
    )


def templates(base: KnowledgeBase) -> tuple[TemplateEntry, ...]:
    """The templates with their slots and legal values, by id."""
    concluded: dict[str, set[str]] = {}
    used: dict[str, set[str]] = {}
    for rule in base.rules:
        for pattern in rule.conclusions:
            concluded.setdefault(pattern.template, set()).add(rule.id)
        for pattern in rule.conditions():
            used.setdefault(pattern.template, set()).add(rule.id)
    return tuple(
        TemplateEntry(
            id=template.id,
            kind=_kind(base, template),
            form=f"{template.id}({', '.join(template.slots)})",
            says=asking.in_general(base, template, "says") or "",
            denies=asking.in_general(base, template, "denies"),
            asks=asking.in_general(base, template, "asks"),
            about=template.about,
            slots=tuple(_slot(base, name, slot) for name, slot in template.slots.items()),
            concluded_by=tuple(sorted(concluded.get(template.id, ()))),
            used_by=tuple(sorted(used.get(template.id, ()))),
            where=template.where,
        )
        for template in sorted(declared(base), key=lambda template: template.id)
    )


def _kind(
    base: KnowledgeBase, template: Template
) -> Literal["given", "derived", "advice", "caveat", "kind of advice"]:
    if template.kind:
        return "kind of advice"
    if template.advice or template.caveat:
        return "advice" if template.advice else "caveat"
    return "derived" if template.id in base.derived else "given"


def _slot(base: KnowledgeBase, name: str, slot: SlotType) -> SlotEntry:
    if slot.kind == "values":
        return SlotEntry(name=name, type="one of", legal=tuple(slot.values))
    if slot.kind == "entity":
        legal = sorted(e.id for e in base.entities.values() if e.type in slot.types)
        return SlotEntry(name=name, type=" or ".join(slot.types), legal=tuple(legal))
    unit = f" of {slot.unit}" if slot.unit else ""
    legal = ["true", "false"] if slot.kind == "boolean" else []
    return SlotEntry(name=name, type=slot.kind.capitalize() + unit, legal=tuple(legal))


def sources(scenario: Scenario) -> tuple[SourceEntry, ...]:
    """The source register, with the facts of the scenario and the rules that cite each place."""
    facts = [(str(name), fact.citations + fact.against) for name, fact in scenario.facts.items()]
    rules = [(rule.id, rule.citations) for rule in scenario.base.rules]
    said = scenario.recommends.items()
    recommends = [(f"recommends {instance}", r.citations) for instance, r in said]
    return register(scenario.base.sources.values(), [*facts, *recommends, *rules])


def register(
    sources: Iterable[Source], citing: Iterable[tuple[str, Citations]]
) -> tuple[SourceEntry, ...]:
    """Sources by id, each place with the names of what cites it, in the order given."""
    by_place = _by_place(citing)
    return tuple(_source(s, by_place) for s in sorted(sources, key=lambda s: s.id))


def _by_place(citing: Iterable[tuple[str, Citations]]) -> dict[tuple[str, str], list[str]]:
    """What cites each place; the place "" is a source as a whole."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    for who, citations in citing:
        for citation in citations:
            for place in map(str, citation.locators or ("",)):
                found.setdefault((citation.source, place), {})[who] = None
    return {place: list(who) for place, who in found.items()}


def _source(source: Source, cited: dict[tuple[str, str], list[str]]) -> SourceEntry:
    return SourceEntry(
        id=source.id,
        title=source.title,
        author=source.author,
        dated=source.dated,
        as_of=source.as_of,
        origin=source.origin,
        grade=f"{source.reliability}{source.credibility}",
        review=source.review.isoformat() if source.review else None,
        note=source.note,
        passages=tuple(
            PassageEntry(
                locator=str(passage.locator),
                kind=passage.kind,
                says=passage.says,
                hedge=passage.hedge,
                cited_by=tuple(cited.get((source.id, str(passage.locator)), ())),
            )
            for passage in source.passages.values()
        ),
        cited_by=tuple(cited.get((source.id, ""), ())),
        where=source.where,
    )


def scenarios(base: KnowledgeBase) -> tuple[ScenarioHead, ...]:
    """The scenarios of a base, by name."""
    return scenario_heads(base)
