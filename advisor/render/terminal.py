"""Turns results into text for a terminal or a pipe: plain lines, wrapped, nothing cropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from advisor import english
from advisor.advise import Advice, Effect, Recommendation
from advisor.explain import Counted, Derivation, Exempted, Limit, Step
from advisor.grades import HOLDS, TERMS
from advisor.model import KnowledgeBase

_BASIS = {"recommended": "recommended by the source", "inferred": "inferred from the source"}
_SHOWN_LIMITS = 3


class Page:
    """Lines of text, wrapped to a width; text is data and never markup."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.text = Text()

    def line(self, text: str = "", style: str = "") -> None:
        """A paragraph at the margin."""
        self.item("", text, 0, style)

    def item(self, label: str, text: str, indent: int, style: str = "") -> None:
        """A labelled paragraph that hangs under its label."""
        hang = indent + 2 if label else indent
        for number, line in enumerate(
            wrapped(label + text, self.width - indent, self.width - hang)
        ):
            self.text.append(" " * (hang if number else indent))
            start = len(label) if number == 0 else 0
            self.text.append(line[:start], "dim")
            self.text.append(line[start:] + "\n", style)

    def heading(self, text: str) -> None:
        """A heading with space above."""
        self.line()
        self.line(text, "bold")

    def print(self, console: Console) -> None:
        """Put the lines on a console as they are."""
        console.print(self.text, soft_wrap=True, end="")


def wrapped(text: str, first: int, rest: int) -> list[str]:
    """The text in lines of at most `first`, then `rest` cells; a longer word is folded."""
    lines = [""]
    room = max(first, 8)
    used = 0
    for word in text.split(" "):
        size = cell_len(word)
        if used and used + 1 + size > room:
            lines.append("")
            room, used = max(rest, 8), 0
        while size > room:
            head, word = _cut(word, room - used)  # noqa: PLW2901 - what is left of it
            lines[-1] += head
            lines.append("")
            room, used, size = max(rest, 8), 0, cell_len(word)
        lines[-1] += (" " if used else "") + word
        used += size + (1 if used else 0)
    return lines


def _cut(word: str, cells: int) -> tuple[str, str]:
    """The word in two, the first part at most so many cells wide."""
    end, used = 0, 0
    for char in word:
        used += cell_len(char)
        if used > cells and end:
            break
        end += 1
    return word[:end], word[end:]


def advice(console: Console, result: Advice, base: KnowledgeBase, *, every: bool) -> None:
    """The advice as an analyst reads it: the firm first, then what is open and what to weigh."""
    page = Page(console.width)
    page.line(f"Advice for {result.client_name}", "bold")
    page.line(f"{result.title} ({result.scenario})")
    interests = {effect.interest: effect.says for effect in result.tradeoffs}
    firm = [r for r in result.recommendations if r.confidence != "low"]
    low = [r for r in result.recommendations if r.confidence == "low"]
    if not result.recommendations:
        page.heading("No advice is given")
    for number, recommendation in enumerate(firm, 1):
        page.line()
        _recommendation(page, number, recommendation, interests, base)
    if low:
        page.heading("With low confidence")
        for number, recommendation in enumerate(low, len(firm) + 1):
            _briefly(page, number, recommendation, base)
    _rest(page, result, every=every)
    page.print(console)


def _recommendation(
    page: Page, number: int, one: Recommendation, interests: dict[str, str], base: KnowledgeBase
) -> None:
    page.item(f"{number}. ", one.says, 0, "bold")
    page.item("Because ", one.because + ".", 3)
    _confidence(page, one)
    page.item("Basis: ", _BASIS[one.basis] + ".", 3)
    for caveat in one.caveats:
        cited = f" ({english.cite(base, caveat.sources)})" if caveat.sources else ""
        page.item("Caveat: ", f"{caveat.says}, because {caveat.because}{cited}.", 3)
    if one.advances:
        page.item("Advances: ", "; ".join(interests[i] for i in one.advances) + ".", 3)
    if one.strains:
        page.item("Strains: ", "; ".join(interests[i] for i in one.strains) + ".", 3)
    for assumption in one.assumptions:
        page.item("Assumes: ", assumption, 3)
    page.item("Sources: ", english.cite(base, one.sources) + ".", 3)
    page.item("Id: ", one.instance, 3, "dim")


