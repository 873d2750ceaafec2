"""Turns what a consultation tells into text: one line after the other, no boxes, no tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from rich.console import Console

from advisor.answers.recommendation import Advice
from advisor.answers.views import Explanation
from advisor.answers.whatif import WhatIf
from advisor.consult.choosing import Progress
from advisor.consult.drift import Drift
from advisor.consult.kind import Question
from advisor.consult.menus import Menu
from advisor.consult.reasons import Reason
from advisor.consult.session import Consultation
from advisor.consult.told import (
    Asked,
    Catalogue,
    Closing,
    Help,
    LeftOut,
    Noted,
    Opening,
    Recovered,
    Settled,
    SoFar,
    Suggested,
    Why,
)
from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.advice import advice
from advisor.render.terminal.catalogue import catalogue
from advisor.render.terminal.explanation import explanation
from advisor.render.terminal.grids import grid
from advisor.render.terminal.page import Page
from advisor.render.terminal.whatif import what_if

_OPEN_SHOWN: Final = 10
_SHIFTS_SHOWN: Final = 4
_NAMED: Final = 6  # others, of more there is a number
_NONE: Final = "Nothing else would change."


def told(console: Console, what: object, base: KnowledgeBase) -> None:
    """Whatever a consultation tells."""
    page = Page(console.width)
    match what:
        case str():
            page.line(what)
        case Explanation():
            explanation(console, what, base)
        case Advice():
            advice(console, what, base, asked=None, long=False)
        case WhatIf():
            what_if(console, "what is known so far", [what], every=False)
        case Catalogue():
            catalogue(console, what.name, what.entries, base)
        case _:
            _VIEWS[type(what)](page, what)
    page.print(console)


def consultations(console: Console, found: Sequence[Consultation]) -> None:
    """The consultations that there are, the latest last."""
    page = Page(console.width)
    for head in found:
        page.line(head.id, "bold")
        counted = english.counted(head.answers, "answer")
        state = f"{head.state}, {counted}" if head.answers else head.state
        page.item("State: ", state, 2)
        if head.started:
            page.item("Begun: ", f"{head.started}, for {head.client}", 2)
            page.place("Base: ", head.base, 2)
        if head.facts is not None:
            page.place("From: ", head.facts, 2)
    if not found:
        page.line("There is no consultation. Start one with advisor consult.")
    page.print(console)


def _menu(page: Page, what: Menu) -> None:
    page.line()
    page.line(what.text, "bold")
    for place, (option, note) in enumerate(zip(what.options, what.notes, strict=True), 1):
        page.item(f"{place} ", f"{option}: {note}" if note else option, 3)
    page.item("", what.hint, 3, "dim")


def _opening(page: Page, what: Opening) -> None:
    page.line(f"Advice for {what.client_name}: a consultation", "bold")
    page.line(what.title)
    asked = "Only what can still change the advice is asked."
    if what.reviews:
        asked = (
            "What may be doubted most, and changes most, is asked first. Enter keeps what stands."
        )
    page.line(f"{asked} Type ? to see what would be an answer, help to see the commands.")
    if len(what.topics) > 1:
        page.line(
            "It asks about everything, from nothing known (name a scenario to begin with what it "
            f"says); --about limits it to one of: {english.listing(what.topics, 'or')}."
        )
    if what.beside:
        page.line(
            f"Beside {what.client_name} it asks about {english.listing(what.beside)}; "
            "--involving asks about others as well."
        )
    if what.everything:
        page.line(
            "It asks about all that the base has; with --involving NAME, about NAME and what the "
            "facts speak of."
        )
    if what.resumed:
        page.line(f"It goes on after {english.counted(what.resumed, 'answer')}.")


def _away(what: Closing) -> str:
    """Whom nothing was asked about, by name if they are few."""
    rest = "taken for no" if what.complete else "left open"
    if len(what.away) <= _NAMED:
        return f"Nothing was asked about {english.listing(what.away)}: {rest}."
    others = f"Nothing was asked about {len(what.away):,} others"
    return f"{others}: what the facts say of them stands, and all else is {rest}."


def _asked(page: Page, what: Asked) -> None:
    page.line()
    page.line(progress(what.progress), "dim")
    question(page, what.number, what.question, what.standing)
    if what.otherwise:
        page.item("", what.otherwise, 3, "yellow")
    if what.default:
        page.line(f"Before, you answered: {what.default}. Enter alone keeps that.")


def progress(what: Progress) -> str:
    """How far the consultation has come, in one line."""
    if not what.settling:
        given = f"{english.counted(what.given, 'recommendation')} as things stand."
        if what.most is None:
            return given
        return f"{given} {english.counted(what.left, 'question')} left at most."
    settled = what.given + what.withheld + what.unknown
    pieces = english.counted(settled + what.open, "piece")
    parts = [f"Settled: {settled} of {pieces} of advice"]
    parts.append(f"{what.given} given")
    if what.unknown:
        parts.append(f"{what.unknown} left open by what is unknown")
    left = f"{english.counted(what.left, 'question')} left"
    left = f"{left} at most." if what.left == what.most else f"About {left}, at most {what.most}."
    return f"{', '.join(parts)}. {left}"


def question(page: Page, number: int, asked: Question, standing: Sequence[str] = ()) -> None:
    """A question with its options, numbered, each with how it stands."""
    unit = f" (in {asked.unit})" if asked.unit and asked.unit not in asked.text else ""
    page.item(f"{number}. ", asked.text + unit, 0, "bold")
    if asked.cells:
        grid(page, asked, standing)
    else:
        for place, option in enumerate(asked.options, 1):
            now = standing[place - 1] if standing else ""
            page.item(f"{place} ", f"{option}: {now}" if now else option, 3)
    if standing and not asked.options:
        page.item("", f"Now: {_now(asked, standing)}.", 3)
    for detail in asked.kind.details(asked):
        page.item("", detail, 3)
    page.item("", asked.kind.hint(asked), 3, "dim")


def _now(asked: Question, standing: Sequence[str]) -> str:
    """How what has no options stands: a number or a date by its value, if any is told."""
    told = [(asked.called(place), now) for place, now in enumerate(standing) if now]
    if not told:
        return f"{'none' if asked.kind.measured else 'no'}, as nobody said otherwise"
    if {now for _, now in told} == {"unknown"}:
        return "not known"
    return "; ".join(f"{called}: {now}" if called else now for called, now in told)


def _noted(page: Page, what: Noted) -> None:
    if what.kept:
        page.item("", "Kept as it stands.", 3)
        return
    says = english.listing(what.states)
    if what.denied:
        others = "none of these" if not what.states else "nothing else of these"
        says = f"{says}; {others}" if says else others
    page.item("", f"Noted: {says}.", 3)
    for settled in what.settled:
        page.item("", f"Settled: {_said(settled)}", 3)
    if what.more:
        advice = "piece" if what.more == 1 else "pieces"
        also = " more" if what.settled else ""
        page.item("", f"That settles {what.more:,}{also} {advice} of advice.", 3)
    for sign, says, style in _shifts(what):
        page.item(f"{sign} ", says, 3, style)
    if what.same is not None:
        page.item("", "The advice stays as it is.", 3)
    if what.aside:
        page.item("", f"No longer needed, and set aside: {english.listing(what.aside)}.", 3)


def _shifts(what: Noted) -> Iterator[tuple[str, str, str]]:
    """What becomes of the advice: a sign and a word, the advice, and a colour."""
    kinds = (
        ("+", "now given", what.gained, "green"),
        ("-", "no longer given", what.lost, "red"),
        ("~", "now so", what.changed, "yellow"),
    )
    for sign, word, pieces, style in kinds:
        for says in pieces[:_SHIFTS_SHOWN]:
            yield sign, f"{word}: {says}", style
        if len(pieces) > _SHIFTS_SHOWN:
            yield sign, f"{word}: {len(pieces) - _SHIFTS_SHOWN:,} more", style


def _closing(page: Page, what: Closing) -> None:
    if what.granted:
        page.line(
            f"Taken for granted, as nobody said otherwise: {len(what.granted):,}, "
            f"such as: {what.granted[0]}"
        )
    if what.away:
        page.line(_away(what))
    if what.beside:
        count = english.counted(what.beside, "more recommendation")
        verb = "is" if what.beside == 1 else "are"
        page.line(f"{count} {verb} about other topics.")
    if what.unasked:
        page.line("Not asked, and of most weight among what could still change something:")
    for unasked in what.unasked:
        page.item("- ", f"{unasked.text} It bears on: {unasked.advice}", 0)
    if what.settled:
        left = "that is left about anybody else" if what.away else "that is left"
        page.line(f"This is settled: no answer {left} can change the advice above.")
    elif not what.left:
        page.line("Nothing that is left to ask is likely to change the advice.")


def _left_out(page: Page, what: LeftOut) -> None:
    taken = "Taken for no" if what.denied else "Left as the facts have it"
    count = len(what.questions)
    asked = english.counted(count, "question") + (", such as" if count > 1 else "")
    page.line(f"{taken}, as it makes no sense to ask: {asked}: {what.questions[0]}")


def _said(settled: Settled) -> str:
    if settled.standing == "given":
        how = f"with {settled.confidence} confidence" if settled.confidence else "by default"
        return f"{settled.says} Given, {how}."
    return f"{settled.says} {settled.standing.capitalize()}."


def _why(page: Page, what: Why) -> None:
    for number, says in enumerate(what.advice):
        page.item("", ("It bears on: " if not number else "And on: ") + says, 3)
    if what.more and what.advice:
        page.item("", f"And on {what.more:,} more.", 3)
    if what.reason is None:
        page.item("", "There is nothing further down: that is what is asked.", 3)
    else:
        _reason(page, what.reason)


def _reason(page: Page, reason: Reason) -> None:
    page.item("Rule ", f"{reason.rule}: {reason.title}.", 3)
    if reason.known:
        page.item("", f"It is known that {english.listing(reason.known)}.", 3)
    page.item("", f"It turns on whether {reason.asked}.", 3)
    if reason.open:
        page.item("", f"It is open whether {english.listing(reason.open)}.", 3)
    if reason.unless:
        page.item("", f"Against it could stand that {english.listing(reason.unless, 'or')}.", 3)
    asked = "If not, and" if reason.against else "If so, and"
    rest = " if the rest turns out well," if reason.open or reason.unless else ""
    lead = f"{asked}{rest} then" if rest else asked.removesuffix(" and").rstrip(",") + ", then"
    page.item("", f"{lead} {_concludes(reason)}.", 3)


def _concludes(reason: Reason) -> str:
    if reason.advice:
        return f'the advice follows: "{reason.concludes}"'
    if reason.caveat:
        return f'the advice has the caveat "{reason.concludes}"'
    return f"it follows that {reason.concludes}"


def _so_far(page: Page, what: SoFar) -> None:
    if what.given:
        page.line("Settled, and given", "bold")
    for settled in what.given:
        page.item("- ", _said(settled), 0)
    if what.likely:
        page.line("Given as things stand, and not settled", "bold")
    for says in what.likely:
        page.item("- ", says, 0)
    if what.open:
        page.line("Open", "bold")
    for says in what.open[:_OPEN_SHOWN]:
        page.item("- ", says, 0)
    if len(what.open) > _OPEN_SHOWN:
        page.line(f"and {len(what.open) - _OPEN_SHOWN:,} more")
    page.line(f"Settled, and withheld: {what.withheld}.")


def _help(page: Page, what: Help) -> None:
    for name, does in what.commands:
        page.item(f"{name}: ", does, 0)


def _drift(page: Page, what: Drift) -> None:
    page.line("The base has changed since these answers were given.", "bold")
    _listed(page, "No longer asked, and left out", what.gone)
    _listed(page, "Asked now, and not then", what.fresh)
    _listed(page, "Given now, and not then", what.gained)
    _listed(page, "Given then, and not now", what.lost)
    if not (what.gone or what.fresh or what.gained or what.lost):
        page.line("Neither the questions nor the advice are touched by it.")


def _recovered(page: Page, what: Recovered) -> None:
    if what.damage:
        page.line("The journal of this consultation is not whole.", "bold")
        _listed(page, "Damaged, and left out", what.damage)
    if what.lost and what.changed:
        page.line("The base has changed since this consultation began.", "bold")
    _listed(page, "Answered then, and left out", what.lost)


def _suggested(page: Page, what: Suggested) -> None:
    if "'" not in what.command:
        page.line(f"{what.lead} {what.command}")
        return
    page.line(what.lead)
    page.place("", what.command, 0)  # what is quoted stays in one piece


def _listed(page: Page, lead: str, items: tuple[str, ...]) -> None:
    if items:
        page.line(f"{lead}:")
    for item in items[:_OPEN_SHOWN]:
        page.item("- ", item, 0)
    if len(items) > _OPEN_SHOWN:
        page.line(f"and {len(items) - _OPEN_SHOWN:,} more")


_VIEWS: Final[dict[type, Callable[[Page, Any], None]]] = {
    Opening: _opening,
    Asked: _asked,
    Menu: _menu,
    Closing: _closing,
    LeftOut: _left_out,
    Noted: _noted,
    Why: _why,
    SoFar: _so_far,
    Help: _help,
    Drift: _drift,
    Recovered: _recovered,
    Suggested: _suggested,
}
