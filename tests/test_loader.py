"""What the loader makes of sound input: scenarios folded together, instances on one line."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import hypothesis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.loader import (
    load_base,
    load_scenario,
    load_with_parent,
    load_with_parents,
    parse_instance,
    scenario_names,
    scenarios,
    yamlfile,
)
from advisor.model.errors import AdvisorError
from advisor.model.records import Instance
from advisor.model.scenarios import Scenario

SMALL = Path(__file__).parent / "bases" / "small"
BASE = load_base(SMALL)
SHIPPED = load_base()


def loaded(text: str) -> Scenario:
    """The scenario that a text writes, over the small base."""
    return load_scenario(BASE, "-", text.encode())


def said(scenario: Scenario) -> dict[str, str]:
    """What a scenario says of each instance: its standing, or its grade where it is stated."""
    return {
        str(instance): fact.standing if fact.grade is None else f"{fact.standing} {fact.grade}"
        for instance, fact in scenario.facts.items()
    }


def groups(scenario: Scenario) -> list[list[str]]:
    """The alternatives of each group of a scenario."""
    return [list(map(str, group.alternatives)) for group in scenario.groups]


def change(text: str = "", **lists: list[str]) -> Scenario:
    """The scenario `plain` with these changes."""
    lines = [f"{key}: {items}\n" for key, items in lists.items()]
    return loaded("extends: plain\ntitle: T\n" + "".join(lines) + text)


def rivals(title: str, *alternatives: str) -> str:
    """A one-of group as YAML."""
    return f"one-of: [{{title: {title}, alternatives: {list(alternatives)}}}]\n"


PLAIN = said(load_scenario(BASE))


def noted(calls: list[object], work: Callable[..., object]) -> Callable[..., object]:
    """The same work, which takes note of each call."""

    def called(*given: object) -> object:
        calls.append(given)
        return work(*given)

    return called


def changed(scenario: Scenario) -> dict[str, str | None]:
    """What a scenario says differently from `plain`; None for what it no longer says."""
    now = said(scenario)
    names = sorted(PLAIN.keys() | now.keys())
    return {name: now.get(name) for name in names if now.get(name) != PLAIN.get(name)}


# ------------------------------------------------------------------ a scenario by itself


def test_a_scenario_says_what_its_file_says():
    """Facts carry standing, grade, sources, note and place, whichever way they are written."""
    scenario = loaded(
        "title: T\n"
        "facts:\n"
        "  - lacks: {town: ashby, cargo: grain}\n"
        "    likelihood: very likely\n"
        "    sources: {ledger: [2, 1]}\n"
        "    note: as they say\n"
        "  - stores(brook, grain)=unlikely\n"
        "denied: [market-day()]\n"
        "unknown: [{lacks: {town: brook, cargo: timber}}]\n"
    )
    assert said(scenario) == {
        "lacks(ashby, grain)": "stated 6",
        "lacks(brook, timber)": "unknown",
        "market-day()": "denied",
        "stores(brook, grain)": "stated 3",
    }
    fact = scenario.facts[Instance("lacks", ("ashby", "grain"))]
    assert fact.note == "as they say"
    assert [(one.source, one.locators) for one in fact.citations] == [("ledger", (1, 2))]
    assert (fact.where.file, fact.where.line, fact.where.column) == ("<stdin>", 3, 5)
    assert {f.origin for f in scenario.facts.values()} == {"given"}
    assert scenario.client == "ashby"
    assert scenario.complete


def test_a_rule_may_have_no_condition(tmp_path):
    """An empty `if` means in any case, as does one that is left out: a default needs no more."""
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    text = "- {id: one, title: One, if: [], then: [wait: {client: ashby}], otherwise: true}\n"
    (tmp_path / "rules" / "one.yaml").write_text(text)
    [one] = (rule for rule in load_base(tmp_path).rules if rule.id == "one")
    assert (one.premises, one.otherwise) == ((), True)


def test_a_whole_source_can_be_cited():
    """`sources: [almanac]` cites the document, without a locator."""
    fact = loaded("title: T\nfacts: [{market-day: {}, sources: [almanac]}]\n")
    citation = next(iter(fact.facts.values())).citations[0]
    assert (citation.source, citation.locators) == ("almanac", ())


def test_a_locator_may_be_a_text():
    """A passage numbered 3a is cited as 3a, beside numbers."""
    scenario = loaded("title: T\nfacts: [{market-day: {}, sources: {ledger: [3a, 2]}}]\n")
    assert next(iter(scenario.facts.values())).citations[0].locators == (2, "3a")


def test_no_and_yes_stay_text():
    """Only true and false are booleans: NO, yes and on are texts like any other."""
    scenario = loaded(
        "title: NO\nabout: yes\nentities: {Town: {eastham: {name: on, adjective: NO}}}\n"
        "sources: {off: {title: off, origin: n}}\n"
    )
    assert (scenario.title, scenario.about) == ("NO", "yes")
    assert scenario.base.entities["eastham"].name == "on"
    assert scenario.base.sources["off"].origin == "n"


@pytest.mark.parametrize("text", ["1", "1.0", "01", "+1", "1.00"])
def test_one_number_is_one_value(text):
    """1 and 1.0 are the same fact, printed the same."""
    instance, _ = parse_instance(f"depth(ashby, {text})", BASE)
    assert str(instance) == "depth(ashby, 1)"
    assert isinstance(instance.values[1], int)
    assert not isinstance(instance.values[1], bool)


def test_values_keep_their_types():
    """A slot's type makes the value: a number is no date, true is no 1."""
    assert parse_instance("depth(ashby, -0.5)", BASE)[0].values[1] == -0.5
    assert parse_instance("opened(ashby, 1999-12-31)", BASE)[0].values[1] == date(1999, 12, 31)
    assert parse_instance("guarded(ashby, true)", BASE)[0].values[1] is True


