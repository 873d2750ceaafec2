"""Turns advice into text for a terminal or a pipe: plain lines, wrapped, nothing cropped."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from rich.console import Console

from advisor.answers.limits import Limit
from advisor.answers.recommendation import Advice, Caveat, Effect, Recommendation
from advisor.model import english
from advisor.model.records import KnowledgeBase
from advisor.model.sources import Citations
from advisor.render.terminal.page import Page, wrapped

_SHOWN_LIMITS = 3
_SHOWN_OPEN = 3


def advice(console: Console, result: Advice, base: KnowledgeBase, *, every: bool) -> None:
    """The advice as an analyst reads it: the firm first, then what is open and what to weigh."""
    page = Page(console.width)
    page.line(f"Advice for {result.client_name}", "bold")
    page.line(f"{result.title} ({result.scenario})")
    interests = {effect.interest: effect.says for effect in result.tradeoffs}
    firm = [r for r in result.recommendations if r.confidence in {"high", "moderate"}]
    low = [r for r in result.recommendations if r.confidence == "low"]
    default = [r for r in result.recommendations if r.confidence is None]
    if not result.recommendations:
        page.heading("No advice is given")
    for number, recommendation in enumerate(firm, 1):
        page.line()
        _recommendation(page, number, recommendation, interests, base)
    if low:
        page.heading("With low confidence")
        for number, recommendation in enumerate(low, len(firm) + 1):
            _briefly(page, number, recommendation, base)
    if default:
        page.heading("By default: as far as the rules find nothing")
        for number, recommendation in enumerate(default, len(firm) + len(low) + 1):
            _recommendation(page, number, recommendation, interests, base)
    _rest(page, result, every=every)
    page.print(console)


def _recommendation(
    page: Page, number: int, one: Recommendation, interests: dict[str, str], base: KnowledgeBase
) -> None:
    page.item(f"{number}. ", one.says, 0, "bold")
    page.item("Because ", one.because + ".", 3)
    _confidence(page, one)
    _recommended(page, one.recommended, base)
    for caveat in one.caveats:
        page.item("Caveat: ", f"{caveat.says}, because {caveat.because}{_why(caveat, base)}.", 3)
    if one.advances:
        page.item("Advances: ", "; ".join(interests[i] for i in one.advances) + ".", 3)
    if one.strains:
        page.item("Strains: ", "; ".join(interests[i] for i in one.strains) + ".", 3)
    for assumption in one.assumptions:
        page.item("Assumes: ", assumption, 3)
    _origins(page, one, base)
    page.item("Id: ", one.instance, 3, "dim")


def _recommended(page: Page, places: Citations, base: KnowledgeBase) -> None:
    if places:
        page.item("Recommended in ", english.cite(base, places) + ".", 3)


def _why(caveat: Caveat, base: KnowledgeBase) -> str:
    """Where the reasoning of a caveat comes from, and who recommends it, in brackets."""
    cited, read = caveat.reasoning_from, caveat.reasoning_reading
    parts = [english.origins(base, "reasoning", cited, read)]
    if caveat.recommended:
        parts.append(f"recommended in {english.cite(base, caveat.recommended)}")
    said = "; ".join(filter(None, parts))
    return f" ({said})" if said else ""


def _origins(page: Page, one: Recommendation, base: KnowledgeBase) -> None:
    """Where the facts and where the reasoning come from, a line each."""
    for what, cited, read in (
        ("facts", one.facts_from, one.facts_reading),
        ("reasoning", one.reasoning_from, one.reasoning_reading),
    ):
        said = english.origins(base, what, cited, read)
        if said:
            page.item("", english.sentence(said), 3)


def _confidence(page: Page, one: Recommendation) -> None:
    page.item("Confidence: ", f"{one.confidence or 'none, since it is a default'}.", 3)
    if one.limited_by:
        page.item("Held down by: ", limits(one.limited_by) + ".", 3)


def limits(found: Sequence[Limit]) -> str:
    """What keeps a confidence down, the first few and a count of the rest."""
    shown = "; ".join(limit.says for limit in found[:_SHOWN_LIMITS])
    more = len(found) - _SHOWN_LIMITS
    return shown + (f"; and {more} more" if more > 0 else "")


def _briefly(page: Page, number: int, one: Recommendation, base: KnowledgeBase) -> None:
    page.item(f"{number}. ", one.says, 0)
    page.item("Held down by: ", limits(one.limited_by) + ".", 3)
    _recommended(page, one.recommended, base)
    _origins(page, one, base)
    page.item("Id: ", one.instance, 3, "dim")


def _rest(page: Page, result: Advice, *, every: bool) -> None:
    """What comes after the recommendations themselves."""
    _open(page, result, every=every)
    if result.conflicts:
        page.heading("Conflicts: both sides are given")
    for conflict in result.conflicts:
        page.item("- ", conflict.says, 0)
    _steps(page, result)
    if result.recommendations and result.tradeoffs:
        page.heading("Trade-offs")
        _tradeoffs(page, result)
    if result.notes:
        page.heading("Notes")
    for note in result.notes:
        page.item("- ", note, 0)
    if every:
        _withheld(page, result)


def _open(page: Page, result: Advice, *, every: bool) -> None:
    """Open advice with what it waits for: the first few of a kind, or with `every` all."""
    if result.open:
        page.heading("Open, until more is known")
    for kind, group in itertools.groupby(result.open, key=lambda one: one.id):
        alike = list(group)
        shown = alike if every else alike[:_SHOWN_OPEN]
        for one in shown:
            page.item("- ", one.says, 0)
            unknown = one.unknown if every else one.unknown[:_SHOWN_OPEN]
            for fact in unknown:
                page.item("Open: ", fact.says if fact.example else f"{fact.says}.", 3)
                lead, named = ("State: ", fact.form) if fact.form else ("Id: ", fact.instance)
                page.item(lead, named, 3, "dim")
            if len(unknown) < len(one.unknown):
                more = english.counted(len(one.unknown) - len(unknown), "more open fact")
                page.item("", f"and {more}", 3)
        if len(shown) < len(alike):
            page.item("", f"and {len(alike) - len(shown)} more of {kind}; --all shows them", 0)


def _withheld(page: Page, result: Advice) -> None:
    if result.considered:
        page.heading("Considered and withheld")
    for one in result.considered:
        page.item("- ", one.says, 0)
        page.item("Held down by: ", limits(one.limited_by) + ".", 3)
        page.item("Id: ", one.instance, 3, "dim")


def _steps(page: Page, result: Advice) -> None:
    says = {stage.do: stage.says for stage in result.steps}
    number = {r.instance: n for n, r in enumerate(result.recommendations, 1)}
    if result.steps:
        page.heading("What to do first")
    for position, stage in enumerate(result.steps, 1):
        after = (
            f" After: {', '.join(str(number[one]) for one in stage.after)}." if stage.after else ""
        )
        page.item(f"{position}) ", f"{says[stage.do]} (No. {number[stage.do]}.{after})", 0)


_LABEL = 40
_CELL = 3


def _tradeoffs(page: Page, result: Advice) -> None:
    """The table of recommendations and interests, in at most two blocks, or else a list."""
    number = {r.instance: n for n, r in enumerate(result.recommendations, 1)}
    label = min(max(len(effect.says) for effect in result.tradeoffs) + 1, _LABEL)
    columns = (page.width - label) // _CELL
    if 2 * columns < len(number):
        _tradeoff_list(page, result, number)
        return
    names = list(number)
    half = len(names) if len(names) <= columns else (len(names) + 1) // 2
    for block in (names[:half], names[half:]):
        if block:
            heads = "".join(f"{number[n]:>{_CELL}}" for n in block)
            page.text.append(f"{'':<{label}}{heads}\n", "dim")
            for effect in result.tradeoffs:
                _tradeoff_row(page, effect, label, "".join(f"{_sign(effect, n):>3}" for n in block))
    page.line("+ advances, - strains; numbers as above", "dim")


def _tradeoff_row(page: Page, effect: Effect, label: int, cells: str) -> None:
    lines = wrapped(effect.says, label - 1, label - 1)
    for line in lines[:-1]:
        page.line(line)
    page.text.append(f"{lines[-1]:<{label}}{cells}\n")


def _tradeoff_list(page: Page, result: Advice, number: dict[str, int]) -> None:
    for effect in result.tradeoffs:
        parts = []
        if effect.advanced_by:
            parts.append(f"+ {', '.join(str(number[one]) for one in effect.advanced_by)}")
        if effect.strained_by:
            parts.append(f"- {', '.join(str(number[one]) for one in effect.strained_by)}")
        page.item(f"{effect.says}: ", "; ".join(parts) or "not touched", 0)
    page.line("+ advanced by, - strained by; numbers as above", "dim")


def _sign(effect: Effect, instance: str) -> str:
    advanced, strained = instance in effect.advanced_by, instance in effect.strained_by
    return "+-" if advanced and strained else "+" if advanced else "-" if strained else "."
