"""Browsing: everything that a base says can be found, reads as English and leads to its file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema_rs
import msgspec
import pytest
import yaml
from hypothesis import given
from strategies import cases

from advisor import api, cli, loader
from advisor.authoring import browse
from advisor.model import asking, english, reciting
from advisor.model.records import AtLeast, KnowledgeBase, Pattern, Rule, Var
from advisor.model.scenarios import Scenario

TESTS = Path(__file__).parent
SMALL = TESTS / "bases" / "small"
SCHEMA = json.loads((TESTS.parent / "docs" / "schemas" / "catalogue-2.schema.json").read_text())
CATALOGUES = ("facts", "rules", "templates", "sources", "scenarios")
BASES = {"shipped": loader.shipped_folder(), "small": SMALL}

SHIPPED: KnowledgeBase = loader.load_base()
SCENARIO: Scenario = loader.load_scenario(SHIPPED)


@pytest.fixture
def run(capfd, monkeypatch):
    """Runs a command in this process; gives what it wrote to stdout."""
    monkeypatch.delenv("ADVISOR_BASE", raising=False)
    monkeypatch.setenv("COLUMNS", "100")

    def call(*args: str) -> str:
        capfd.readouterr()
        assert cli.run(args) == 0
        out, err = capfd.readouterr()
        assert err == ""
        return out

    return call


def entries(run, name: str, *args: str, base: str = "shipped") -> list[dict]:
    """The entries of a catalogue, as JSON."""
    return json.loads(run(name, *args, "--format", "json", "--base", str(BASES[base])))[name]


def joined(text: str) -> str:
    """The text without its line breaks."""
    return " ".join(text.split())


# ------------------------------------------------------------------ all five


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("name", CATALOGUES)
def test_json_is_valid_by_its_schema(run, name, base):
    """The JSON of each catalogue fits docs/schemas/catalogue-2, and fills its own list only."""
    document = json.loads(run(name, "--format", "json", "--base", str(BASES[base])))
    jsonschema_rs.validate(SCHEMA, document)
    assert document["schema"] == "advisor.catalogue/2"
    assert [one for one in CATALOGUES if one in document] == [name]
    assert document[name]


SEARCHES = {  # words, and an entry that they find among fewer than all
    "facts": (["visit"], "hopes-for-visit(pakistan, russia)"),
    "rules": (["groundwork", "visit"], "visit-after-groundwork"),
    "templates": (["shortage"], "shortage"),
    "sources": (["Lahore"], "article"),
    "scenarios": (["taliban"], "taliban-join-politics"),
}
NAMED_BY = {"facts": "instance", "scenarios": "name"}


@pytest.mark.parametrize("name", CATALOGUES)
def test_each_catalogue_is_searched_by_words(run, name):
    """All words must occur, in upper or lower case; what is found keeps its order."""
    words, wanted = SEARCHES[name]
    key = NAMED_BY.get(name, "id")
    every = entries(run, name)
    some = entries(run, name, *words)
    assert wanted in [one[key] for one in some]
    places = [[one[key] for one in every].index(one[key]) for one in some]
    assert places == sorted(places)
    assert entries(run, name, *(word.upper() for word in words)) == some
    assert entries(run, name, *words, "zzzz") == []
    text = joined(run(name, *words))
    assert wanted in text
    if name != "sources":
        assert len(some) < len(every)
        missing = [one[key] for one in every if one not in some]
        listed = run(name, *words)
        assert not any(f"\n{one}\n" in listed for one in missing)


@pytest.mark.parametrize("name", CATALOGUES)
def test_the_terminal_lists_what_json_lists(run, name):
    """Every entry of the JSON stands on the screen, and every text in it."""
    shown = joined(run(name, "--long"))
    for one in entries(run, name):
        for key in ("id", "name", "instance", "title", "says", "about", "note"):
            if one.get(key):
                assert joined(one[key])[1:].rstrip(".") in shown, key


@pytest.mark.parametrize("name", sorted({*CATALOGUES} - {"sources"}))
def test_many_entries_are_a_line_each(run, monkeypatch, name):
    """Of more than a few entries there is a line each, what it is called first; then how many."""
    monkeypatch.delenv("COLUMNS", raising=False)
    *lines, last = run(name).splitlines()
    found = entries(run, name)
    assert last == f"{len(found)} {name}; in full: --long, or a few by words in them"
    assert len(lines) == len(found) > 50
    for line, one in zip(lines, found, strict=True):
        called = one.get("form") or one.get(NAMED_BY.get(name, "id"))
        assert re.match(re.escape(called) + r"( \((the default|to extend)\))?: ", line)


def test_claims_of_a_source_are_told_by_what_others_say(run):
    """Each claim once, by verdict: denied, stated, or not mentioned by a source of another origin;
    in JSON, in lines and on the screen alike, with what a search leaves."""
    asked = ("facts", "--claims", "article", "--from", "pakistan-russia-checked")
    document = json.loads(run(*asked, "--format", "json"))
    jsonschema_rs.validate(SCHEMA, document)
    claims = document["claims"]
    checked = loader.load_scenario(SHIPPED, "pakistan-russia-checked")
    by_name = {str(name): fact for name, fact in checked.facts.items()}
    for claim in claims:
        fact = by_name[claim["fact"]["instance"]]
        origins = {SCENARIO.base.sources["article"].origin}
        beside = {checked.base.sources[one["source"]].origin for one in claim["others"]}
        assert not beside & origins
        assert (claim["verdict"] == "contradicted") <= (fact.standing == "disputed")
        assert (claim["verdict"] == "alone") == (not beside)
    rows = [line.split("\t") for line in run(*asked, "--format", "lines").splitlines()]
    assert [(row[0], row[4]) for row in rows] == [
        (one["verdict"], one["fact"]["instance"]) for one in claims
    ]
    shown, full = run(*asked), run(*asked, "--long")
    assert shown.startswith(f"{len(claims)} claims: 3 contradicted, ")
    for claim in claims:
        assert f"\n{claim['fact']['instance']}: " in shown
        assert claim["fact"]["instance"] in full
    growth = joined(run(*asked, "growth"))
    assert growth.startswith("1 claim: 1 contradicted Contradicted by another source")
    assert "Denied by factbook" in growth
    assert "Data: Russia's exports to China are worth 2.1% of its output" in growth
    assert run(*asked, "zzzz") == "No claims are found.\n"


@pytest.mark.parametrize("args", [("--claims", "artcle"), ("--claims", "article", "--unused")])
def test_claims_of_nobody_are_refused(args, capfd):
    """Of a source that there is not, with the nearest; and no two lists at once."""
    assert cli.run(("facts", *args)) == 2
    out, err = capfd.readouterr()
    assert out == ""
    assert ("did you mean 'article'?" in err) != ("exclude each other" in err)


@pytest.mark.parametrize("name", CATALOGUES)
def test_nothing_found_is_said(run, name):
    """A search without results says so, and is no error."""
    assert run(name, "zzzz") == f"No {name} are found.\n"


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("name", CATALOGUES)
def test_each_entry_leads_to_its_line(run, name, base):
    """The line that an entry is said to stand on holds its id."""
    folder = BASES[base]
    found = entries(run, name, base=base)
    for one in found:
        if name == "scenarios":
            assert Path(one["path"]).stem == one["name"]
            assert one["title"] in joined(Path(one["path"]).read_text())
            continue
        where = one["where"]
        path = Path(where["file"])
        assert path.resolve().is_relative_to(folder.resolve())
        line = path.read_text().splitlines()[where["line"] - 1]
        named = one.get("id") or one["instance"].split("(")[0]
        assert line[where["column"] - 1 :].startswith(named) or f"- {named}" in line
    if name != "scenarios":
        places = [(one["where"]["file"], one["where"]["line"]) for one in found]
        assert len(set(places)) == len(places)


@pytest.mark.parametrize("name", CATALOGUES)
def test_each_entry_shows_its_place(run, name):
    """On the screen, each entry ends in file, line and column."""
    shown = joined(run(name, "--long"))
    for one in entries(run, name):
        if name == "scenarios":
            assert f"At: {one['path']}" in shown
        else:
            where = one["where"]
            assert f"At: {where['file']}:{where['line']}:{where['column']}" in shown


# ------------------------------------------------------------------ facts


def test_facts_are_those_of_the_scenario(run):
    """Every statement of a scenario is listed with its standing, likelihood and citations."""
    listed = {one["instance"]: one for one in entries(run, "facts")}
    assert set(listed) == {str(one) for one in SCENARIO.facts}
    for instance, said in SCENARIO.facts.items():
        one = listed[str(instance)]
        assert one["standing"] == said.standing
        assert one["says"] == asking.states(SHIPPED, said)
        cited = {(c["source"], tuple(c["locators"])) for c in one["sources"]}
        assert cited == {(c.source, c.locators) for c in said.citations + said.against}
    assert listed["troop-course(united-states, afghanistan, reduced)"]["one_of"]
    assert listed["groundwork(pakistan, russia, north-south-pipeline)"]["likelihood"] is None


def test_facts_come_from_any_scenario(run, tmp_path):
    """--from lists another scenario's facts, by name and by path, with what it assumes marked."""
    by_name = entries(run, "facts", "--from", "groundwork-done")
    assumed = [one["instance"] for one in by_name if one["origin"] == "assumed"]
    assert len(assumed) == 3
    assert "groundwork(pakistan, russia, north-south-pipeline)" in assumed
    path = tmp_path / "mine.yaml"
    path.write_text("extends: groundwork-done\ntitle: Mine\n")
    assert entries(run, "facts", "--from", str(path)) == by_name


