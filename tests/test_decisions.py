"""Decision tables and lists of which the first decides: rules, whose outcome is that of the table.

The oracle reads a row as its author wrote it, cell by cell, and knows nothing of rules.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor import loader
from advisor.api.built import base_of
from advisor.audit.checks import never_fired, table_gap, table_overlap
from advisor.audit.finding import Fault
from advisor.audit.subject import Subject
from advisor.loader import cells, firsts
from advisor.loader.bases import fingerprint
from advisor.model import decisions
from advisor.model.decisions import gaps
from advisor.model.errors import AdvisorError, Location
from advisor.model.grades import CERTAIN, TERMS
from advisor.model.records import Instance, KnowledgeBase, SlotType
from advisor.reasoning.building import build
from advisor.reasoning.evaluate import outcome
from advisor.testing.goals import goals

BASE = {
    "base.yaml": "title: T\ndate: 2026-01-01\nclient: me\n",
    "entities.yaml": "Person:\n  me: {name: me}\n",
    "templates.yaml": """
here:
  slots: {of: Person}
  says: "{of} is here"
state:
  slots: {of: Person, is: {values: [a, b, c]}}
  key: of
  says: "{of} is {is}"
size:
  slots: {of: Person, n: Number}
  key: of
  says: "{of} has {n}"
flag:
  slots: {of: Person}
  says: "{of} has a flag"
act:
  advice: true
  slots: {client: Person, how: {values: [x, y, z]}}
  says: "act {how}"
""",
}
HEAD = """- table: choice
  title: What to do
  hit: {hit}
{order}  if:
    - here: {{of: $client}}
    - state: {{of: $client, is: $state}}
    - size: {{of: $client, n: $n}}
  columns: {{flag: {{flag: {{of: $client}}}}}}
  then: [act: {{client: $client, how: $how}}]
  rows: {rows}
"""
STATES = ("a", "b", "c")
HOW = ("x", "y", "z")
POINTS = tuple(x / 2 for x in range(-2, 11))  # a half between all ends of the cells below


class Line(NamedTuple):
    """A row as it is written."""

    state: str
    n: str
    flag: str
    how: str


class Given(NamedTuple):
    """What is known, each with its grade."""

    state: tuple[str, int] | None
    n: tuple[float, int] | None
    flag: int  # 0 where it is not stated


def of_state(cell: str, state: str) -> bool:
    """Whether a state passes a cell."""
    if cell in {"-", ""}:
        return True
    if cell.startswith("not("):
        return state not in cell[4:-1].split(", ")
    return state in cell.split(", ")


def of_number(cell: str, n: float) -> bool:
    """Whether a number passes a cell."""
    if cell in {"-", ""}:
        return True
    if cell.startswith("not("):
        return not of_number(cell[4:-1], n)
    return any(_stretch(part, n) for part in cell.split(", "))


def _stretch(part: str, n: float) -> bool:
    if ".." in part:
        low, high = part[1:-1].split("..")
        above = float(low) <= n if part[0] == "[" else float(low) < n
        return above and (n <= float(high) if part[-1] == "]" else n < float(high))
    for sign, test in {
        "<=": n.__le__,
        ">=": n.__ge__,
        "<": n.__lt__,
        ">": n.__gt__,
    }.items():
        if part.startswith(sign):
            return test(float(part[len(sign) :]))
    return n == float(part)


def matches(line: Line, known: Given) -> int:
    """How far a row matches: as far as the weakest of what it asks for."""
    found = [CERTAIN]
    if line.state not in {"-", ""}:
        found.append(known.state[1] if known.state and of_state(line.state, known.state[0]) else 0)
    if line.n not in {"-", ""}:
        found.append(known.n[1] if known.n and of_number(line.n, known.n[0]) else 0)
    if line.flag in {"yes", "no"}:
        found.append(known.flag if line.flag == "yes" else CERTAIN - known.flag)
    return min(found)


def decided(lines: list[Line], known: Given, hit: str) -> dict[str, int]:
    """The grade of each outcome."""
    order = list(range(len(lines)))
    if hit == "priority":
        order.sort(key=lambda n: HOW.index(lines[n].how))
    found = dict.fromkeys(HOW, 0)
    for place, number in enumerate(order):
        line, grade = lines[number], matches(lines[number], known)
        for other in order[:place]:
            same = hit == "priority" and lines[other].how == line.how
            if hit in {"first", "priority"} and not same:
                grade = min(grade, CERTAIN - matches(lines[other], known))
        found[line.how] = max(found[line.how], grade)
    return found


ENDS = st.integers(0, 4)
NUMBERS = st.one_of(
    st.just("-"),
    st.builds("{}".format, ENDS),
    st.builds("{}{}".format, st.sampled_from(["< ", "<= ", "> ", ">="]), ENDS),
    st.builds(
        lambda low, width, opens, closes: f"{opens}{low}..{low + width}{closes}",
        ENDS,
        st.integers(1, 3),
        st.sampled_from("[("),
        st.sampled_from("])"),
    ),
    st.builds("{}, {}".format, ENDS, ENDS),
    st.builds("not({})".format, ENDS),
)
LINES = st.builds(
    Line,
    st.sampled_from(["-", "", "a", "b", "a, c", "not(a)", "not(b, c)"]),
    NUMBERS,
    st.sampled_from(["-", "yes", "no"]),
    st.sampled_from(HOW),
)
KNOWN = st.builds(
    Given,
    st.none() | st.tuples(st.sampled_from(STATES), st.integers(1, CERTAIN)),
    st.none() | st.tuples(st.sampled_from(POINTS), st.integers(1, CERTAIN)),
    st.sampled_from((0, 3, 4, 6, CERTAIN)),
)
HITS = st.sampled_from(["unique", "any", "first", "priority", "collect"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A base without rules."""
    folder = tmp_path_factory.mktemp("decisions")
    (folder / "rules").mkdir()
    (folder / "facts").mkdir()
    for name, text in BASE.items():
        (folder / "rules" / name).write_text(text)
    return folder


