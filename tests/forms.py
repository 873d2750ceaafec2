"""Forms of premises beyond plain patterns: as records, drawn at random, written down, and naive.

What the loader makes other records of stays here as an author writes it, so that the oracle reads
a rule's own words and nothing of what the product makes of them.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from hypothesis import strategies as st
from oracle import COMPARE, Ground, Oracle, nth, same, unanswered
from strategies import (
    POOLS,
    SORT_OF,
    VALUES,
    WHERE,
    Case,
    Choices,
    Features,
    cases,
    drawn_comparisons,
    drawn_conclusion,
    drawn_condition,
    drawn_premise,
    template,
    what_ifs,
)
from yaml_text import Data, files, plain, premise

from advisor.loader import load_base
from advisor.model.authored import is_helper, marked
from advisor.model.background import starting
from advisor.model.changes import Changes
from advisor.model.errors import AdvisorError
from advisor.model.expressions import Operation, mentioned
from advisor.model.records import (
    Aggregate,
    AnyOf,
    AtLeast,
    Comparison,
    Instance,
    KnowledgeBase,
    Let,
    Pattern,
    Rule,
    Template,
    Var,
)
from advisor.model.scenarios import Scenario
from advisor.model.values import value_text


class Choice(NamedTuple):
    """`any`: lists of premises, one of which must hold."""

    alternatives: tuple[tuple[Pattern | AtLeast, ...], ...]


class Together(NamedTuple):
    """`all`, under `unless`: conditions that share variables of their own."""

    conditions: tuple[Pattern | AtLeast, ...]


class Cell(NamedTuple):
    """What a cell of a table lets pass: any of some values, or what lies within some ends."""

    text: str
    values: tuple = ()
    ends: tuple[tuple[str, object], ...] = ()  # operators with values, all of which must hold
    negated: bool = False


def passes(cell: Cell, value) -> bool:
    """Whether a value passes a cell; one that nobody has told may."""
    if unanswered(value):
        return True
    scale = VALUES["values"]
    place = scale.index if value in scale else lambda each: each
    inside = any(same(one, value) for one in cell.values) or (
        bool(cell.ends)
        and all(COMPARE[operator](place(value), place(end)) for operator, end in cell.ends)
    )
    return inside != cell.negated


class Every(NamedTuple):
    """`every TYPE $name`: the variable stands for each entity of the type."""

    type: str
    name: str

    def variables(self) -> list[str]:
        """The variable that it binds."""
        return [self.name]


class Listed(NamedTuple):
    """A list of rules of which the first decides, by their ids."""

    rules: tuple[str, ...]


class Table(NamedTuple):
    """A decision table: its head, its rows as they are written, and the rules that these are."""

    id: str
    hit: str
    premises: tuple[Pattern, ...]
    asked: Pattern | None  # a column of yes and no
    conclusion: Pattern
    rows: tuple[dict[str, str], ...]
    rules: tuple[str, ...]


class Turn(Rule, frozen=True, kw_only=True):
    """A rule of a list under `first`, or a row of a table: it yields to those before it."""

    after: tuple[str, ...] = ()  # the rules that it yields to
    subject: tuple[str, ...] = ()  # for each of which they decide
    tests: tuple[tuple[str, Cell], ...] = ()  # of a row: what a variable has to pass


class FormOracle(Oracle):
    """The naive evaluator, of rules with these forms."""

    def _ground(self, rule: Rule):
        for number, premises in enumerate(ways(rule)):
            patterns = [one for one in premises if isinstance(one, Pattern)]
            every = [one for one in premises if isinstance(one, Every)]
            for bindings, facts in self._each(every, patterns):
                tests = rule.tests if isinstance(rule, Turn) else ()
                if all(passes(cell, bindings[name]) for name, cell in tests):
                    yield from self._worked(rule, {**bindings, "": number}, facts)

    def _each(self, every, patterns):
        """The matches of patterns for each way to choose entities."""
        entities = self.base.entities.values()
        choices = [[e.id for e in entities if e.type == one.type] for one in every]
        for chosen in itertools.product(*choices):
            bound = {}
            if all(
                bound.setdefault(one.name, entity) == entity
                for one, entity in zip(every, chosen, strict=True)
            ):
                yield from self._join(patterns, bound)

    def _parts(self, ground: Ground):
        rule, bindings = self.rules[ground.rule], dict(ground.bindings)
        number = bindings.pop("")
        premises = tuple(one for one in ways(rule)[number] if not isinstance(one, Every))
        plain = msgspec.structs.replace(rule, premises=premises, exceptions=())
        self.rules[ground.rule] = plain
        parts = super()._parts(ground)
        self.rules[ground.rule] = rule
        return parts._replace(against=[self.excepted(one, bindings) for one in rule.exceptions])

    def excepted(self, exception, bindings) -> list[list]:
        """The ways in which an exception can hold: each a list of facts, and of counts of facts."""
        conditions = exception.conditions if isinstance(exception, Together) else (exception,)
        patterns = [one for one in conditions if isinstance(one, Pattern)]
        counted = [one for one in conditions if isinstance(one, AtLeast)]
        return [
            [*facts, *((one.count, self.matching(one.of, bound)) for one in counted)]
            for bound, facts in self._join(patterns, bindings)
        ]

    def conditions(self, ground: Ground) -> tuple[int, int]:
        """The bounds of what a ground rule asks for."""
        against = self.parts[ground].against
        self.parts[ground] = self.parts[ground]._replace(against=[])
        low, high = super().conditions(ground)
        self.parts[ground] = self.parts[ground]._replace(against=against)
        for ways_ in against:
            low = min(low, 8 - max([0, *(self._weakest(way, self.upper) for way in ways_)]))
            high = min(high, 8 - max([0, *(self._weakest(way, self.lower) for way in ways_)]))
        return low, high

    def bounds(self, ground: Ground) -> tuple[int, int]:
        """The bounds of a ground rule, which yields to what is asked for before it."""
        low, high = super().bounds(ground)
        for other in self.earlier(ground):
            least, most = self.conditions(other)
            low, high = min(low, 8 - most), min(high, 8 - least)
        return low, high

    def earlier(self, ground: Ground) -> list[Ground]:
        """The ground rules before one that decide of the same."""
        rule = self.rules[ground.rule]
        if not isinstance(rule, Turn):
            return []
        own = dict(ground.bindings)
        before = set(rule.after) - self.scenario.withdrawn
        return [
            other
            for other in self.matches
            if other.rule in before
            and all(same(dict(other.bindings)[name], own[name]) for name in rule.subject)
        ]

    def _weakest(self, way: list, grades: dict) -> int:
        links = [
            nth(one[0], [grades[fact] for fact in one[1]])
            if isinstance(one[0], int)
            else grades[one]
            for one in way
        ]
        return min([8, *links])

    def _least_level(self, rule: Rule, level: dict[str, int]) -> int:
        lowest = 0
        for premises in ways(rule):
            own = tuple(one for one in premises if not isinstance(one, Every))
            plain = msgspec.structs.replace(rule, premises=own, exceptions=())
            lowest = max(lowest, super()._least_level(plain, level))
        for exception in rule.exceptions:
            for one in exception.conditions if isinstance(exception, Together) else (exception,):
                of = one.of if isinstance(one, AtLeast) else one
                lowest = max(lowest, level[of.template] + 1)
        for name in rule.after if isinstance(rule, Turn) else ():
            lowest = max(lowest, self._least_level(self.rules[name], level) + 1)
        return lowest


def ways(rule: Rule) -> list[tuple]:
    """The premises of a rule for each choice among its alternatives."""
    parts = [p.alternatives if isinstance(p, Choice) else ((p,),) for p in rule.premises]
    return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*parts)]


# ------------------------------------------------------------------ written down


def form_files(case: Case, blocks: Sequence[Listed | Table] = ()) -> dict[str, Data]:
    """The files of a base whose rules have these forms, some of them in lists and tables."""
    base = case.scenario.base
    templates = base.templates
    plain = [msgspec.structs.replace(rule, premises=(), exceptions=()) for rule in base.rules]
    scenario = msgspec.structs.replace(
        case.scenario, base=msgspec.structs.replace(base, rules=tuple(plain))
    )
    found = files(scenario)
    by_id = {}
    for rule, data in zip(base.rules, found["rules/some.yaml"], strict=True):
        by_id[rule.id] = data
        data["if"] = [written(one, templates) for one in rule.premises]
        if rule.exceptions:
            data["unless"] = [written(one, templates) for one in rule.exceptions]
    for block in blocks:
        own = [by_id.pop(name) for name in block.rules]
        by_id[block.rules[0]] = (
            {"first": own} if isinstance(block, Listed) else tabled(block, templates)
        )
    found["rules/some.yaml"] = [*by_id.values()]
    return found


def tabled(table: Table, templates: dict[str, Template]) -> Data:
    """A decision table as its author writes it."""
    found: dict[str, Data] = {"table": table.id, "title": f"title of {table.id}", "hit": table.hit}
    if table.hit == "priority":
        found["order"] = [*VALUES["values"]]
    found["if"] = [premise(one, templates) for one in table.premises]
    if table.asked is not None:
        found["columns"] = {"asked": premise(table.asked, templates)}
    found["then"] = [premise(table.conclusion, templates)]
    found["rows"] = [{name: f'"{cell}"' for name, cell in row.items()} for row in table.rows]
    return found


def written(one, templates: dict[str, Template]) -> Data:
    """A premise or an exception as an author writes it."""
    if isinstance(one, Choice):
        some = [[premise(each, templates) for each in chosen] for chosen in one.alternatives]
        return {"any": [each[0] if len(each) == 1 else each for each in some]}
    if isinstance(one, Every):
        return f"every {one.type} ${one.name}"
    if isinstance(one, Together):
        return {"all": [premise(each, templates) for each in one.conditions]}
    return premise(one, templates)


# ------------------------------------------------------------------ drawn

RICH = Features(keys=True, groups=True, advised=True, numbers=True, scales=True, exactly=True)


class Formed(NamedTuple):
    """A case whose rules have these forms: as they are written, and as the product has read them.

    `scenario` and `extra` are those of a case, over the base that was read.
    """

    scenario: Scenario
    extra: frozenset[Instance]
    authored: Case
    blocks: tuple[Listed | Table, ...]

    def __repr__(self) -> str:
        """As its author would write it down."""
        return "\n".join(
            f"{name}: {plain(data)}"
            for name, data in form_files(self.authored, self.blocks).items()
        ) + repr(self.authored.scenario.facts)

    def oracle(self, scenario: Scenario, instances, said=None, like=None) -> FormOracle:
        """The naive evaluator of what is written, with the facts of a scenario."""
        base = self.authored.scenario.base
        declared = base.templates
        facts = {one: fact for one, fact in scenario.facts.items() if one.template in declared}
        withdrawn = frozenset(
            rule.id for rule in base.rules if {*self.read_as(rule.id)} <= scenario.withdrawn
        )
        own = msgspec.structs.replace(scenario, base=base, facts=facts, withdrawn=withdrawn)
        if said is not None:
            said = {one: bounds for one, bounds in said.items() if one.template in declared}
        known = [one for one in instances if one.template in declared]
        return FormOracle(own, known, said, like=like)

    def read_as(self, rule: str) -> list[str]:
        """The rules that the product has made of one, those for helper facts aside."""
        every = self.scenario.base.rule_ranks
        own = [name for name in every if name == rule or name.startswith(f"{rule}/")]
        return [name for name in own if not is_helper(name)]


@st.composite
def formed_cases(draw, features: Features) -> Formed:
    """A random case whose rules have these forms."""
    case = draw(cases(features))
    return formed_case(Choices(draw), case)


def in_forms(choices: Choices, case: Case) -> Case:
    """The case with the rules in other forms."""
    base = case.scenario.base
    given = [t for t in base.templates.values() if t.id not in base.derived]
    given = [t for t in given if not (t.advice or t.kind or t.caveat)]
    rules = tuple(
        rule if rule.id.startswith("table/") else _formed(choices, rule, base.templates, given)
        for rule in base.rules
    )
    return _over(case, msgspec.structs.replace(base, rules=rules))


def _over(case: Case, base: KnowledgeBase) -> Case:
    return Case(msgspec.structs.replace(case.scenario, base=base), case.extra)


def with_blocks(choices: Choices, case: Case) -> tuple[Case, tuple[Listed | Table, ...]]:
    """The case with rules in a list, and in a table, that conclude advice of their own."""
    base = case.scenario.base
    defaults = {c.template for r in base.rules if r.otherwise for c in r.conclusions}
    pool = [t for t in base.templates.values() if not (t.caveat or t.kind or t.id in defaults)]
    pool = [
        t for t in pool if t.slots and not (t.advice and t.id.startswith(("default", "second")))
    ]
    templates, rules, blocks = [], [], []
    if choices.chance(50):
        head = template("listed", "A", first="client", advice=True)
        some = _listed(choices, head, pool)
        templates, rules = [head], [*some]
        blocks.append(Listed(tuple(one.id for one in some)))
    able = [t for t in pool if any("A" in s.types for s in t.slots.values())]
    if able and choices.chance(50):
        head = template("tabled", "A", "values", first="client", advice=True)
        table, some = _table(choices, head, able, pool)
        templates.append(head)
        rules += some
        blocks.append(table)
    every = {**base.templates, **{one.id: one for one in templates}}
    derived = base.derived | {one.id for one in templates}
    more = (*base.rules, *rules)
    return (
        _over(case, msgspec.structs.replace(base, templates=every, rules=more, derived=derived)),
        tuple(blocks),
    )


def _listed(choices: Choices, head: Template, pool: list[Template]) -> list[Turn]:
    """Two or three rules of which the first decides."""
    drawn = []
    for _ in range(2 + choices.upto(1)):
        premises: list[Pattern] = []
        for _ in range(1 + choices.upto(1)):
            bound = [name for one in premises for name in one.variables()]
            premises.append(drawn_premise(choices, choices.pick(pool), bound))
        bound = sorted({name for one in premises for name in one.variables()})
        exceptions = []
        if choices.chance(30):
            exceptions.append(drawn_condition(choices, choices.pick(pool), bound))
        comparisons = tuple(drawn_comparisons(choices, bound))
        drawn.append((premises, exceptions, comparisons, drawn_conclusion(choices, head, bound)))
    shared = set.intersection(*({*one[-1].variables()} for one in drawn))
    names = [f"first{number}" for number in range(len(drawn))]
    return [
        Turn(
            id=name,
            title=f"title of {name}",
            premises=tuple(premises),
            exceptions=tuple(exceptions),
            comparisons=comparisons,
            conclusions=(conclusion,),
            strength=choices.grade(),
            after=tuple(names[:number]),
            subject=tuple(sorted(shared)),
            where=WHERE,
        )
        for number, (name, (premises, exceptions, comparisons, conclusion)) in enumerate(
            zip(names, drawn, strict=True)
        )
    ]


def _table(choices: Choices, head: Template, able: list[Template], pool: list[Template]):
    """A table of one or two premises with a column for each variable, and of a few rows."""
    premises = [_row_premise(choices, choices.pick(able), 0, "x")]
    if choices.chance(50):
        premises.append(_row_premise(choices, choices.pick(pool), 1, None))
    columns = [name for one in premises for name in one.variables() if name != "x"]
    asked = None
    if choices.chance(50):
        asked = drawn_condition(choices, choices.pick(pool), ["x"])
    hit = choices.pick(("first", "priority", "collect", "first"))
    conclusion = Pattern(template=head.id, terms=(Var("x"), Var("how")), where=WHERE)
    rows = []
    for number in range(2 + choices.upto(2)):
        cells = {name: _cell(choices, _sort(name)) for name in columns}
        answer = choices.pick(("-", "yes", "no")) if asked is not None else None
        rows.append((f"table/{number + 1}", cells, answer, choices.pick(VALUES["values"])))
    written_rows = [
        {name.lower(): cell.text for name, cell in cells.items()}
        | ({"asked": answer} if answer else {})
        | {"how": how}
        for _, cells, answer, how in rows
    ]
    ordered = sorted(rows, key=lambda one: VALUES["values"].index(one[3]))
    turns = []
    for at, row in enumerate(ordered if hit == "priority" else rows):
        before = (ordered if hit == "priority" else rows)[:at] if hit != "collect" else []
        if hit == "priority":
            before = [one for one in before if one[3] != row[3]]
        turns.append(_turn(row, [one[0] for one in before], premises, asked, conclusion))
    table = Table(
        "table", hit, tuple(premises), asked, conclusion, tuple(written_rows),
        tuple(one.id for one in turns),
    )  # fmt: skip
    return table, turns


def _turn(row, before, premises, asked, conclusion) -> Turn:
    """The rule that a row is: what it does not ask for it leaves out, unless x is bound there."""
    name, cells, answer, how = row
    tests = tuple((one, cell) for one, cell in cells.items() if cell.text != "-")
    tested = {one for one, _ in tests}
    kept = [
        p for p in premises if not tested.isdisjoint(p.variables()) or {*p.variables()} <= {"x"}
    ]
    if not any("x" in one.variables() for one in kept):
        kept.append(next(one for one in premises if "x" in one.variables()))
    return Turn(
        id=name,
        title=name,
        premises=(*kept, *([asked] if answer == "yes" else [])),
        exceptions=(asked,) if answer == "no" else (),
        conclusions=(
            msgspec.structs.replace(conclusion, terms=(Var("x"), how)),
        ),
        after=tuple(before),
        subject=("x",),
        tests=tests,
        where=WHERE,
    )  # fmt: skip


def _row_premise(choices: Choices, of: Template, number: int, client: str | None) -> Pattern:
    """A premise with a variable of its own in each slot that is not the client's or left out."""
    terms: list[Var | None] = []
    for place, slot in enumerate(of.slots.values()):
        sort = choices.pick(slot.types) if slot.types else slot.kind
        if client and "A" in slot.types:
            terms.append(Var(client))
            client = None
        else:
            terms.append(None if choices.chance(30) else Var(f"k{number}{place}-{sort}"))
    return Pattern(template=of.id, terms=tuple(terms), where=WHERE)


