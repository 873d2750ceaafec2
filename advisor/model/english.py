"""Turns instances, patterns and reasons into English, from the phrases that the base declares.

Everything that reads as a sentence is composed here, so that no explanation can go stale.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import msgspec

from advisor.model.expressions import Expression, spelled, written_leaf
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.naming import Naming
from advisor.model.plurals import plural
from advisor.model.records import (
    Aggregate,
    AnyOf,
    Comparison,
    Instance,
    KnowledgeBase,
    Let,
    Pattern,
    Phrase,
    Rule,
    SlotRef,
    SlotType,
    Template,
    Term,
    Var,
)
from advisor.model.scenarios import Fact, Scenario
from advisor.model.values import DIGITS, Value, is_answered, value_text

Fill = Mapping[str, tuple[SlotType | None, Term]]  # what stands in each gap of a phrase

_UNTYPED: Final = SlotType(kind="values")
_WORDS: Final = {
    "=": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_DAYS: Final = {
    **_WORDS,
    "<": "is before",
    "<=": "is not after",
    ">": "is after",
    ">=": "is not before",
}
_OVER: Final = {"sum": "the sum of", "min": "the least of", "max": "the greatest of"}
_CONTRARY: Final = {"=": "!=", "!=": "=", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_BY_KIND: Final = {"date": _DAYS, "values": {**_WORDS, "<": "is below", ">": "is above"}}


def says(base: KnowledgeBase, instance: Instance) -> str:
    """The clause that states an instance: "Pakistan faces a shortage of energy"."""
    template = base.templates[instance.template]
    return compose(base, template.says, slots_of(template, instance.values))


def denies(base: KnowledgeBase, instance: Instance) -> str:
    """The clause that denies an instance."""
    template = base.templates[instance.template]
    if template.denies is None:
        return f"it is not the case that {says(base, instance)}"
    return compose(base, template.denies, slots_of(template, instance.values))


def value(base: KnowledgeBase, instance: Instance, slot: int) -> str:
    """The value in a slot of an instance as it reads inside a sentence."""
    name, slot_type = list(base.templates[instance.template].slots.items())[slot]
    return _named(base, slot_type, instance.values[slot], name)


def told(scenario: Scenario, instance: Instance, *, likely: bool = False) -> str:
    """The clause that states an instance in the middle of a sentence, a forecast as one.

    As "US forces are being reinforced (expected in 2017)"; of what is `likely` to be so alone.
    """
    fact = scenario.facts.get(instance)
    clause = says(scenario.base, instance)
    if fact is None or fact.standing != "stated" or (likely and (fact.grade or 0) < HOLDS):
        return clause
    expected = foretold(scenario.base, fact)
    return f"{clause} ({expected})" if expected else clause


def bracketed(clause: str, more: str) -> str:
    """A clause with more in brackets: in those that it ends with, if it does."""
    return f"{clause[:-1]}; {more})" if clause.endswith(")") else f"{clause} ({more})"


def marked(expected: str) -> str:
    """What a clause begins with that rests on forecasts alone."""
    return f"{expected}: " if expected else ""


def foretold(base: KnowledgeBase, fact: Fact) -> str:
    """What a fact that rests on forecasts alone is said with, if it is said when; "" if not.

    What is certain, of forecasts that name no time, is what they take for granted.
    """
    sources = base.sources
    places = [
        (sources[citation.source], at)
        for citation in fact.citations
        for at in citation.locators or (None,)
    ]
    passages = [source.passages.get(at) if at is not None else None for source, at in places]
    if not passages or any(passage is None or passage.kind != "forecast" for passage in passages):
        return ""
    when = dict.fromkeys(passage.expected for passage in passages if passage and passage.expected)
    since = dict.fromkeys(source.as_of for source, _ in places if source.as_of)
    expected = fact.standing == "denied" or (fact.grade or 0) >= HOLDS
    if when:
        return f"{'expected in' if expected else 'a forecast for'} {listing(when)}"
    if not since or fact.grade == CERTAIN:
        return ""
    return f"{'expected,' if expected else 'a forecast'} as of {listing(since)}"


def pattern(
    base: KnowledgeBase,
    of: Pattern,
    bindings: Mapping[str, Term] | None = None,
    met: dict[str, str] | None = None,
) -> str:
    """The clause for a pattern; a free variable reads "the partner", a gap "any state".

    With `met`, what has been spoken of by its names, a free one is "some state", then "that state".
    """
    bindings = bindings or {}
    template = base.templates[of.template]
    terms: list[Term] = []
    for term, (slot, slot_type) in zip(of.terms, template.slots.items(), strict=True):
        if isinstance(term, Var) and term.name in bindings:
            terms.append(bindings[term.name])
        elif isinstance(term, Var) and met is not None:
            number = slot_type.kind == "number"
            terms.append(local(term.name, "many" if number else noun(slot_type, slot), met))
        else:
            terms.append(term)
    return compose(base, template.says, slots_of(template, terms))


def local(name: str, noun: str, met: dict[str, str]) -> str:
    """What to call something unnamed: "some town" at first, and then "that town"; "so many"."""
    if name in met:
        return f"that {met[name]}"
    if noun == "many":
        met[name] = noun
        return "so many"
    met[name] = f"other {noun}" if noun in met.values() else noun
    return f"some {met[name]}"


def reason(base: KnowledgeBase, rule: Rule, bindings: Mapping[str, Term] | None = None) -> str:
    """The rule's `because` with these bindings; without, its title, or which row it is."""
    if rule.because is None:
        return _row_applies(base, rule) or as_clause(base, rule.title)
    bindings = bindings or {}
    types = types_of(base, rule)
    fill = {name: (type_, bindings.get(name, Var(name))) for name, type_ in types.items()}
    return compose(base, rule.because, fill)


