"""What the audit calls redundant can be taken out, and nothing changes; comparisons are solved."""

from __future__ import annotations

import itertools
import operator

import msgspec
from audit_strategies import clean_bases, shortcut
from hypothesis import given
from hypothesis import strategies as st
from strategies import VALUES, Case, Choices, Features, cases, fact, pattern, scenario_of

from advisor.audit.check import named
from advisor.audit.comparisons import Claim, conflict, consistent, constant, entails
from advisor.audit.run import audit
from advisor.audit.subject import Subject
from advisor.model.records import AnyOf, AtLeast, Pattern, Rule, Var
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome

OPERATORS = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
VARIABLES = ("x", "y", "z")
DENSE = [step / 4 for step in range(13)]  # three values below, between and above the constants


# ------------------------------------------------------------------ comparisons


@st.composite
def comparisons(draw) -> list[Claim]:
    """A few comparisons of three variables and the numbers one and two."""
    terms = st.sampled_from([*VARIABLES, constant(1), constant(2)])
    test = st.builds(Claim, st.sampled_from(VARIABLES), st.sampled_from(sorted(OPERATORS)), terms)
    return draw(st.lists(test, min_size=1, max_size=5))


def solved(tests: list[Claim]) -> bool:
    """Whether some values make the comparisons true, by trying them."""
    for values in itertools.product(DENSE, repeat=len(VARIABLES)):
        chosen = dict(zip(VARIABLES, values, strict=True))

        def value(term, chosen=chosen):
            return chosen[term] if isinstance(term, str) else term.value

        if all(OPERATORS[t.operator](value(t.left), value(t.right)) for t in tests):
            return True
    return False


@given(comparisons())
def test_comparisons_hold_together_exactly_if_some_values_make_them_true(tests):
    """The solver agrees with trying every value."""
    assert consistent(tests) == solved(tests)


@given(comparisons(), comparisons())
def test_what_is_entailed_holds_wherever_the_rest_does(known, wanted):
    """Nothing makes what is known true and what follows from it false."""
    negated = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
    opposite = wanted[0]._replace(operator=negated[wanted[0].operator])
    assert entails(known, wanted[0]) == (not solved([*known, opposite]))


@given(comparisons())
def test_a_conflict_has_nothing_to_spare(tests):
    """The comparisons named contradict each other, and no longer do if one is left out."""
    clash = conflict(tests)
    if clash is not None:
        named_ = [tests[place] for place in clash]
        assert not solved(named_)
        assert all(solved([t for t in named_ if t is not one]) for one in named_)


# ------------------------------------------------------------------ redundancy


def changed(choices: Choices, rule: Rule, others: list[Rule]) -> Rule:
    """A rule that says much what another says: some of it narrower, some of it wider."""
    premises = list(rule.premises)
    if choices.chance(40):
        premises += choices.some(choices.pick(others).premises or premises, 2)
    if len(premises) > 1 and choices.chance(20):
        premises.pop(choices.upto(len(premises) - 1))
    premises = [_changed(choices, one) for one in premises]
    exceptions = rule.exceptions if choices.chance(70) else ()
    bound = {n for p in premises if isinstance(p, Pattern) for n in p.variables()}
    needed = {n for p in (*rule.conclusions, *exceptions) for n in p.variables()}
    sides = (s for t in rule.comparisons for s in (t.left, t.right) if isinstance(s, Var))
    if not needed | {side.name for side in sides} <= bound:
        premises = list(rule.premises)
    return msgspec.structs.replace(
        rule,
        id=f"like-{rule.id}",
        premises=tuple(premises),
        exceptions=exceptions,
        comparisons=rule.comparisons if choices.chance(70) else (),
        strength=choices.grade(),
    )


def _changed(choices: Choices, premise: Pattern | AtLeast) -> Pattern | AtLeast:
    """The premise, now and then with a gap where something stood."""
    if isinstance(premise, AtLeast) or not premise.terms or not choices.chance(30):
        return premise
    terms = list(premise.terms)
    place = choices.upto(len(terms) - 1)
    if isinstance(terms[place], AnyOf) or not isinstance(terms[place], Var):
        terms[place] = None
    return msgspec.structs.replace(premise, terms=tuple(terms))


@st.composite
def likely_redundant(draw):
    """A case in which some rules are much like others."""
    choices = Choices(draw)
    case = draw(cases(Features(withdrawn=False)))
    base = case.scenario.base
    plain = [rule for rule in base.rules if not rule.otherwise]
    more = [changed(choices, rule, plain) for rule in plain[: 1 + choices.upto(2)]]
    rules = tuple(sorted((*base.rules, *more), key=lambda rule: rule.id))
    widened = msgspec.structs.replace(base, rules=rules)
    return case._replace(scenario=msgspec.structs.replace(case.scenario, base=widened))