def tabled(folder: Path, lines: list[Line], hit: str, *, beside: bool) -> KnowledgeBase:
    """The base with a table of these rows: in a CSV file beside the rules, or among them."""
    csv = folder / "rules" / "choice.csv"
    if beside:
        cells = (",".join(f'"{cell}"' if "," in cell else cell for cell in x) for x in lines)
        csv.write_text("\n".join(["state,n,flag,how", *cells]))
        rows = "choice.csv"
    else:
        csv.unlink(missing_ok=True)
        rows = "".join(
            "\n    - {" + ", ".join(f"{k}: '{v}'" for k, v in x._asdict().items()) + "}"
            for x in lines
        )
    order = "  order: [x, y, z]\n" if hit == "priority" else ""
    (folder / "rules" / "table.yaml").write_text(HEAD.format(hit=hit, order=order, rows=rows))
    return loader.load_base(folder)


def stated(known: Given) -> str:
    """A fact file with what is known."""
    said = ["title: T", "facts:", "  - here(me)"]
    if known.state:
        said.append(f"  - state(me, {known.state[0]})={TERMS[known.state[1]]}")
    if known.n:
        said.append(f"  - size(me, {known.n[0]:g})={TERMS[known.n[1]]}")
    if known.flag:
        said.append(f"  - flag(me)={TERMS[known.flag]}")
    return "\n".join(said) + "\n"


def graded(base: KnowledgeBase, text: str) -> dict[str, int]:
    """The grade of each outcome, as the product has it."""
    scenario = loader.load_scenario(base, "-", text.encode())
    result = outcome(scenario, build(scenario))
    found = {}
    for how in HOW:
        number = result.graph.number.get(Instance("act", ("me", how)))
        found[how] = 0 if number is None else result.bounds(number)[0]
    return found


@settings(max_examples=60)
@given(st.lists(LINES, min_size=1, max_size=5), KNOWN, HITS, st.booleans())
def test_a_table_decides_as_it_is_written(folder, lines, known, hit, beside):
    """Whatever the policy, the cells and the grades; in a CSV file as in the rule file."""
    base = tabled(folder, lines, hit, beside=beside)
    assert graded(base, stated(known)) == decided(lines, known, hit)