def test_a_symmetric_fact_has_one_order():
    """Either way round, a symmetric fact is the same instance, printed the same."""
    one, _ = parse_instance("linked(brook, ashby)", BASE)
    assert one == parse_instance("linked(ashby, brook)", BASE)[0]
    assert str(one) == "linked(ashby, brook)"
    long_form = loaded("title: T\nfacts: [{linked: {one: downs, other: cliff}}]\n")
    assert list(map(str, long_form.facts)) == ["linked(cliff, downs)"]


def test_a_disputed_fact_runs_from_nothing_to_what_was_stated():
    """Stated by one source and denied by another, a fact is disputed, both sides named."""
    scenario = loaded(
        "title: T\n"
        "facts: [{lacks: {town: ashby, cargo: grain}, likelihood: likely, sources: {ledger: 1}}]\n"
        "denied: [{lacks: {town: ashby, cargo: grain}, sources: [almanac]}]\n"
    )
    fact = next(iter(scenario.facts.values()))
    assert fact.standing == "disputed"
    assert fact.bounds == (0, 5)
    assert [one.source for one in fact.citations] == ["ledger"]
    assert [one.source for one in fact.against] == ["almanac"]


def test_an_alternative_without_a_likelihood_is_unknown():
    """In a group, silence about the likelihood means unknown, and its sources hold for all."""
    scenario = loaded(
        "title: T\n"
        "one-of:\n"
        "  - title: Who is mayor\n"
        "    sources: {ledger: 2}\n"
        "    alternatives:\n"
        "      - mayor(ashby, millers)=likely\n"
        "      - mayor: {town: brook, of: millers}\n"
        "        sources: [almanac]\n"
    )
    assert said(scenario) == {
        "mayor(ashby, millers)": "stated 5",
        "mayor(brook, millers)": "unknown",
    }
    assert groups(scenario) == [["mayor(ashby, millers)", "mayor(brook, millers)"]]
    assert [f.citations[0].source for f in scenario.facts.values()] == ["ledger", "almanac"]


def test_a_derived_fact_may_be_stated():
    """Stating what rules conclude is allowed: it can only raise it."""
    assert said(loaded("title: T\nfacts: [trusted(ashby)=likely]\n")) == {
        "trusted(ashby)": "stated 5"
    }