def grades(case, base) -> dict[str, tuple[int, int]]:
    """The grades of all that has support, over a base."""
    scenario = msgspec.structs.replace(case.scenario, base=base)
    found = outcome(scenario, build(scenario, case.extra))
    bounds = {str(one): found.bounds(n) for n, one in enumerate(found.graph.instances)}
    return {name: both for name, both in bounds.items() if both != (0, 0)}


REDUNDANT = named(["duplicate-rule", "subsumed-rule", "redundant-through-chain"])


@given(likely_redundant())
def test_what_is_redundant_can_be_taken_out(case):
    """Without the rules that the audit calls redundant every fact keeps its grades."""
    base = case.scenario.base
    out: set[str] = set()
    for one in audit(Subject(base), REDUNDANT).findings:
        names = sorted(place.name for place in one.places)
        out |= set(names[1:] if one.check == "duplicate-rule" else names)
    left = tuple(rule for rule in base.rules if rule.id not in out)
    assert grades(case, msgspec.structs.replace(base, rules=left)) == grades(case, base)


@st.composite
def shortcuts(draw):
    """A base with a shortcut over two of its rules, some of it changed, and facts of any grade."""
    choices = Choices(draw)
    base = shortcut(choices, draw(clean_bases())).base
    rules = {rule.id: rule for rule in base.rules}
    one = rules["the-shortcut"]
    spare = [pattern(t.id, *(None for _ in t.slots)) for t in base.templates.values() if t.asks]
    exceptions = tuple(choices.some(spare, 2)) if choices.chance(30) else ()
    tests = one.comparisons if choices.chance(80) else ()
    rules[one.id] = msgspec.structs.replace(
        one, strength=choices.grade(), comparisons=tests, exceptions=exceptions
    )
    other = choices.pick(base.rules)
    if choices.chance(30):
        excepted = tuple(choices.some([*spare, *exceptions], 2))
        rules[other.id] = msgspec.structs.replace(rules[other.id], exceptions=excepted)
    base = msgspec.structs.replace(base, rules=tuple(rules[name] for name in sorted(rules)))
    facts = [
        fact(template.instance(*values), choices.grade())
        for template in base.templates.values()
        if template.asks
        for values in itertools.product(*(VALUES[s.types[0]] for s in template.slots.values()))
        if choices.chance(60)
    ]
    return Case(scenario_of(base, facts), frozenset())


@given(shortcuts())
def test_a_shortcut_over_a_chain_can_be_taken_out(case):
    """Without the rule that a chain makes redundant every fact keeps its grades."""
    base = case.scenario.base
    found = audit(Subject(base), named(["redundant-through-chain"])).findings
    out = {one.places[0].name for one in found}
    left = tuple(rule for rule in base.rules if rule.id not in out)
    assert grades(case, msgspec.structs.replace(base, rules=left)) == grades(case, base)


@given(likely_redundant())
def test_an_implied_premise_can_be_taken_out(case):
    """Without the premises that follow from others every fact keeps its grades."""
    base = case.scenario.base
    rules = []
    for number, rule in enumerate(base.rules):
        premises = [_placed(one, number, n) for n, one in enumerate(rule.premises)]
        rules.append(msgspec.structs.replace(rule, premises=tuple(premises)))
    base = msgspec.structs.replace(base, rules=tuple(rules))
    found = audit(Subject(base), named(["implied-condition"])).findings
    idle = {place.where for one in found for place in one.places}
    left = tuple(
        msgspec.structs.replace(r, premises=tuple(p for p in r.premises if _where(p) not in idle))
        for r in base.rules
    )
    assert grades(case, msgspec.structs.replace(base, rules=left)) == grades(case, base)


def _placed(premise: Pattern | AtLeast, rule: int, number: int) -> Pattern | AtLeast:
    """The premise at a place of its own."""
    of = premise.of if isinstance(premise, AtLeast) else premise
    where = msgspec.structs.replace(of.where, line=1000 * (rule + 1) + number)
    moved = msgspec.structs.replace(of, where=where)
    if isinstance(premise, AtLeast):
        return msgspec.structs.replace(premise, of=moved)
    return moved


def _where(premise: Pattern | AtLeast):
    return premise.of.where if isinstance(premise, AtLeast) else premise.where