def _cell(choices: Choices, sort: str) -> Cell:
    """What a row asks of a value."""
    kind = choices.upto(4)
    if kind == 0:
        return Cell("-", VALUES[sort])
    one, other = choices.pick(VALUES[sort]), choices.pick(VALUES[sort])
    if kind == 1 and sort in {"number", "date", "values"}:
        operator = choices.pick((">=", "<=") if sort == "values" else (">=", "<=", "<", ">"))
        return Cell(f"{operator} {value_text(one)}", ends=((operator, one),))
    if kind == 2 and one != other:
        return Cell(f"{value_text(one)}, {value_text(other)}", (one, other))
    if kind == 3:
        return Cell(f"not({value_text(one)})", (one,), negated=True)
    return Cell(value_text(one), (one,))


@st.composite
def form_what_ifs(draw, features: Features) -> tuple[Formed, Changes]:
    """A case in these forms, read, with some changes to its scenario."""
    case, changes = draw(what_ifs(features))
    choices = Choices(draw)
    formed = formed_case(choices, case)
    rules = [name for rule in changes.withdrawn_rules for name in formed.read_as(rule)]
    if formed.blocks and choices.chance(30):
        rules += formed.read_as(choices.pick(choices.pick(formed.blocks).rules))
    return formed, msgspec.structs.replace(changes, withdrawn_rules=tuple(rules))


