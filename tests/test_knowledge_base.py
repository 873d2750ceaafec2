"""The shipped knowledge base: what it must advise, from what, and how it is written."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from advisor import api
from advisor.answers.explanation import best, proof
from advisor.answers.recommendation import Advice, Recommendation
from advisor.loader import load_base, load_scenario, load_with_parents, own_scenarios
from advisor.model.grades import CERTAIN, HOLDS
from advisor.model.records import (
    AnyOf,
    Instance,
    KnowledgeBase,
    Pattern,
    Rule,
    SlotRef,
    Template,
    Term,
    Var,
)
from advisor.model.scenarios import Expectation, Scenario
from advisor.model.sources import Citation, Passage
from advisor.reasoning import engines
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import Outcome, firing_grade, outcome, standing
from advisor.testing import expectations

ROOT = Path(__file__).parent.parent
ARTICLE = ROOT.parent / "shared" / "article.md"
BASE = load_base()
NAMES = own_scenarios(BASE)
SHIPPED = load_scenario(BASE)
WHAT_IFS = sorted(name for name, path in NAMES.items() if "what-if" in path.parts)
TURNS = (SHIPPED.name, *WHAT_IFS)  # what a reader would ask; facts/checks has the rest
CLIENTS = ("pakistan", "russia")
PASSAGES: Mapping[object, Passage] = BASE.sources["article"].passages

# Advice for Pakistan: the caveats that must qualify it, and the sentences that it must rest on.
WANTED: dict[str, tuple[set[str], set[int]]] = {
    "build-ties": ({"keep-balance"}, {8, 38}),
    "seek-investment": ({"keep-balance", "groundwork-first"}, {34, 35, 36, 38}),
    "prepare-groundwork": ({"keep-balance"}, {34, 35}),
    "defer-visit": (set(), {35}),
    "diversify-arms": ({"keep-balance"}, {28, 37, 38}),
    "use-forum": ({"keep-balance"}, {29}),
    "secure-transit-support": ({"keep-balance"}, {30, 31}),
    "welcome-into-corridor": ({"keep-balance"}, {32, 33}),
    "coordinate-peace": ({"keep-balance", "local-lead"}, {18, 19, 22, 23, 24}),
    "counter-extremists": ({"keep-balance"}, {20, 21}),
    "continue-exercises": ({"keep-balance", "reassure-observer"}, {12, 13, 14, 15}),
    "diversify-partners": ({"keep-balance"}, {37}),
    "prepare-for-escalation": (set(), {25, 26, 27}),
}


# ------------------------------------------------------------------ what it says, in the small


def settled(scenario: Scenario) -> Outcome:
    """A scenario with all that follows from it, by the engine for what is matched often."""
    with engines.often():
        return outcome(scenario, build(scenario))


@functools.cache
def case(name: str) -> Outcome:
    """A shipped scenario with all that follows from it."""
    return settled(load_scenario(BASE, name))


@functools.cache
def advice(name: str, client: str) -> Advice:
    """The advice of a shipped scenario."""
    return api.advise(case(name), client)


def given(result: Advice, what: str) -> list[Recommendation]:
    """The recommendations that a template's id or an instance names."""
    return [r for r in result.recommendations if what in {r.id, r.instance}]


def sentences(recommendations: Iterable[Recommendation]) -> set[object]:
    """The sentences of the article that recommendations and their caveats cite."""
    return {
        locator
        for one in recommendations
        for claim in (one, *one.caveats)
        for citation in (*getattr(claim, "facts_from", ()), *claim.reasoning_from)
        if citation.source == "article"
        for locator in citation.locators
    }


PAKISTAN = advice(SHIPPED.name, "pakistan")


def test_it_is_large_enough():
    """At least forty-five facts and forty rules."""
    assert len(SHIPPED.facts) >= 45
    assert len(BASE.rules) >= 40


@pytest.mark.parametrize("wanted", WANTED)
def test_it_reaches_the_advice_of_the_article(wanted):
    """Pakistan is advised so, with these caveats, from these sentences."""
    caveats, cited = WANTED[wanted]
    found = given(PAKISTAN, wanted)
    assert found
    assert caveats <= {caveat.id for one in found for caveat in one.caveats}
    assert cited <= sentences(found)


