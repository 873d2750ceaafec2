"""Forms of premises: what an author writes means what the naive oracle says that it means."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from forms import RICH, formed_cases
from hypothesis import given, settings
from strategies import base_of, fact, scenario_of, template

from advisor.audit.mutants import mutants
from advisor.consult.interview import begin
from advisor.consult.kind import QuestionTopic
from advisor.consult.kinds import choice
from advisor.consult.questions import question
from advisor.consult.scope import Scope
from advisor.loader import fingerprint, load_base, load_scenario
from advisor.model.changes import Changes, fold, key_of
from advisor.model.records import Instance
from advisor.model.scenarios import Scenario
from advisor.reasoning.building import build, graph_of
from advisor.reasoning.engine import Engine
from advisor.reasoning.evaluate import Outcome, outcome
from advisor.reasoning.seminaive import SemiNaive

ALLOTMENTS = str(Path(__file__).parent / "bases" / "allotments")


def graded(result: Outcome) -> dict[str, tuple[int, int]]:
    """The bounds of every fact that an author can speak of, by its instance."""
    graph = result.graph
    templates = graph.base.templates
    named = [n for n, one in enumerate(graph.instances) if not templates[one.template].helper]
    return {str(graph.instances[n]): result.bounds(n) for n in named}


@settings(max_examples=settings.default.max_examples // 3)
@given(formed_cases(RICH))
def test_forms_mean_what_the_oracle_says(formed):
    """Alternatives, exceptions, lists, tables, computed and ordered values: all the same grades.

    Either matcher finds the same firings.
    """
    graph = build(formed.scenario, formed.extra)
    result = outcome(formed.scenario, graph)
    oracle = formed.oracle(formed.scenario, formed.extra)
    wanted = {str(one): (oracle.lower[one], oracle.upper[one]) for one in oracle.possible}
    assert graded(result) == wanted
    possible = [*formed.scenario.facts, *formed.extra]
    for matcher in (Engine, SemiNaive):
        assert graph_of(matcher(formed.scenario.base), possible).firings == graph.firings


def test_what_an_author_wrote_is_what_is_told(run):
    """A rule goes by its own id wherever it is named, and an exception by what it says."""
    rules = run("rules", "--base", ALLOTMENTS)[1]
    assert "free-plot/1\n" in rules and "unless-1" not in rules
    assert "unless" not in run("templates", "--base", ALLOTMENTS)[1]
    shown = run("explain", "offer(ann, hilltop)", "--base", ALLOTMENTS)[1]
    shown = " ".join(shown.split())
    assert "Cleo is a member of the society" in shown  # the alternative that held
    assert (
        "There is no evidence that Ann and some person quarrel and that person holds some plot "
        "and that plot lies beside the hilltop plot."
    ) in shown
    lost = run("why-not", "offer(ann, meadow)", "quarrel", "--base", ALLOTMENTS)[1]
    assert "Enough by itself: Deny quarrels(ann, cleo)" in lost
    held = run("why-not", "offer(ann, hilltop)", "quarrel", "--base", ALLOTMENTS)[1]
    assert "against it: Cleo holds the hilltop" in " ".join(held.split())  # and not anybody
    withdrawn = run("what-if", "--withdraw", "free-plot", "--base", ALLOTMENTS)[1]
    assert "Lost (2)" in withdrawn


def test_an_ordered_value_is_compared_by_its_place(run):
    """Fair is above poor, whatever the alphabet says; a scale is read back as it is written."""
    shown = run("explain", "offer(ann, hilltop)", "--base", ALLOTMENTS, "--long")[1]
    assert "Fair is above poor" in shown


def test_everybody_and_the_background_are_known_from_the_start(run, tmp_path):
    """Of a declared type, and in every scenario: shown, listed last, and nothing that changes."""
    assert "Ann is a person" in run("explain", "write-to", "--base", ALLOTMENTS)[1]
    told = run("facts", "--base", ALLOTMENTS)[1].splitlines()
    marked = [number for number, line in enumerate(told) if "(background)" in line]
    assert marked == [*range(marked[0], marked[0] + 4)]
    missed = run("why-not", "offer(ann, meadow)", "quarrel", "--base", ALLOTMENTS)[1]
    assert "Deny holds(cleo, hilltop)" in missed and "Deny beside" not in missed
    changed = run("flip", "write-to", "--base", ALLOTMENTS)[1]
    assert "one set of that size" in changed and "is not a person" not in changed
    assert "facts of Person" not in changed
    assert "is a person" not in run("stress", "--long", "--base", ALLOTMENTS)[1]
    own = tmp_path / "own.yaml"
    own.write_text(
        "title: T\nclient: dora\nentities: {Person: {dora: {name: Dora}}}\nfacts: [member(ben)]\n"
    )
    advised = run("advise", str(own), "--base", ALLOTMENTS)[1]
    assert "Write to the society" in advised
    asked = run("consult", "--no-input", "--base", ALLOTMENTS)
    assert "beside" not in asked[1] + asked[2]


def test_the_hash_of_a_base_covers_its_background(tmp_path):
    """Another fact in the background is another base, wherever the base lies."""
    folder = shutil.copytree(ALLOTMENTS, tmp_path / "copy")
    same = fingerprint(load_base(folder))
    assert same == fingerprint(load_base(Path(ALLOTMENTS)))
    grounds = folder / "facts" / "grounds.yaml"
    grounds.write_text("".join(grounds.read_text().splitlines(keepends=True)[:-1]))
    assert fingerprint(load_base(folder)) != same


def test_of_what_is_exactly_one_something_always_holds(run, tmp_path):
    """Three kinds of soil are three futures; a question has no "none"; not all can be denied."""
    what_if = tmp_path / "own.yaml"
    what_if.write_text("extends: spring\ntitle: Open\nunknown: ['soil(meadow, rich)']\n")
    told = run("stress", "offer(ann, meadow)", str(what_if), "--base", ALLOTMENTS)[1]
    assert "2 of 3 futures" in told
    told = run("flip", "offer(ann, meadow)", "--base", ALLOTMENTS)[1]
    assert "soil(meadow, poor): denied -> certain" in told
    assert "soil(meadow, rich): certain -> unlikely" not in told
    denied = [f"--deny=soil(meadow, {one})" for one in ("poor", "fair")]
    assert run("what-if", *denied, "--base", ALLOTMENTS)[0] == 0
    code, _, err = run("what-if", *denied, "--deny=soil(meadow, rich)", "--base", ALLOTMENTS)
    assert code == 2 and "every value of 'soil' is denied here" in err
    assert "the others are denied at <command line>:3:5, <command line>:4:5" in err


def test_values_that_always_hold_stand_in_no_group_with_anything_else(run, tmp_path):
    """A group over two keys would leave one of them without a value: refused at its place."""
    what_if = tmp_path / "own.yaml"
    two = "    - alternatives: ['soil(meadow, rich)', 'soil(hilltop, poor)']\n      title: Two\n"
    what_if.write_text(f"extends: spring\ntitle: Mixed\none-of:\n{two}")
    code, _, err = run("advise", str(what_if), "--base", ALLOTMENTS)
    assert code == 2 and "own.yaml:4:" in err
    assert "these alternatives are not values of one key of 'soil'" in err


def test_a_question_about_what_always_holds_offers_no_none():
    """Nor does it where only some of the values bear on the advice: all of them are listed."""
    base = load_base(Path(ALLOTMENTS))
    some = tuple(Instance("soil", ("meadow", value)) for value in ("fair", "rich"))
    asked = question(
        base, QuestionTopic(about="soil", kind=choice.KIND, instances=some, gap=1), some
    )
    assert asked.group and len(asked.options) == 3


def test_a_key_of_nothing_has_one_value_in_all():
    """`key: []` is honoured: of what is said once in all, a new value replaces the old one."""
    season = template("season", "A", key=(), asks=("when?",))
    base = base_of([season], [])
    said = [fact(Instance("season", ("a1",))), fact(Instance("season", ("a2",)), origin="assumed")]
    now, problems = fold(scenario_of(base, said[:1]), Changes(facts=(said[1],)))
    assert not problems and list(now.facts) == [Instance("season", ("a2",))]
    assert key_of(season, said[0].instance) == key_of(season, said[1].instance)


def test_a_base_without_interests_speaks_of_none(run):
    """No interest is named, and no advice lacks what no scenario says of any."""
    told = run("advise", "--base", ALLOTMENTS)[1]
    assert "To do" in told and "recommended" not in told and "interest" not in told


# ------------------------------------------------------------------ a base as its author writes it

GATES = {
    "rules/base.yaml": "title: T\ndate: 2026-01-01\nscenario: s\nclient: me\n",
    "rules/entities.yaml": "Person:\n  me: {name: me}\n  you: {name: you}\n",
    "rules/templates.yaml": """