def formed_case(choices: Choices, case: Case) -> Formed:
    """The case in these forms, written down and read."""
    case, blocks = with_blocks(choices, case)
    return read_back(in_forms(choices, case), blocks)


def read_back(case: Case, blocks: tuple[Listed | Table, ...]) -> Formed:
    """A case that is written down and read."""
    if any(rule.lets for rule in case.scenario.base.rules):
        case = _over(case, _used(case.scenario.base))
    try:
        base = _loaded(case, blocks)
    except AdvisorError as error:
        if "can be unanswered where rules compute" not in str(error):
            raise
        case = _over(case, _unasked(case.scenario.base))
        base = _loaded(case, blocks)
    facts = starting(base) | case.scenario.facts
    scenario = msgspec.structs.replace(
        case.scenario, base=base, facts={one: facts[one] for one in base.ordered(facts)}
    )
    formed = Formed(scenario, case.extra, case, blocks)
    named = (name for rule in scenario.withdrawn for name in formed.read_as(rule))
    return formed._replace(
        scenario=msgspec.structs.replace(scenario, withdrawn=marked(base, named))
    )


def _loaded(case: Case, blocks: tuple[Listed | Table, ...]) -> KnowledgeBase:
    with tempfile.TemporaryDirectory() as folder:
        for name, content in form_files(case, blocks).items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(plain(content))
        return load_base(Path(folder))