def test_entities_and_sources_of_a_scenario_are_its_own():
    """A scenario's entities and sources can be used in it and leave the base as it was."""
    scenario = loaded(
        "title: T\n"
        "entities: {Town: {eastham: {name: Eastham}}, Well: {old: {name: the old well}}}\n"
        "sources: {letter: {title: L, origin: eastham, passages: {1: {kind: fact, says: x}}}}\n"
        "client: eastham\n"
        "interests: {eastham: [supply]}\n"
        "facts: [{lacks: {town: eastham, cargo: grain}, sources: {letter: 1}}]\n"
    )
    assert list(map(str, scenario.facts)) == ["lacks(eastham, grain)"]
    assert scenario.client == "eastham"
    assert "eastham" not in BASE.entities
    assert "letter" not in BASE.sources


# ------------------------------------------------------------------ what-ifs


def test_a_what_if_says_what_it_inherits():
    """Without changes, a what-if says what the scenario says that it extends."""
    scenario = change("")
    assert changed(scenario) == {}
    assert groups(scenario) == groups(load_scenario(BASE))
    assert (scenario.extends, scenario.name, scenario.client) == ("plain", "stdin", "ashby")
    assert scenario.interests == load_scenario(BASE).interests


def test_expectations_are_not_inherited():
    """What a scenario expects, it expects of itself."""
    assert load_scenario(BASE).expectations
    assert not change("").expectations


def test_assuming_adds_a_fact_and_marks_it():
    """`assume` states a fact like `facts`, marked as assumed."""
    scenario = change(assume=["market-day()", "linked(ashby, cliff)=likely"])
    assert changed(scenario) == {"market-day()": "stated 8", "linked(ashby, cliff)": "stated 5"}
    origins = {str(i): f.origin for i, f in scenario.facts.items()}
    assert origins["linked(ashby, cliff)"] == "assumed"
    assert origins["linked(ashby, brook)"] == "given"


def test_a_later_statement_replaces_an_earlier_one():
    """Assumed, denied by assumption or unknown, the last word counts."""
    assert changed(change(assume=["stores(brook, grain)=unlikely"])) == {
        "stores(brook, grain)": "stated 3"
    }
    assert changed(change(deny=["stores(brook, grain)"])) == {"stores(brook, grain)": "denied"}
    assert changed(change(unknown=["stores(brook, grain)"])) == {"stores(brook, grain)": "unknown"}


def test_withdrawing_a_fact_leaves_nothing_said_of_it():
    """What is withdrawn is neither stated nor denied."""
    assert changed(change(withdraw=["stores(brook, grain)", "market-day()"])) == {
        "stores(brook, grain)": None,
        "market-day()": None,
    }
    assert changed(change("withdraw: [{weather: {town: brook, now: rough}}]")) == {
        "weather(brook, rough)": None
    }


def test_a_stated_derived_fact_can_be_withdrawn(tmp_path):
    """A statement of what rules conclude too can be taken back, though not denied."""
    base = with_scenarios(tmp_path, stated="title: T\nfacts: [trusted(ashby)]\n")
    text = b"extends: stated\ntitle: U\nwithdraw: [trusted(ashby)]\n"
    assert load_scenario(base, "-", text).facts == {}


def test_withdrawing_a_rule_is_noted():
    """A rule that is withdrawn is remembered by its id, through what extends it too."""
    assert change("withdraw: [buy-from-supplier]").withdrawn == {"buy-from-supplier"}


def test_withdrawing_and_stating_in_one_file_states():
    """A file may withdraw an inherited statement and make its own."""
    scenario = change(withdraw=["stores(brook, grain)"], facts=["stores(brook, grain)=likely"])
    assert changed(scenario) == {}


def test_a_new_value_replaces_the_value_of_its_key():
    """Of a keyed template there is one value for each key: the last one given."""
    assert changed(change(assume=["depth(ashby, 9)"])) == {
        "depth(ashby, 3.5)": None,
        "depth(ashby, 9)": "stated 8",
    }
    assert changed(change(assume=["depth(brook, 9)"])) == {"depth(brook, 9)": "stated 8"}


