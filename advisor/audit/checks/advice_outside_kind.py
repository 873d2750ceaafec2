"""Advice strains what the caveats on a kind of advice look after, and is not of that kind.

## What it does

Reports each template of advice that has slots as a kind of advice has them and does not belong to
it, if a rule that concludes it strains an interest that a caveat on the kind advances, and no
caveat on the advice itself does.

## Why it is bad

Caveats on a kind of advice hold on whatever belongs to it. Advice whose author forgot to say that
it does is given without them, though it does the same harm.

## Example

```yaml
deals: {advice: kind, slots: {client: Town, partner: Town}, says: "deal with {partner}"}
lend:                            # a rule that concludes it has `strains: [safety]`, and a caveat on
  advice: true                   # deals has `advances: [safety]`
  slots: {client: Town, partner: Town, cargo: Cargo}
  says: "lend {partner} {cargo}"
```

## Use instead

`kinds: [deals: {client: $client, partner: $partner}]` on the template; or an allowance that says
why the advice is not of that kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject, place_of
from advisor.model import english
from advisor.model.records import Rule, Template

FAMILY: Final = "deficiency"
SEVERITY: Final = "note"


def find(subject: Subject) -> Iterator[Fault]:
    """The templates of advice that do the harm of a kind and do not belong to it."""
    templates = subject.base.templates.values()
    kinds = [template for template in templates if template.kind]
    for template in templates:
        for kind in kinds if template.advice else ():
            if _has_slots(template, kind) and not _belongs(template, kind):
                yield from _strained(subject, template, kind)


def _has_slots(template: Template, kind: Template) -> bool:
    """Whether a template has a client and, for each other slot of a kind, one of its type."""
    left = list(template.slots.items())
    for name, slot in kind.slots.items():
        fits = [own for own in left if own[1] == slot and (name != "client" or own[0] == name)]
        if not fits:
            return False
        left.remove(next((own for own in fits if own[0] == name), fits[0]))
    return True


def _belongs(template: Template, kind: Template) -> bool:
    """Whether advice of a template is of a kind."""
    return any(relation.other.template == kind.id for relation in template.kinds)


def _strained(subject: Subject, template: Template, kind: Template) -> Iterator[Fault]:
    """Advice that strains what caveats on the kind look after, with those caveats."""
    base = subject.base
    caveats = [r for r in base.rules if any(p.template == kind.id for p in r.patterns())]
    own = {interest for r in base.requiring.get(template.id, ()) for interest in r.advances}
    rules = base.concluding.get(template.id, ())
    strained = dict.fromkeys(interest for rule in rules for interest in rule.strains)
    cared = {interest for r in caveats for interest in r.advances} - own
    shared = [interest for interest in strained if interest in cared]
    if not shared:
        return
    names = english.listing([f"'{interest}'" for interest in shared])
    message = f"'{template.id}' strains {names} and is not of the kind '{kind.id}'"
    shown = witness.evidence(
        "the rules by which it strains that, and those of the caveats that it goes without",
        *_lines(rules, "strains", shared),
        *_lines(caveats, "advances", shared),
    )
    yield Fault(
        message=message, places=(place_of(template),), related=(place_of(kind),), witness=shown
    )


def _lines(rules: Sequence[Rule], key: str, interests: Sequence[str]) -> list[str]:
    """The rules that have one of these interests under a key, with those they have."""
    found = ((r.id, [i for i in getattr(r, key) if i in interests]) for r in rules)
    return [f"rule {name} {key}: {', '.join(named)}" for name, named in found if named]