def balances(name: str) -> set[tuple[str, str, str]]:
    """Who has to keep a balance towards which rival of a partner, by the facts of a scenario."""
    result = case(name)
    held = {
        instance
        for number, instance in enumerate(result.graph.instances)
        if result.bounds(number)[0] >= HOLDS
    }
    needs = [one.values for one in held if one.template == "needs-goodwill"]
    odds = [one.values for one in held if one.template == "at-odds"]
    pairs = {*odds, *((other, one) for one, other in odds)}
    return {
        (client, one, other) for client, rival in needs for one, other in pairs if other == rival
    }


@pytest.mark.parametrize("name", TURNS)
def test_what_deepens_ties_keeps_the_balance(name):
    """Whatever brings a client closer to a partner at odds with a power it needs says so."""
    deepening = {kind.id for kind in BASE.templates.values() if is_deepening(kind)}
    assert len(deepening) >= 20
    wanted = balances(name)
    for client in CLIENTS:
        for one in advice(name, client).recommendations:
            partner = one.slots.get("partner", one.slots.get("power"))
            rivals = {rival for who, whom, rival in wanted if (who, whom) == (client, partner)}
            if one.id in deepening:
                named = {c.instance for c in one.caveats if c.id == "keep-balance"}
                assert named == {f"keep-balance({client}, {partner}, {one})" for one in rivals}


def is_deepening(template: Template) -> bool:
    """Whether a template is of the kind of advice that deepens ties."""
    return any(kind.other.template == "deepens-ties" for kind in template.kinds)


def test_the_corridor_is_opened_with_low_confidence():
    """That Russia be welcome in the corridor comes from a weak rule, not from its joining."""
    (one,) = given(PAKISTAN, "welcome-into-corridor")
    assert one.confidence == "low"
    assert {limit.kind for limit in one.limited_by} == {"rule"}
    used = {str(case(SHIPPED.name).graph.instances[n]) for n in proof_facts(one)}
    assert not [instance for instance in used if instance.startswith("joins(")]


def proof_facts(one: Recommendation) -> list[int]:
    """The facts in the best derivation of a recommendation."""
    result = case(SHIPPED.name)
    fact = next(n for i, n in result.graph.number.items() if str(i) == one.instance)
    return [link.fact for link in proof(result, fact)]


def test_it_advises_russia_too():
    """Russia is told to fight ISIS with Pakistan, to invest there, and to weigh joining."""
    russia = advice(SHIPPED.name, "russia")
    assert len({one.id for one in russia.recommendations}) >= 3
    assert given(russia, "build-ties(russia, pakistan)")
    assert given(russia, "counter-extremists(russia, pakistan, isis, afghanistan)")
    assert [r for r in given(russia, "invest-abroad") if r.slots["partner"] == "pakistan"]
    assert given(russia, "weigh-joining(russia, cpec)")


@pytest.mark.parametrize("name", TURNS)
@pytest.mark.parametrize("client", CLIENTS)
def test_one_undated_source_never_gives_high_confidence(name, client):
    """With a lone source no confidence is high, and what keeps it down is named."""
    for one in advice(name, client).recommendations:
        if one.confidence is None:  # by default
            continue
        assert one.confidence in {"moderate", "low"}, one.instance
        assert one.limited_by, one.instance


CHECKED = "pakistan-russia-checked"


def test_records_of_its_time_bring_high_confidence():
    """What two origins carry throughout is of high confidence, and nothing else is."""
    result = case(CHECKED)
    for client in CLIENTS:
        for one in advice(CHECKED, client).recommendations:
            strong = one.confidence == "high"
            assert strong == (one.id == "build-ties"), one.instance
            assert bool(one.limited_by) != strong
    [ties] = given(advice(CHECKED, "pakistan"), "build-ties")
    origins = {result.scenario.base.sources[one.source].origin for one in ties.facts_from}
    assert len(origins) >= 3


def test_records_of_its_time_cite_nothing_of_the_article():
    """What they say of a fact they say by sources of their own, and what they read is noted."""
    own = {name for name in case(CHECKED).scenario.base.sources if name not in BASE.sources}
    assert len(own) >= 10
    for instance, fact in case(CHECKED).scenario.facts.items():
        before = SHIPPED.facts.get(instance)
        if before == fact:
            continue
        added = {one.source for one in (*fact.citations, *fact.against)}
        assert added & own, str(instance)
        assert fact.reading != "inferred" or fact.note


def test_records_of_its_time_dispute_some_of_the_article():
    """Disputed advice is open; what the records do not speak of stays as the article has it."""
    facts = case(CHECKED).scenario.facts
    disputed = {one.template for one, fact in facts.items() if fact.standing == "disputed"}
    assert disputed == {"gatekeeper", "growth-tied", "groundwork"}
    alone = {
        instance.template for instance, fact in facts.items() if fact == SHIPPED.facts.get(instance)
    }
    assert {"brought-together", "one-basket", "superpower", "hinges-on", "troop-course"} <= alone