# ------------------------------------------------------------------ rules

GAPS = re.compile(r"[{}$]")


def test_every_rule_reads_as_a_sentence(run):
    """Each rule of the shipped base is one English sentence: If ..., then ..., nothing left raw."""
    listed = entries(run, "rules")
    assert [one["id"] for one in listed] == [rule.id for rule in SHIPPED.rules]
    for one in listed:
        assert one["says"].startswith("If ")
        assert one["says"].endswith(".")
        assert not one["says"].endswith("..")
        assert ", then " in one["says"]
        assert not GAPS.search(one["says"] + one["title"])
        assert "  " not in one["says"]
        assert "None" not in one["says"]


def mentioned(rule: Rule) -> set[str]:
    """The variables of a rule's conditions and conclusions that its templates speak of."""
    patterns = [p for p in rule.conditions() if isinstance(p, Pattern)] + list(rule.conclusions)
    found = set()
    for pattern in patterns:
        template = SHIPPED.templates[pattern.template]
        spoken = {part.slot for part in template.says if not isinstance(part, str)}
        for slot, term in zip(template.slots, pattern.terms, strict=True):
            if isinstance(term, Var) and slot in spoken:
                found.add(term.name)
    return found


@pytest.mark.parametrize("rule", SHIPPED.rules, ids=lambda rule: rule.id)
def test_a_rule_s_sentence_says_all_of_it(rule):
    """Every variable, condition and conclusion of a rule is in its sentence."""
    sentence = reciting.recited(SHIPPED, rule)
    for name in mentioned(rule):
        assert f"the {name.replace('-', ' ')}".lower() in sentence.lower(), name
    for pattern in rule.patterns():
        assert english.pattern(SHIPPED, pattern)[1:] in sentence
    for pattern in rule.exceptions:
        assert english.pattern(SHIPPED, pattern) in sentence[sentence.index("unless ") :]
    for pattern in rule.conclusions:
        assert english.pattern(SHIPPED, pattern) in sentence[sentence.index("then ") :]
    for count in rule.counts():
        assert f"in at least {count.count} cases" in sentence
    for test in rule.comparisons:
        assert english.comparison(SHIPPED, rule, test, {}) in sentence
    assert ("there is other advice" in sentence) == rule.otherwise
    assert (", because " in sentence) == (rule.because is not None)


