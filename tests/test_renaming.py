"""Nothing that a reader acts on is decided by the alphabet: other ids change names alone."""

from __future__ import annotations

import json
import re

import msgspec
from hypothesis import assume, given, settings
from strategies import Case, Features, cases

from advisor import api
from advisor.advice import Adviser
from advisor.evaluate import outcome
from advisor.graph import build
from advisor.model import AnyOf, AtLeast, Instance, Pattern, Scenario

replace = msgspec.structs.replace


def scrambled(names) -> dict[str, str]:
    """Names whose order is the reverse of the old ones'."""
    ordered = sorted(names)
    return {name: f"n{len(ordered) - place:04}x" for place, name in enumerate(ordered)}


class Renaming:
    """A scenario under other ids: of templates, rules, entities and sources."""

    def __init__(self, case: Case) -> None:
        base = case.scenario.base
        names = [*base.templates, *(rule.id for rule in base.rules), *base.entities, *base.sources]
        self.new = scrambled(names)
        self.old = {new: old for old, new in self.new.items()}

    def value(self, one):
        """An entity under its other id; anything else as it is."""
        if isinstance(one, AnyOf):
            return AnyOf(tuple(self.value(value) for value in one.values))
        return self.new.get(one, one) if isinstance(one, str) else one

    def instance(self, one: Instance) -> Instance:
        """An instance under other ids."""
        return Instance(self.new[one.template], tuple(self.value(each) for each in one.values))

    def pattern(self, one: Pattern | AtLeast) -> Pattern | AtLeast:
        """A pattern, or a count, under other ids."""
        if isinstance(one, AtLeast):
            return replace(one, of=self.pattern(one.of))
        terms = tuple(self.value(term) for term in one.terms)
        return replace(one, template=self.new[one.template], terms=terms)

    def citations(self, found):
        """Citations under other ids."""
        return tuple(replace(one, source=self.new[one.source]) for one in found)

    def rule(self, one):
        """A rule under other ids, its title and its reason as they are."""
        tests = (
            replace(t, left=self.value(t.left), right=self.value(t.right)) for t in one.comparisons
        )
        return replace(
            one,
            id=self.new[one.id],
            premises=tuple(map(self.pattern, one.premises)),
            exceptions=tuple(map(self.pattern, one.exceptions)),
            conclusions=tuple(map(self.pattern, one.conclusions)),
            comparisons=tuple(tests),
            citations=self.citations(one.citations),
        )

    def scenario(self, one: Scenario) -> Scenario:
        """A scenario and its base under other ids."""
        base, new = one.base, self.new
        changed = replace(
            base,
            client=new[base.client],
            entities={new[n]: replace(e, id=new[n]) for n, e in base.entities.items()},
            sources={new[n]: replace(s, id=new[n]) for n, s in base.sources.items()},
            templates={new[n]: replace(t, id=new[n]) for n, t in base.templates.items()},
            rules=tuple(sorted(map(self.rule, base.rules), key=lambda rule: rule.id)),
            derived=frozenset(new[name] for name in base.derived),
        )
        facts = {
            self.instance(name): replace(
                said,
                instance=self.instance(name),
                citations=self.citations(said.citations),
                against=self.citations(said.against),
            )
            for name, said in one.facts.items()
        }
        return replace(
            one,
            base=changed,
            client=new[one.client] if one.client else None,
            facts=dict(sorted(facts.items())),
            withdrawn=frozenset(new[name] for name in one.withdrawn),
        )

    def back(self, text: str) -> str:
        """A text with the old ids again."""
        return re.sub(r"n\d{4}x", lambda found: self.old[found[0]], text)


def plain(result: object, renaming: Renaming | None = None):
    """A result as data under the old ids, with lists as multisets."""
    text = msgspec.json.encode(result).decode()
    return in_order(json.loads(renaming.back(text) if renaming else text))


def in_order(data):
    """The data with every list in order of its content."""
    if isinstance(data, dict):
        return {key: in_order(value) for key, value in data.items()}
    if isinstance(data, list):
        return sorted(map(in_order, data), key=lambda one: json.dumps(one, sort_keys=True))
    return data


@settings(max_examples=settings().max_examples * 2 // 5)
@given(cases(Features(advised=True)))
def test_other_ids_change_nothing_but_names(case):
    """Advice with its proofs, and the stress test, are the same under ids in another order."""
    base = case.scenario.base
    assume(not any(template.symmetric for template in base.templates.values()))
    renaming = Renaming(case)
    one = outcome(case.scenario, build(case.scenario, case.extra))
    extra = [renaming.instance(each) for each in case.extra]
    again = renaming.scenario(case.scenario)
    other = outcome(again, build(again, extra))
    clients = {
        str(each.values[0]) for each in one.graph.instances if base.templates[each.template].advice
    }
    for client in sorted(clients):
        theirs = renaming.new[client]
        assert plain(Adviser(one, client).advice()) == plain(
            Adviser(other, theirs).advice(), renaming
        )
        assert plain(api.stress(one, client=client).assumptions) == plain(
            api.stress(other, client=theirs).assumptions, renaming
        )
