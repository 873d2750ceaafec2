"""Shows a conflict: the rules behind it, and the fact file in which it happens."""

from __future__ import annotations

from advisor.audit import witness
from advisor.audit.finding import Place, ScenarioWitness
from advisor.audit.opposition import CONFLICTS, Clash
from advisor.audit.subject import Subject, place_of
from advisor.audit.unsearched import leave
from advisor.model.values import value_text
from advisor.reasoning.firings import Firing


def places(clash: Clash) -> tuple[Place, ...]:
    """The rules that conclude the two pieces of advice."""
    rules = {firing.rule.id: firing.rule for firing in clash.by}
    return tuple(place_of(rule) for rule in rules.values())


def shown(subject: Subject, clash: Clash) -> ScenarioWitness | None:
    """The facts as a scenario, with what each rule's variables stand for in it.

    None, and a note that something was not searched to its end, if they do not show it.
    """
    first, other = clash.advice
    by = "; ".join(dict.fromkeys(map(_fired, clash.by)))
    both = "both follow" if clash.client is None else "are both given"
    shows = f"{first} and {other} {both}: {by}"
    draft = witness.Draft(client=clash.client, facts=clash.facts)
    found = witness.held(
        subject.stage, shows, draft, lambda case: witness.given(case, *clash.advice)
    )
    if found is None:
        why = "the facts that were found lead to something else in a fact file"
        leave(CONFLICTS, why, f"{first} and {other}")
    return found


def _fired(firing: Firing) -> str:
    named = (f"${name} = {value_text(value)}" for name, value in sorted(firing.bindings.items()))
    variables = ", ".join(named)
    return f"'{firing.rule.id}'" + (f" with {variables}" if variables else "")