@settings(max_examples=40)
@given(st.lists(LINES, min_size=1, max_size=5), HITS)
def test_gaps_and_overlaps_are_those_of_all_that_the_cells_tell_apart(folder, lines, hit):
    """A table has a gap if some combination of values passes no row; rows overlap if some pass."""
    base = tabled(folder, lines, hit, beside=False)
    all_of_it = [
        Given((state, CERTAIN), (n, CERTAIN), flag)
        for state, n, flag in itertools.product(STATES, POINTS, (0, CERTAIN))
    ]
    open_ = any(not any(matches(line, one) for line in lines) for one in all_of_it)
    subject = Subject(base)
    assert bool(list(table_gap.find(subject))) == (open_ and hit != "collect")
    assert bool(list(gaps(base.tables[0], {}))) == open_
    pairs = [
        (one, other)
        for one, other in itertools.combinations(range(len(lines)), 2)
        if any(matches(lines[one], x) and matches(lines[other], x) for x in all_of_it)
        and (hit == "unique" or (hit == "any" and lines[one].how != lines[other].how))
    ]
    found = [fault.message.split() for fault in table_overlap.find(subject)]
    assert sorted((int(words[1]) - 1, int(words[3]) - 1) for words in found) == sorted(pairs)


NUMBERED = {  # cells, with what passes
    **{"-": lambda _: True, "> 1": lambda n: n > 1, "[0..2)": lambda n: 0 <= n < 2},
    **{"1": lambda n: n == 1, "not(1)": lambda n: n != 1, "0, 3": lambda n: n in {0, 3}},
}
SUM = """- table: choice
  title: What to do
  hit: first
  if:
    - here: {{of: $client}}
    - size: {{of: $client, n: $a}}
    - more: {{of: $client, n: $b}}
  let:
    $net: $a - $b
    $all: {{sum: $n, of: {{more: {{n: $n}}}}}}
  where: $a + $b >= 2
  then: [act: {{client: $client, how: $how}}]
  because: "the net is {{net}} of {{all}}"
  rows:{rows}
"""