@given(cases())
def test_any_rule_reads_as_a_sentence(case):
    """So does every rule of a random base, with values, lists, counts and slots left out."""
    base = case.scenario.base
    for entry, rule in zip(browse.rules(base), base.rules, strict=True):
        lead = "If " if rule.premises or rule.comparisons else "In any case"
        assert entry.says.startswith(lead)
        assert entry.says.endswith(".")
        assert not GAPS.search(entry.says)
        assert "None" not in entry.says
        counts = [p for p in rule.premises if isinstance(p, AtLeast)]
        assert all(f"in at least {one.count} cases" in entry.says for one in counts)


def test_a_rule_without_premises_reads_as_a_sentence():
    """What holds in any case says so."""
    [rule] = [one for one in SHIPPED.rules if one.id == "surplus-meets-shortage"]
    always = msgspec.structs.replace(rule, premises=(), comparisons=(), because=None)
    assert reciting.recited(SHIPPED, always).startswith("In any case, ")


# ------------------------------------------------------------------ templates


def test_templates_say_what_can_be_stated(run):
    """Each template is listed with its slots, their legal values, its English and its uses."""
    listed = {one["id"]: one for one in entries(run, "templates")}
    assert set(listed) == set(SHIPPED.templates)
    for name, template in SHIPPED.templates.items():
        one = listed[name]
        assert one["form"] == f"{name}({', '.join(template.slots)})"
        assert [slot["name"] for slot in one["slots"]] == list(template.slots)
        assert not GAPS.search(one["says"] + (one["denies"] or "") + (one["asks"] or ""))
        concluding = {r.id for r in SHIPPED.rules for c in r.conclusions if c.template == name}
        assert set(one["concluded_by"]) == concluding
        using = {r.id for r in SHIPPED.rules for p in r.conditions() if p.template == name}
        assert set(one["used_by"]) == using
        kind = "advice" if template.advice else "caveat" if template.caveat else "derived"
        given = "kind of advice" if template.kind else "given"
        assert one["kind"] == (kind if concluding else given)