def _unasked(base: KnowledgeBase) -> KnowledgeBase:
    """The base, in which nobody is asked for a number or a date."""
    told = {
        name: msgspec.structs.replace(one, asks=None)
        if {"number", "date"} & {slot.kind for slot in one.slots.values()}
        else one
        for name, one in base.templates.items()
    }
    return msgspec.structs.replace(base, templates=told)


def _used(base: KnowledgeBase) -> KnowledgeBase:
    """The base without what a loader refuses: what is computed for nothing, or of nothing."""
    given = base.templates["g0"]
    facts = Pattern(template="g0", terms=(None,) * len(given.slots), where=WHERE)
    counted = Aggregate(operator="count", of=facts)
    rules = []
    for rule in base.rules:
        lets = [
            let
            if isinstance(let.of, Aggregate) or [*mentioned(let.of)]
            else msgspec.structs.replace(let, of=counted)
            for let in rule.lets
        ]
        rules.append(_pruned(msgspec.structs.replace(rule, lets=tuple(lets))))
    return msgspec.structs.replace(base, rules=tuple(rules))


def _pruned(rule: Rule) -> Rule:
    """The rule without what it computes for nothing."""
    patterns = [*rule.conclusions, *(p for p in rule.premises if isinstance(p, Pattern))]
    for one in (*rule.exceptions, *rule.premises):
        inner = one.conditions if isinstance(one, Together) else (one,)
        patterns += [
            p.of if isinstance(p, AtLeast) else p
            for p in inner
            if not isinstance(p, Every | Choice)
        ]
    used = {name for one in patterns for name in one.variables()}
    used |= {
        name
        for test in rule.comparisons
        for side in (test.left, test.right)
        if isinstance(side, Var | Operation)
        for name in mentioned(side)
    }
    kept: list[Let] = []
    for let in reversed(rule.lets):
        if let.name in used:
            kept.insert(0, let)
            if isinstance(let.of, Aggregate):
                used |= {*let.of.of.variables()}
            else:
                used |= {*mentioned(let.of)}
    return rule if len(kept) == len(rule.lets) else msgspec.structs.replace(rule, lets=tuple(kept))


