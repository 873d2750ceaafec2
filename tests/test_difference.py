"""Differences between two bases: what is written, what it does to the advice, and why."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import (
    Choices,
    Features,
    base_of,
    cases,
    fact,
    pattern,
    rule,
    scenario_of,
    template,
)

from advisor.difference.advice import Outcomes, Pair, evaluated, separate
from advisor.difference.futures import Futures, common
from advisor.difference.merged import instance_of, merged
from advisor.difference.reading import _longest
from advisor.difference.report import difference
from advisor.difference.thresholds import piece
from advisor.difference.wording import differences, scenario_differences
from advisor.futures.choices import futures
from advisor.loader import load_base
from advisor.model.errors import AdvisorError, Location
from advisor.model.records import Comparison, Var
from advisor.model.strata import dependencies, forbidden_cycle
from advisor.model.values import value_text
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import evaluate, given_grades, outcome

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
SCHEMA = json.loads((TESTS.parent / "docs" / "schemas" / "diff-1.schema.json").read_text())
RICH = Features(withdrawn=True, keys=True, groups=True)


@pytest.fixture
def pair(tmp_path) -> tuple[Path, Path]:
    """Two copies of the small base, the second to be changed."""
    return tuple(Path(shutil.copytree(SMALL, tmp_path / name)) for name in ("old", "new"))


def edited(folder: Path, file: str, *changes: tuple[str, str]) -> None:
    """Change a file of a base, each text once."""
    path = folder / file
    text = path.read_text()
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text)


def told(changes) -> set[tuple[str, str, str, tuple[str, ...]]]:
    """What changed, and in which fields."""
    return {(c.kind, c.how, c.name, tuple(f.field for f in c.fields)) for c in changes}


# ------------------------------------------------------------------ what is written


@given(cases(RICH))
def test_a_base_does_not_differ_from_itself(case):
    """Whatever is in a base, comparing it with itself finds nothing, in words or in rules."""
    base = case.scenario.base
    assert not differences(base, base)
    assert not scenario_differences({"case": case.scenario}, {"case": case.scenario})
    both = merged(base, base)
    assert not both.old_rules | both.new_rules | both.templates | both.sources


@st.composite
def changed_bases(draw, features: Features = RICH):
    """A case, its base with one random change, and that change as it should be told."""
    choices = Choices(draw)
    case = draw(cases(features))
    base = case.scenario.base
    rules = list(base.rules)
    place = choices.upto(len(rules) - 1)
    one = rules[place]
    kind = choices.upto(4)
    expected = ("rule", "changed", one.id)
    if kind == 0:
        del rules[place]
        expected = ("rule", "removed", one.id, ())
    elif kind == 1:
        rules.append(msgspec.structs.replace(one, id="added"))
        expected = ("rule", "added", "added", ())
    elif kind == 2:
        strength = 1 + (one.strength + choices.upto(6)) % 8
        rules[place] = msgspec.structs.replace(one, strength=strength)
        expected += (("strength",),)
    elif kind == 3 and one.exceptions:
        rules[place] = msgspec.structs.replace(one, exceptions=())
        expected += (("unless",),)
    else:
        title = one.title + " anew"
        rules[place] = msgspec.structs.replace(one, title=title)
        expected += (("title",),)
    rules.sort(key=lambda each: each.id)
    derived = frozenset(c.template for each in rules for c in each.conclusions)
    return case, msgspec.structs.replace(base, rules=tuple(rules), derived=derived), expected


@given(changed_bases())
def test_a_random_change_is_named_exactly(case):
    """One change to a base is one change told: of what, and in which field."""
    before, base, expected = case
    assert told(differences(before.scenario.base, base)) == {expected}


@given(changed_bases(), st.integers(1, 8))
def test_a_changed_fact_is_named_exactly(case, grade):
    """A fact with another grade, one taken out and one put in are each told once."""
    scenario = case[0].scenario
    facts = dict(scenario.facts)
    stated = [one for one, said in facts.items() if said.standing == "stated"]
    assume(stated)
    one = stated[0]
    facts[one] = msgspec.structs.replace(facts[one], grade=grade)
    changed = msgspec.structs.replace(scenario, facts=facts)
    found = scenario_differences({"case": scenario}, {"case": changed})
    same = scenario.facts[one].grade == grade
    assert told(found) == (set() if same else {("fact", "changed", str(one), ("likelihood",))})
    left = {name: said for name, said in facts.items() if name != one}
    gone = msgspec.structs.replace(scenario, facts=left)
    assert told(scenario_differences({"case": changed}, {"case": gone})) == {
        ("fact", "removed", str(one), ())
    }
    assert told(scenario_differences({"case": gone}, {"case": changed})) == {
        ("fact", "added", str(one), ())
    }


CHANGES = {  # a file, what is changed in it, and how that is told
    "a premise more": (
        "rules/trade.yaml",
        ("    - linked: {one: $one", "    - trusted: {town: $one}\n    - linked: {one: $one"),
        ("rule", "changed", "ferry-makes-partners", ("if",)),
    ),
    "a premise moved": (
        "rules/harbours.yaml",
        (
            "    - depth: {town: $client, metres: $metres}\n"
            "    - opened: {town: $client, date: $date}\n",
            "    - opened: {town: $client, date: $date}\n"
            "    - depth: {town: $client, metres: $metres}\n",
        ),
        ("rule", "changed", "shallow-harbour", ("if",)),
    ),
    "a comparison": (
        "rules/harbours.yaml",
        ("$metres < 5", "$metres <= 5"),
        ("rule", "changed", "shallow-harbour", ("where",)),
    ),
    "a listed value": (
        "rules/harbours.yaml",
        ("[calm, rough]", "[calm, frozen]"),
        ("rule", "changed", "shallow-harbour", ("if",)),
    ),
    "a count": (
        "rules/harbours.yaml",
        ("count: 2", "count: 3"),
        ("rule", "changed", "two-backers-make-trust", ("if",)),
    ),
    "a reason": (
        "rules/trade.yaml",
        ("the {cargo} that", "{cargo}, which"),
        ("rule", "changed", "buy-from-supplier", ("because",)),
    ),
    "a citation": (
        "rules/trade.yaml",
        ("sources: {ledger: [1, 2]}", "sources: {ledger: 2}"),
        ("rule", "changed", "buy-from-supplier", ("sources",)),
    ),
    "a default": (
        "rules/harbours.yaml",
        ("  otherwise: true\n", ""),
        ("rule", "changed", "wait-for-better", ("otherwise",)),
    ),
    "a phrase": (
        "rules/templates.yaml",
        ('"dredge the harbour"', '"deepen the harbour"'),
        ("template", "changed", "dredge", ("says",)),
    ),
    "a relation": (
        "rules/templates.yaml",
        ("  opposes: [wait]\n", ""),
        ("template", "changed", "dredge", ("opposes",)),
    ),
    "an entity": (
        "rules/entities.yaml",
        ("code: ASH", "code: ASB"),
        ("entity", "changed", "ashby", ("code",)),
    ),
    "an entity more": (
        "rules/entities.yaml",
        ("  timber:", "  salt: {name: salt}\n  timber:"),
        ("entity", "added", "salt", ()),
    ),
    "a source": (
        "rules/sources.yaml",
        ("origin: printer", "origin: ferry"),
        ("source", "changed", "almanac", ("origin",)),
    ),
    "a passage": (
        "rules/sources.yaml",
        ("How the ferry began.", "How it began."),
        ("source", "changed", "ledger", ("passages",)),
    ),
    "an interest": (
        "rules/interests.yaml",
        ("safe crossings", "safe passage"),
        ("interest", "changed", "safety", ("says",)),
    ),
    "the base itself": (
        "rules/base.yaml",
        ("Towns on a lake", "Towns by a lake"),
        ("base", "changed", "base.yaml", ("title",)),
    ),
    "a scenario's interests": (
        "facts/plain.yaml",
        ("[supply, safety]", "[supply]"),
        ("scenario", "changed", "plain", ("interests",)),
    ),
    "an expectation": (
        "facts/plain.yaml",
        ("  given: [buy]\n", ""),
        ("scenario", "changed", "plain", ("expect",)),
    ),
    "a citation of a fact": (
        "facts/plain.yaml",
        (
            "cargo: grain}\n    likelihood: likely\n    sources: {ledger: 1}",
            "cargo: grain}\n    likelihood: likely",
        ),
        ("fact", "changed", "stores(brook, grain)", ("sources",)),
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_a_file_is_named_exactly(pair, name):
    """Each kind of record, and each kind of field, is told in the words of the format."""
    file, change, expected = CHANGES[name]
    edited(pair[1], file, change)
    assert told(difference(*pair).changes) == {expected}


def test_what_a_scenario_inherits_is_told_once(pair):
    """A fact changed in one scenario is not told of those that extend it."""
    for folder in pair:
        what_if = "extends: plain\ntitle: W\nassume: ['stores(downs, grain)']\n"
        (folder / "facts" / "what-if.yaml").write_text(what_if)
    edited(pair[1], "facts/plain.yaml", ("weather(brook, rough)", "weather(brook, calm)"))
    found = difference(*pair)
    assert {(c.name, c.scenario) for c in found.changes} == {
        ("weather(brook, rough)", "plain"),
        ("weather(brook, calm)", "plain"),
    }
    assert [one.name for one in found.scenarios] == ["plain", "what-if"]


def test_a_scenario_more_and_one_less_are_told(pair):
    """Scenarios that one base alone has are named, and not compared."""
    (pair[0] / "facts" / "gone.yaml").write_text("title: G\n")
    (pair[1] / "facts" / "fresh.yaml").write_text("title: F\nfacts: ['nonsense(']\n")
    found = difference(*pair)
    assert told(found.changes) == {
        ("scenario", "removed", "gone", ()),
        ("scenario", "added", "fresh", ()),
    }
    assert (found.compared, found.scenarios) == (1, ())


# ------------------------------------------------------------------ both in one graph


def reshaped(base, choices: Choices):
    """The base with a given template that is asked no longer, or asked now."""
    given_ = [t for t in base.templates.values() if t.id.startswith("g")]
    one = choices.pick(given_)
    asks = None if one.asks else ("asked",)
    templates = {**base.templates, one.id: msgspec.structs.replace(one, asks=asks)}
    return msgspec.structs.replace(base, templates=templates)


@given(changed_bases(), st.data())
def test_over_one_graph_each_base_comes_to_what_it_comes_to_alone(case, data):
    """The grades of either base are those that it has by itself, whatever the other says."""
    before, base, _ = case
    old = before.scenario
    choices = Choices(data.draw)
    if choices.chance(40):
        base = reshaped(base, choices)
    new = msgspec.structs.replace(old, base=base, complete=True)
    old = msgspec.structs.replace(old, complete=True)
    withdrawn = frozenset({one.id for one in base.rules}) & old.withdrawn
    new = msgspec.structs.replace(new, withdrawn=withdrawn)
    both = merged(old.base, new.base)
    assert both.stratified == (
        forbidden_cycle(dependencies(both.base.rules, both.base.templates)) is None
    )
    assume(both.stratified)
    [over] = evaluated(both, [Pair(old, new)])
    for side, own in zip(over, (old, new), strict=True):
        alone = outcome(own, build(own))
        for number, instance in enumerate(alone.graph.instances):
            name = instance_of(instance, both) if side is over.old else instance
            assert side.bounds(side.graph.number[name]) == alone.bounds(number)


def over_all_futures(case: Outcomes, fact: int) -> tuple[float, float]:
    """In which share of the futures each side alone gives a piece of advice, one by one."""
    found = common(case)
    sides = []
    for options in itertools.product(*(choice.options for choice in found.choices)):
        given_ = []
        for side, own in zip(case, (found.old, found.new), strict=True):
            grades = dict(given_grades(side.graph, side.scenario))
            for number in own:
                grades.update({n: (g, g) for n, g in options[number].grades.items()})
            after = evaluate(side.graph, grades, side.scenario.withdrawn)
            given_.append(after.lower[fact] >= 4)
        sides.append(tuple(given_))
    return sides.count((False, True)) / len(sides), sides.count((True, False)) / len(sides)


@given(changed_bases(RICH._replace(advised=True)))
def test_the_futures_in_which_advice_differs_are_counted_exactly(case):
    """The shares gained and lost are those of visiting each future in either base."""
    before, base, _ = case
    old = msgspec.structs.replace(before.scenario, complete=True, withdrawn=frozenset())
    new = msgspec.structs.replace(old, base=base)
    both = merged(old.base, new.base)
    [over] = evaluated(both, [Pair(old, new)])
    open_ = common(over)
    assume(futures(open_.choices) <= 256)
    advice = over.new.graph.advice_to("a1")
    found = {one.instance: one for one in Futures(over, both, open_).changes(advice)}
    for number in advice:
        gained, lost = over_all_futures(over, number)
        one = found.get(str(over.new.graph.instances[number]))
        if one is not None:
            assert (one.gained, one.lost) == pytest.approx((gained, lost))
            assert one.exact
        else:
            assert (gained, lost) in {(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)}


GIVEN = template("g", "A", asks=("asked",))
OTHER = template("o", "A", asks=("asked",))
ADVICE = template("advice", "A", first="client", advice=True)
MIDDLE = template("m", "A")


def advised(*rules, templates=(GIVEN, OTHER, MIDDLE, ADVICE)):
    """A base with these rules."""
    return base_of(templates, rules)


def compared(old, new, facts) -> tuple[Outcomes, object]:
    """One scenario over two bases, and both in one."""
    both = merged(old, new)
    [over] = evaluated(both, [Pair(scenario_of(old, facts), scenario_of(new, facts))])
    return over, both


def test_only_the_rules_that_matter_are_named_for_futures():
    """Of three rules that changed, the one that changes the futures of the advice is the cause."""
    on = [pattern("g", "$x")]
    shared = rule("apart", [pattern("o", "$x")], [pattern("m", "$x")])
    old = advised(rule("r", on, [pattern("advice", "$x")]), shared)
    new = advised(
        rule("r", on, [pattern("advice", "$x")], strength=3),
        msgspec.structs.replace(shared, strength=7),
        rule("s", [pattern("o", "$x")], [pattern("m", "$x")]),
    )
    over, both = compared(old, new, [fact(GIVEN.instance("a1"), standing="unknown")])
    [found] = Futures(over, both, common(over)).changes(over.new.graph.advice_to("a1"))
    assert (found.gained, found.lost) == (0.0, 0.5)
    assert [cause.says for cause in found.causes] == ["The rule r was changed."]


@pytest.mark.parametrize("names", [("r", "s"), ("s", "r")])
def test_which_of_two_sufficient_rules_is_the_cause_is_no_matter_of_ids(names):
    """Of two new rules that would each do, the same is named whatever they are called."""
    on, then = [pattern("g", "$x")], [pattern("advice", "$x")]
    titled = (
        msgspec.structs.replace(rule(name, on, then), title=title)
        for name, title in zip(names, ("The first", "The second"), strict=True)
    )
    unknown = fact(GIVEN.instance("a1"), standing="unknown")
    over, both = compared(advised(), advised(*titled), [unknown])
    [found] = Futures(over, both, common(over)).changes(over.new.graph.advice_to("a1"))
    assert [cause.says for cause in found.causes] == [f"The rule {names[1]} was added."]


def test_facts_are_a_cause_of_futures_taken_together():
    """Where the scenario itself says something else, that is the cause, and no rule is."""
    base = advised(rule("r", [pattern("g", "$x"), pattern("o", "$x")], [pattern("advice", "$x")]))
    both = merged(base, base)
    unknown = fact(GIVEN.instance("a1"), standing="unknown")
    old = scenario_of(base, [unknown])
    new = scenario_of(base, [unknown, fact(OTHER.instance("a1"))])
    [over] = evaluated(both, [Pair(old, new)])
    [found] = Futures(over, both, common(over)).changes(over.new.graph.advice_to("a1"))
    assert (found.gained, found.lost) == (0.5, 0.0)
    assert [cause.kind for cause in found.causes] == ["facts"]


def test_bases_that_contradict_each_other_are_compared_one_by_one():
    """Rules that only together depend on themselves have no common graph; advice still differs."""
    old = advised(
        rule("m", [pattern("g", "$x")], [pattern("m", "$x")]),
        rule(
            "r", [pattern("g", "$x")], [pattern("advice", "$x")], exceptions=(pattern("m", "$x"),)
        ),
    )
    new = advised(
        rule("m", [pattern("advice", "$x")], [pattern("m", "$x")]),
        rule("r", [pattern("g", "$x")], [pattern("advice", "$x")]),
    )
    assert not merged(old, new).stratified
    facts = [fact(GIVEN.instance("a1"))]
    client, found = separate(Pair(scenario_of(old, facts), scenario_of(new, facts)), None)
    assert client == "a1"
    assert [(one.shift.kind, one.shift.before, one.shift.after) for one in found] == [
        ("gained", "withheld", "given")
    ]


def test_too_many_futures_are_sampled_and_it_is_said(monkeypatch):
    """Beyond the limit the shares come from a sample; a sample that shows nothing is noted."""
    monkeypatch.setattr("advisor.difference.futures.MOST", 0)
    old = advised(rule("r", [pattern("g", "$x")], [pattern("advice", "$x")]))
    over, both = compared(old, advised(), [fact(GIVEN.instance("a1"), standing="unknown")])
    [found] = Futures(over, both, common(over)).changes(over.new.graph.advice_to("a1"))
    assert found.lost == pytest.approx(0.5, abs=0.02)
    assert not found.exact
    many = [template(f"t{n}", "A", asks=("asked",)) for n in range(40)]
    rare = rule("r", [pattern(one.id, "$x") for one in many], [pattern("advice", "$x")])
    templates = (*many, ADVICE)
    facts = [fact(one.instance("a1"), standing="unknown") for one in many]
    over, both = compared(advised(rare, templates=templates), advised(templates=templates), facts)
    seen = Futures(over, both, common(over))
    assert not seen.changes(over.new.graph.advice_to("a1"))
    assert seen.sampled


# ------------------------------------------------------------------ on the command line


def test_the_same_base_twice_exits_with_zero(run):
    """No difference: exit code 0, and a line that says so."""
    code, out, err = run("diff", str(SMALL), str(SMALL))
    assert (code, out, err) == (0, "No difference; 1 scenario compared.\n", "")


def test_a_changed_rule_is_told_with_what_it_does(run, pair):
    """The rule, the field, the advice that is lost, and the rule again as its cause."""
    edited(pair[1], "rules/trade.yaml", ("very likely", "unlikely"))
    code, out, _ = run("diff", *map(str, pair), "--long")
    assert code == 1
    place = f"{pair[1]}/rules/trade.yaml:9:7: changed[rule] partner-with-a-store"
    assert f"{place}\n  | - id: partner-with-a-store\n  |       ^\n" in out
    assert "strength: was very likely, is unlikely" in out
    assert "- Lost: Buy grain from Brook" in out
    assert "+ Gained: Wait and watch the lake" in out
    assert out.count("Because: The rule partner-with-a-store was changed.") >= 2
    short = run("diff", *map(str, pair))[1]
    assert short.startswith("1 change to the base; the advice differs in 1 of 1 scenario\n")
    assert short.count("Because: The rule partner-with-a-store was changed.") == 1


def test_a_premise_counts_in_futures_too(run, pair):
    """Advice that stands as it stood may be another matter in other futures."""
    edited(
        pair[1],
        "rules/trade.yaml",
        ("  if:\n    - can-supply:", "  if:\n    - trusted: {town: $partner}\n    - can-supply:"),
    )
    code, out, _ = run("diff", *map(str, pair), "--format", "json")
    assert code == 1
    [scenario] = json.loads(out)["scenarios"]
    futures_ = {one["instance"]: one for one in scenario["futures"]}
    assert futures_["buy(ashby, brook, grain)"]["lost"] == 0.5
    assert futures_["buy(ashby, brook, grain)"]["exact"]


def test_every_format_says_the_same(run, pair):
    """JSON fits its schema; Markdown and terminal name the same advice and the same rule."""
    edited(pair[1], "rules/trade.yaml", ("very likely", "unlikely"))
    _, out, _ = run("diff", *map(str, pair), "--format", "json")
    found = json.loads(out)
    jsonschema_rs.validate(SCHEMA, found)
    assert found["same"] is False
    [scenario] = found["scenarios"]
    names = {cause["name"] for one in scenario["advice"] for cause in one["causes"]}
    assert names == {"partner-with-a-store"}
    _, markdown, _ = run("diff", *map(str, pair), "--format", "markdown")
    assert markdown.startswith("# Difference of ")
    assert "  - Because: The rule partner-with-a-store was changed." in markdown


def test_the_client_can_be_named(run, pair):
    """--for compares the advice to somebody else; nobody whom the base can advise is an error."""
    edited(pair[1], "rules/trade.yaml", ("very likely", "unlikely"))
    code, out, _ = run("diff", *map(str, pair), "--for", "cliff")
    assert (code, "Buy grain" in out) == (1, False)
    code, out, err = run("diff", *map(str, pair), "--for", "nobody")
    assert (code, out) == (2, "")
    assert "nobody can advise 'nobody'" in err


def test_scenarios_that_use_what_the_new_base_drops(run, pair):
    """A scenario that no longer loads is told, with what is wrong with it; the rest is compared."""
    (pair[0] / "facts" / "fair.yaml").write_text("title: F\nfacts: [market-day: {}]\n")
    shutil.copy(pair[0] / "facts" / "fair.yaml", pair[1] / "facts" / "fair.yaml")
    templates = pair[1] / "rules" / "templates.yaml"
    text = templates.read_text()
    start, end = text.index("market-day:"), text.index("partners:")
    templates.write_text(text[:start] + text[end:])
    edited(pair[1], "facts/plain.yaml", ("unknown:\n  - market-day: {}\n", ""))
    code, out, _ = run("diff", *map(str, pair), "--long")
    told_ = " ".join(out.split())
    assert code == 1
    assert f"{pair[0]}/rules/templates.yaml:44:1: removed[template] market-day" in told_
    assert "! It cannot be loaded with the new base." in told_
    assert "there is no template 'market-day'" in told_
    assert "removed[fact] market-day() of the scenario plain" in told_


def test_four_problems_of_a_scenario_are_three_and_a_count(pair):
    """What is wrong with a scenario is told in short."""
    for folder in pair:
        (folder / "facts" / "bad.yaml").write_text("title: B\nfacts: [a(), b(), c(), d()]\n")
    edited(pair[1], "rules/base.yaml", ("Towns on a lake", "Towns"))
    [found] = difference(*pair).scenarios
    assert found.unloadable
    assert [note for note in found.notes if "cannot be loaded" in note] == [
        "It cannot be loaded with the old base.",
        "It cannot be loaded with the new base.",
    ]
    assert found.notes.count("and 1 more problems") == 2


def test_bases_that_cannot_be_loaded_are_reported_together(run, tmp_path):
    """Every problem of either base at once, exit code 2."""
    code, out, err = run("diff", str(tmp_path / "one"), str(tmp_path / "two"))
    assert (code, out) == (2, "")
    assert err.count("this is no base") == 2
    with pytest.raises(AdvisorError):
        difference(tmp_path / "one", SMALL)


def test_a_changed_source_changes_confidence(pair):
    """Either side's confidence rests on its own sources, whatever the other calls the same."""
    two = "sources: {ledger: 1, almanac: 1}"
    for folder in pair:
        edited(folder, "facts/plain.yaml", ("client: ashby", "client: ashby\ncomplete: true"))
        path = folder / "facts" / "plain.yaml"
        text = path.read_text().replace("sources: {ledger: 1}", two)
        for name in ("linked(ashby, brook)", "weather(brook, rough)"):
            text = text.replace(f"  - {name}", f"  - fact: {name}")
        text = text.replace(
            "fact: linked(ashby, brook)", f"linked: {{one: ashby, other: brook}}\n    {two}"
        )
        text = text.replace(
            "fact: weather(brook, rough)", f"weather: {{town: brook, now: rough}}\n    {two}"
        )
        path.write_text(
            text.replace("likelihood: likely\n    sources", "likelihood: very likely\n    sources")
        )
    edited(pair[1], "rules/sources.yaml", ("origin: printer", "origin: ferry"))
    found = difference(*pair)
    assert told(found.changes) == {("source", "changed", "almanac", ("origin",))}
    [scenario] = found.scenarios
    [one] = scenario.advice
    assert one.shift.before == "given, high confidence"
    assert one.shift.after == "given, moderate confidence"


