"""Turns a stress test into text for a terminal or a pipe: advice by how it stands up, then why."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console

from advisor.answers.recommendation import Line
from advisor.answers.spans import UNRATED
from advisor.futures.result import (
    AdvicePiece,
    Assumption,
    Consequences,
    Influence,
    Prospect,
    Range,
    Sets,
    Signpost,
    Stress,
)
from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.page import Page
from advisor.render.terminal.prospects import bar, beyond, overview, percent

_INFLUENCES: Final = 6
_SETS: Final = 4
_PIECES: Final = 3
_DECISIVE: Final = 12

_HEADINGS: Final = {
    "all": "Given in every future",
    "some": "Given in some futures",
    "unknown": "Not settled",
    "none": "Given in no future",
}
_STATUSES: Final = {
    "unsupported": "Unsupported",
    "with caveats": "With caveats",
    "solid": "Solid",
}


def stress(
    console: Console,
    result: Stress,
    lines: Sequence[Line] = (),
    base: KnowledgeBase | None = None,
    *,
    long: bool = True,
    zoomed: bool = False,
) -> None:
    """The whole stress test; or, unless `long`, a row a piece, or some advice `zoomed` in on.

    `lines` are those of the advice as it is shown.
    """
    page = Page(console.width)
    if long or base is None:
        _at_length(page, result)
    elif zoomed:
        _opening(page, result)
        for prospect in result.advice:
            _prospect(page, prospect)
        page.line("What it rests on and what to watch: --long", "dim")
    else:
        overview(page, result, lines, base)
    page.print(console)


def _at_length(page: Page, result: Stress) -> None:
    _opening(page, result)
    for kind, heading in _HEADINGS.items():
        found = [p for p in result.advice if p.given_in == kind]
        if found:
            page.heading(f"{heading} ({len(found):,})")
        for prospect in found:
            _prospect(page, prospect)
    _decisive(page, result)
    _assumptions(page, result.assumptions)
    _signposts(page, result.signposts)
    if result.untried:
        them = english.counted(result.untried, "more open fact")
        page.line(
            f"Not tried one at a time: {them} that nobody speaks of and that no given advice turns "
            "on. What each decides: advisor explain with the open advice.",
            "dim",
        )


def _opening(page: Page, result: Stress) -> None:
    page.line(f"Stress test of the advice for {result.client_name}", "bold")
    page.line(f"{result.title} ({result.scenario})", "dim")
    if result.partial:
        page.line(f"Partial: {result.cut_short}.", "bold")
    page.line()
    count = len({fact.form or fact.instance for fact in result.facts})
    open_ = english.counted(count, "open fact")
    page.line(
        f"The advice depends on {open_}. In each future every open fact either holds or does not; "
        "shares count futures equally. Probabilities suppose that the open facts are "
        "independent, each at the middle of its band, or at one half where nothing is stated."
        if count
        else "The advice depends on no open fact."
    )
    if result.idle:
        idle = english.listing(f'"{name}"' for name in result.idle)
        page.line(f"Open, though no advice depends on it: {idle}.")


def _prospect(page: Page, prospect: Prospect) -> None:
    page.item("- ", prospect.says, 0)
    if (
        prospect.given_in in {"all", "none"}
        and prospect.method == "exact"
        and prospect.futures == 1
    ):
        page.item("Id: ", prospect.instance, 2, "dim")
        return
    if prospect.unmeasured is not None:
        page.item("", f"No share of the futures is given: {prospect.unmeasured}.", 2)
    else:
        page.item("", f"{bar(prospect.share or 0)} {_share(prospect)}", 2)
        page.item("", f"{bar(prospect.probability or 0)} {_probability(prospect)}", 2)
    page.item("As the facts are: ", prospect.standing, 2)
    if prospect.given_in == "some":
        _influences(page, prospect.influences)
        if prospect.not_weighed:
            page.item("", beyond(prospect.not_weighed), 2)
        _sets(page, "Enough for it", prospect.path_sets)
        _sets(page, "Enough against it", prospect.cut_sets)
    page.item("Id: ", prospect.instance, 2, "dim")


def _share(prospect: Prospect) -> str:
    """In how many futures a piece of advice is given."""
    share, range_ = prospect.share or 0.0, prospect.share_range or Range(low=0.0, high=1.0)
    if prospect.method == "exact":
        return f"{prospect.given:,} of {prospect.futures:,} futures ({percent(share)})"
    within = f"{percent(range_.low)} to {percent(range_.high)} at 95%"
    how = "sampled" if prospect.method == "sampled" else "looked at before it was cut short"
    if not prospect.examined:
        return f"none of {prospect.futures:,} futures was {how}"
    return (
        f"{percent(share)} of the futures ({within}): "
        f"{prospect.given:,} of {prospect.examined:,} {how}, out of {prospect.futures:,}"
    )


def _probability(prospect: Prospect) -> str:
    """How probable it is that a piece of advice is given."""
    range_ = prospect.probability_range or Range(low=0.0, high=1.0)
    low, high = range_.low, range_.high
    within = "" if prospect.method == "exact" else f" ({percent(low)} to {percent(high)})"
    if not prospect.examined:
        return "probability not known"
    return (
        f"{percent(prospect.probability or 0.0)} probability{within}, if the facts are independent"
    )


def _influences(page: Page, influences: Sequence[Influence]) -> None:
    """How likely each fact changes the advice when it comes to hold."""
    for verb, attribute in (("gained", "gives"), ("lost", "takes")):
        moving = [(getattr(i, attribute), i) for i in influences]
        moving = sorted(((share, i) for share, i in moving if share), key=lambda pair: -pair[0])
        if moving:
            page.item("", f"Chance that it is {verb} when a fact comes to hold:", 2)
        for share, influence in moving[:_INFLUENCES]:
            page.item(f"{bar(share)} ", f"{percent(share)} {influence.says}", 4)
        _more(page, len(moving) - _INFLUENCES, 4)


def _sets(page: Page, heading: str, family: Sets) -> None:
    """Path sets or cut sets, with what is left out."""
    if family.missing is not None:
        page.item("", f"{heading}: not known, {family.missing}.", 2)
        return
    if not family.total:
        size = family.complete_to or 0
        none = f"no set of up to {size} facts; larger ones" if size > 0 else "sets"
        page.item("", f"{heading}: {none} were not looked for.", 2)
        return
    page.item("", f"{heading}, shortest first ({family.total:,}):", 2)
    for conditions in family.sets[:_SETS]:
        *most, last = (condition.says for condition in conditions)
        page.item("* ", "; ".join([*most, f"and {last}" if most else last]), 4)
    _more(page, family.total - _SETS, 4)
    if family.left_out:
        page.item("", f"{family.left_out} more turn on values that only stand for others.", 4)
    if family.complete_to is not None:
        page.item("", f"Sets of more than {family.complete_to} facts were not looked for.", 4)


def _more(page: Page, number: int, indent: int) -> None:
    if number > 0:
        page.item("", f"and {number} more (--format json lists them)", indent, "dim")


def _decisive(page: Page, result: Stress) -> None:
    found = result.decisive
    if not found:
        return
    page.heading("Which facts most decide the advice")
    page.line("How many pieces of advice change, on average, when it comes to hold:", "dim")
    most = found[0].decides
    for decisive in found[:_DECISIVE]:
        page.item(f"{bar(decisive.decides / most)} ", f"{decisive.decides:.2f} {decisive.says}", 0)
    _more(page, len(found) - _DECISIVE, 0)


def _assumptions(page: Page, assumptions: Sequence[Assumption]) -> None:
    if assumptions:
        page.heading("Key Assumptions Check")
    for (status, reason), group in itertools.groupby(
        sorted(assumptions, key=lambda a: (list(_STATUSES).index(a.status), a.reason)),
        key=lambda a: (a.status, a.reason),
    ):
        page.line(f"{_STATUSES[status]}: {reason}", "bold")
        for assumption in group:
            page.item("- ", assumption.says, 0)
            carries = english.counted(len(assumption.carries), "piece")
            page.item("", f"Used in the arguments for {carries} of advice.", 2)
            if assumption.if_wrong == Consequences():
                page.item("", "If wrong, no advice changes: other arguments do without it.", 2)
            else:
                _consequences(page, "If wrong", assumption.if_wrong)


def _signposts(page: Page, signposts: Sequence[Signpost]) -> None:
    if signposts:
        page.heading("Signposts: what to watch")
    for signpost in signposts:
        page.item("- ", signpost.says, 0)
        page.item("Now: ", _now(signpost), 2)
        _consequences(page, "Then", signpost.then)


def _now(signpost: Signpost) -> str:
    """What is said today of an event to watch for."""
    if signpost.stated in UNRATED:
        return f"{signpost.stated}."
    return f"the facts rate {'this' if signpost.holds else 'the opposite'} {signpost.stated}."


def _consequences(page: Page, lead: str, then: Consequences) -> None:
    for what, pieces in _listed(then):
        more = f"; and {len(pieces) - _PIECES:,} more" if len(pieces) > _PIECES else ""
        page.item(f"{lead}, {what}: ", _pieces(pieces[:_PIECES]) + more, 2)
    if then == Consequences():
        page.item("", f"{lead}, no advice is gained or lost.", 2)


def _listed(then: Consequences) -> Iterable[tuple[str, tuple[AdvicePiece, ...]]]:
    listed = (
        ("lost", then.lost),
        ("given now and then open", then.unsettled),
        ("gained", then.gained),
        ("open", then.opened),
        ("no longer open", then.closed),
    )
    return ((what, pieces) for what, pieces in listed if pieces)


def _pieces(pieces: Iterable[AdvicePiece]) -> str:
    return "; ".join(piece.says.rstrip(".") for piece in pieces)