def test_denying_another_value_of_a_key_replaces_nothing():
    """That it is not calm says nothing against its being rough."""
    assert changed(change(denied=["weather(brook, calm)"])) == {"weather(brook, calm)": "denied"}


def test_values_of_one_key_in_one_file_stand_beside_each_other():
    """A value that is likely and another that is unknown, said in one file, are both kept."""
    scenario = change(facts=["depth(brook, 3)=likely"], unknown=["depth(brook, 4)"])
    assert changed(scenario) == {"depth(brook, 3)": "stated 5", "depth(brook, 4)": "unknown"}


GROUP = ["backs(cliff, brook)", "backs(millers, brook)", "backs(downs, brook)"]


def test_stating_an_alternative_settles_its_group():
    """Where one alternative holds, no other does, and the group is gone."""
    scenario = change(assume=["backs(downs, brook)"])
    assert groups(scenario) == []
    assert changed(scenario) == {
        "backs(cliff, brook)": "denied",
        "backs(millers, brook)": "denied",
        "backs(downs, brook)": "stated 8",
    }


def test_denying_an_alternative_rules_it_out():
    """Where one alternative does not hold, the rest stay alternatives."""
    scenario = change(denied=["backs(cliff, brook)"])
    assert groups(scenario) == [GROUP[1:]]
    assert changed(scenario) == {"backs(cliff, brook)": "denied"}


def test_the_last_alternative_left_holds():
    """Where every alternative but one is denied, that one is certain."""
    scenario = change(denied=["backs(cliff, brook)", "backs(millers, brook)"])
    assert groups(scenario) == []
    assert changed(scenario) == {
        "backs(cliff, brook)": "denied",
        "backs(millers, brook)": "denied",
        "backs(downs, brook)": "stated 8",
    }


def test_an_alternative_can_be_made_unknown_or_less_likely():
    """A likelihood short of certain changes the alternative and keeps the group."""
    scenario = change(unknown=["backs(cliff, brook)"], assume=["backs(millers, brook)=likely"])
    assert groups(scenario) == [GROUP]
    assert changed(scenario) == {
        "backs(cliff, brook)": "unknown",
        "backs(millers, brook)": "stated 5",
    }


def test_a_group_replaces_the_group_that_it_shares_an_alternative_with():
    """Restated, a group is what the later file says; what it leaves out is no longer said."""
    scenario = change(rivals("Who now", "backs(downs, brook)", "backs(ashby, brook)=likely"))
    assert groups(scenario) == [["backs(downs, brook)", "backs(ashby, brook)"]]
    assert changed(scenario) == {
        "backs(ashby, brook)": "stated 5",
        "backs(cliff, brook)": None,
        "backs(millers, brook)": None,
    }


def test_another_group_stands_beside_the_first():
    """Groups without a common alternative or key leave each other alone."""
    scenario = change(rivals("Who", "mayor(ashby, millers)", "mayor(brook, millers)"))
    assert groups(scenario) == [GROUP, ["mayor(ashby, millers)", "mayor(brook, millers)"]]


def with_scenarios(folder: Path, **texts: str):
    """The small base with these scenarios beside its own."""
    copy = Path(shutil.copytree(SMALL, folder / "base"))
    for name, text in texts.items():
        (copy / "facts" / f"{name}.yaml").write_text(text)
    return load_base(copy)


DEPTHS = "title: T\n" + rivals("How deep", "depth(brook, 3)", "depth(brook, 4)")
DEPTH_OR_NOT = "title: T\n" + rivals(
    "Silt or repair", "depth(brook, 3)", "depth(brook, 4)", "lacks(brook, bricks)"
)


def test_a_value_replaces_a_group_over_its_key(tmp_path):
    """A new value of a key takes the place of the alternatives for it, as of a single value."""
    base = with_scenarios(tmp_path, depths=DEPTHS)
    text = b"extends: depths\ntitle: U\nassume: ['depth(brook, 9)']\n"
    scenario = load_scenario(base, "-", text)
    assert groups(scenario) == []
    assert said(scenario) == {"depth(brook, 9)": "stated 8"}