def test_alternatives_that_changed_are_not_compared_over_futures(pair):
    """Where a group has other alternatives, there are no futures in common; that is noted.

    Unless no advice rests on them: then nothing is left to compare.
    """
    fewer = ("      - backs: {backer: millers, town: brook}\n        likelihood: unlikely\n", "")
    edited(pair[1], "facts/plain.yaml", fewer)
    assert not difference(*pair).scenarios
    for folder in pair:
        supplied = "    - can-supply: {supplier: $partner, town: $client, cargo: $cargo}\n"
        backed = f"{supplied}    - backs: {{backer: cliff, town: $partner}}\n"
        edited(folder, "rules/trade.yaml", (supplied, backed))
    [found] = difference(*pair).scenarios
    [note] = found.notes
    assert "leaves the same facts open in another way" in note


def test_bases_without_a_common_graph_are_noted(pair):
    """Two bases whose rules together depend on themselves are compared as the scenario stands."""
    edited(
        pair[1],
        "rules/trade.yaml",
        (
            "    - can-supply: {supplier: $partner, town: $client, cargo: $cargo}\n",
            "    - lacks: {town: $client, cargo: $cargo}\n    - weather: {town: $partner}\n",
        ),
        ("    - weather: {town: $partner, now: frozen}\n", "    - trusted: {town: $partner}\n"),
    )
    edited(
        pair[0],
        "rules/harbours.yaml",
        ("    - stores: {town: $town}\n", "    - buy: {client: $town}\n"),
    )
    edited(pair[1], "facts/plain.yaml", ("stores: {town: brook", "stores: {town: downs"))
    edited(pair[1], "rules/templates.yaml", ("buy {cargo} from", "fetch {cargo} from"))
    found = difference(*pair)
    assert not any(one.futures for one in found.scenarios)
    for one in found.scenarios:
        assert "would depend on themselves" in one.notes[0]
        assert all(not each.causes for each in one.advice)
    assert found.scenarios