here: {slots: {of: Person}, says: "{of} is here"}
flag: {slots: {of: Person}, says: "{of} has a flag"}
soil: {slots: {of: Person, is: {values: [poor, fair, rich]}}, key: of, exactly: one,
  says: "the soil of {of} is {is}"}
act: {advice: true, slots: {client: Person, how: {values: [x, y]}}, says: "act {how}"}
sow: {advice: true, slots: {client: Person}, says: "sow"}
""",
    "rules/some.yaml": """
- first:
    - {id: one, title: One, if: [flag: {of: $p}], then: [act: {client: $p, how: x}]}
    - {id: two, title: Two, if: [here: {of: $p}], then: [act: {client: $p, how: y}]}
- {id: good, title: Good soil, if: [soil: {of: $p, is: rich}], then: [sow: {client: $p}]}
""",
    "facts/s.yaml": "title: S\nfacts: [here(me), flag(me)]\n",
}


@pytest.fixture
def gates(tmp_path) -> str:
    """The folder of that base."""
    for name, text in GATES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return str(tmp_path)


def test_a_rule_that_is_withdrawn_decides_nothing(run, gates):
    """Of a list of which the first decides, the next one does; it is one change, and the cause."""
    told = run("what-if", "--withdraw", "one", "--base", gates, "--long")[1]
    assert "+ Act y." in told and "- Act x." in told
    assert told.count("The rule one is withdrawn.") >= 2 and "matches" not in told
    noticed = run("what-if", "--withdraw", "two", "--base", gates)[1]
    assert "Gained" not in noticed and "Lost" not in noticed


def test_a_mutant_changes_what_an_author_wrote(gates):
    """Not that the first of a list matches, nor how firmly, nor how the next one yields to it."""
    with Path(gates, "rules/some.yaml").open("a") as more:
        unless = "unless: [all: [here: {of: $p}, flag: {of: $p}]]"
        more.write(f"- {{id: lone, title: L, if: [soil: {{of: $p}}], {unless}, ")
        more.write("then: [sow: {client: $p}]}\n")
    said = [one.says for one in mutants(load_base(Path(gates)))]
    assert "the rule one is withdrawn" in said
    assert "premise 1 (here) of the rule lone/unless-1 counts as passed" in said
    assert not [one for one in said if "one/matches" in one or "does without 'p'" in one]
    assert not [one for one in said if "rule lone/unless-1 its strength" in one]
    assert "the rule lone/unless-1 is withdrawn" not in said


@pytest.mark.parametrize("asks", ["", 'asks: "which soil has {of}?", '])
def test_a_value_that_always_holds_is_possible_with_all_others(run, gates, asks):
    """Where nobody spoke of any, the rest of them follow from a first one: no view lacks them."""
    path = Path(gates, "rules/templates.yaml")
    path.write_text(path.read_text().replace('  says: "the soil', f'  {asks}says: "the soil'))
    told = run("why-not", "sow", "--base", gates)[1]
    assert "Enough by itself: Assume soil(me, rich)" in told
    assert run("flip", "sow", "--base", gates)[0] == 0
    assert "+ Sow." in run("what-if", "--assume", "soil(me, rich)", "--base", gates)[1]
    interview = begin(load_scenario(load_base(Path(gates)), "s"), "me")
    asked = interview.question()
    assert (asked is not None) == bool(asks)
    if asked is not None:
        assert len(asked.options) == 3
        after = interview.answer(asked, "1").outcome()
        assert after.bounds(after.graph.number[Instance("soil", ("me", "rich"))]) == (0, 0)


def test_a_disputed_value_leaves_its_key_with_one(run, gates):
    """What one source denies is one of the values again, of which none is never the outcome."""
    bare = "- {id: bare, title: Bare, if: [here: {of: $p}], unless: [soil: {of: $p}],"
    with Path(gates, "rules/some.yaml").open("a") as more:
        more.write(f"{bare} then: [act: {{client: $p, how: x}}]}}\n")
    sources = "a: {title: A, origin: a}\nb: {title: B, origin: b}\n"
    Path(gates, "rules/sources.yaml").write_text(sources)
    soil = "soil: {of: me, is: rich}, sources:"
    said = f"facts: [here(me), {soil} [a]}}]\ndenied: [{soil} [b]}}]\nunknown: ['soil(me, fair)']"
    said = said.replace("soil: {of", "{soil: {of")
    Path(gates, "facts/s.yaml").write_text(f"title: S\n{said}\n")
    assert "None found: no change" in run("flip", "act(me, x)", "--base", gates)[1]
    futures = run("stress", "--base", gates)[1]
    assert "33.3% Sow" in futures and "in no future: 1 piece" in futures
    poor = run("what-if", "--assume", "soil(me, poor)", "--base", gates, "--long")[1]
    assert "Change: It is not the case that the soil of me is rich." in poor


OWN = "{soil: {of: me, is: rich}, "
TWO_SOURCES = {
    "rules/sources.yaml": "".join(
        f"{one}: {{title: {one.upper()}, origin: {one}}}\n" for one in "abfp"
    ),
    "facts/by-a.yaml": f"title: By a\nfacts: [here(me), {OWN} sources: [a]}}]\n",
}


def laid_over(gates: str, text: str) -> Scenario:
    """What two sources say of the soil: the first that it is rich, the second as the text says."""
    for name, content in TWO_SOURCES.items():
        if not Path(gates, name).exists():
            Path(gates, name).write_text(content)
    Path(gates, "facts/by-b.yaml").write_text(f"title: By b\nextends: by-a\n{text}\n")
    return load_scenario(load_base(Path(gates)), "by-b")


def test_evidence_on_a_value_that_always_holds_gathers_as_any(gates):
    """Another source corroborates it or disputes it: what followed from the first is nobody's."""
    rich, fair = (Instance("soil", ("me", value)) for value in ("rich", "fair"))
    both = laid_over(gates, f"facts: [{OWN} sources: [b]}}]")
    assert both.corroborates(both.facts[rich])
    for text in (f"denied: [{OWN} sources: [b]}}]", f"facts: [{OWN} sources: [b]}}]"):
        other = laid_over(gates, text.replace("rich", "fair" if text[0] == "f" else "rich"))
        assert other.facts[rich].standing == "disputed"
        assert [one.source for one in other.facts[rich].against] == ["b"]
        (group,) = other.groups
        assert len(group.alternatives) == 3 and not other.decided
    withdrawn = laid_over(gates, "withdraw: ['soil(me, rich)']")
    assert not {rich, fair} & withdrawn.facts.keys()
    assert not (*withdrawn.groups, *withdrawn.decided)