def test_a_value_rules_out_the_alternatives_of_its_key(tmp_path):
    """In a group over more than the key, a new value of the key leaves the other alternatives."""
    base = with_scenarios(tmp_path, mixed=DEPTH_OR_NOT)
    text = b"extends: mixed\ntitle: U\nassume: ['depth(brook, 9)']\n"
    scenario = load_scenario(base, "-", text)
    assert groups(scenario) == []
    assert said(scenario) == {
        "depth(brook, 3)": "denied",
        "depth(brook, 4)": "denied",
        "depth(brook, 9)": "stated 8",
        "lacks(brook, bricks)": "stated 8",
    }


def test_a_group_replaces_the_value_of_its_key():
    """A group over a key takes the place of the single value that the key had."""
    scenario = change(rivals("How deep", "depth(ashby, 4)", "depth(ashby, 5)"))
    assert changed(scenario) == {
        "depth(ashby, 3.5)": None,
        "depth(ashby, 4)": "unknown",
        "depth(ashby, 5)": "unknown",
    }


def test_a_group_replaces_a_group_over_the_same_key(tmp_path):
    """Two groups never decide one key."""
    base = with_scenarios(tmp_path, depths=DEPTHS)
    text = (
        DEPTHS.replace("title: T", "extends: depths\ntitle: T").replace("3", "7").replace("4", "8")
    )
    scenario = load_scenario(base, "-", text.encode())
    assert groups(scenario) == [["depth(brook, 7)", "depth(brook, 8)"]]
    assert said(scenario) == {"depth(brook, 7)": "unknown", "depth(brook, 8)": "unknown"}


def test_a_what_if_can_change_client_interests_and_completeness():
    """What a what-if says of itself counts; the interests of other clients stay."""
    scenario = change("client: brook\ncomplete: false\ninterests: {brook: [safety]}\n")
    assert (scenario.client, scenario.complete) == ("brook", False)
    assert {c: [h.interest for h in held] for c, held in scenario.interests.items()} == {
        "ashby": ["supply", "safety"],
        "brook": ["safety"],
    }


def test_what_ifs_extend_what_ifs_by_name_and_by_path(tmp_path):
    """A chain folds from its far end; a path is relative to the file that writes it."""
    base = with_scenarios(tmp_path, first="extends: plain\ntitle: A\nassume: ['depth(ashby, 5)']\n")
    deeper = base.folder / "facts" / "deeper"
    deeper.mkdir()
    (deeper / "second.yaml").write_text(
        "extends: ../first.yaml\ntitle: B\nassume: [market-day()]\n"
    )
    elsewhere = tmp_path / "third.yaml"
    elsewhere.write_text("extends: base/facts/deeper/second.yaml\ntitle: C\n")
    for named in ("second", str(deeper / "second.yaml"), str(elsewhere)):
        scenario = load_scenario(base, named)
        assert changed(scenario) == {
            "depth(ashby, 3.5)": None,
            "depth(ashby, 5)": "stated 8",
            "market-day()": "stated 8",
        }
    assert (scenario.name, scenario.title, scenario.extends) == ("third", "C", "second")


def test_scenarios_loaded_together_are_what_each_is_alone(tmp_path):
    """A file that many extend is folded once; unless one of them declares what it may speak of."""
    base = with_scenarios(
        tmp_path,
        first="extends: plain\ntitle: A\nassume: ['depth(ashby, 5)']\n",
        second="extends: first\ntitle: B\nentities: {Town: {dale: {name: Dale}}}\n",
        third="extends: second\ntitle: C\nassume: ['depth(dale, 2)']\n",
        fourth="extends: first\ntitle: D\nassume: [market-day()]\n",
    )
    together = {one.name: (one, parent) for one, parent in load_with_parents(base)}
    assert together == {name: load_with_parent(base, name) for name in together}
    assert together.keys() >= {"first", "second", "third", "fourth"}