def test_an_added_entity_leaves_the_old_side_of_an_open_scenario_alone(pair):
    """What only the new base could ask about is not open in the old one."""
    for folder in pair:
        edited(folder, "facts/plain.yaml", ("client: ashby", "client: ashby\ncomplete: false"))
    edited(pair[1], "rules/entities.yaml", ("  cliff:", "  ebb: {name: Ebb}\n  cliff:"))
    [found] = difference(*pair).scenarios
    opened = {one.shift.instance for one in found.advice}
    assert opened
    assert all("ebb" in instance for instance in opened)
    assert {one.shift.kind for one in found.advice} == {"opened"}


def test_scenarios_with_the_same_differences_are_told_together(run, pair):
    """Two scenarios with one difference are one paragraph, under the default one."""
    for folder in pair:
        (folder / "facts" / "again.yaml").write_text("extends: plain\ntitle: Again\n")
    edited(pair[1], "rules/trade.yaml", ("very likely", "unlikely"))
    _, out, _ = run("diff", *map(str, pair), "--long")
    assert "And likewise in: again" in out
    assert out.count("- Lost: Buy grain from Brook") == 1


# ------------------------------------------------------------------ what a reader sees


def facets(found) -> set[tuple[str, str, str, str]]:
    """What is seen to differ: in which advice, of what kind, and both as they read."""
    return {
        (change.shift.id, one.what, one.was, one.now)
        for scenario in found.scenarios
        for change in scenario.advice
        for one in change.seen
    }


