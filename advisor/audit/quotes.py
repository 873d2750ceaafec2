"""Quotes what stands written, and says what was looked through: the lines of evidence."""

from __future__ import annotations

from advisor.audit import witness
from advisor.audit.example import Example
from advisor.audit.finding import ScenarioWitness, Witness
from advisor.audit.subject import Subject
from advisor.model.errors import Location, in_shell
from advisor.model.records import AnyOf, AtLeast, Pattern, Rule, Term, Var
from advisor.model.values import value_text


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


def seen(example: Example | None, rule: Rule, shows: str) -> Witness:
    """A rule at work in a fact file; where there is none to be had, its premises.

    `shows` says what to look for, with `{}` for what the rule concludes.
    """
    if example is None:
        return witness.evidence(f"no facts were found on which '{rule.id}' fires", *premises(rule))
    return witness.scenario(shows.format(example.concluded), example.client, example.facts)


def lacking(example: Example, rule: Rule, names: str) -> ScenarioWitness:
    """Facts on which a rule lacks nothing but what has these names."""
    shows = (
        f"'{rule.id}' lacks nothing but {names} here to conclude {example.concluded}: "
        f"`advisor why-not --base DIR {in_shell(str(example.concluded))} FILE`"
    )
    return witness.scenario(shows, example.client, example.facts)
