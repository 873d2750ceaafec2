"""How a consultation begins at a terminal: menus, before anything is kept."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

import advisor
from advisor.api import interviews
from advisor.api.interviews import Beginning, Left, Opener, OutOfAnswers, Scope
from advisor.consult.journal import journals
from advisor.consult.menus import Menu

BASE = advisor.load_base()
TINY = Path(__file__).parent / "bases" / "tiny-interview"


@pytest.fixture(autouse=True)
def _no_journals(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def opener(*lines: str, base=BASE, client=None) -> tuple[Opener, list[object]]:
    """The menus for who types these lines and no more, and what they are told."""
    typed, told = iter(lines), []
    return Opener(base, client, lambda _: next(typed, None), told.append, 12), told


def begun(*lines: str) -> Beginning:
    """How a consultation begins for who types these lines."""
    return opener(*lines)[0].choose()


SCENARIO = Beginning(facts="pakistan-russia")


@pytest.mark.parametrize(
    ("lines", "chosen"),
    [
        (("", ""), SCENARIO),
        (("pakistan-russia", "all"), SCENARIO),
        (("PAKISTAN and Russia, as", "everything"), SCENARIO),
        (
            ("1", "energy-security, Dependable sources"),
            Beginning(facts="pakistan-russia", topics=("energy-security", "dependable-arms")),
        ),
        (
            ("nothing", "energy-security", "Rus, USA"),
            Beginning(topics=("energy-security",), involving=("russia", "united-states")),
        ),
        (
            ("2", "3-4", "all but 2"),
            Beginning(
                topics=("energy-security", "stable-neighbourhood"),
                involving=("afghanistan", "india", "russia", "united-states"),
            ),
        ),
        (("2", "7", ""), Beginning(topics=("dependable-arms",))),
        (("2", "back", "1", "back", "2", "all", "back", "7", ""),
         Beginning(topics=("dependable-arms",))),
        (("another", "chabahar", "", ""), Beginning(facts="chabahar")),
        (("another", "chabahar", "2", "everything"), Beginning(facts="chabahar-exemption-lapses")),
        (("another", "1", "back", "hungary-gas", "1", "transit-role"),
         Beginning(facts="hungary-gas", topics=("transit-role",))),
    ],
)  # fmt: skip
def test_menus_are_answered_as_questions_are(lines, chosen):
    """Numbers, ranges, names, their beginnings and codes, Enter and back lead to the same place."""
    assert begun(*lines) == chosen


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("nine", "'nine' is none of the options"),
        ("1=likely", "'1=likely' is no choice here"),
        ("none", "'none' is no choice here"),
        ("a", "could be"),
        ("", "Answer with numbers from 1 to 19 or names"),
        ("why", "There is no 'why' before the first question"),
        ("help", "quit"),
        ("?", "Answer with numbers from 1 to 19 or names"),
    ],
)
def test_what_is_no_choice_is_told_and_asked_again(line, words):
    """Whatever else is typed brings what would be an answer, and the menu stands."""
    offered, told = opener("nothing", line, "7", "")
    assert offered.choose() == Beginning(topics=("dependable-arms",))
    after = [one for one in told if not isinstance(one, Menu)]
    assert words in " ".join(map(str, after))


def test_nothing_is_begun_before_the_first_question():
    """Left or ended at a menu, there is no journal; "back" at the first says that it is that."""
    with pytest.raises(OutOfAnswers):
        begun("1")
    offered, told = opener("back", "quit")
    with pytest.raises(Left):
        offered.choose()
    assert "There is no menu before this one." in told
    assert journals() == []


def test_no_menu_comes_that_has_nothing_to_choose(tmp_path):
    """Without scenarios and earlier consultations it is asked for topics at once; all are none."""
    shutil.copytree(TINY, tmp_path / "tiny", ignore=shutil.ignore_patterns("facts"))
    head = tmp_path / "tiny" / "rules" / "base.yaml"
    head.write_text(head.read_text().replace("scenario: nothing-known\n", ""))
    offered, told = opener("all", base=advisor.load_base(tmp_path / "tiny"))
    assert offered.choose() == Beginning()
    (only,) = told
    assert only.text.startswith("What shall the advice for the walkers be about?")


def test_what_is_told_beforehand_is_what_advise_says():
    """The recommendations that a menu counts are given; topics count theirs, and all together."""
    offered, told = opener("1", "")
    offered.choose()
    given = advisor.advise(advisor.load("pakistan-russia")).recommendations
    first, topics = (one for one in told if isinstance(one, Menu))
    assert f"{len(given)} recommendations" in first.notes[0]
    noted = dict(zip(topics.options, topics.notes, strict=True))
    assert noted["everything"].startswith(f"{len(given)} recommended now, 12 of about ")
    for says, note in noted.items():
        asked = re.search(r"(12 of )?about (\d+) questions?$", note)
        assert asked is None or (asked[1] is not None) == (int(asked[2]) > 12)
        counted = sum(says in {BASE.interests[i].says for i in p.advances} for p in given)
        assert note.split()[0] == (str(counted or "nothing")) or says == "everything"


def test_what_was_chosen_is_resumed_the_same():
    """Left after an answer, it is offered with what it was about, and asks on with the same."""
    offered, _ = opener("1", "dependable-arms")
    chosen = offered.choose()
    scope = Scope(topics=chosen.topics, involving=chosen.involving, questions=12)
    ready = offered.ready(chosen.facts)
    session = interviews.start(BASE, chosen.facts, None, scope, ready)
    fresh = advisor.consult(BASE, chosen.facts, scope=scope)
    asked = session.interview.question()
    assert (asked, session.interview.wanted) == (fresh.question(), fresh.wanted)
    answer = session.interview.read(asked, "no")
    session.keep("answer", asked, answer)
    session.journal.close()
    offered, told = opener("3")
    again = interviews.again(offered.choose().resumed)
    (menu,) = told
    assert menu.notes[2] == "1 answer, from pakistan-russia, about dependable-arms"
    assert again.interview.scope == session.interview.scope
    assert again.interview.question() == session.interview.take(answer).question()
    again.journal.close()
