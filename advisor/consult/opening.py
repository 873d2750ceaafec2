"""Turns a few choices into how a consultation begins: with what, for which topics, about whom.

Nothing is kept before the first question: what was chosen is the beginning of the journal then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import msgspec

from advisor import loader
from advisor.answers.advice import client_of
from advisor.consult.commands import answered, command
from advisor.consult.interview import Interview, begin
from advisor.consult.journal import journals
from advisor.consult.lines import Found
from advisor.consult.menus import ONE, SOME, Menu, MenuOption, menu, picked
from advisor.consult.outlook import Outlook, others, outlooks
from advisor.consult.scope import Scope, templates_of, topics_of
from advisor.consult.session import Ready, known
from advisor.consult.told import Help
from advisor.consult.words import Unclear
from advisor.model import english
from advisor.model.errors import printable
from advisor.model.grades import HOLDS
from advisor.model.records import KnowledgeBase
from advisor.reasoning.building import build
from advisor.reasoning.engines import often
from advisor.reasoning.evaluate import Outcome, outcome

_EARLIER: Final = 3  # consultations that are offered
_DAY: Final = len("2026-11-26")
_MINUTE: Final = len("2026-11-26T14:02")
_ANY: Final = "another scenario"
_CHECKS: Final = "checks"  # the folder of scenarios that are there for the rules' sake alone
_HELP: Final = (
    ("?", "what would be an answer"),
    ("back", "to the menu before"),
    ("quit", "stop here; nothing is begun before the first question"),
)


class Left(Exception):
    """Nothing was begun."""


class OutOfAnswers(Left):
    """There are no more answers."""


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """How a consultation begins."""

    facts: str | None = None  # a scenario; None for nothing
    elsewhere: bool = False  # whether one is still to be named
    resumed: str | None = None  # an earlier consultation
    topics: tuple[str, ...] = ()  # none: all
    involving: tuple[str, ...] | None = None


class _Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A menu, and what becomes of a beginning by each of its options, or by several."""

    menu: Menu
    take: Callable[[list[int]], Beginning]