@settings(max_examples=settings.default.max_examples // 2)
@given(
    st.lists(st.tuples(*[st.sampled_from([*NUMBERED])] * 3), min_size=1, max_size=3),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_what_a_table_computes_can_be_a_column(lines, one, other):
    """A cell passes what is computed for its row, whatever the other cells fix or leave out."""
    rows = [
        f"\n    - {{net: '{net}', a: '{a}', all: '{all_}', how: {how}}}"
        for (net, a, all_), how in zip(lines, "xyz", strict=False)
    ]
    more = 'more: {slots: {of: Person, n: Number}, key: of, says: "{of} has {n} more"}\n'
    base = base_of(
        rules={
            "base": BASE["base.yaml"],
            "entities": BASE["entities.yaml"],
            "templates": BASE["templates.yaml"] + more,
            "table": SUM.format(rows="".join(rows)),
        }
    )
    passing = (
        how
        for (net, a, all_), how in zip(lines, "xyz", strict=False)
        if NUMBERED[net](one - other) and NUMBERED[a](one) and NUMBERED[all_](other)
    )
    first = next(passing, None) if one + other >= 2 else None
    facts = f"title: T\nfacts: [here(me), 'size(me, {one})', 'more(me, {other})']\n"
    found = {how for how, grade in graded(base, facts).items() if grade}
    assert found == ({first} if first else set())


def test_a_list_of_rules_decides_by_its_first(folder):
    """Each yields to those before it about the same client, however weak these are."""
    (folder / "rules" / "choice.csv").unlink(missing_ok=True)
    (folder / "rules" / "table.yaml").write_text("""
- first:
    - id: flagged
      title: A flag decides
      if: [flag: {of: $client}]
      then: [act: {client: $client, how: x}]
      strength: roughly even chance
    - id: big
      title: Then the size
      if: [size: {of: $client, n: $n}]
      where: $n > 2
      then: [act: {client: $client, how: y}]
    - id: rest
      title: And then the rest
      if: [state: {of: $client}]
      then: [act: {client: $client, how: z}]
""")
    base = loader.load_base(folder)
    both = "title: T\nfacts: [state(me, a), 'size(me, 3)', flag(me){}]\n".replace(
        "state(me, a)", "'state(me, a)'"
    )
    assert graded(base, both.format("")) == {"x": 4, "y": 0, "z": 0}
    assert graded(base, both.format("=unlikely")) == {"x": 3, "y": 5, "z": 0}
    assert graded(base, "title: T\nfacts: ['state(me, b)']\n") == {"x": 0, "y": 0, "z": CERTAIN}


COMPUTED = {
    "a list": """
- first:
    - id: flagged
      title: A flag counts twice
      if: [size: {of: $client, n: $n}, flag: {of: $client}]
      let: {$all: $n * 2}
      then: [pay: {client: $client, n: $all}]
    - id: rest
      title: The rest counts as it is
      if: [size: {of: $client, n: $n}]
      let: {$all: $n + 0}
      then: [pay: {client: $client, n: $all}]
""",
    "a table": """
- table: paid
  title: What is paid
  hit: first
  if: [size: {of: $client, n: $n}, state: {of: $client, is: $state}]
  columns: {flag: {flag: {of: $client}}}
  let: {$all: $n * 2, $some: $n + 0}
  then: [pay: {client: $client, n: $all}, keep: {client: $client, n: $some}]
  rows:
    - {flag: yes, title: It is paid twice}
    - {state: a, title: And so is this}
""",
}


@pytest.mark.parametrize("written", COMPUTED)
def test_what_is_computed_can_be_concluded_where_the_first_decides(written):
    """It is what a rule decides, not what it decides about: no rule of a list is lost for it."""
    pay = """pay: {advice: true, slots: {client: Person, n: Number}, says: "pay {n}"}
keep: {advice: true, slots: {client: Person, n: Number}, says: "keep {n}"}
"""
    base = base_of(
        rules={
            "base": BASE["base.yaml"],
            "entities": BASE["entities.yaml"],
            "templates": BASE["templates.yaml"] + pay,
            "rules": COMPUTED[written],
        }
    )
    facts = "title: T\nfacts: ['size(me, 3)', 'state(me, a)'{}]\n"
    listed = written == "a list"
    assert paid(base, facts.format(", flag(me)")) == {"6": CERTAIN} | ({"3": 0} if listed else {})
    assert paid(base, facts.format("")) == ({"3": CERTAIN} if listed else {"6": CERTAIN})


def test_what_the_first_decides_for_is_told_in_the_words_of_the_list():
    """A number that may be unanswered is none of these; what the error says to do instead loads."""
    concluded = COMPUTED["a list"].replace("$n + 0", "$n - 1").replace("n: $all}]", "n: $n}]")
    used = concluded.replace("      then:", "      where: $all > 0\n      then:")
    rules = {"base": BASE["base.yaml"], "entities": BASE["entities.yaml"]}
    pay = 'pay: {advice: true, slots: {client: Person, n: Number}, says: "pay {n}"}\n'
    asked = BASE["templates.yaml"].replace(
        'says: "{of} has {n}"', 'says: "{of} has {n}"\n  asks: "?"'
    )
    rules["templates"] = asked + pay
    with pytest.raises(AdvisorError) as error:
        base_of(rules={**rules, "rules": used})
    [problem] = error.value.problems
    assert problem.message.startswith("$n, for each value of which the first decides, can be")
    assert problem.hint.startswith("conclude what is computed of it, as in $own: $n + 0")
    own = used.replace("{$all:", "{$own: $n + 0, $all:").replace(
        "pay: {client: $client, n: $n", "pay: {client: $client, n: $own"
    )
    assert len(base_of(rules={**rules, "rules": own}).rules) == 3


def paid(base: KnowledgeBase, facts: str) -> dict[str, int]:
    """The grade of each amount that might be paid."""
    scenario = loader.load_scenario(base, "-", facts.encode())
    result = outcome(scenario, build(scenario))
    found = result.graph.of_template["pay"]
    return {str(result.graph.instances[n].values[1]): result.bounds(n)[0] for n in found}


def test_coverage_asks_for_what_an_author_wrote_once(folder):
    """That a rule of a list matches is no goal of its own, nor that an entity is of its type."""
    (folder / "rules" / "choice.csv").unlink(missing_ok=True)
    (folder / "rules" / "table.yaml").write_text("""
- first:
    - id: flagged
      title: A flag decides
      if: [flag: {of: $client}]
      then: [act: {client: $client, how: x}]
    - id: rest
      title: And then everybody
      if: [every Person $client]
      then: [act: {client: $client, how: z}]
""")
    wanted = {(goal.kind, goal.name, goal.part) for goal in goals(loader.load_base(folder))}
    assert wanted == {
        *((kind, rule, None) for kind in ("fired", "withheld") for rule in ("flagged", "rest")),
        ("decisive", "flagged", 1),
        ("decisive", "rest", 2),  # that no flag decides
        ("reached", "act", None),
    }


def test_what_a_row_says_is_cited_by_its_place(folder, run):
    """Table and row are named with their place; reasons hold what cells say; a hash covers rows."""
    text = 'row,state,n,flag,how,because\nbig,a,">= 2",-,x,"{client} is {state}, so {how}"\n'
    tabled(folder, [Line("a", "1", "-", "x")], "first", beside=True)
    (folder / "rules" / "choice.csv").write_text(text)
    before = fingerprint(loader.load_base(folder))
    (folder / "facts" / "one.yaml").write_text(
        "title: T\nfacts: [here(me), 'state(me, a)', 'size(me, 3)']\n"
    )
    told = run("explain", "act(me, x)", "one", "--long", "--base", str(folder))[1]
    assert "choice/big" in told
    assert "choice.csv:2:1" in run("rules", "choice/big", "--base", str(folder))[1]
    assert "me is a, so x" in told
    (folder / "rules" / "choice.csv").write_text(text.replace(">= 2", ">= 4"))
    assert fingerprint(loader.load_base(folder)) != before
    why = run("why-not", "act(me, x)", "one", "--base", str(folder))[1]
    assert "at least 4" in why
    shutil.rmtree(folder / "facts")
    (folder / "facts").mkdir()


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        (">= b", ("b", "c")),
        ("< b, c", ("a", "c")),
        ("(a..c]", ("b", "c")),
        ("not(> a)", ("a",)),
        ("b", ("b",)),
    ],
)
def test_ordered_values_are_compared_in_cells(cell, values):
    """Values that stand in their order are compared as numbers are."""
    slot = SlotType(kind="values", values={x: x for x in STATES}, ordered=True)
    assert cells.test_of(cell, "state", slot, None).values == values


