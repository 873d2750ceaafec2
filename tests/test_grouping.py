"""What is asked about together: in few questions, each of which can be read and answered."""

from __future__ import annotations

import io
import itertools
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from advisor import loader
from advisor.consult import kinds
from advisor.consult.answers import read
from advisor.consult.grouping import MOST_CELLS
from advisor.consult.interview import begin
from advisor.consult.kind import Question, QuestionTopic
from advisor.consult.questions import KINDS, question
from advisor.consult.scope import Scope
from advisor.consult.session import known
from advisor.consult.words import Unclear
from advisor.model.records import Instance
from advisor.render.terminal import consult
from advisor.render.terminal.page import ENDLESS, Page

BASE = loader.load_base()
NOTHING = begin(known(BASE, None, "pakistan")[0], "pakistan", Scope())
TOPICS = [topic for topic in NOTHING.agenda.topics if topic.kind.name == "several"]


def whole(topic: QuestionTopic) -> Question:
    """The question about all facts of a topic."""
    return question(BASE, topic, canonical(topic))


def canonical(topic: QuestionTopic) -> list[Instance]:
    """The facts of a topic as they are stored."""
    return [BASE.templates[one.template].instance(*one.values) for one in topic.instances]


def test_each_fact_is_asked_about_once_and_no_slot_would_leave_fewer_questions():
    """Groups share no fact, have at most so many cells, and are as few as by any one slot."""
    asked = [one for topic in NOTHING.agenda.topics for one in canonical(topic)]
    assert len(asked) == len(set(asked))
    count = Counter(topic.instances[0].template for topic in TOPICS)
    by_template: dict[str, list[Instance]] = {}
    for topic in TOPICS:
        assert len(topic.instances) <= max(MOST_CELLS, len(BASE.entities))
        by_template.setdefault(topic.instances[0].template, []).extend(topic.instances)
    for name, facts in by_template.items():
        slots = BASE.templates[name].slots.values()
        for gap in [n for n, slot in enumerate(slots) if slot.kind == "entity"]:
            rest = {(*one.values[:gap], *one.values[gap + 1 :]) for one in facts}
            hyphened = name in {"wants-local-lead"}  # "Afghan-led" has no list in it
            assert count[name] <= len(rest) or hyphened, name


def test_every_question_of_the_shipped_base_reads_well():
    """It is one sentence, about all that is open in it, and says so in few patterns."""
    for topic in TOPICS:
        asked = whole(topic)
        assert asked.text.endswith("?") and asked.text[0].isupper(), asked.text
        assert asked.text.count("?") == 1, asked.text
        opened = [
            word in asked.text for word in ("of these", " others", " of them", "that ", "pairs")
        ]
        assert any(opened), asked.text
        assert ("Which" in asked.text) <= (asked.text.startswith(("Which", "For which"))), (
            asked.text
        )
        assert " and which of these" not in asked.text or asked.text.startswith("Which")
        assert len(set(asked.options)) == len(asked.options)


GRIDS = [topic for topic in TOPICS if whole(topic).cells]


@settings(max_examples=30)
@given(st.sampled_from(GRIDS), st.data())
def test_cells_are_answered_by_number_and_by_both_names(topic, data):
    """Whatever cells still matter, their numbers and their names say the same facts."""
    facts = canonical(topic)
    live = data.draw(st.sets(st.sampled_from(facts), min_size=2), label="live")
    asked = question(BASE, topic, live)
    held = data.draw(st.sets(st.sampled_from(range(len(asked.instances))), min_size=1))
    said = []
    for text in (
        ", ".join(str(n + 1) for n in sorted(held)),
        "; ".join(asked.options[n] for n in sorted(held)),
    ):
        answer = read(BASE, asked, text, "now")
        said.append({f.instance for f in answer.facts if f.standing == "stated"})
    assert said[0] == said[1] == {asked.instances[n] for n in held}
    assert live == set(asked.instances)


@pytest.mark.parametrize("width", [40, 80, 140, ENDLESS])
def test_a_grid_has_columns_where_there_is_room_and_rows_elsewhere(width):
    """Each number stands once, no line is wider than the screen; a pipe has a line for each row."""
    for topic in GRIDS:
        asked = whole(topic)
        page = Page(width)
        consult.question(page, 1, asked)
        lines = page.text.plain.splitlines()
        assert all(len(line) <= width for line in lines)
        words = " ".join(lines).replace(",", " ").split()
        assert {str(n + 1) for n in range(len(asked.cells))} <= set(words)
        if width == ENDLESS:
            rows = list(dict.fromkeys(row for row, _ in asked.cells))
            assert [line.strip().partition(": ")[0] for line in lines[1:-1]] == rows
    console = Console(file=io.StringIO(), width=80)
    page.print(console)


def test_any_of_these_is_not_answered_by_yes():
    """Who says yes to "any of these" is asked which."""
    for topic in itertools.islice(GRIDS, 3):
        with pytest.raises(Unclear, match="Which of them"):
            read(BASE, whole(topic), "yes", "now")


def test_each_kind_of_question_is_a_module_of_its_own():
    """A kind has the name of its file, and is found by its place."""
    folder = Path(kinds.__file__).parent
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py")} - {"--init--"}
    assert [kind.name for kind in KINDS] == sorted(files)


@given(st.lists(st.sampled_from(["entity", "number", "date", "text", "boolean"]), max_size=3))
def test_every_value_has_one_kind_of_question(slots):
    """Whatever slots are open, one kind asks for them; where none is, it is asked whether."""
    assert len([kind for kind in KINDS if kind.is_for(slots)]) == bool(slots)