def test_legal_values_can_be_stated(run):
    """Each legal value that is listed of a given template's slot makes a fact that loads."""
    given = [one for one in entries(run, "templates") if one["kind"] == "given"]
    assert len(given) > 20
    for one in given:
        if not all(slot["legal"] for slot in one["slots"]):
            free = {slot["type"] for slot in one["slots"] if not slot["legal"]}
            named = {entity.type for entity in SHIPPED.entities.values()}
            assert named.isdisjoint(free)  # any number is legal, and what scenarios declare
            continue
        for number, slot in enumerate(one["slots"]):
            for value in slot["legal"]:
                values = []
                for place, other in enumerate(one["slots"]):  # slots may have to differ
                    unused = [v for v in other["legal"] if v not in {value, *values}]
                    values.append(value if place == number else [*unused, *other["legal"]][0])
                text = f"{one['id']}({', '.join(values)})"
                instance, _ = loader.parse_instance(text, SHIPPED)
                assert value in map(str, instance.values)


def test_every_kind_of_slot_says_what_fits():
    """Numbers with their unit, dates, booleans and values are told apart."""
    listed = {one.id: one for one in browse.templates(loader.load_base(SMALL))}
    kinds = {
        (one.id, slot.name): (slot.type, slot.legal)
        for one in listed.values()
        for slot in one.slots
    }
    assert kinds["depth", "metres"] == ("Number of metres", ())
    assert kinds["opened", "date"] == ("Date", ())
    assert kinds["guarded", "always"] == ("Boolean", ("true", "false"))
    assert kinds["weather", "now"] == ("one of", ("calm", "rough", "frozen"))
    assert kinds["backs", "backer"][0] == "Town or Guild"
    assert {"cliff", "millers"} <= set(kinds["backs", "backer"][1])


# ------------------------------------------------------------------ sources