def test_what_a_reader_sees_differ_is_told(run, pair):
    """Wording, a caveat, interests, and whether advice is to be done: was this, is that."""
    for folder in pair:
        edited(
            folder, "facts/plain.yaml", ("[supply, safety]", "[{supply: {priority: 1}}, safety]")
        )
    edited(
        pair[1],
        "rules/templates.yaml",
        ('"buy {cargo} from {partner}"', '"have {cargo} brought from {partner}"'),
        ("by daylight only", "while it is light"),
    )
    edited(
        pair[1],
        "rules/trade.yaml",
        ("  advances: [supply]\n  strains: [safety]\n", "  advances: [safety]\n"),
    )
    assert facets(difference(*pair)) == {
        ("buy", "wording", "buy grain from Brook", "have grain brought from Brook"),
        (
            "buy",
            "caveat",
            "and cross to Brook by daylight only",
            "and cross to Brook while it is light",
        ),
        ("buy", "advances", "a full storehouse", "safe crossings"),
        ("buy", "strains", "safe crossings", "none"),
        (
            "buy",
            "strength",
            "to consider (strains safe crossings)",
            "to consider (advances no interest of the highest priority)",
        ),
    }
    _, out, _ = run("diff", *map(str, pair))
    assert "~ Given still: Have grain brought from Brook" in out
    assert "Wording: was “buy grain from Brook”, is “have grain" in out