def test_a_table_is_told_of_as_it_was_written(folder, run, tmp_path):
    """What is made beside its rows is no change of its own in diff, and has no finding."""
    (folder / "rules" / "choice.csv").unlink(missing_ok=True)
    text = """
- table: choice
  title: What to do
  hit: first
  if: [every Person $client, {state: {of: $client, is: $state}}]
  columns: {flag: {flag: {of: $client}}}
  unless: [at-least: {count: 2, of: size}]
  then: [act: {client: $client, how: $how}]
  rows: [{row: one, flag: yes, how: x}, {row: two, state: a, how: y}, {row: three, how: z}]
"""
    (folder / "rules" / "table.yaml").write_text(text)
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    changed = text.replace("count: 2", "count: 3").replace("{row: two, state: a, how: y}, ", "")
    (other / "rules" / "table.yaml").write_text(changed)
    told = run("diff", str(folder), str(other), "--long")[1]
    assert "matches" not in told and "unless-1" not in told
    assert "unless: was at-least: {count: 2, of: size}, is at-least: {count: 3, of: size}" in told
    assert 'unless: no longer row two of "What to do" applies to {client}' in told
    said = run("audit", "--base", str(folder), "--only", "rule-without-because")[1]
    assert said.count("gives no reason") == 1 and "Table 'choice' gives no reason" in said


def test_what_nearly_decides_is_named_as_it_was_written(folder, run):
    """Nothing that is made of a table is said to have come nearest, and what is lacking is true."""
    tabled(folder, [Line("-", "> 5", "-", "x"), Line("-", "-", "yes", "y")], "first", beside=True)
    (folder / "facts" / "one.yaml").write_text("title: T\nfacts: [here(me), 'size(me, 3)']\n")
    told = run("advise", "one", "--base", str(folder))[1]
    assert "(row " in told and "applies" not in told
    assert "it fails, as 3 is at most 5" in told
    (folder / "facts" / "one.yaml").unlink()