def _row_applies(base: KnowledgeBase, rule: Rule) -> str:
    """That a row of a table applies, where the rule is one without a title of its own; or ""."""
    for table in base.tables if "/" in rule.id else ():
        for row in table.rows:
            if rule.id in row.rules and rule.title == row_title(table.title, row.name):
                return f'row {row.name} of "{table.title}" applies'
    return ""


def row_title(table: str, row: str) -> str:
    """The title of a row that has none of its own, from that of its table and its name."""
    return f"{table} (row {row})"


def as_clause(base: KnowledgeBase, title: str) -> str:
    """A title as part of a sentence: it begins small, unless with a name."""
    word = title.split(" ", maxsplit=1)[0]
    kept = word in base.name_words or word[1:2].isupper()
    return title if kept else title[:1].lower() + title[1:]


def contrary(test: Comparison) -> Comparison:
    """What is so where a comparison fails."""
    return msgspec.structs.replace(test, operator=_CONTRARY[test.operator])


def comparison(
    base: KnowledgeBase,
    rule: Rule,
    test: Comparison,
    bindings: Mapping[str, Term],
    *,
    worked_out: bool = False,
) -> str:
    """A comparison with its values, "Russia is not Pakistan".

    What the rule computes under a name is `worked_out` too: "7 (14 * 0.5) is less than 20".
    """
    types, made = types_of(base, rule), {let.name: let for let in rule.lets}
    known = next((types[name] for name in test.variables() if name in types), None)
    sides = []
    for side in (test.left, test.right):
        name = side.name if isinstance(side, Var) else ""
        said = _named(base, known, bindings.get(name, side), "value")
        if name in made and (worked_out or is_unnamed(made[name])):
            worked = expression(base, rule, made[name].of, bindings)
            said = f"{said} ({worked})" if name in bindings else worked
        sides.append(said)
    words = _BY_KIND.get(known.kind if known is not None else "", _WORDS)
    return f"{sides[0]} {words[test.operator]} {sides[1]}"


def variable_types(base: KnowledgeBase, rule: Rule) -> dict[str, SlotType]:
    """The type of each variable of a rule, from where its `if` first uses it."""
    types: dict[str, SlotType] = {}
    for premise in rule.patterns():
        slots = base.templates[premise.template].slots
        for term, slot in zip(premise.terms, slots.values(), strict=True):
            if isinstance(term, Var):
                types.setdefault(term.name, slot)
    return types


def types_of(base: KnowledgeBase, rule: Rule) -> dict[str, SlotType]:
    """The type of each variable of a rule, and of what it computes."""
    return variable_types(base, rule) | {let.name: let.type for let in rule.lets}


def is_unnamed(let: Let) -> bool:
    """Whether what a rule computes is an expression of its `where`, and has no name."""
    return not isinstance(let.of, Aggregate) and let.name == spelled(let.of, written_leaf)


def expression(
    base: KnowledgeBase, rule: Rule, of: Expression | Aggregate, bindings: Mapping[str, Term]
) -> str:
    """What a rule computes, with its values: "1500 - 260"."""
    if isinstance(of, Aggregate):
        over = pattern(base, of.of, {**{n: Var(n) for n in types_of(base, rule)}, **bindings}, {})
        if of.variable is None:
            return f"the number of cases in which {over}"
        return f"{_OVER[of.operator]} every {spaced(of.variable.name)} such that {over}"
    types = types_of(base, rule)

    def leaf(term: Value | Var) -> str:
        name = term.name if isinstance(term, Var) else ""
        return _named(base, types.get(name), bindings.get(name, term), "value")

    return spelled(of, leaf)


def worded(base: KnowledgeBase, slot_type: SlotType, term: Term) -> str:
    """A term of a type as it reads inside a sentence."""
    return _named(base, slot_type, term, "value")


def advice(base: KnowledgeBase, instance: Instance, caveats: Sequence[Instance] = ()) -> str:
    """A recommendation with its caveats, as one sentence."""
    return qualified(says(base, instance), [says(base, caveat) for caveat in caveats])


