"""Writes random bases down as YAML: in any layout that an author might come up with."""

from __future__ import annotations

import random
from datetime import date
from decimal import Decimal

from advisor.model.expressions import Operation, spelled, written_leaf
from advisor.model.grades import TERMS
from advisor.model.records import Aggregate, AnyOf, AtLeast, Pattern, Rule, SlotType, Template, Var
from advisor.model.scenarios import Fact, Scenario
from advisor.model.values import value_text

Data = object


def odd_files(scenario: Scenario, chance: random.Random) -> dict[str, str]:
    """The files of a base and one scenario, with comments, in an odd layout each."""
    return {name: Odd(chance).text(data) for name, data in files(scenario).items()}


def files(scenario: Scenario) -> dict[str, Data]:
    """The files of a base and one scenario, as data."""
    base = scenario.base
    entities: dict[str, dict[str, Data]] = {}
    for one in base.entities.values():
        entities.setdefault(one.type, {})[one.id] = {"name": f"'{one.name}'"}
    return {
        "rules/base.yaml": {"title": "case", "date": base.date, "client": base.client},
        "rules/entities.yaml": entities,
        "rules/sources.yaml": {
            one.id: {"title": one.title, "origin": one.origin} for one in base.sources.values()
        },
        "rules/templates.yaml": {
            one.id: _template(one, base.templates, derived=one.id in base.derived)
            for one in base.templates.values()
        },
        "rules/some.yaml": [_rule(one, base.templates) for one in base.rules],
        "facts/case.yaml": _scenario(scenario),
    }


def _template(template: Template, templates: dict[str, Template], *, derived: bool) -> Data:
    names = list(template.slots)
    found: dict[str, Data] = {
        "slots": {name: _type(slot_type) for name, slot_type in template.slots.items()},
        "says": f'"{template.id} of {" ".join(f"{{{name}}}" for name in names)}"',
    }
    if template.asks and not derived:
        found["asks"] = '"asked?"'
    found |= {mark: True for mark in ("advice", "caveat") if getattr(template, mark)}
    if template.kind:
        found["advice"] = "kind"
    if template.kinds:
        found["kinds"] = [premise(one.other, templates) for one in template.kinds]
    if template.symmetric:
        found["symmetric"] = [names[place] for place in template.symmetric]
    if template.key is not None and not derived:
        found["key"] = [names[place] for place in template.key]
    if template.exactly:
        found["exactly"] = "one"
    return found


def _type(slot_type: SlotType) -> Data:
    if slot_type.kind == "values":
        return {"values": [*slot_type.values], "ordered": slot_type.ordered}
    if slot_type.kind != "entity":
        return slot_type.kind.capitalize()
    return ["A", "B"]  # so that any variable fits any slot


def _rule(rule: Rule, templates: dict[str, Template]) -> Data:
    found: dict[str, Data] = {"id": rule.id, "title": f'"{rule.title}"'}
    if rule.premises:
        found["if"] = [premise(one, templates) for one in rule.premises]
    if rule.lets:
        found["let"] = {f"${one.name}": _let(one.of, templates) for one in rule.lets}
    if rule.comparisons:
        found["where"] = [
            f"{_side(one.left)} {one.operator} {_side(one.right)}" for one in rule.comparisons
        ]
    if rule.exceptions:
        found["unless"] = [premise(one, templates) for one in rule.exceptions]
    found["then"] = [premise(one, templates) for one in rule.conclusions]
    found["strength"] = TERMS[rule.strength]
    if rule.citations:
        found["sources"] = [one.source for one in rule.citations]
    if rule.otherwise:
        found["otherwise"] = True
    return found


def _let(of: object, templates: dict[str, Template]) -> Data:
    if not isinstance(of, Aggregate):
        return f'"{spelled(of, written_leaf)}"'
    over = premise(of.of, templates)
    return {of.operator: f"${of.variable.name}", "of": over} if of.variable else {"count": over}


def premise(one: Pattern | AtLeast, templates: dict[str, Template]) -> Data:
    """A premise as a rule file has it."""
    if isinstance(one, AtLeast):
        return {"at-least": {"count": one.count, "of": premise(one.of, templates)}}
    slots = zip(templates[one.template].slots, one.terms, strict=True)
    return {one.template: {name: _term(term) for name, term in slots if term is not None}}


def _term(term: object) -> Data:
    if isinstance(term, Var):
        return f"${term.name.lower()}"
    return [*term.values] if isinstance(term, AnyOf) else term