# ------------------------------------------------------------------ how it is sourced


def test_every_sentence_is_in_the_register():
    """The thirty-nine sentences are there, in own words, each with its kind."""
    assert set(PASSAGES) == set(range(1, 40))
    for passage in PASSAGES.values():
        assert passage.says
        assert passage.kind


def test_every_sentence_is_cited_or_background():
    """What is not background is cited by a fact or a rule; and what is cited is not background."""
    citations = [c for fact in SHIPPED.facts.values() for c in (*fact.citations, *fact.against)]
    citations += [c for rule in BASE.rules for c in rule.citations]
    citations += [c for said in SHIPPED.recommends.values() for c in said.citations]
    cited = {locator for one in citations if one.source == "article" for locator in one.locators}
    background = {n for n, passage in PASSAGES.items() if passage.kind == "background"}
    assert cited | background == set(PASSAGES)
    assert not cited & background


def test_every_fact_is_sourced():
    """Nothing is said of the world without saying where it is from."""
    assert not [str(i) for i, fact in SHIPPED.facts.items() if not fact.citations]


def test_what_the_article_recommends_is_advised():
    """Both of its outright recommendations, and the caveat on one of them, are reached."""
    recommended = {str(i): one.citations for i, one in SHIPPED.recommends.items()}
    assert {n for cited in recommended.values() for c in cited for n in c.locators} == {36, 38}
    reached = {one.instance for one in PAKISTAN.recommendations}
    reached |= {caveat.instance for one in PAKISTAN.recommendations for caveat in one.caveats}
    assert set(recommended) <= reached


def test_what_the_article_calls_primary_is_a_priority():
    """Energy, growth and peace next door come first for Pakistan, by the sentences that say so."""
    first = {one.interest: one for one in SHIPPED.interests["pakistan"] if one.priority == 1}
    assert set(first) == {"energy-security", "growth", "stable-neighbourhood"}
    cited = {n for one in first.values() for c in one.citations for n in c.locators}
    assert {7, 19, 34} <= cited


def citing(sentence: int, cited: Iterable[Citation]) -> bool:
    """Whether something cites a sentence of the article."""
    return any(one.source == "article" and sentence in one.locators for one in cited)


HEDGED = {n: BASE.hedges[one.hedge] for n, one in PASSAGES.items() if one.hedge}


@pytest.mark.parametrize("sentence", HEDGED)
def test_a_hedge_qualifies_one_proposition(sentence):
    """One fact or one rule carries its hedge, and nothing else does."""
    grade = HEDGED[sentence]
    carriers = [
        str(instance)
        for instance, fact in SHIPPED.facts.items()
        if fact.standing == "stated" and fact.grade == grade and fact.reading == "stated"
        if citing(sentence, fact.citations)
    ]
    carriers += [
        rule.id
        for rule in BASE.rules
        if rule.strength == grade and citing(sentence, rule.citations)
    ]
    assert len(carriers) == 1, carriers


@pytest.mark.parametrize(
    "fact",
    [fact for fact in SHIPPED.facts.values() if fact.standing == "stated"],
    ids=lambda fact: str(fact.instance),
)
def test_a_likelihood_is_a_hedge_or_a_reading(fact):
    """What is stated is certain or hedged by its sentence; what we read into it is not certain."""
    if fact.reading == "inferred":
        assert HOLDS <= fact.grade < CERTAIN
        assert fact.note
    elif fact.grade < CERTAIN and fact.instance not in others_of_groups(SHIPPED):
        assert fact.grade in {HEDGED.get(n) for c in fact.citations for n in c.locators}


def others_of_groups(scenario: Scenario) -> set[Instance]:
    """The alternatives of the groups of a scenario that no sentence speaks of."""
    found: set[Instance] = set()
    for group in scenario.groups:
        best = max(group.alternatives, key=lambda one: scenario.facts[one].grade)
        found |= set(group.alternatives) - {best}
    return found


def test_bold_inferences_say_so():
    """A rule that is no more than our reading, or our own, and that advises, is not certain."""
    for rule in BASE.rules:
        advises = any(BASE.templates[one.template].advice for one in rule.conclusions)
        if advises and not rule.otherwise:
            assert rule.strength < CERTAIN, rule.id


