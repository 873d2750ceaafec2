"""Tells what an author wrote from what the loader made of it.

A rule with alternatives is one rule for each, `ID/1` and so on; an exception of several conditions
is a helper fact, `ID/unless-1`, with a rule of that name; and of rules of which the first decides,
`ID/matches` concludes the helper fact that the conditions of one hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from advisor.model.records import KnowledgeBase, Rule, Template

MATCHES: Final = "matches"  # what the second rules of those of which the first decides end in


def authored(rule: str) -> str:
    """The id under which an author wrote a rule."""
    return rule.partition("/")[0]


def is_helper(rule: str) -> bool:
    """Whether a rule concludes a helper fact."""
    return "/unless-" in rule or is_mark(rule)


def beside(rule: str) -> str:
    """The rule beside which one that concludes a helper fact was made; itself, for any other."""
    return rule.removesuffix(f"/{MATCHES}").partition("/unless-")[0]


def is_mark(rule: str) -> bool:
    """Whether a rule concludes that another matches, by the conditions of that one."""
    return rule.endswith(f"/{MATCHES}")


def marked(base: KnowledgeBase, rules: Iterable[str]) -> frozenset[str]:
    """The rules, each with the one that concludes that it matches: they come and go together."""
    named = {name for rule in rules for name in (rule, f"{rule}/{MATCHES}")}
    return frozenset(named & base.rule_ranks.keys())


def rules_as_authored(base: KnowledgeBase) -> dict[str, Rule]:
    """The rules that an author wrote, by what to call them: of alternatives the first."""
    together: dict[tuple[object, ...], list[Rule]] = {}
    for rule in base.rules:
        if not is_helper(rule.id):
            words = (authored(rule.id), rule.title, rule.because, rule.conclusions)
            together.setdefault(words, []).append(rule)
    return {
        authored(some[0].id) if len(some) > 1 else some[0].id: some[0] for some in together.values()
    }


def rules_named(rules: Iterable[str], name: str) -> list[str]:
    """The rules that an id names: that rule, or all its alternatives."""
    found = [rule for rule in rules if not is_helper(rule)]
    return [name] if name in found else [one for one in found if authored(one) == name]


def declared(base: KnowledgeBase) -> list[Template]:
    """The templates that an author declared, in order."""
    return [template for template in base.templates.values() if not template.helper]


def rule_names(base: KnowledgeBase) -> list[str]:
    """The names that a rule can be called by: of alternatives that of all, and that of each."""
    own = [rule.id for rule in base.rules if not is_helper(rule.id)]
    return list(dict.fromkeys(name for one in own for name in (authored(one), one)))
