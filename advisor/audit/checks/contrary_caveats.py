"""Two caveats on one piece of advice contradict each other.

## What it does

Reports two caveats that are said in the same words but for one pair of opposites, as "before" and
"after" or "public" and "private", or of which one negates the other, if facts exist from which both
follow on advice of one template: the smallest are searched for by answer set programming.

## Why it is bad

Whoever is advised cannot do both, and the program says both in one sentence.

## Example

```yaml
by-daylight: {caveat: true, slots: {client: Town}, says: "crossing by day only"}
by-night:    {caveat: true, slots: {client: Town}, says: "crossing by night only"}
```

## Use instead

Rules that exclude each other, as by an exception; or words that say how the two go together.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Final

from advisor.audit import clash
from advisor.audit.finding import Fault
from advisor.audit.opposition import Opposed, conflict, groups_of
from advisor.audit.phrases import gist, negations, stem
from advisor.audit.subject import Subject, place_of
from advisor.model.records import Pattern, Relation, Rule, Template, Term, Var

FAMILY: Final = "ambivalence"
SEVERITY: Final = "warning"

# fmt: off
_PAIRS: Final = (
    ("after", "before"), ("after", "until"), ("alone", "jointly"), ("alone", "together"),
    ("before", "once"), ("before", "when"), ("double", "half"), ("half", "twice"), ("off", "on"),
    ("off", "to"),
    ("begin", "end"), ("bilateral", "multilateral"), ("bilaterally", "multilaterally"),
    ("close", "open"), ("dark", "daylight"), ("darkness", "daylight"), ("day", "night"),
    ("daylight", "night"), ("early", "late"), ("excluding", "including"), ("fast", "slow"),
    ("faster", "slower"), ("first", "last"), ("formal", "informal"), ("formally", "informally"),
    ("high", "low"), ("in", "out"), ("large", "small"), ("later", "now"), ("later", "once"),
    ("later", "sooner"), ("less", "more"), ("long", "short"), ("loosen", "tighten"),
    ("lower", "raise"), ("openly", "quietly"), ("openly", "secretly"), ("private", "public"),
    ("privately", "publicly"), ("public", "secret"), ("publicly", "quietly"),
    ("publicly", "secretly"), ("quickly", "slowly"), ("start", "stop"), ("strong", "weak"),
)
# fmt: on
_OPPOSITES: Final = {frozenset(map(stem, pair)) for pair in _PAIRS}
_PREFIX: Final = re.compile(r"(?:un|in|im|non|dis)")


def find(subject: Subject) -> Iterator[Fault]:
    """The pairs of caveats that nobody can keep."""
    caveats = [t for t in subject.base.templates.values() if t.caveat]
    gists = [[w for w in gist(t.says) if w != "with"] for t in caveats]
    pairs = itertools.combinations(zip(caveats, gists, strict=True), 2)
    for (one, words), (other, others) in pairs:
        if _contrary(words, others, one, other):
            yield from _clashing(subject, one, other)


def _contrary(words: list[str], others: list[str], one: Template, other: Template) -> bool:
    """Whether what two caveats say differs in one pair of opposites, or in a negation."""
    if words == others:
        return negations(one.says) % 2 != negations(other.says) % 2
    if len(words) != len(others):
        return False
    differ = [(a, b) for a, b in zip(words, others, strict=True) if a != b]
    return len(differ) == 1 and _opposite(*differ[0])


def _opposite(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return frozenset({one, other}) in _OPPOSITES or (
        len(short) > 3
        and long.endswith(short)
        and _PREFIX.fullmatch(long[: -len(short)]) is not None
    )


def _clashing(subject: Subject, one: Template, other: Template) -> Iterator[Fault]:
    """A conflict of two caveats on advice of one template, if there is one."""
    base = subject.base
    terms: list[Term] = [
        Var(slot) if one.slots.get(slot) == kind else None for slot, kind in other.slots.items()
    ]
    if None in terms:
        return  # it is about something that the first does not name
    pattern = Pattern(template=other.id, terms=tuple(terms), where=one.where)
    opposed = Opposed(one, Relation(other=pattern))
    pairs = itertools.product(base.concluding.get(one.id, ()), base.concluding.get(other.id, ()))
    for rule, rival in pairs:
        if _advice(subject, rule) & _advice(subject, rival):
            found = conflict(base, opposed, ([rule], [rival]), groups_of(subject.scenarios))
            seen = clash.shown(subject, found) if found is not None else None
            if found is not None and seen is not None:
                yield Fault(
                    message=f"the caveats '{one.id}' and '{other.id}' contradict each other",
                    places=clash.places(found),
                    related=(place_of(one), place_of(other)),
                    witness=seen,
                )
                return


def _advice(subject: Subject, rule: Rule) -> set[str]:
    """The templates of advice that a rule qualifies."""
    templates = subject.base.templates
    variants = subject.base.variants_of(rule)
    return {p.template for v in variants for p in v.patterns() if templates[p.template].advice}