def qualified(clause: str, caveats: Sequence[str]) -> str:
    """A clause with what its caveats say, as one sentence."""
    tail = listing(caveats)
    return sentence(clause + (f", {tail}" if tail else ""))


def sentence(clause: str) -> str:
    """The clause with a capital and a full stop."""
    clause = clause.strip()
    ended = clause.endswith((".", "?", "!"))
    return clause[:1].upper() + clause[1:] + ("" if ended else ".")


def listing(parts: Iterable[str], word: str = "and") -> str:
    """The parts as one phrase: "a", "a and b", "a, b and c"."""
    *most, last = list(parts) or [""]
    return f"{', '.join(most)} {word} {last}" if most else last


_ANY: Final = {"number": "number of", "date": "day"}
_NUMBERLESS: Final = re.compile(r"\bany number of(?! \w)")
_DETERMINED: Final = ("any ", "some ", "that ", "the ")  # what takes no article
_BEFORE: Final = re.compile(r"\b(?:the|(more|less|enough)) $")  # what reads otherwise before these


def compose(base: Naming, phrase: Phrase, fill: Fill) -> str:
    """The phrase with every gap filled."""
    parts = []
    for part in phrase:
        if isinstance(part, str):
            parts.append(part)
            continue
        filled = fill_gap(base, part, *fill.get(part.slot, (None, Var(part.slot))))
        if filled.startswith(_DETERMINED) and parts:  # "has the {fuel}", "buys more {fuel}"
            parts[-1] = _BEFORE.sub(lambda m: f"{m[1]} of " if m[1] else "", parts[-1])
        parts.append(filled)
    return _NUMBERLESS.sub("any number", "".join(parts))


def slots_of(template: Template, terms: Sequence[Term]) -> Fill:
    """What stands in each slot of a template, with its type."""
    names = zip(template.slots.items(), terms, strict=True)
    return {name: (slot_type, term) for (name, slot_type), term in names}


def fill_gap(base: Naming, ref: SlotRef, slot_type: SlotType | None, term: Term) -> str:
    """What fills a gap of a phrase."""
    entity = base.entities.get(term) if isinstance(term, str) else None
    if ref.form == "verb":
        return ref.plural if _is_plural(base, slot_type, term) else ref.singular
    name = _named(base, slot_type, term, ref.slot)
    if ref.form == "adjective" and entity is not None and entity.adjective:
        return entity.adjective
    if ref.form in {"adjective", "possessive"}:
        return name + ("'" if name.endswith("s") else "'s")
    return name


def _is_plural(base: Naming, slot_type: SlotType | None, term: Term) -> bool:
    """Whether what stands in a gap takes the second form of a verb: by its last, of several."""
    last = term.values[-1] if isinstance(term, AnyOf) and term.values else term
    if slot_type is not None and slot_type.kind == "number":
        return last != 1 and not str(last).endswith(" 1")  # "less than 1 year"
    entity = base.entities.get(last) if isinstance(last, str) else None
    return entity is not None and entity.plural


def _named(base: Naming, slot_type: SlotType | None, term: Term, slot: str) -> str:
    """A term as it reads inside a sentence."""
    slot_type = slot_type or _UNTYPED
    if isinstance(term, Var):
        return "the " + term.name.replace("-", " ").replace("_", " ")
    if isinstance(term, AnyOf):
        return listing((_named(base, slot_type, value, slot) for value in term.values), "or")
    if term is None:
        return "any " + (_ANY.get(slot_type.kind) or noun(slot_type, slot))
    if term is not None and not is_answered(term):
        return "whatever day" if isinstance(term, date) else "however many"
    if isinstance(term, date):
        return f"{term.day} {term:%B %Y}"
    if isinstance(term, str):
        if slot_type.kind == "values" and term in slot_type.values:
            return slot_type.values[term]
        return base.entities[term].name if term in base.entities else term
    text = value_text(term)
    endless = isinstance(term, Decimal) and len(text.partition(".")[2]) == DIGITS
    short = text[: 6 - DIGITS]  # enough of what was divided, unless nothing of it is left
    return f"{short}..." if endless and short.strip("-0.") else text


def noun(slot_type: SlotType, slot: str) -> str:
    """What an unfilled slot is called: "state", "state or group"."""
    return listing(kinds(slot_type, slot), "or")


def kinds(slot_type: SlotType, slot: str) -> list[str]:
    """What can stand in a slot, in words."""
    if slot_type.kind != "entity":
        return [spaced(slot)]
    return [re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower() for name in slot_type.types]


def spaced(name: str) -> str:
    """A name of the base as words."""
    return name.replace("-", " ").replace("_", " ")


def counted(count: int, noun: str) -> str:
    """A number of things: "1 note", "2,000 notes"."""
    return f"{count:,} {noun if count == 1 else plural(noun)}"