def test_each_sentence_of_the_register_is_listed_with_what_cites_it(run):
    """Every passage stands there, with exactly the facts and rules that cite it."""
    [article] = [one for one in entries(run, "sources") if one["id"] == "article"]
    raw = yaml.safe_load((BASES["shipped"] / "rules" / "sources.yaml").read_text())["article"]
    assert [one["locator"] for one in article["passages"]] == [str(n) for n in raw["passages"]]
    citing: dict[str, set[str]] = {str(n): set() for n in raw["passages"]}
    for rule in SHIPPED.rules:
        for place in [n for c in rule.citations if c.source == "article" for n in c.locators]:
            citing[str(place)].add(rule.id)
    for instance, said in SCENARIO.facts.items():
        for place in [n for c in said.citations + said.against for n in c.locators]:
            citing[str(place)].add(str(instance))
    for instance, said in SCENARIO.recommends.items():
        for place in [n for c in said.citations for n in c.locators]:
            citing[str(place)].add(f"recommends {instance}")
    for one in article["passages"]:
        assert set(one["cited_by"]) == citing[one["locator"]], one["locator"]
        assert len(one["cited_by"]) == len(set(one["cited_by"]))
        assert one["says"] == raw["passages"][int(one["locator"])]["says"]
        assert one["kind"] == raw["passages"][int(one["locator"])]["kind"]
        assert one["cited_by"] or one["kind"] == "background"
    assert sum(map(len, citing.values())) > 80


def test_the_screen_says_what_cites_a_sentence(run):
    """On the screen each sentence is followed by what cites it, or by nothing."""
    text = joined(run("sources", "Lahore"))
    assert text.count("Cited by: ") < 39
    [one] = entries(run, "sources", "Lahore")
    for passage in one["passages"]:
        assert f"Sentence {passage['locator']}, {passage['kind']}: " in text
        assert f"Cited by: {', '.join(passage['cited_by']) or 'nothing'}." in text


def test_a_search_shows_only_the_places_that_it_finds(run):
    """A word of one sentence finds that sentence alone; a word of the title finds all of them."""
    [some] = entries(run, "sources", "Lahore")
    every = {one["id"]: one for one in entries(run, "sources")}["article"]
    assert 0 < len(some["passages"]) < len(every["passages"])
    words = " ".join(every["title"].split()[-2:])
    [whole] = entries(run, "sources", *words.split())
    assert whole["passages"] == every["passages"]


def test_a_citation_of_a_whole_source_is_listed(tmp_path):
    """Facts that cite a source as a whole stand at the source itself."""
    path = tmp_path / "mine.yaml"
    path.write_text(
        "extends: pakistan-russia\ntitle: T\nsources: {memo: {title: A memo, origin: me}}\n"
        "facts: [{shortage: {state: russia, resource: energy}, sources: [memo]}]\n"
    )
    scenario = api.load(path).scenario
    [memo] = [one for one in browse.sources(scenario) if one.id == "memo"]
    assert memo.cited_by == ("shortage(russia, energy)",)
    assert memo.passages == ()


# ------------------------------------------------------------------ scenarios


def test_scenarios_are_listed_with_what_they_extend(run):
    """Each fact file stands there by its name, with title, purpose and what it extends."""
    listed = {one["name"]: one for one in entries(run, "scenarios")}
    files = list((BASES["shipped"] / "facts").rglob("*.yaml"))
    assert set(listed) == {path.stem for path in files}
    for path in files:
        raw = yaml.safe_load(path.read_text())
        one = listed[path.stem]
        assert one["title"] == raw["title"]
        assert one["extends"] == raw.get("extends")
        assert (one["about"] or "") == joined(raw.get("about", ""))
    assert "pakistan-russia (the default)" in run("scenarios")


def test_each_listed_scenario_loads(run):
    """What is listed can be named."""
    for one in entries(run, "scenarios"):
        assert loader.load_scenario(SHIPPED, one["name"]).title == one["title"]


# ------------------------------------------------------------------ searching


def test_a_word_does_not_find_by_cross_reference():
    """A template is not found by the rules that use it, nor anything by the file it stands in."""
    found = browse.found(browse.templates(SHIPPED), ["visit-after-groundwork"])
    assert found == ()
    assert browse.found(browse.rules(SHIPPED), ["energy.yaml"]) == ()


def test_no_words_find_everything():
    """Without words, all entries are found."""
    every = browse.rules(SHIPPED)
    assert browse.found(every, []) == every
