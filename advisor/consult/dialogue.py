"""Turns an interview into a dialogue: asks through one injected function, tells through another.

What is told is a text or a result, for whoever tells it to put into words; what is asked comes
back as a line of text, or as None where there are no more lines.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Final, Literal

import msgspec

from advisor.answers import views
from advisor.answers.advice import Adviser
from advisor.answers.whatif import compare
from advisor.authoring import browse
from advisor.consult import bulk, effects, review
from advisor.consult.answers import Answer, Unclear
from advisor.consult.commands import COMMANDS, Command, command, completions, earlier
from advisor.consult.interview import Interview
from advisor.consult.journal import Unkept, now
from advisor.consult.kind import Question
from advisor.consult.limits import opened
from advisor.consult.lines import Did
from advisor.consult.reasons import Reason, reasons
from advisor.consult.scope import never_said
from advisor.consult.told import Asked, Catalogue, Help, SoFar, Why
from advisor.model import english
from advisor.model.changes import Changes, fold
from advisor.model.errors import AdvisorError, nearest, printable
from advisor.model.records import KnowledgeBase
from advisor.reasoning.evaluate import outcome, side_by_side

End = Literal["settled", "enough", "done", "quit", "left open", "no more answers", "not kept"]
ENDS: Final[dict[str, End]] = {"quit": "quit", "done": "done"}
_SHOWING: Final = frozenset(
    {"?", "help", "why", "advice", "facts", "how", "why-not", "what-if", "rule"}
)
_NOT_SAID: Final = (
    "Rules ask for facts of {} that nobody is asked about, and there are none. Begin with a "
    "scenario that has them, by its name, or make them the background of the base."
)
Keep = Callable[[Did, Question, Answer | None], None]
Save = Callable[[Interview, str], object]  # what there is to tell of it


def sentences(error: AdvisorError) -> list[str]:
    """What is wrong, each with what to do about it."""
    hints = ((p.message, f" ({p.hint})" if p.hint else "") for p in error.problems)
    return [english.sentence(message + hint) for message, hint in hints]


class Dialogue:
    """A consultation in lines of text.

    `ask` gives the next line after a prompt, `tell` takes whatever there is to say, `keep` is told
    of every step before it is taken and raises Unkept to refuse it, and `save` writes a fact file
    and tells what it did. `offered`: whether the topics have been offered in a menu. What only
    shows something is worked out within `aside`, which may cut it short.
    """

    def __init__(
        self,
        interview: Interview,
        ask: Callable[[str], str | None],
        tell: Callable[[object], None],
        *,
        keep: Keep,
        save: Save,
        offered: bool = False,
        aside: Callable[[], contextlib.AbstractContextManager[None]] = contextlib.nullcontext,
    ) -> None:
        self.interview, self.aside = interview, aside
        self.ask, self.tell, self.keep, self.save = ask, tell, keep, save
        self.offered = offered
        self.asked: Question | None = None
        self.changing: Question | None = None  # that was answered before
        self.again = False  # whether what was skipped has come once more
        self.depth = 0  # how far "why" went down from the advice
        self.unkept: Unkept | None = None  # why the last answer was not taken

    @property
    def base(self) -> KnowledgeBase:
        """The base that is consulted."""
        return self.interview.base

    def completions(self, line: str) -> list[str]:
        """The lines that go on from the beginning of one."""
        return completions(self.interview, self.asked, line)

    def run(self) -> End:
        """Ask until everything is settled, or the person stops."""
        self.tell(opened(self.interview, offered=self.offered))
        self.again = False
        while (asked := self.following()) is not None:
            ended = self._put(asked)
            if ended is not None:
                return ended
        return self.left()

    def following(self) -> Question | None:
        """The question that comes next; what was skipped comes once more, and no oftener."""
        self.asked = self.changing or self.interview.question()
        if self.asked is None and self.interview.skipped and not self.again:
            self.again = True
            self.tell("Now to the questions that you skipped.")
            self.interview = self.interview.unskip()
            self.asked = self.interview.question()
        self.depth = 0
        return self.asked

    def left(self) -> End:
        """How a consultation ends that has no more questions."""
        if not self.interview.answers and (of := never_said(self.interview.start)):
            self.tell(_NOT_SAID.format(english.listing([f"'{name}'" for name in of], "or")))
        if not self.interview.settles:
            return "enough"
        return "left open" if self.interview.skipped else "settled"

    def put(self, asked: Question) -> Asked:
        """A question as it is put."""
        interview = self.interview
        before = interview.position(asked.about)
        place = len(interview.answers) if before is None else before
        default = interview.aside.get(asked.about)
        if before is not None:
            default = interview.answers[before].text
        known = () if default else review.standings(interview, asked)
        return Asked(
            number=place + 1,
            question=asked,
            default=default,
            standing=known,
            otherwise=review.otherwise(interview, asked) if known else None,
            progress=interview.progress(),
        )

    def _put(self, asked: Question) -> End | None:
        """Put a question until something comes of it; how it ended, if it did."""
        put = self.put(asked)
        self.tell(put)
        while True:
            line = self.ask("> ")
            if line is None:
                return "no more answers"
            try:
                typed = command(asked, line := printable(line.strip()))
                if typed is not None and typed.name in ENDS:
                    return ENDS[typed.name]
                if self.took(put, typed or line):
                    return None
            except Unclear as unclear:
                self.tell(str(unclear))
            except Unkept as unkept:  # and so not taken either
                self.unkept = unkept
                return "not kept"
            except AdvisorError as error:
                for told in sentences(error):
                    self.tell(told)

    def took(self, put: Asked, typed: str | Command) -> bool:
        """Take an answer or do a command; whether it is time for the next question.

        Raises Unclear and AdvisorError, and Unkept where nothing was taken.
        """
        asked = put.question
        if isinstance(typed, str):
            self._answer(asked, typed or put.default or "")
            return True
        if typed.argument:
            taking = self._TAKING_ACTIONS[typed.name]
            return self._done(typed.name, lambda: taking(self, asked, typed.argument))
        return self._done(typed.name, lambda: self._BARE_ACTIONS[typed.name](self, asked))

    def _done(self, name: str, action: Callable[[], bool]) -> bool:
        """Do a command; whether it is time for the next question."""
        if name not in _SHOWING:
            return action()
        with self.aside():
            action()
        return False

    # Answers

    def _answer(self, asked: Question, line: str) -> None:
        interview = self.interview
        before = effects.standings(interview)
        answer = self._read(interview, asked, line)
        if self.changing is None:
            self.keep("answer", asked, answer)
            after = interview.take(answer)
        else:
            opened, asked = interview.reopened(asked)
            answer = self._read(opened, asked, line)
            self.keep("change", asked, answer)
            after = opened.put(answer)
        self.interview, self.changing = after, None
        gone = [answer.about for answer in interview.answers if answer not in after.answers]
        aside = [about for about in gone if about in after.aside]
        self.tell(effects.noted(after, answer, before, aside))

    def _read(self, interview: Interview, asked: Question, line: str) -> Answer:
        """The answer that a line gives; none keeps what stands, where something does."""
        if not line and interview.reviews:
            return interview.keep(asked, now())
        return interview.read(asked, line, now())

    def _in_bulk(self, asked: Question, meant: bulk.Meant, alike: Question | None) -> bool:
        """Answer a question and all others that are left, or are like it, in the same way."""
        if self.changing is not None:
            raise Unclear("An earlier answer is being changed: give that one, or go back.")
        before = effects.standings(self.interview)
        given: list[Answer] = []
        following: Question | None = asked
        while following is not None:
            if bulk.word(following, meant) is None:
                self.keep("skip", following, None)
                self.interview = self.interview.skip(following)
            else:
                answer = bulk.answer(self.interview, following, meant, alike)
                self.keep("answer", following, answer)
                self.interview = self.interview.take(answer)
                given.append(answer)
            following = bulk.following(self.interview, alike)
        if given:
            facts = tuple(fact for answer in given for fact in answer.facts)
            together = msgspec.structs.replace(given[0], facts=facts)
            noted = effects.noted(self.interview, together, before)
            told = "is not known" if meant == "unknown" else f"is {meant}"
            states = (f"the answer to {english.counted(len(given), 'question')} {told}",)
            self.tell(msgspec.structs.replace(noted, states=states, denied=0))
        return True

    # Commands

    def _none_like_this(self, asked: Question) -> bool:
        if bulk.word(asked, "no") is None:
            raise Unclear(f"None is no answer to this. {asked.accepts}")
        return self._in_bulk(asked, "no", asked)

    def _rest(self, asked: Question, meant: str) -> bool:
        return self._in_bulk(asked, "no" if meant == "no" else "unknown", None)

    def _legal(self, asked: Question) -> bool:
        self.tell(asked.accepts)
        return False

    def _help(self, _asked: Question) -> bool:
        self.tell(Help(commands=tuple(COMMANDS.items())))
        return False

    def _why(self, asked: Question) -> bool:
        interview = self.interview
        number = interview.graph.number
        facts = [number[instance] for instance in asked.instances if instance in number]
        touched = interview.measure.touched(facts)
        ranked = sorted(touched, key=lambda fact: (-touched[fact], fact))
        case = interview.without(asked.instances)
        other = interview.stakes.unsettled if interview.settles else []
        ways = ((fact, reasons(case, facts, fact)) for fact in ranked or other)
        first, way = next(((fact, way) for fact, way in ways if way), (None, list[Reason]()))
        ranked.sort(key=lambda fact: fact != first)
        reason = way[-1 - self.depth] if self.depth < len(way) else None
        says = [english.advice(self.base, interview.graph.instances[fact]) for fact in ranked]
        shown = says[: effects.SHOWN] if self.depth == 0 else []
        self.tell(Why(advice=tuple(shown), more=len(says) - len(shown), reason=reason))
        self.depth += 1
        return False

    def _how(self, _asked: Question, what: str) -> bool:
        case = self.interview.outcome()
        self.tell(views.explain(case, what, client=self.interview.client))
        return False

    def _why_not(self, _asked: Question, what: str) -> bool:
        case = self.interview.outcome()
        self.tell(views.why_not(case, what, client=self.interview.client, depth=1))
        return False

    def _what_if(self, asked: Question, line: str) -> bool:
        interview = self.interview
        before = interview.outcome()
        facts = interview.read(asked, line, now()).facts
        scenario, problems = fold(before.scenario, Changes(facts=facts))
        if problems:
            raise AdvisorError(*problems)
        scenario = msgspec.structs.replace(scenario, title=f"If the answer were {line}")
        graph = interview.graph.extended([fact.instance for fact in facts])
        if graph is not interview.graph:
            before = outcome(before.scenario, graph)
        self.tell(compare(*side_by_side(before, scenario), interview.client))
        return False

    def _advice(self, _asked: Question) -> bool:
        interview = self.interview
        if not interview.settles:
            self.tell(interview.advice())
            return False
        stakes, case = interview.stakes, interview.outcome()
        adviser = Adviser(case, interview.client)
        unsettled = set(stakes.unsettled)
        given, likely, unsure, withheld = [], [], [], 0
        for fact in stakes.advice:
            says = english.advice(self.base, interview.graph.instances[fact])
            if fact not in unsettled:
                if stakes.standing(fact) == "given":
                    given.append(effects.settled(interview, fact))
                withheld += stakes.standing(fact) == "withheld"
            elif (brief := adviser.in_short(fact)) is not None:
                likely.append(brief.says)
            else:
                unsure.append(says)
        self.tell(
            SoFar(given=tuple(given), likely=tuple(likely), open=tuple(unsure), withheld=withheld)
        )
        return False

    def _facts(self, _asked: Question) -> bool:
        entries = browse.facts(self.interview.scenario())
        self.tell(Catalogue(name="facts", entries=entries))
        return False

    def _rule(self, _asked: Question, name: str) -> bool:
        entries = [entry for entry in browse.rules(self.base) if entry.id == name]
        if not entries:
            close = nearest(name, [rule.id for rule in self.base.rules])
            raise Unclear(
                f"There is no rule '{name}'." + (f" {close.capitalize()}" if close else "")
            )
        self.tell(Catalogue(name="rules", entries=entries))
        return False

    def _back(self, asked: Question) -> bool:
        if self.changing is not None:
            self.changing = None
            self.tell("The answer stays as it was.")
            return True
        if not self.interview.answers:
            self.tell("There is no answer to take back.")
            return False
        for last in bulk.last(self.interview.answers):
            instances = tuple(fact.instance for fact in last.facts)
            taken_back = msgspec.structs.replace(asked, about=last.about, instances=instances)
            self.keep("back", taken_back, None)
            self.interview = self.interview.back()
        return True

    def _change(self, _asked: Question, named: str) -> bool:
        self.changing = earlier(self.interview, named)
        return True

    def _skip(self, asked: Question) -> bool:
        if self.changing is not None:
            return self._back(asked)
        self.keep("skip", asked, None)
        self.interview = self.interview.skip(asked)
        return True

    def _save(self, _asked: Question, path: str) -> bool:
        self.tell(self.save(self.interview, path))
        return False

    _BARE_ACTIONS: Final = {
        "?": _legal,
        "help": _help,
        "why": _why,
        "advice": _advice,
        "facts": _facts,
        "back": _back,
        "skip": _skip,
        "none like this": _none_like_this,
    }
    _TAKING_ACTIONS: Final = {
        "how": _how,
        "why-not": _why_not,
        "what-if": _what_if,
        "rule": _rule,
        "change": _change,
        "save": _save,
        "rest": _rest,
    }
