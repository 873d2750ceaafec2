"""Quotes what stands written, and says what was looked through: the lines of evidence."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from advisor import loader
from advisor.answers.whynot import Inquiry
from advisor.audit import witness
from advisor.audit.example import Example
from advisor.audit.finding import ScenarioWitness, Witness
from advisor.audit.subject import Subject
from advisor.model import english
from advisor.model.errors import AdvisorError, Location, in_shell
from advisor.model.records import AnyOf, AtLeast, Instance, Pattern, Rule, Term, Var
from advisor.model.values import value_text
from advisor.reasoning.evaluate import Outcome


def searched(subject: Subject) -> tuple[str, ...]:
    """Where a name could stand and does not: the rules, the facts and the scenarios."""
    base = subject.base
    parts: tuple[tuple[str, list[Location]], ...] = (
        ("rule", [rule.where for rule in base.rules]),
        ("fact", [fact.where for fact in subject.facts]),
        ("scenario", [scenario.where for scenario in subject.scenarios]),
    )
    return tuple(f"looked through: {witness.within(base, word, some)}" for word, some in parts)


def quoted(rule: Rule) -> tuple[str, ...]:
    """A rule by its id and its title, and what it has under which key."""
    has = {
        "if": rule.premises,
        "where": rule.comparisons,
        "unless": rule.exceptions,
        "then": rule.conclusions,
        "because": rule.because,
        "sources": rule.citations,
    }
    keys = ", ".join(key for key, items in has.items() if items)
    return (f"id: {rule.id}", f"title: {rule.title}", f"it has: {keys}")


def premises(rule: Rule) -> tuple[str, ...]:
    """The premises of a rule, a line each."""
    return tuple(condition(premise) for premise in rule.premises)


def condition(premise: Pattern | AtLeast) -> str:
    """A premise or an exception on one line, what is left out as `_`."""
    if isinstance(premise, AtLeast):
        return f"at least {premise.count} of {condition(premise.of)}"
    return f"{premise.template}({', '.join(map(_term, premise.terms))})"


def _term(term: Term) -> str:
    if term is None:
        return "_"
    if isinstance(term, Var):
        return f"${term.name}"
    values = term.values if isinstance(term, AnyOf) else (term,)
    return " or ".join(value_text(value) for value in values)


def seen(subject: Subject, example: Example | None, rule: Rule, shows: str) -> Witness:
    """A rule at work in a fact file; where there is none to be had, its premises.

    `shows` says what to look for, with `{}` for what the rule concludes.
    """
    found = example and witness.held(
        subject.stage,
        shows.format(example.concluded),
        example.draft,
        lambda case: witness.fired(case, rule.id, example.concluded),
    )
    nothing = f"no facts were found on which '{rule.id}' fires"
    return found or witness.evidence(nothing, *premises(rule))


def lacking(
    subject: Subject, example: Example, rule: Rule, missing: Sequence[str]
) -> ScenarioWitness | None:
    """Facts on which a rule lacks nothing but facts of some templates; None if it lacks more."""
    names = english.listing(f"'{name}'" for name in missing)
    shows = (
        f"'{rule.id}' lacks nothing but {names} here to conclude {example.concluded}: "
        f"`advisor why-not --base DIR {in_shell(str(example.concluded))} FILE`"
    )
    return witness.held(
        subject.stage,
        shows,
        example.draft,
        lambda case: _lacks(case, example.concluded, rule, missing),
    )


def _legal(case: Outcome, what: Instance) -> bool:
    """Whether somebody may ask about an instance: what a slot does not take nobody can."""
    try:
        return loader.parse_instance(str(what), case.graph.base)[0] == what
    except AdvisorError:
        return False


def _lacks(case: Outcome, what: Instance, rule: Rule, missing: Sequence[str]) -> bool:
    """Whether all that a rule lacks to conclude something are facts of some templates."""
    if witness.given(case, what) or not _legal(case, what):
        return False
    target = Pattern(template=what.template, terms=what.values, where=rule.where)
    misses = Inquiry(case, every=False, target=target).tree(target, 1).misses
    near = next((miss for miss in misses if miss.rule == rule.id), None)
    asked = [*rule.patterns(), *(count.of for count in rule.counts())]
    fine = [pattern.template in missing for pattern in asked]
    unmet = [] if near is None else [c.status not in {"held", "open"} for c in near.conditions]
    pairs = itertools.zip_longest(unmet, fine, fillvalue=False)
    return any(unmet) and all(known or not failing for failing, known in pairs)