@pytest.mark.parametrize("order", [("poor", "fair"), ("fair", "poor")])
@pytest.mark.parametrize("disputed", [True, False])
def test_what_is_said_of_the_last_value_stays_told(run, gates, order, disputed):
    """It holds, as one always does; who denies it, or denies all the others, is said."""
    denied = [f"{OWN.replace('rich', value)} sources: [{value[0]}, b]}}" for value in order]
    denied += [f"{OWN} sources: [p]}}"] * disputed
    laid_over(gates, "facts: []")
    by_a = Path(gates, "facts/by-a.yaml")
    by_a.write_text(by_a.read_text().replace("rich}", "rich}, likelihood: likely"))
    case = laid_over(gates, f"denied: [{', '.join(denied)}]")
    last = case.facts[Instance("soil", ("me", "rich"))]
    assert last.bounds == (8, 8)
    assert [one.source for one in last.citations] == (["a"] if disputed else ["a", "b"])
    assert case.corroborates(last) is not disputed
    told = run("advise", "by-b", "--base", gates)[1]
    note = "disputed whether the soil of me is rich: stated as likely by a, and denied by p. It is"
    assert (note in told) is disputed
    told = run("explain", "sow", "by-b", "--base", gates)[1]
    assert ("is rich. [a]" if disputed else "is rich. (a; b)") in told
    assert ("Denied by: p." in run("facts", "--from", "by-b", "--base", gates)[1]) is disputed


