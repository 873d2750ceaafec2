"""Every scenario that a check prints, loaded again from its text, shows what it is said to show."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
from hypothesis import given, settings
from strategies import WHERE, Features, cases

from advisor import loader
from advisor.answers.advice import Adviser
from advisor.answers.views import why_not
from advisor.audit.check import named
from advisor.audit.finding import ScenarioWitness
from advisor.audit.run import audit
from advisor.audit.subject import Subject
from advisor.model.grades import HOLDS
from advisor.model.records import Interest, KnowledgeBase, Pattern, Relation, Var
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, firing_grade, outcome

CHECKS = [check for check in named(()) if check.id != "surviving-mutant"]
FEATURES = Features(keys=True, advised=True, withdrawn=False, open_facts=False)
INTERESTS = {name: Interest(id=name, says=name, where=WHERE) for name in ("gain", "calm", "rest")}


def played(base: KnowledgeBase, text: str) -> Outcome:
    """What comes of a fact file, by the engine that a person gets."""
    scenario = loader.load_scenario(base, "-", text.encode())
    return outcome(scenario, build(scenario))


def holds(case: Outcome, *facts: str) -> bool:
    """Whether facts are given."""
    found = {str(i): n for i, n in case.graph.number.items()}
    return all(one in found and case.grades.lower[found[one]] >= HOLDS for one in facts)


def concludes(case: Outcome, rule: str, what: str) -> bool:
    """Whether a rule concludes something."""
    return any(
        firing.rule.id == rule
        and what in {str(case.graph.instances[n]) for n in firing.conclusions}
        and firing_grade(firing, case.grades)[0] > 0
        for firing in case.graph.firings
    )


def lacks(case: Outcome, rule: str, missing: str, what: str) -> bool:
    """Whether why-not has the rule with something unmet, so that it does not conclude."""
    miss = next(m for m in why_not(case, what).misses[0].misses if m.rule == rule)
    return miss.unmet >= len(missing.split(" and ")) and not concludes(case, rule, what)


def moves(case: Outcome, interest: str, *, advanced: bool, strained: bool) -> bool:
    """Whether an interest is advanced and strained by what the client is advised."""
    effects = [e for e in Adviser(case).advice().tradeoffs if e.interest == interest]
    return (
        any(e.advanced_by for e in effects) == advanced
        and any(e.strained_by for e in effects) == strained
    )


FACT = r"([\w-]+(?:\([^()]*\))?)"
SHOWN: dict[str, Callable[..., bool]] = {
    rf"{FACT} and {FACT} (?:both follow|are both given): .*": holds,
    rf"'([\w-]+)' would fire here, and conclude {FACT}": concludes,
    rf"'([\w-]+)' concludes {FACT}, and .*": concludes,
    rf"'([\w-]+)' lacks nothing but ('.*') here to conclude {FACT}: `.*": lacks,
    rf"the advice {FACT} both advances and strains '(.*)'": lambda case, _, interest: moves(
        case, interest, advanced=True, strained=True
    ),
    rf"the advice {FACT} strains '(.*)', and nothing advances it": lambda case, _, interest: moves(
        case, interest, advanced=False, strained=True
    ),
    r"with .* there is no advice to \S+": lambda case: not Adviser(case).by_standing()["given"],
    rf"the advice is as without {FACT}": lambda case, _: bool(Adviser(case).client),
    r"\S+ holds '(.*)', and no advice advances it": lambda case, interest: moves(
        case, interest, advanced=False, strained=False
    ),
}


def shows(base: KnowledgeBase, found: ScenarioWitness) -> bool:
    """Whether the text of a witness, loaded anew, shows what is said of it."""
    case = played(base, found.text)
    (claim, said), *others = [
        (claim, match)
        for pattern, claim in SHOWN.items()
        if (match := re.fullmatch(pattern, found.shows))
    ]
    assert not others
    if found.same_as is not None:
        one, other = (Adviser(c).advice() for c in (case, played(base, found.same_as)))
        assert one.recommendations == other.recommendations, found
        assert (one.open, one.considered) == (other.open, other.considered)
    return claim(case, *said.groups())


def pulled(base: KnowledgeBase) -> KnowledgeBase:
    """A base whose advice is opposed, and moves interests, and that covers what it asks first."""
    advice = [template for template in base.templates.values() if template.advice]
    templates = dict(base.templates)
    for one, other in itertools.pairwise(advice):
        terms = tuple(
            Var(slot) if one.slots.get(slot) == kind else None for slot, kind in other.slots.items()
        )
        against = Relation(other=Pattern(template=other.id, terms=terms, where=WHERE))
        templates[one.id] = msgspec.structs.replace(one, opposes=(against,))
    names = {template.id for template in advice}
    rules = tuple(
        msgspec.structs.replace(
            rule, advances=("gain",), strains=("gain", "calm")[number % 3 :][:1]
        )
        if any(c.template in names for c in rule.conclusions)
        else rule
        for number, rule in enumerate(base.rules)
    )
    covers = tuple(name for name in base.requiring if name not in base.derived)[:1]
    return msgspec.structs.replace(
        base, templates=templates, rules=rules, interests=INTERESTS, covers=covers
    )


@settings(max_examples=30)
@given(cases(FEATURES))
def test_each_scenario_that_is_printed_shows_what_it_is_said_to_show(case):
    """Loaded again from its text and evaluated by the other engine, over random bases."""
    base = pulled(msgspec.structs.replace(case.scenario.base, folder=Path("no-folder")))
    scenario = msgspec.structs.replace(case.scenario, base=base)
    for found in audit(Subject(base, [(scenario, None)]), CHECKS).findings:
        if isinstance(found.witness, ScenarioWitness):
            assert shows(base, found.witness), (found.check, found.witness)