def test_no_advice_is_restated_as_a_fact():
    """Without the facts that rest on recommendations alone, no advice is lost."""
    kept = {
        instance: fact
        for instance, fact in SHIPPED.facts.items()
        if {PASSAGES[n].kind for c in fact.citations for n in c.locators} != {"recommendation"}
    }
    lesser = settled(msgspec.structs.replace(SHIPPED, facts=kept))
    for client in CLIENTS:
        before = {r.instance for r in advice(SHIPPED.name, client).recommendations}
        assert before <= {r.instance for r in api.advise(lesser, client).recommendations}


def words(text: str) -> list[str]:
    """The words of a text, without signs and capitals."""
    return re.findall(r"[a-z0-9]+", text.lower().replace("’", "'"))


def runs(text: str, length: int) -> Iterator[tuple[str, ...]]:
    """Every run of so many consecutive words."""
    listed = words(text)
    return zip(*(listed[n:] for n in range(length)), strict=False)


@pytest.mark.skipif(not ARTICLE.exists(), reason="the article is not part of the project")
def test_the_article_is_nowhere_copied():
    """No six consecutive words of the article stand in any text of the project."""
    numbered = re.findall(r"^\d+\. (.*)$", ARTICLE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(numbered) == 39
    copied = {run for sentence in numbered for run in runs(sentence, 6)}
    folders = ("rules", "facts", "docs", "tests", "advisor", "benchmarks")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file()]
    texts = [path for path in files if path.suffix in {".yaml", ".md", ".py", ".toml", ".txt"}]
    found = {
        f"{path.relative_to(ROOT)}: {' '.join(run)}"
        for path in texts
        for run in runs(
            re.sub(r"\n\s*#", " ", path.read_text(encoding="utf-8", errors="replace")), 6
        )
        if run in copied
    }
    assert not found


# ------------------------------------------------------------------ how general it is


def terms(rule: Rule) -> Iterator[tuple[str, Term]]:
    """Every term of a rule's patterns, with the kind of its slot."""
    patterns: list[Pattern] = [*rule.patterns(), *(c.of for c in rule.counts())]
    for pattern in (*patterns, *rule.exceptions, *rule.conclusions):
        slots = BASE.templates[pattern.template].slots.values()
        for term, slot in zip(pattern.terms, slots, strict=True):
            yield slot.kind, term


@pytest.mark.parametrize("rule", BASE.rules, ids=lambda rule: rule.id)
def test_rules_name_nobody(rule):
    """A rule's constants are legal values, numbers or dates: it names no state or project."""
    for kind, term in terms(rule):
        if term is not None and not isinstance(term, Var):
            assert kind != "entity", term
    for comparison in rule.comparisons:
        for side in (comparison.left, comparison.right):
            listed = side.values if isinstance(side, AnyOf) else (side,)
            assert not any(isinstance(one, str) and one in BASE.entities for one in listed)
    for template in BASE.templates.values():
        for relation in (*template.opposes, *template.after):
            assert not any(term in BASE.entities for term in relation.other.terms if term)


def english(base: KnowledgeBase) -> Iterator[tuple[str, str]]:
    """All English of templates and rules, with what it is of."""
    for template in base.templates.values():
        for phrase in (template.says, template.denies, template.asks):
            parts = [
                p if isinstance(p, str) else f" {p.singular} {p.plural} " for p in phrase or ()
            ]
            yield template.id, "".join(parts)
        yield template.id, template.about or ""
        for slot in template.slots.values():
            yield template.id, " ".join(slot.values.values())
    for rule in base.rules:
        yield rule.id, f"{rule.title} / {rule.note or ''}"
        yield rule.id, "".join(p for p in rule.because or () if not isinstance(p, SlotRef))


def test_the_english_names_nobody():
    """No phrase of a template or rule holds the name of an entity, or its adjective."""
    names = {e.name.removeprefix("the ") for e in BASE.entities.values()}
    names |= {e.adjective for e in BASE.entities.values() if e.adjective}
    pattern = re.compile(rf"\b({'|'.join(map(re.escape, sorted(names)))})\b")
    assert [(of, text) for of, text in english(BASE) if pattern.search(text)] == []