def test_a_change_that_leaves_the_last_value_open_opens_the_others(gates):
    """As of a one-of group: if it need not be the last one, it may be another one."""
    denied = ", ".join(f"{OWN.replace('rich', value)} sources: [b]}}" for value in ("poor", "fair"))
    laid_over(gates, f"denied: [{denied}]")
    base = load_base(Path(gates))
    for change in ("unknown: ['soil(me, rich)']", "assume: ['soil(me, rich)=likely']"):
        path = Path(gates, "facts/open.yaml")
        path.write_text(f"title: Open\nextends: by-b\n{change}\n")
        case = load_scenario(base, str(path))
        others = [case.facts[Instance("soil", ("me", value))] for value in ("poor", "fair")]
        assert [one.bounds for one in others] == [(0, 8), (0, 8)]
        assert len(case.groups) == 1 and not case.decided
    for first, second in (("by-a", "denied: [DENIED]"), ("s", "facts: [LIKELY]")):
        Path(gates, "facts/s.yaml").write_text(f"title: S\ndenied: [{denied}]\n")
        Path(gates, "facts/by-a.yaml").write_text(
            f"title: A\nfacts: [{OWN} likelihood: likely, sources: [a]}}]\n"
        )
        text = second.replace("DENIED", denied)
        text = text.replace("LIKELY", f"{OWN} likelihood: likely, sources: [a]}}")
        path.write_text(f"title: Both\nextends: {first}\n{text}\n")
        both = load_scenario(load_base(Path(gates)), str(path))
        assert both.facts[Instance("soil", ("me", "rich"))].bounds == (8, 8)


