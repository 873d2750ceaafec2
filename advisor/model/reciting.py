"""Turns a rule into one sentence."""

from __future__ import annotations

from advisor.model import english
from advisor.model.records import KnowledgeBase, Pattern, Rule


def recited(base: KnowledgeBase, of: Rule) -> str:
    """The rule as one sentence: "If ..., unless ..., then ..., because ..."."""
    premises = [
        _condition(base, premise)
        if isinstance(premise, Pattern)
        else f"in at least {premise.count} cases {_condition(base, premise.of)}"
        for premise in of.premises
    ]
    premises += [english.comparison(base, of, test, {}) for test in of.comparisons]
    exceptions = [_condition(base, exception) for exception in of.exceptions]
    if of.otherwise:
        exceptions.append("there is other advice")
    parts = [f"if {english.listing(premises)}" if premises else "in any case"]
    named = [let for let in of.lets if not english.is_unnamed(let)]
    made = [f"{english.spaced(n.name)} = {english.expression(base, of, n.of, {})}" for n in named]
    parts += [f"with {english.listing(made)}"] if made else []
    if exceptions:
        parts.append(f"unless {english.listing(exceptions, 'or')}")
    lead = "then " if premises else ""
    parts.append(
        lead + english.listing(_conclusion(base, conclusion) for conclusion in of.conclusions)
    )
    if of.because is not None:
        parts.append(f"because {english.reason(base, of)}")
    return english.sentence(", ".join(parts))


def _condition(base: KnowledgeBase, of: Pattern) -> str:
    clause = english.pattern(base, of)
    template = base.templates[of.template]
    return f'the advice is "{clause}"' if template.advice or template.kind else clause


def _conclusion(base: KnowledgeBase, concluded: Pattern) -> str:
    template = base.templates[concluded.template]
    clause = english.pattern(base, concluded)
    if template.caveat:
        return f'add the caveat "{clause}"'
    if not template.advice:
        return clause
    client = concluded.terms[list(template.slots).index("client")]
    return f'advise {english.worded(base, template.slots["client"], client)}: "{clause}"'