class Opener:
    """Menus in which a person says how a consultation begins.

    `ask` gives the next line after a prompt, None at the end; `tell` takes what there is to say.
    `most`: how many questions will be asked at most.
    """

    def __init__(
        self,
        base: KnowledgeBase,
        client: str | None,
        ask: Callable[[str], str | None],
        tell: Callable[[object], None],
        most: int | None = None,
    ) -> None:
        self.base, self.named, self.most = base, client, most
        self.ask, self.tell = ask, tell
        self.asked: Menu | None = None
        self._ready: dict[str | None, Ready] = {}

    def choose(self) -> Beginning:
        """How it begins, menu after menu, of which only those come that matter; raises Left."""
        begun = Beginning(facts=self.base.scenario)
        shown: list[tuple[int, Beginning]] = []
        at = 0
        while at < len(self._MENUS) and begun.resumed is None:
            offer = self._MENUS[at](self, begun)
            if offer is not None:
                numbers = self._put(offer.menu, first=not shown)
                if numbers is None:
                    at, begun = shown.pop()
                    continue
                shown.append((at, begun))
                begun = offer.take(numbers)
            at += 1
        return begun

    def completions(self, line: str) -> list[str]:
        """The lines that go on from the beginning of one."""
        return answered(self.asked, ("?", "help", "back", "quit"), line)

    @often()
    def ready(self, facts: str | None) -> Ready:
        """What is known to begin with, looked at once."""
        if facts not in self._ready:
            scenario, dropped = known(self.base, facts, self.named)
            client = client_of(scenario, self.named)
            core = build(scenario, client=client) if scenario.knows else None
            self._ready[facts] = Ready(scenario, dropped, core)
        return self._ready[facts]

    @often()
    def _whole(self, facts: str) -> Interview | None:
        """The interview about all topics, if anything is known to begin with; begun once."""
        ready = self.ready(facts)
        if ready.core is not None and ready.whole is None:
            whole = begin(ready.scenario, self.named, Scope(), ready.core)
            ready = self._ready[facts] = ready._replace(whole=whole)
        return ready.whole

    def _put(self, offered: Menu, *, first: bool) -> list[int] | None:
        """The options that are taken; None to go back. Raises Left."""
        self.asked = offered
        self.tell(offered)
        while True:
            line = self.ask("> ")
            if line is None:
                raise OutOfAnswers
            try:
                numbers = self._read(offered, printable(line.strip()))
            except Unclear as unclear:
                self.tell(str(unclear))
                continue
            if numbers:
                return numbers
            if not first:
                return None
            self.tell("There is no menu before this one.")

    def _read(self, offered: Menu, line: str) -> list[int]:
        """The options that a line takes; none to go back. Raises Unclear and Left."""
        typed = command(offered, line)
        if typed is None:
            return picked(self.base, offered, line) if line else _default(offered)
        if typed.name == "quit":
            raise Left
        if typed.name == "back":
            return []
        if typed.name == "help":
            self.tell(Help(commands=_HELP))
        elif typed.name != "?":
            raise Unclear(
                f"There is no '{typed.name}' before the first question. {offered.accepts}"
            )
        raise Unclear(offered.accepts)

    # The menus, each None where there is nothing to choose

    def _beginning(self, begun: Beginning) -> _Offer | None:
        offered: list[Beginning] = []
        listed: list[MenuOption] = []
        case = None if begun.facts is None else self._case(begun.facts)
        if begun.facts is not None and case is not None:
            offered.append(begun)
            listed.append((case.scenario.title, (begun.facts,), self._comes_to(case)))
        offered.append(Beginning())
        listed.append(("nothing known", (), "everything is asked"))
        for name, found in self._earlier():
            offered.append(Beginning(resumed=name))
            listed.append(_consultation(name, found))
        more = _offered(self.base) - {begun.facts}
        if more:
            offered.append(Beginning(elsewhere=True))
            listed.append((_ANY, (), f"{len(more)} to choose from, what-ifs under theirs"))
        if len(listed) == 1:
            return None
        text = f"{self.base.title}: what shall the consultation begin with?"
        offers = menu(ONE, text, listed, default=(0,))
        return _Offer(menu=offers, take=lambda numbers: offered[numbers[0]])

    def _comes_to(self, case: Outcome) -> str:
        """How much a scenario states, and what that comes to."""
        advice = case.graph.advice_to(client_of(case.scenario, self.named))
        given = sum(case.bounds(fact)[0] >= HOLDS for fact in advice)
        stated = english.counted(len(case.scenario.facts), "fact")
        return f"{stated}, {english.counted(given, 'recommendation')}"

    def _case(self, facts: str | None) -> Outcome | None:
        """What follows from what is known, if anything is."""
        found = self.ready(facts)
        return None if found.core is None else outcome(found.scenario, found.core)

    def _earlier(self) -> list[tuple[str, Found]]:
        """The latest consultations over the base that can be gone on with."""
        folder = str(self.base.folder.resolve())
        there = [
            (name, found)
            for name, found in journals()
            if found is not None and found.answers and not found.finished
            if not found.head.is_lost and found.head.base == folder
            if self.named in {None, found.head.client}
        ]
        return there[: -_EARLIER - 1 : -1]

    def _elsewhere(self, begun: Beginning) -> _Offer | None:
        if not begun.elsewhere:
            return None
        names = [*self._changes]
        listed: list[MenuOption] = []
        for name, changed in self._changes.items():
            more = english.counted(len(changed), "what-if") if changed else ""
            listed.append((self._heads[name].title, (name,), more))
        offers = menu(ONE, "Which scenario shall it begin with?", listed, default=(0,))

        def take(numbers: list[int]) -> Beginning:
            name = names[numbers[0]]
            return Beginning(facts=name, elsewhere=bool(self._changes[name]))

        return _Offer(menu=offers, take=take)

    def _changed(self, begun: Beginning) -> _Offer | None:
        if not begun.elsewhere or begun.facts is None:
            return None
        names = [begun.facts, *self._changes[begun.facts]]
        listed: list[MenuOption] = [("as it is", (begun.facts,), "")]
        listed += [(self._heads[name].title, (name,), "") for name in names[1:]]
        offers = menu(ONE, "As it is, or with a change?", listed, default=(0,))
        return _Offer(menu=offers, take=lambda n: Beginning(facts=names[n[0]]))

    @cached_property
    def _heads(self) -> dict[str, loader.ScenarioHead]:
        """The scenarios that are no checks of the base, by name."""
        heads = loader.scenario_heads(self.base)
        own = _offered(self.base)
        return {head.name: head for head in heads if head.name in own}

    @cached_property
    def _changes(self) -> dict[str, list[str]]:
        """Scenarios that extend no other one, each with those that do."""
        own = self.base.scenario
        found: dict[str, list[str]] = {} if own is None else {own: []}
        for name in self._heads:
            first = name
            while (before := self._heads[first].extends) in self._heads:
                first = before
            found.setdefault(first, [])
            if name != first:
                found[first].append(name)
        return found

    def _topics(self, begun: Beginning) -> _Offer | None:
        start = self.ready(begun.facts).scenario
        client = client_of(start, self.named)
        if len(topics_of(start, client)) < 2:
            return None
        whole = None if begun.facts is None else self._whole(begun.facts)
        found = outlooks(start, client, whole)
        text = f"What shall the advice for {start.base.entities[client].name} be about?"
        if self.most is not None:
            asked = english.counted(self.most, "question")
            text = f"{text} It asks {asked} at most, the most telling first."
        offers = menu(
            SOME,
            text,
            [_topic(outlook, whole is not None, self.most) for outlook in found],
            default=() if whole is None else (len(found) - 1,),
        )

        def take(numbers: list[int]) -> Beginning:
            picked_ = [found[number].topic for number in numbers]
            ids = () if None in picked_ else tuple(topic.id for topic in picked_ if topic)
            return msgspec.structs.replace(begun, topics=ids)

        return _Offer(menu=offers, take=take)

    def _others(self, begun: Beginning) -> _Offer | None:
        start = self.ready(begun.facts).scenario
        if start.knows:
            return None
        client = client_of(start, self.named)
        advice = templates_of(start, client, Scope(topics=begun.topics))
        entities = others(self.base, client, advice)
        if not entities:
            return None
        named = [self.base.entities[name] for name in entities]
        listed = [(e.name, (e.id, *filter(None, (e.adjective, e.code)), *e.aka), "") for e in named]
        name = self.base.entities[client].name
        text = f"Who is in play beside {name}? Of others nothing is asked."
        offers = menu(SOME, text, listed, default=tuple(range(len(listed))))

        def take(numbers: list[int]) -> Beginning:
            all_ = len(numbers) == len(entities)
            ids = None if all_ else tuple(entities[number] for number in numbers)
            return msgspec.structs.replace(begun, involving=ids)

        return _Offer(menu=offers, take=take)

    _MENUS: Final = (_beginning, _elsewhere, _changed, _topics, _others)