def _formed(choices: Choices, rule: Rule, templates, given: list[Template]) -> Rule:
    """The rule with alternatives for a premise, and exceptions of every form."""
    weighed = [count.of for count in rule.counts()] + list(rule.exceptions)
    below = given + [templates[pattern.template] for pattern in weighed]
    bound = sorted({name for pattern in rule.patterns() for name in pattern.variables()})
    exceptions = list(rule.exceptions)
    for number in range(choices.upto(2)):
        exceptions.append(_exception(choices, below, bound, number))
    premises = list(rule.premises)
    plain = [
        at
        for at, one in enumerate(premises)
        if isinstance(one, Pattern)
        and not (templates[one.template].advice or templates[one.template].kind)
    ]
    if plain and choices.chance(60):
        at = choices.pick(plain)
        others = premises[:at] + premises[at + 1 :]
        premises[at] = _choice(choices, premises[at], others, given)
    if choices.chance(30):
        bound_to = {"A": "x", "B": "u"}
        sort = choices.pick(("A", "B"))
        premises.insert(choices.upto(len(premises)), Every(sort, bound_to[sort]))
    numbers = [name for name in bound if SORT_OF.get(name) in {"number", "date"}]
    comparisons = list(rule.comparisons)
    if numbers and choices.chance(30):
        comparisons.append(_computed(choices, numbers))
    return msgspec.structs.replace(
        rule,
        premises=tuple(premises),
        exceptions=tuple(exceptions),
        comparisons=tuple(comparisons),
    )