def renamed_scenario(scenario: Scenario) -> tuple[Scenario, dict[str, str]]:
    """The scenario with every entity under another name, in the opposite order."""
    ids = sorted(scenario.base.entities)
    new = {name: f"zz-{len(ids) - number:03}" for number, name in enumerate(ids)}
    entities = {
        new[e.id]: msgspec.structs.replace(
            e, id=new[e.id], name=f"Q{new[e.id]}", adjective=f"A{new[e.id]}", code=None
        )
        for e in scenario.base.entities.values()
    }
    base = msgspec.structs.replace(
        scenario.base, entities=entities, client=new[scenario.base.client]
    )
    facts = [
        msgspec.structs.replace(fact, instance=renamed(base, instance, new))
        for instance, fact in scenario.facts.items()
    ]
    groups = [
        msgspec.structs.replace(
            group, alternatives=tuple(renamed(base, one, new) for one in group.alternatives)
        )
        for group in scenario.groups
    ]
    changed = msgspec.structs.replace(
        scenario,
        base=base,
        client=new[scenario.client],
        facts=dict(sorted((fact.instance, fact) for fact in facts)),
        groups=tuple(groups),
        interests={new[client]: held for client, held in scenario.interests.items()},
        recommends={renamed(base, i, new): one for i, one in scenario.recommends.items()},
    )
    return changed, new


def renamed(base: KnowledgeBase, instance: Instance, new: Mapping[str, str]) -> Instance:
    """An instance with its entities renamed, in canonical order."""
    template = base.templates[instance.template]
    pairs = zip(instance.values, template.slots.values(), strict=True)
    return template.instance(*(new[v] if kind.kind == "entity" else v for v, kind in pairs))


def graded(result: Outcome, rename: Mapping[str, str] | None = None) -> dict[str, tuple[int, int]]:
    """The bounds of every fact, under its own or its new name."""
    base = result.scenario.base
    return {
        str(renamed(base, one, rename) if rename else one): result.bounds(number)
        for number, one in enumerate(result.graph.instances)
    }


def of_text(text: str, new: Mapping[str, str], base: KnowledgeBase) -> str:
    """The one-line form of an instance under its new names."""
    name, inside = text[:-1].split("(")
    values = [new.get(one, one) for one in inside.split(", ")]
    return str(base.templates[name].instance(*values))


def profile(result: Advice, rename=lambda text: text) -> set[tuple[object, ...]]:
    """What there is to each piece of advice, but for the words."""
    found: set[tuple[object, ...]] = {
        (
            rename(r.instance),
            r.grade,
            r.confidence,
            r.recommended,
            frozenset(rename(caveat.instance) for caveat in r.caveats),
            r.advances,
            r.strains,
            r.facts_from,
            r.reasoning_from,
            len(r.assumptions),
            len(r.limited_by),
        )
        for r in result.recommendations
    }
    found |= {
        ("open", rename(o.instance), frozenset(rename(u.instance) for u in o.unknown))
        for o in result.open
    }
    found |= {("withheld", rename(w.instance), w.grade) for w in result.considered}
    found |= {("conflict", *sorted(map(rename, (c.one, c.other)))) for c in result.conflicts}
    found |= {("step", rename(s.do), frozenset(map(rename, s.after))) for s in result.steps}
    return found


@pytest.mark.parametrize("name", TURNS)
def test_renaming_everything_renames_the_advice_and_changes_nothing_else(name):
    """The base knows no entity: under other names the same advice has the same grades."""
    scenario, new = renamed_scenario(load_scenario(BASE, name))
    result = settled(scenario)
    assert graded(result) == graded(case(name), new)
    for client in CLIENTS:
        before = profile(advice(name, client), lambda text: of_text(text, new, scenario.base))
        assert profile(api.advise(result, new[client])) == before
        assert not any(
            old in " ".join(r.says for r in api.advise(result, new[client]).recommendations)
            for old in ("Pakistan", "Russia", "States", "ISIS", "CPEC")
        )


# ------------------------------------------------------------------ how it reasons


def depth(result: Outcome, fact: int) -> int:
    """The most rule steps from a fact down to what is given, along its best derivation."""

    @functools.cache
    def below(one: int) -> int:
        firing = best(result, one)
        return 1 + max(map(below, firing.premises), default=0) if firing else 0

    return below(fact)


@pytest.mark.parametrize("wanted", WANTED)
def test_the_advice_is_a_few_steps_deep(wanted):
    """From what is given to the advice it is two to six rule steps; its caveat is one more."""
    result = case(SHIPPED.name)
    number = {str(instance): n for n, instance in enumerate(result.graph.instances)}
    steps = [depth(result, number[one.instance]) for one in given(PAKISTAN, wanted)]
    assert steps
    assert all(2 <= one <= 6 for one in steps), steps