def _side(side: object) -> str:
    if isinstance(side, Operation):
        return spelled(
            side, lambda one: f"{_term(one)}" if isinstance(one, Var) else value_text(one)
        )
    return f"${side.name.lower()}" if isinstance(side, Var) else value_text(side)


def _scenario(scenario: Scenario) -> Data:
    found: dict[str, Data] = {"title": "case", "complete": scenario.complete}
    lists: dict[str, list[Data]] = {"facts": [], "denied": [], "unknown": []}
    derived, templates = scenario.base.derived, scenario.base.templates
    for one in scenario.facts.values():
        if one.instance.template in derived and one.standing != "stated":
            continue
        where = {"stated": "facts", "disputed": "facts"}.get(one.standing, one.standing)
        if not templates[one.instance.template].advice:
            lists[where].append(_fact(one, templates))
    lists["withdraw"] = sorted(scenario.withdrawn)
    return found | {key: some for key, some in lists.items() if some}


def _fact(one: Fact, templates: dict[str, Template]) -> Data:
    slots = zip(templates[one.instance.template].slots, one.instance.values, strict=True)
    found: dict[str, Data] = {one.instance.template: dict(slots)}
    if one.grade is not None:
        found["likelihood"] = TERMS[one.grade or 1]
    return found


def plain(data: Data) -> str:
    """Data as YAML in braces and brackets, without any art."""
    if isinstance(data, dict):
        return f"{{{', '.join(f'{key}: {plain(value)}' for key, value in data.items())}}}"
    if isinstance(data, list):
        return f"[{', '.join(map(plain, data))}]"
    return "true" if data is True else "false" if data is False else str(data)


class Odd:
    """Writes data as YAML, choosing anew at each turn among the ways that YAML has."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.number = 0

    def text(self, data: Data) -> str:
        """One file."""
        lines = self._rest()
        lines += self._block(data, 0) if data else []
        return "\n".join([*lines, *self._rest()]) + "\n"

    def _one_in(self, number: int) -> bool:
        return self.chance.randrange(number) == 0

    def _comment(self) -> str:
        self.number += 1
        return self.chance.choice(["# c{}", "#c{}", "#  'c{}", "# - c{}: [x"]).format(self.number)

    def _rest(self) -> list[str]:
        """Blank lines and comments of any indentation."""
        found = [""] * (self.chance.randrange(3) if self._one_in(4) else 0)
        if self._one_in(5):
            found.append(" " * self.chance.randrange(7) + self._comment())
            found += self._rest()
        return found

    def _end(self) -> str:
        return f" {self._comment()}" if self._one_in(6) else ""

    def _block(self, data: Data, indent: int) -> list[str]:
        found: list[str] = []
        entries = list(data.items()) if isinstance(data, dict) else [(None, one) for one in data]
        for key, value in entries:
            head = " " * indent + ("-" if key is None else f"{key}:")
            found += [*self._entry(head, key, value, indent), *self._rest()]
        return found

    def _entry(self, head: str, key: str | None, value: Data, indent: int) -> list[str]:
        if not isinstance(value, dict | list) or not value or self._one_in(2):
            if self._one_in(8):
                head += f"{self._end()}\n{' ' * (indent + 3)}"
            flow = self._flow(value, indent + 2)
            return f"{head} {flow}{self._end()}".split("\n")
        step = self.chance.choice([1, 2, 4])
        if isinstance(value, list) and key is not None:
            step = self.chance.choice([0, 2, 3])
        return [f"{head}{self._end()}", *self._rest(), *self._block(value, indent + step)]

    def _flow(self, data: Data, indent: int) -> str:
        if isinstance(data, dict | list):
            items = list(data.items()) if isinstance(data, dict) else [(None, one) for one in data]
            parts = [
                ("" if key is None else f"{key}: ") + self._flow(value, indent)
                for key, value in items
            ]
            opening, closing = "{}" if isinstance(data, dict) else "[]"
            return opening + self._gap(indent) + f",{self._gap(indent)}".join(parts) + closing
        return self._scalar(data)

    def _gap(self, indent: int) -> str:
        if not self._one_in(6):
            return self.chance.choice(["", " ", "  "]) or " "
        return f"{self._end()}\n{' ' * indent}"

    def _scalar(self, data: Data) -> str:
        if isinstance(data, bool):
            return "true" if data else "false"
        if isinstance(data, date | int | Decimal):
            return str(data)
        text = str(data)
        return f'"{text}"' if text[0] not in "$\"'" and self._one_in(5) else text