def _computed(choices: Choices, names: list[str]) -> Comparison:
    """A comparison of what is worked out in place with a number."""
    name, limit = choices.pick(names), choices.pick((0, 1, 2))
    if SORT_OF[name] == "date":
        side = Operation("-", (Var(name), VALUES["date"][0]))
    else:
        side = Operation(choices.pick("+-*/"), (Var(name), choices.pick((2, 0, *map(Var, names)))))
        if any(SORT_OF[other] == "date" for other in mentioned(side)):
            side = Operation("+", (Var(name), 1))
    operator = choices.pick((">", "<=", "="))
    return Comparison(left=side, operator=operator, right=limit, where=WHERE)


def _choice(choices: Choices, one: Pattern, others: list, given: list[Template]) -> Choice:
    """Alternatives that bind all that this premise binds, and perhaps more."""
    found = [(one,)]
    taken = {n for other in others if isinstance(other, Pattern) for n in other.variables()}
    for _ in range(1 + choices.upto(1)):
        other = _pattern(choices, choices.pick(given), [*one.variables(), *sorted(taken)])
        if choices.chance(30):
            count = AtLeast(count=1 + choices.upto(1), of=other)
            found.append((count, one))
        elif set(one.variables()) <= set(other.variables()) | taken:
            found.append((other,))
        else:
            found.append((other, one))
    return Choice(tuple(found))