def test_whoever_is_advised_otherwise_is_told(pair):
    """Not only the scenario's own client, who comes first; with a client named, that one alone."""
    edited(pair[0], "facts/plain.yaml", ("facts:\n", "facts:\n  - lacks(cliff, timber)\n"))
    edited(pair[1], "facts/plain.yaml", ("facts:\n", "facts:\n  - lacks(cliff, timber)\n"))
    edited(pair[1], "rules/harbours.yaml", ("  otherwise: true\n", ""))
    clients = [scenario.client for scenario in difference(*pair).scenarios]
    assert clients[0] == "ashby"
    assert len(clients) == len(set(clients)) > 1
    named = difference(*pair, client=clients[1]).scenarios
    assert [scenario.client for scenario in named] == [clients[1]]


def test_what_stands_at_another_place_is_told_and_nothing_else():
    """As few as possible are said to have moved; what one of them passes has not."""
    assert _longest([1, 2, 3]) == {0, 1, 2}
    assert _longest([3, 1, 2]) == {1, 2}
    assert _longest([1, 1, 2, 1]) == {0, 1, 3}
    assert _longest([]) == set()


def test_places_of_slots_and_grades_are_told_in_words(run, pair):
    """No position and no number of a grade, but what files say."""
    edited(pair[1], "rules/base.yaml", ("might: roughly even chance", "might: unlikely"))
    edited(pair[1], "rules/templates.yaml", ("  distinct: [backer, town]\n", ""))
    _, out, _ = run("diff", *map(str, pair))
    assert "hedges: was might: roughly even chance, is might: unlikely" in out
    assert "distinct: no longer backer" in out