def _confidence(page: Page, one: Recommendation) -> None:
    page.item("Confidence: ", one.confidence + ".", 3)
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
    page.item("Sources: ", english.cite(base, one.sources) + ".", 3)
    page.item("Id: ", one.instance, 3, "dim")


def _rest(page: Page, result: Advice, *, every: bool) -> None:
    """What comes after the recommendations themselves."""
    _open(page, result)
    if result.conflicts:
        page.heading("Conflicts: both sides are given")
    for conflict in result.conflicts:
        page.item("- ", conflict.says, 0)
    _steps(page, result)
    if result.recommendations and result.tradeoffs:
        page.heading("Trade-offs")
        _tradeoffs(page, result)
    if result.notes:
        page.heading("Notes on the facts")
    for note in result.notes:
        page.item("- ", note, 0)
    if every:
        _withheld(page, result)


def _open(page: Page, result: Advice) -> None:
    if result.open:
        page.heading("Open, until more is known")
    for one in result.open:
        page.item("- ", one.says, 0)
        for unknown in one.unknown:
            page.item("Open: ", f"{unknown.says}.", 3)
            page.item("Id: ", unknown.instance, 3, "dim")


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


def explanation(console: Console, facts: Iterable[Step], base: KnowledgeBase) -> None:
    """How trees, one after the other."""
    page = Page(console.width)
    for number, step in enumerate(facts):
        if number:
            page.line()
        _step(page, step, base, 0)
    page.print(console)


def _step(page: Page, step: Step, base: KnowledgeBase, indent: int) -> None:
    style = "bold" if not indent else ""
    page.item("" if not indent else "- ", english.sentence(step.says), indent, style)
    below = indent + 2
    page.item("", _status(step, base), below, "dim")
    if step.note:
        page.item("Note: ", step.note, below)
    for number, derivation in enumerate(step.derivations):
        _derivation(page, derivation, base, below, also=number > 0)


def _status(step: Step, base: KnowledgeBase) -> str:
    """One line on where a fact stands: its instance, support, grade and sources."""
    grade = TERMS[step.lower]
    if step.lower != step.upper:
        grade += f" to {TERMS[step.upper]}"
    words = {
        "given": f"given as {step.stated}",
        "assumed": f"assumed as {step.stated}",
        "answered": f"answered as {step.stated}",
        "derived": f"support: {grade}",
        "denied": "denied",
        "unknown": "unknown",
        "disputed": f"disputed; support: {grade}",
        "unmentioned": "nobody says so",
    }
    parts = [step.instance, words[step.support]]
    if step.sources:
        parts.append(english.cite(base, step.sources))
    if step.repeated:
        parts.append("shown above")
    if step.deeper:
        parts.append("more below; explain it by itself")
    return " | ".join(parts)


def _derivation(
    page: Page, one: Derivation, base: KnowledgeBase, indent: int, *, also: bool
) -> None:
    lead = "Also because " if also else "Because "
    page.item(lead, one.because + ".", indent)
    parts = [f"rule {one.rule}", f"strength {one.strength}", f"support: {TERMS[one.lower]}"]
    if one.sources:
        parts.append(english.cite(base, one.sources))
    if one.circular:
        parts.append("circular: no reason of its own")
    page.item("", " | ".join(parts), indent, "dim")
    for premise in one.premises:
        _step(page, premise, base, indent + 2)
    for count in one.counts:
        _counted(page, count, base, indent + 2)
    for comparison in one.comparisons:
        page.item("- ", english.sentence(comparison), indent + 2)
    for exception in one.exceptions:
        _exempted(page, exception, base, indent + 2)


def _counted(page: Page, count: Counted, base: KnowledgeBase, indent: int) -> None:
    page.item("- ", f"At least {count.count} of these hold: {count.says}.", indent)
    for step in count.facts:
        _step(page, step, base, indent + 2)


def _exempted(page: Page, exception: Exempted, base: KnowledgeBase, indent: int) -> None:
    if exception.silent:
        page.item("- ", f"There is no evidence that {exception.says}. (Assumed.)", indent)
        return
    lead = "Yet it holds" if exception.lower >= HOLDS else "It is not held"
    page.item("- ", f"{lead} that {exception.says}.", indent)
    for step in exception.facts:
        _step(page, step, base, indent + 2)
