"""Turns rules of which the first decides into rules that yield to those before them.

A rule that others yield to has a second one beside it, with the same conditions, which concludes
that it matches; and that is an exception of the others. So what decides is whether the earlier
conditions hold, and no strength of a rule, nor whether it yields itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from advisor.loader.reader import Reader
from advisor.loader.types import types_of, united
from advisor.loader.vocabulary import Vocabulary
from advisor.loader.yamlfile import Node
from advisor.model.authored import MATCHES
from advisor.model.grades import CERTAIN
from advisor.model.records import Pattern, Phrase, Rule, SlotRef, SlotType, Template, Var

MOST = 100_000  # exceptions that come of one list


class Contender(NamedTuple):
    """What may decide: rules that stand for one, and how that is called in a sentence."""

    rules: tuple[Rule, ...]
    name: str  # of the one, with hyphens
    says: str  # 'row 2 of "..."'
    node: Node


def yielding(
    choices: Sequence[Contender],
    subject: Sequence[str],
    yields: Callable[[int, int], bool],
    reader: Reader,
    words: Vocabulary,
) -> list[Rule]:
    """The rules of the choices, each of which yields to earlier ones about the same subject.

    `yields` says whether a choice may have to yield to an earlier one, both by their places.
    """
    found: list[Rule] = []
    marks: dict[int, Pattern] = {}
    yielded = 0
    for place, choice in enumerate(choices):
        before = tuple(marks[other] for other in marks if yields(place, other))
        yielded += len(before) * len(choice.rules)
        if yielded > MOST:
            message = f"by {choice.says}, more than {MOST} exceptions have come of the order"
            hint = "part the list by a fact, or let its conditions exclude each other"
            reader.problem(choice.node, message, hint)
            return found
        found += [
            msgspec.structs.replace(rule, exceptions=(*rule.exceptions, *before))
            for rule in choice.rules
        ]
        if any(yields(later, place) for later in range(place + 1, len(choices))):
            mark = _mark(choice, subject, reader, words)
            if mark is None:
                return found
            marks[place] = mark
            found += [_marking(rule, mark, choice) for rule in choice.rules]
    return found


def _marking(rule: Rule, mark: Pattern, choice: Contender) -> Rule:
    """The rule with the same conditions which concludes that they hold."""
    return msgspec.structs.replace(
        rule,
        id=f"{rule.id}/{MATCHES}",
        title=f"{choice.says[:1].upper()}{choice.says[1:]} applies",
        conclusions=(mark,),
        strength=CERTAIN,
        advances=(),
        strains=(),
        otherwise=False,
        allow=(),
    )


def _mark(
    choice: Contender, subject: Sequence[str], reader: Reader, words: Vocabulary
) -> Pattern | None:
    """The fact that a choice matches, over its subject; its template is declared here."""
    name = f"{choice.name}-{MATCHES}"
    where = reader.where(choice.node)
    if name in words.templates:
        message = f"the template '{name}' is there already, at {words.templates[name].where}"
        reader.problem(choice.node, message, "give the one or the other another name")
        return None
    slots = _slots(choice, subject, reader, words)
    if slots is None:
        return None
    words.templates[name] = Template(
        id=name,
        slots=slots,
        says=_said(choice.says, "applies", subject),
        denies=_said(choice.says, "does not apply", subject),
        helper=True,
        where=where,
    )
    return Pattern(template=name, terms=tuple(map(Var, subject)), where=where)


def _slots(
    choice: Contender, subject: Sequence[str], reader: Reader, words: Vocabulary
) -> dict[str, SlotType] | None:
    """What the subject can be, in all rules of a choice."""
    slots: dict[str, SlotType] = {}
    for rule in choice.rules:
        types = types_of(reader, rule.premises, words)
        for name in subject:
            slot = types.get(name)
            if slot is not None:
                slots[name] = united(slots.get(name), slot)
    return slots if len(slots) == len(subject) else None


def _said(says: str, verb: str, subject: Sequence[str]) -> Phrase:
    """The clause that something applies to its subject."""
    parts: list[str | SlotRef] = [f"{says} {verb}"]
    for place, name in enumerate(subject):
        last = place == len(subject) - 1
        parts += [" to " if not place else " and " if last else ", ", SlotRef(name, "name")]
    return tuple(parts)