def test_numbers_cut_elsewhere_are_compared_piece_by_piece(pair):
    """A threshold that moved leaves the same facts open: over the pieces of both bases."""
    for folder in pair:
        open_ = "complete: false\nclient: ashby"
        edited(
            folder, "facts/plain.yaml", ("client: ashby", open_), ("  - depth(ashby, 3.5)\n", "")
        )
    edited(pair[1], "rules/harbours.yaml", ("$metres < 5", "$metres < 3"))
    found = difference(*pair)
    assert not any(scenario.notes for scenario in found.scenarios)
    changed = {change.id for scenario in found.scenarios for change in scenario.futures}
    assert "dredge" in changed


MOVED = {  # what stands in the place of a threshold, and for which values that makes a difference
    "$metres < 3": ["it no longer concludes dredge where $metres is at least 3 and less than 5"],
    "$metres <= 3": ["it no longer concludes dredge where $metres is more than 3 and less than 5"],
    "$metres <= 5": ["it now also concludes dredge where $metres is exactly 5"],
    "$metres < 7.5": ["it now also concludes dredge where $metres is at least 5 and less than 7.5"],
    "$metres > 5": [
        "it no longer concludes dredge where $metres is less than 5",
        "it now also concludes dredge where $metres is more than 5",
    ],
    "$metres != 5": [],
}