def test_a_chain_of_scenarios_is_read_and_folded_step_by_step(tmp_path, monkeypatch):
    """Of 60 scenarios that extend one another each is folded once, and read twice at most."""
    texts = {
        f"s{n}": f"extends: {below}\ntitle: T\nassume: ['depth(ashby, {n})']\n"
        for n, below in enumerate(["plain", *(f"s{n}" for n in range(59))])
    }
    base = with_scenarios(tmp_path, **texts)
    read, folded = [], []
    monkeypatch.setattr(yamlfile, "parse", noted(read, yamlfile.parse))
    monkeypatch.setattr(scenarios, "fold", noted(folded, scenarios.fold))
    load_with_parents(base)
    files = len(scenario_names(base))
    assert len(folded) == files
    assert len(read) <= 2 * files


def test_what_is_wrong_with_an_extended_scenario_is_told_with_what_extends_it(tmp_path):
    """Problems are those of every file of a chain, each once."""
    base = with_scenarios(
        tmp_path,
        first="extends: plain\ntitle: A\nassume: [nothing()]\n",
        second="extends: first\ntitle: B\nassume: [nowhere()]\n",
    )
    with pytest.raises(AdvisorError) as caught:
        load_with_parents(base)
    told = [problem.where.file.rsplit("/", 1)[-1] for problem in caught.value.problems]
    assert told == ["first.yaml", "second.yaml"]


def test_a_what_if_uses_the_entities_of_what_it_extends(tmp_path):
    """Entities and sources are inherited."""
    base = with_scenarios(
        tmp_path,
        wider="title: A\nentities: {Town: {eastham: {name: Eastham}}}\n"
        "sources: {letter: {title: A letter, origin: eastham}}\n",
    )
    text = b"extends: wider\ntitle: B\nfacts: [{trusted: {town: eastham}, sources: [letter]}]\n"
    assert list(map(str, load_scenario(base, "-", text).facts)) == ["trusted(eastham)"]


# ------------------------------------------------------------------ the file itself


def test_aliases_and_anchors_write_out():
    """An anchor stands for what it marks, wherever an alias repeats it."""
    scenario = loaded(
        "title: T\n"
        "facts:\n"
        "  - lacks: &what {town: ashby, cargo: &cargo grain}\n"
        "    sources: &from {ledger: 1}\n"
        "  - stores: *what\n"
        "    sources: *from\n"
        "  - lacks: {town: brook, cargo: *cargo}\n"
    )
    assert list(map(str, scenario.facts)) == [
        *("lacks(ashby, grain)", "lacks(brook, grain)", "stores(ashby, grain)"),
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"title: T\r\nabout: >-\r\n  one\r\n  two\r\nfacts:\r\n  - market-day()\r\n",
        b"\xef\xbb\xbftitle: T\nabout: one two\nfacts: [market-day()]",
        b"---\ntitle: T\nabout: one two\nfacts:\n- market-day()\n...\n",
        b"%YAML 1.1\n---\ntitle: T\nabout: 'one two'\nfacts: [\"market-day()\"]\n",
        b"# a tab\there\ntitle: T\nabout: one\ttwo\nfacts: [market-day()]\n",
    ],
    ids=["CRLF", "BOM", "document marks", "directive", "tabs in text"],
)
def test_line_ends_marks_and_tabs_do_not_matter(data):
    """CRLF, a byte order mark, document marks and tabs inside text all read as one would expect."""
    scenario = load_scenario(BASE, "-", data)
    assert (scenario.title, scenario.about) == ("T", "one two")
    assert list(map(str, scenario.facts)) == ["market-day()"]


def test_places_count_the_same_with_crlf():
    """Errors of a CRLF file stand at the same place, and quote the line without its end."""
    with pytest.raises(AdvisorError) as caught:
        load_scenario(BASE, "-", b"title: T\r\nfacts:\r\n  - nothing()\r\n")
    problem = caught.value.problems[0]
    assert str(problem.where) == "<stdin>:3:5"
    assert problem.quoted == "  - nothing()"


def test_names_in_any_script_pass():
    """Letters of any language are text; only what could disturb a terminal is refused."""
    scenario = loaded("title: Ærøskøbing, Łódź, 東京, القاهرة\n")
    assert scenario.title == "Ærøskøbing, Łódź, 東京, القاهرة"