def _offered(base: KnowledgeBase) -> set[str]:
    """The scenarios to begin with: none that is there to be extended, or for the rules' sake."""
    found = loader.own_scenarios(base).items()
    return {name for name, path in found if _CHECKS not in path.parts}


def _default(offered: Menu) -> list[int]:
    if not offered.default:
        raise Unclear(offered.accepts)
    return [*offered.default]


def _consultation(name: str, found: Found) -> MenuOption:
    """An earlier consultation, as it is offered."""
    head, scope = found.head, found.head.scope
    day, time = head.started[:_DAY], head.started[_DAY + 1 : _MINUTE]
    parts = [english.counted(found.answers, "answer")]
    if head.facts is not None:
        parts.append(f"from {head.facts}")
    if scope is not None and scope.topics:
        parts.append(f"about {english.listing(scope.topics)}")
    return (f"the consultation begun {day}, {time} UTC", (name,), ", ".join(parts))


def _topic(one: Outlook, begun: bool, most: int | None) -> MenuOption:
    """A topic, as it is offered; of its questions so many are asked at most."""
    if most is not None and one.questions > most:
        needed = f"{most} of about {english.counted(one.questions, 'question')}"
    elif one.questions:
        needed = f"about {english.counted(one.questions, 'question')}"
    else:
        needed = "no question worth asking" if begun else "a few questions"
    note = f"{one.given or 'nothing'} recommended now, {needed}" if begun else needed
    if one.topic is None:
        return "everything", (), note
    return one.topic.says, (one.topic.id,), note