@pytest.mark.parametrize(
    ("number", "test"),
    [
        ("Date", "$metres < 2026-03-01"),
        ("{values: [low, high], ordered: true}", "$metres < high"),
        ("{number: feet}", "$metres < 3"),
    ],
)
def test_thresholds_on_other_scales_are_not_set_against_each_other(tmp_path, number, test):
    """Of a number that has become a day, a value or another unit no values between are named."""
    old, new = tmp_path / "old", tmp_path / "new"
    versions = ((old, "{number: metres}", "$metres < 5"), (new, number, test))
    for folder, slot, asked in versions:
        for name, text in {
            "base": "{title: T, date: 2026-01-01, client: me}",
            "entities": "Person: {me: {name: me}}",
            "templates": f"depth: {{slots: {{metres: {slot}}}, says: '{{metres}} deep'}}\n"
            "dredge: {advice: true, slots: {client: Person}, says: dredge}",
            "rules": "- {id: low, title: L, if: [{depth: {metres: $metres}}, every Person $p], "
            f"where: {asked}, then: [dredge: {{client: $p}}]}}",
        }.items():
            (folder / "rules").mkdir(parents=True, exist_ok=True)
            (folder / f"rules/{name}.yaml").write_text(f"{text}\n")
    [rule, template] = differences(load_base(old), load_base(new))
    assert (rule.name, template.name) == ("low", "depth")
    assert [field.means for field in rule.fields] == [()]


@pytest.mark.parametrize("test", MOVED)
def test_a_moved_threshold_is_told_with_the_values_between(pair, run, test):
    """Which values it lets through no more, and which it now does, in words and in any format."""
    edited(pair[1], "rules/harbours.yaml", ("$metres < 5", test))
    [change] = differences(*map(load_base, pair))
    assert [says for field in change.fields for says in field.means] == MOVED[test]
    if test == "$metres < 3":
        _, out, _ = run("diff", *map(str, pair))
        assert f"  so {MOVED[test][0]}" in out
        edited(pair[1], "rules/harbours.yaml", ("$date <= 2000-01-01", "$date < 2001-05-01"))
        [change] = differences(*map(load_base, pair))
        assert not any(field.means for field in change.fields), "two have moved at once"
        edited(pair[1], "rules/harbours.yaml", (test, "$metres < 5"))
        [change] = differences(*map(load_base, pair))
        assert [says for field in change.fields for says in field.means] == [
            "it now also concludes dredge where $date is after 2000-01-01 and before 2001-05-01"
        ]


def test_moved_thresholds_of_the_shipped_base_are_told(tmp_path):
    """Each line that a share has to pass, moved up by one, and nothing else is found."""
    base = load_base()
    for old in base.rules:
        bounds = [test for test in old.comparisons if isinstance(test.right, Decimal | int)]
        for test in bounds:
            moved_up = msgspec.structs.replace(test, right=test.right + 1)
            tests = tuple(moved_up if each is test else each for each in old.comparisons)
            now = msgspec.structs.replace(old, comparisons=tests)
            rules = tuple(now if each is old else each for each in base.rules)
            [change] = differences(base, msgspec.structs.replace(base, rules=rules))
            said = [says for field in change.fields for says in field.means]
            assert len(said) == 1
            assert old.conclusions[0].template in said[0]
            assert value_text(test.right) in said[0]


@given(st.data())
def test_pieces_are_what_comparisons_let_through(data):
    """A value lies in what one has and the other has not if the first alone lets it through."""
    values = st.integers(0, 4)
    tests = st.lists(st.tuples(st.sampled_from(["<", "<=", ">", ">="]), values), max_size=3)

    def comparisons(of):
        here = Location("x")
        return [Comparison(left=Var("x"), operator=o, right=n, where=here) for o, n in of]

    one, other = (comparisons(data.draw(tests)) for _ in range(2))
    left = [*piece(one, "x").without(piece(other, "x"))]
    for value in (half / 2 for half in range(-2, 11)):
        alone, both = (all(t.holds({"x": value}) for t in each) for each in (one, other))
        inside = [
            (p.low is None or p.low <= (value, False))
            and (p.high is None or p.high >= (value, True))
            for p in left
        ]
        assert any(inside) is (alone and not both)


# ------------------------------------------------------------------ revisions


def test_a_base_is_compared_with_a_revision_of_it(run, pair, monkeypatch):
    """A commit, a tag or a branch, whichever folder the base is in; the folder stays as it is."""
    folder = pair[1]

    def git(*arguments: str) -> str:
        named = ("-c", "user.name=n", "-c", "user.email=e", "-C", str(folder.parent))
        done = subprocess.run(
            ["git", *named, *arguments], capture_output=True, text=True, check=True
        )
        return done.stdout

    git("init", "-q", "-b", "trunk")
    git("add", "new/rules", "new/facts")
    git("commit", "-qm", "one")
    git("tag", "first")
    edited(folder, "rules/trade.yaml", ("very likely", "unlikely"))
    (folder / "rules" / "more.yaml").write_text("[]\n")
    (folder / "rules" / "more.yaml").unlink()
    before = git("status", "--porcelain")
    monkeypatch.chdir(folder)
    for revision in ("HEAD", "first", "trunk"):
        code, out, _ = run("diff", revision, ".")
        assert code == 1
        assert "rule partner-with-a-store changed" in out or "partner-with-a-store" in out
    edited(
        folder,
        "rules/trade.yaml",
        ("- id: rough-water-by-day", "- id: rough-water"),
        ("Rough water is crossed by day", "By day"),
    )
    _, out, _ = run("diff", "HEAD", ".", "--long")
    assert "HEAD:new/rules/trade.yaml:" in out
    assert git("status", "--porcelain") == before
    for revision, below, said in (
        ("none-such", ".", "no such revision in the repository"),
        ("HEAD", "..", "name the folder of the base as NEW: '.'"),
        ("HEAD", "rules", "has no base in 'new/rules'"),
        ("HEAD", "/", "is in no git repository"),
    ):
        code, _, err = run("diff", revision, below)
        assert code == 2
        assert said in err
    monkeypatch.setenv("PATH", "")
    _, _, err = run("diff", "HEAD", ".")
    assert "no git here" in err