def test_hidden_files_are_not_read(tmp_path):
    """What an editor leaves behind under a hidden name is no part of the base."""
    copy = Path(shutil.copytree(SMALL, tmp_path / "base"))
    (copy / "rules" / ".#trade.yaml").write_text("[")
    (copy / "facts" / ".plain.yaml").write_text("[")
    assert load_scenario(load_base(copy)).name == "plain"


def test_rules_may_lie_in_folders(tmp_path):
    """Rule files are found at any depth, and their order does not matter."""
    copy = Path(shutil.copytree(SMALL, tmp_path / "base"))
    (copy / "rules" / "more").mkdir()
    (copy / "rules" / "trade.yaml").rename(copy / "rules" / "more" / "a.yaml")
    assert [rule.id for rule in load_base(copy).rules] == [rule.id for rule in BASE.rules]


def test_comparisons_need_no_blanks(tmp_path):
    """`$metres<=5` is what `$metres <= 5` is."""
    copy = Path(shutil.copytree(SMALL, tmp_path / "base"))
    path = copy / "rules" / "harbours.yaml"
    path.write_text(path.read_text().replace("$metres < 5", "$metres<=5").replace(" <= 2", ">=2"))
    (rule,) = [rule for rule in load_base(copy).rules if rule.id == "shallow-harbour"]
    assert [(one.operator, one.right) for one in rule.comparisons] == [
        ("<=", 5),
        (">=", date(2000, 1, 1)),
    ]


# ------------------------------------------------------------------ instances on one line


@pytest.mark.parametrize("name", sorted(scenario_names(SHIPPED)))
def test_shipped_facts_print_and_parse_back(name):
    """parse(str(x)) is x for every fact of a shipped scenario, with any grade after it."""
    scenario = load_scenario(SHIPPED, name)
    for instance in scenario.facts:
        assert parse_instance(str(instance), scenario.base) == (instance, None)
        assert parse_instance(f"{instance}=almost certain", scenario.base) == (instance, 7)


def texts_of(kind, base):
    """Texts that a slot of this type takes."""
    if kind.kind == "entity":
        return st.sampled_from(sorted(e.id for e in base.entities.values() if e.type in kind.types))
    if kind.kind == "values":
        return st.sampled_from(sorted(kind.values))
    if kind.kind == "boolean":
        return st.sampled_from(["true", "false"])
    if kind.kind == "date":
        return st.dates().map(str)
    whole = st.integers(-(10**9), 10**9)
    return st.one_of(whole, whole.map(lambda n: n / 4)).map(str)


@st.composite
def lines(draw, base):
    """Instances as a person may write them: any template, any values, blanks anywhere."""
    template = draw(st.sampled_from(sorted(base.templates.values(), key=lambda t: t.id)))
    blank = st.sampled_from(["", " ", "  "])
    values = [draw(texts_of(kind, base)) for kind in template.slots.values()]
    hypothesis.assume(not template.repeats(values))
    inside = ",".join(draw(blank) + value + draw(blank) for value in values)
    return f"{draw(blank)}{template.id}{draw(blank)}({inside}){draw(blank)}", base


@settings(max_examples=300, deadline=None)
@given(st.one_of(lines(SHIPPED), lines(BASE)))
def test_printing_an_instance_and_parsing_it_gives_it_back(written):
    """Whatever instance a line writes, its printed form is one line that writes the same."""
    line, base = written
    instance, grade = parse_instance(line, base)
    assert grade is None
    assert parse_instance(str(instance), base) == (instance, None)
    assert isinstance(instance, Instance)
    assert "\n" not in str(instance)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40) | st.text("lacks(),=$ ashbygrn\n{}", max_size=40))
def test_no_text_breaks_the_parser(text):
    """Any text is an instance or an AdvisorError, never another exception."""
    try:
        instance, _ = parse_instance(text, BASE)
    except AdvisorError as error:
        assert error.problems[0].message
    else:
        assert instance.template in BASE.templates


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.text("title: T\nfacts[]{},-&*!#|>'\"%@`", max_size=120).map(str.encode)
)
def test_no_bytes_break_the_loader(data):
    """Any bytes are a scenario or an AdvisorError, never another exception."""
    try:
        load_scenario(BASE, "-", data)
    except AdvisorError as error:
        assert all(problem.message for problem in error.problems)