def holding(result: Outcome) -> set[str]:
    """The rules that hold somewhere in a scenario."""
    return {
        firing.rule.id
        for firing in result.graph.firings
        if firing.rule.id not in result.scenario.withdrawn
        and firing_grade(firing, result.grades)[0] >= HOLDS
    }


def test_every_rule_is_used():
    """Each rule holds in some shipped scenario."""
    shipped = expectations.evaluated(load_with_parents(BASE))
    used = set().union(*(holding(result) for result, _ in shipped))
    assert {rule.id for rule in BASE.rules} <= used


def test_what_is_given_can_be_asked():
    """Every template that a rule needs and none concludes has a question.

    Every one is used by a rule, or says of which questions it makes sense to ask them; rules that
    conclude for that alone may need what nobody is asked.
    """
    used = {
        pattern.template
        for rule in BASE.rules
        for pattern in rule.conditions()
        if not {conclusion.template for conclusion in rule.conclusions} <= BASE.sensed
    }
    for template in BASE.templates.values():
        if template.id not in BASE.derived:
            assert template.asks or template.id not in used, template.id
            assert not template.advice, template.id
            assert not template.caveat, template.id
        there = template.id in used | BASE.sensed
        assert there or template.advice or template.caveat, template.id


# ------------------------------------------------------------------ what the scenarios expect


def standings(result: Outcome, client: str | None, what: str) -> set[str]:
    """How advice stands: by instance, or all of its template to the client."""
    graph = result.graph
    return {
        standing(*result.bounds(number))
        for number, instance in enumerate(graph.instances)
        if what == str(instance)
        or (what == instance.template and number in graph.advice_to(client))
    } or {"withheld"}


def failure(name: str, one: Expectation) -> str | None:
    """How a scenario fails one of its own expectations."""
    scenario = case(name).scenario
    result = case(name)
    client = scenario.client
    assert client is not None
    what = one.what
    if one.kind == "rules":
        return None if what in holding(result) else f"{what} is not used"
    now = standings(result, client, what)
    if one.kind in {"given", "open"}:
        return None if one.kind in now else f"{what} is {now}"
    if one.kind == "withheld":
        return None if now == {"withheld"} else f"{what} is {now}"
    if one.kind in {"gains", "loses"}:
        assert scenario.extends is not None
        before = "given" in standings(case(scenario.extends), client, what)
        wanted = (False, True) if one.kind == "gains" else (True, False)
        return None if (before, "given" in now) == wanted else f"{what} was {before}, is {now}"
    named = re.split(r"[(,)]", what)
    found = given(advice(name, named[1] if len(named) > 1 else client), what)
    if one.kind == "caveats":
        caveats = {(caveat.id, caveat.instance) for r in found for caveat in r.caveats}
        names, wanted = {name for pair in caveats for name in pair}, set(one.wanted)
        met = wanted <= names and all(wanted & {*pair} for pair in caveats)
        return None if found and met else f"{what} has {caveats}"
    if one.kind == "confidence":
        confidences = {r.confidence for r in found}
        return None if confidences == set(one.wanted) else f"{what} has {confidences}"
    cited = {(c.source, n) for c in one.citations for n in c.locators}
    if one.kind == "recommended":
        who = {(c.source, n) for r in found for c in r.recommended for n in c.locators}
        return None if cited <= who else f"{what} is recommended by {who}"
    if one.kind != "sources":
        return None  # tried of the same scenarios by `advisor test`
    missing = cited - {("article", n) for n in sentences(found)}
    return f"{what} does not rest on {missing}" if missing else None


@pytest.mark.parametrize("name", sorted(NAMES))
def test_scenarios_keep_what_they_expect(name):
    """Every scenario is as it expects of itself: given, withheld, open, gained, lost, qualified."""
    scenario = case(name).scenario
    assert scenario.expectations
    assert [text for one in scenario.expectations if (text := failure(name, one))] == []


def test_there_is_a_what_if_for_each_turn_of_events():
    """What-ifs both take advice away and bring new advice, and each changes something."""
    kinds = {name: {one.kind for one in case(name).scenario.expectations} for name in WHAT_IFS}
    assert len(WHAT_IFS) >= 10
    for name, expected in kinds.items():
        changed = any(
            profile(advice(name, client)) != profile(advice(SHIPPED.name, client))
            for client in CLIENTS
        )
        assert changed, name
        assert expected & {"gains", "loses", "caveats", "withheld"}, name
    assert set(itertools.chain(*kinds.values())) >= {"gains", "loses", "caveats", "confidence"}