# ------------------------------------------------------------------ whatever a template becomes

_DEPTH = "depth:\n  slots: {town: Town, metres: {number: metres}}\n  key: town\n"
BECOMES = {  # what the template `depth` is changed to, the fact about it, and the rule's premise
    "date": (_DEPTH.replace("{number: metres}", "Date"), "depth(ashby, 2026-01-01)", None),
    "boolean": (_DEPTH.replace("{number: metres}", "Boolean"), "depth(ashby, true)", None),
    "entity": (_DEPTH.replace("{number: metres}", "Cargo"), "depth(ashby, grain)", None),
    "values": (_DEPTH.replace("{number: metres}", "{values: [a, b]}"), "depth(ashby, a)", None),
    "unit": (_DEPTH.replace("metres}}", "feet}}"), "depth(ashby, 12)", "$metres"),
    "keyless": (_DEPTH.replace("  key: town\n", ""), "depth(ashby, 3.5)", "$metres"),
    "turned": (
        "depth:\n  slots: {metres: {number: metres}, town: Town}\n  key: town\n",
        "depth(3.5, ashby)",
        "$metres",
    ),
    "wider": (
        _DEPTH.replace("metres}}", "metres}, ice: Boolean}"),
        "depth(ashby, 3.5, true)",
        "$metres",
    ),
}


@pytest.mark.parametrize("kind", BECOMES)
def test_a_template_of_other_slots_is_told_both_ways(run, pair, kind):
    """Whatever becomes of a slot, both bases are compared, and no mark of ours is shown."""
    old, new = pair
    template, fact, compared = BECOMES[kind]
    edited(new, "rules/templates.yaml", (_DEPTH, template))
    edited(new, "facts/plain.yaml", ("depth(ashby, 3.5)", fact))
    if compared is None:
        edited(new, "rules/harbours.yaml", ("    - $metres < 5\n", ""))
    for one, other in ((old, new), (new, old)):
        code, out, err = run("diff", str(one), str(other))
        assert (code, err) == (1, "")
        assert "changed[template] depth" in out
        assert "(old)" not in out


_BUYS, _BUYS_TURNED = "partner: Town, cargo: Cargo", "cargo: Cargo, partner: Town"


def test_advice_of_a_template_that_changed_keeps_its_name(run, pair):
    """Advice that only the old base can give is called what it is called there."""
    old, new = pair
    says = '\n  says: "buy {cargo} from {partner}"'
    slots = [f"slots: {{client: Town, {rest}}}" for rest in (_BUYS, _BUYS_TURNED)]
    edited(new, "rules/templates.yaml", (slots[0] + says, slots[1] + says))
    code, out, _ = run("diff", str(old), str(new), "--format", "json")
    assert code == 1
    assert "(old)" not in out
    jsonschema_rs.validate(SCHEMA, json.loads(out))


def test_what_is_renamed_is_said_so_and_the_rest_is_compared_under_the_new_name(pair, run):
    """An entity, a template, a rule and a scenario under other ids: four renamings, no advice."""
    old, new = pair
    names = {"two-backers-make-trust": "trust-of-two", "ashby": "ashton", "backs": "supports"}
    for path in new.rglob("*.yaml"):
        text = path.read_text()
        for before, after in names.items():
            text = re.sub(rf"(?<![\w\"-]){before}(?=[:,(){{}}\]\n])", after, text)
        path.write_text(text.replace("scenario: plain\n", "scenario: other\n"))
    (new / "facts" / "plain.yaml").rename(new / "facts" / "other.yaml")
    found = difference(old, new)
    assert {(c.kind, c.how, c.was, c.name) for c in found.changes} == {
        ("rule", "renamed", "two-backers-make-trust", "trust-of-two"),
        ("template", "renamed", "backs", "supports"),
        ("entity", "renamed", "ashby", "ashton"),
        ("scenario", "renamed", "plain", "other"),
    }
    assert (found.scenarios, found.compared) == ((), 1)
    _, shown, _ = run("diff", str(old), str(new))
    assert "renamed[rule] trust-of-two, which was two-backers-make-trust" in shown
    edited(new, "rules/harbours.yaml", ("count: 2", "count: 1"))
    changed = [c for c in difference(old, new).changes if c.how != "renamed"]
    assert told(changed) == {("rule", "changed", "trust-of-two", ("if",))}


def test_of_two_that_say_the_same_neither_is_renamed(pair):
    """What could be either of two is removed, and both are added."""
    old, new = pair
    text = (new / "rules" / "entities.yaml").read_text()
    line = next(part for part in text.splitlines() if part.strip().startswith("bricks:"))
    one, two = (line.replace("bricks:", f"{name}:") for name in ("tiles", "slates"))
    (new / "rules" / "entities.yaml").write_text(text.replace(line, f"{one}\n{two}"))
    for path in (new / "facts").glob("*.yaml"):
        path.write_text(path.read_text().replace("bricks", "tiles"))
    kinds = {(c.how, c.name) for c in difference(old, new).changes if c.kind == "entity"}
    assert kinds == {("removed", "bricks"), ("added", "tiles"), ("added", "slates")}