def test_an_explanation_says_which_row_applies_and_where_it_stands(folder, run):
    """A row without words of its own is named by its table; a changed table can be compared."""
    tabled(folder, [Line("-", "> 5", "-", "x"), Line("-", "-", "yes", "y")], "unique", beside=True)
    (folder / "facts" / "one.yaml").write_text("title: T\nfacts: [here(me), 'size(me, 7)']\n")
    told = run("explain", "act(me, x)", "one", "--long", "--base", str(folder))[1]
    assert 'row 1 of "What to do" applies' in told and "rules/choice.csv:2" in told
    old = shutil.copytree(folder, folder.parent / "old")
    tabled(folder, [Line("-", "> 6", "-", "x"), Line("-", "-", "yes", "y")], "any", beside=True)
    code, told, _ = run("diff", str(old), str(folder))
    assert code in {0, 1}
    assert "is choice (hit any; 2 rows; columns" in " ".join(told.split())
    (folder / "facts" / "one.yaml").unlink()


def test_a_list_that_multiplies_without_bound_is_refused(folder):
    """Of which the first decides: what yields to what has a limit, at the row that goes beyond."""
    lines = [Line("-", f"> {n}", "-", "x") for n in range(6)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(firsts, "MOST", 5)
        with pytest.raises(AdvisorError, match=r"by row 4 of .*, more than 5 exceptions"):
            tabled(folder, lines, "first", beside=False)


def test_rows_that_fire_nowhere_are_told_together(folder):
    """Of a wide table that is not tested it is one finding; a rule that alone does not, its own."""

    def found(*lines: Line) -> list[Fault]:
        base = tabled(folder, [*lines], "unique", beside=False)
        says = b"title: T\nfacts: [here(me), 'state(me, a)', 'size(me, 1)']\n"
        return list(
            never_fired.find(Subject(base, [(loader.load_scenario(base, "-", says), None)]))
        )

    fires, *idle = Line("a", "1", "-", "x"), Line("b", "1", "-", "y"), Line("c", "-", "-", "z")
    (some,) = found(fires, *idle)
    assert some.message == "2 of the 3 rows of table 'choice' fire in no scenario"
    assert [(place.kind, place.name) for place in some.places] == [("table", "choice")]
    assert "state(me, b)" in some.witness.text
    assert [fault.message for fault in found(fires, idle[0])] == [
        "rule 'choice/2' fires in no scenario"
    ]
    assert not found(fires)
    accepted = BASE["base.yaml"] + "audit: {allow: {never-fired: {choice/2: known}}}\n"
    (folder / "rules" / "base.yaml").write_text(accepted)
    more = Line("c", "2", "-", "y")
    own = [place.name for fault in found(fires, *idle, more) for place in fault.places]
    (folder / "rules" / "base.yaml").write_text(BASE["base.yaml"])
    assert own == ["choice", "choice/2"]


def test_a_wide_table_is_compared_row_by_neighbour(monkeypatch):
    """Rows that one column keeps apart are not compared one with each other."""
    compared = []
    meets = decisions.Test.meets
    monkeypatch.setattr(
        decisions.Test, "meets", lambda one, two: compared.append(one) or meets(one, two)
    )
    stretch = [decisions.Interval(n, True, n + 1, n % 5 == 0) for n in range(200)]
    rows = [
        decisions.TableRow(
            name=str(n),
            tests={
                "n": decisions.Test("", stretches=(stretch[n],)),
                "much": decisions.Test("", stretches=(decisions.Interval(n % 7),)),
            },
            concludes=(),
            rules=(),
            where=Location("", 1, 1),
        )
        for n in range(200)
    ]
    overlaps = decisions.Overlaps(rows, ["much", "n"])
    found = [(other, row) for row in range(200) for other in overlaps.before(row)]
    assert found == [(n, n + 1) for n in range(0, 199, 5)]
    assert len(compared) < 4 * len(rows)