def test_likelihoods_that_leave_no_value_of_those_that_always_hold_are_refused(run, gates):
    """As those of a one-of group are: one alone that is likely, three that hardly are."""
    path = Path(gates, "facts/s.yaml")
    hardly = ", ".join(f'"soil(me, {one})=very unlikely"' for one in ("poor", "fair", "rich"))
    denied = "denied: ['soil(me, fair)', 'soil(me, poor)']"
    for said, why in (
        (f"facts: ['soil(me, rich)=likely']\n{denied}", "the likelihoods add up to less than 100%"),
        (f"facts: [{hardly}]", "the likelihoods add up to less than 100%"),
        (f"unknown: ['soil(me, rich)']\n{denied}", "one is unknown, though no other is left"),
    ):
        path.write_text(f"title: S\n{said}\n")
        code, _, err = run("advise", "--base", gates)
        assert code == 2 and "s.yaml:2:" in err
        assert f"always holds, {why}" in err


def test_silence_about_no_thing_like_itself_is_no_single_fact(run, gates):
    """What an exception binds by itself, twice, is any of many: `stress` names no fact for it."""
    with Path(gates, "rules/templates.yaml").open("a") as more:
        more.write(
            'kin: {slots: {one: Person, other: Person}, says: "{one} and {other} are kin"}\n'
        )
    with Path(gates, "rules/some.yaml").open("a") as more:
        rule = "if: [here: {of: $p}], unless: [kin: {one: $own, other: $own}]"
        more.write(f"- {{id: lone, title: Lone, {rule}, then: [sow: {{client: $p}}]}}\n")
    code, told, _ = run("stress", "--base", gates)
    assert code == 0 and "Given in every future (2)" in told


@pytest.mark.parametrize(
    ("exactly", "said"),
    [
        (True, "unknown: ['soil(me, poor)']"),
        (False, "one-of: [{title: G, alternatives: ['soil(me, rich)', 'soil(me, poor)']}]"),
        (False, "unknown: ['soil(me, rich)', 'soil(me, poor)']"),
    ],
)
def test_a_review_asks_for_the_value_that_is_open(gates, exactly, said):
    """Also where no advice bears on some of the values, or of the alternatives, that may hold."""
    path = Path(gates, "rules/templates.yaml")
    text = path.read_text().replace('  says: "the soil', '  asks: "which soil?", says: "the soil')
    path.write_text(text if exactly else text.replace(" exactly: one,", ""))
    Path(gates, "facts/s.yaml").write_text(f"title: S\nfacts: [here(me), flag(me)]\n{said}\n")
    interview = begin(load_scenario(load_base(Path(gates)), "s"), "me", Scope())
    asked = set()
    while (question := interview.question()) is not None:
        asked |= {instance.template for instance in question.instances}
        interview = interview.take(interview.keep(question))
    assert "soil" in asked