def _exception(choices: Choices, below: list[Template], bound: list[str], number: int):
    """A pattern, a count or several conditions, with variables that no other exception has."""
    local = [f"own{number}-{sort}" for sort in POOLS]
    draw = lambda: _pattern(choices, choices.pick(below), [*bound, *local])  # noqa: E731
    kind = choices.upto(3)
    if kind == 0:
        return draw()
    if kind == 1:
        return AtLeast(count=1 + choices.upto(2), of=draw())
    conditions = [draw() for _ in range(2 + choices.upto(1))]
    if choices.chance(30):
        conditions[0] = AtLeast(count=1 + choices.upto(1), of=conditions[0])
    return Together(tuple(conditions))


def _pattern(choices: Choices, template: Template, names: list[str]) -> Pattern:
    """A pattern of these variables, each where what it holds fits, of values and of gaps."""
    terms = []
    for slot in template.slots.values():
        sort = choices.pick(slot.types or (slot.kind,))
        fitting = [one for one in names if _sort(one) == sort]
        kind = choices.upto(4)
        if fitting and kind < 3:
            terms.append(Var(choices.pick(fitting)))
        elif kind == 3:
            terms.append(AnyOf(tuple(choices.some(VALUES[sort], 2))))
        else:
            terms.append(None)
    return Pattern(template=template.id, terms=tuple(terms), where=WHERE)


def _sort(name: str) -> str:
    """What a variable holds."""
    return SORT_OF.get(name) or name.partition("-")[2]
