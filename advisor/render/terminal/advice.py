"""Turns advice into text for a terminal or a pipe: plain lines, wrapped, nothing cropped."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from rich.console import Console

from advisor.answers.confidence import Confidence, usual
from advisor.answers.explanation import Step, merged
from advisor.answers.recommendation import Advice, Caveat, Line, Recommendation, Unknown
from advisor.model import citing, english
from advisor.model.errors import in_shell
from advisor.model.records import KnowledgeBase
from advisor.render.terminal.few import few, like_these, most_of_a_kind
from advisor.render.terminal.misses import nearest
from advisor.render.terminal.page import Page
from advisor.render.terminal.tradeoffs import numbers_of, tradeoffs
from advisor.render.terminal.withheld import limits, withheld

_STRENGTH = {"do": "To do", "consider": "To consider"}
_OFTEN = 2  # lines that say a caveat in full
_SHOWN_OPEN = 3
_SHOWN_NOTES = 2


class Invocation(NamedTuple):
    """What was asked for on the command line, so that other commands can be told of the same."""

    facts: str | None
    client: str | None
    base: str | None

    def again(self, command: str, *, option: str = "") -> str:
        """A command over the same facts, client and base; `option` is what it names facts with."""
        named = {option: self.facts, "--for": self.client, "--base": self.base}
        words = [f"{name} {in_shell(word)}".strip() for name, word in named.items() if word]
        return " ".join(["advisor", command, *words])


def advice(
    console: Console,
    result: Advice,
    base: KnowledgeBase,
    *,
    asked: Invocation | None,
    long: bool,
    table: bool = False,
) -> None:
    """The advice on a screen; `long`, all of it; as a `table`, what it means for each interest.

    `asked` is what another command has to be told to go on with it; None if none can.
    """
    page = Page(console.width)
    if table:
        tradeoffs(page, result, "as advisor advise has them")
    elif long:
        _long(page, result, base, asked)
    else:
        _short(page, result, base, asked)
    page.print(console)


def _short(page: Page, result: Advice, base: KnowledgeBase, asked: Invocation | None) -> None:
    """What is recommended, a line each, by strength and topic; what is open; how to go on."""
    _head(page, result, base)
    pieces = {piece.instance: piece for piece in result.recommendations}
    numbers = {line.number: line for line in result.lines}
    width = max((len(_handles(line)) for line in result.lines), default=1) + 2
    usual = _usual(result)
    marks = _marks(result)
    shared = _lacked_by_all(result)
    said = _legend(result, marks)
    most = most_of_a_kind(result, pieces)
    for strength, topics in itertools.groupby(result.topics, key=lambda topic: topic.strength):
        if shared and strength == "consider":
            said.append(f"each {english.listing(shared)}")
        page.line(": ".join(filter(None, [_STRENGTH[strength], "; ".join(said)])), "bold")
        said.clear()
        for topic in topics:
            if topic.says and len(topic.lines) > 1:
                page.line(topic.says[:1].upper() + topic.says[1:], "cyan")
            shown, folded = few(topic, numbers, pieces, most)
            for line in shown:
                lead = f"for {topic.says}: " if topic.says and len(topic.lines) == 1 else ""
                first = pieces[line.members[0].instance]
                parts = _in_short(line, first, base, usual, shared)
                more = f" ({'; '.join(parts)})" if parts else ""
                page.row(_handles(line), _marked(lead, line, marks) + more, width)
            for left in folded:
                page.row("", like_these(base, pieces, left), width)
    _opened(page, result)
    _noted(page, result)
    _nowhere(page, result, asked, always=not result.lines)
    if result.lines and asked is not None:
        why, flip = asked.again("explain 1"), asked.again("flip 1")
        told = [f"Why: {why}", f"What would change it: {flip}", "In full: --long"]
        together = "   ".join(told)
        for command in [together] if len(together) <= page.width else told:
            page.line(command, "dim")


def _noted(page: Page, result: Advice) -> None:
    """The first few notes."""
    for note in result.notes[:_SHOWN_NOTES]:
        page.line(note)
    if len(result.notes) > _SHOWN_NOTES:
        page.line(f"and {english.counted(len(result.notes) - _SHOWN_NOTES, 'more note')}: --long")


def _legend(result: Advice, marks: Mapping[str, str]) -> list[str]:
    """What comes before what, and what each mark stands for."""
    steps = [_sequence(result)] if result.steps else []
    return [*steps, *(f"{mark} {caveat}" for caveat, mark in marks.items())]


def _marks(result: Advice) -> dict[str, str]:
    """A mark for each caveat that several lines have: said in full above them."""
    count = Counter(caveat for line in result.lines for caveat in line.caveats)
    often = [caveat for caveat, lines in count.items() if lines > _OFTEN]
    return {caveat: "*" * place for place, caveat in enumerate(often, 1)}


def _marked(lead: str, line: Line, marks: Mapping[str, str]) -> str:
    """The sentence of a line after its lead; caveats that several lines have by their marks."""
    own = [caveat for caveat in line.caveats if caveat not in marks]
    others = [marks[caveat] for caveat in line.caveats if caveat in marks]
    return " ".join([english.qualified(lead + line.shortly, own), *others])


def _head(page: Page, result: Advice, base: KnowledgeBase) -> None:
    page.line(f"Advice for {result.client_name}: {_counts(result)}", "bold")
    page.line(f"{result.title} ({result.scenario}). {_rests_on(result, base)}".rstrip())
    for piece in result.by_default:
        page.line(f"By default: {piece.says}")


def _counts(result: Advice) -> str:
    """How much is recommended, and how firmly."""
    if not result.lines and result.open:
        return f"nothing yet; {len(result.open):,} open"
    if not result.lines:
        return f"none; the rules find nothing in the facts for {result.client_name}"
    count = english.counted(len(result.recommendations), "recommendation")
    marked = {piece.confidence for piece in result.recommendations} - {_usual(result)}
    less = " unless marked" if marked else ""
    return f"{count}, of {_usual(result)} confidence{less}"


def _nowhere(page: Page, result: Advice, asked: Invocation | None, *, always: bool) -> None:
    """What comes nearest to advice, and how many facts no advice rests on.

    Unless `always`, only if that is most of them.
    """
    if result.unused.nearest is not None:
        page.line(nearest(result.unused.nearest))
    idle, of = len(result.unused.facts), result.unused.of
    if always and not of:
        page.line("The file itself states nothing: add facts to it, or in one that extends it.")
    if idle and (always or 2 * idle > of):
        lead = f"{idle} of {english.counted(of, 'fact')} {'leads' if idle == 1 else 'lead'} nowhere"
        which = f": {asked.again('facts --unused', option='--from')}" if asked else ""
        page.line(lead + which, "dim")


def _is_bare(step: Step) -> bool:
    """Whether a fact that is stated at a step or beneath it is cited to nobody."""
    if step.support == "given" and not step.sources:
        return True
    return any(_is_bare(premise) for one in step.derivations for premise in one.premises)


def _usual(result: Advice) -> Confidence | None:
    """The confidence that most recommendations have; of equals, the lower."""
    return usual(piece.confidence for piece in result.recommendations)


def _rests_on(result: Advice, base: KnowledgeBase) -> str:
    """The source that everything rests on, if it is one."""
    cited = {citation.source for piece in result.recommendations for citation in piece.facts_from}
    if len(cited) != 1 or len(result.recommendations) < 2:
        return ""
    if any(_is_bare(piece.how) for piece in result.recommendations):
        return ""
    source = base.sources[cited.pop()]
    rating = f"{source.reliability}{source.credibility}"
    about = ", ".join(filter(None, (rating, source.as_of or source.dated)))
    return f"All of it rests on one source, {source.id}" + (f" ({about})." if about else ".")


def _handles(line: Line) -> str:
    """How a line is named: "5", or of several pieces "5a-c"."""
    first, last = line.members[0].handle, line.members[-1].handle
    return first if first == last else f"{first}-{last.removeprefix(str(line.number))}"


def _in_short(
    line: Line,
    first: Recommendation,
    base: KnowledgeBase,
    usual: Confidence | None,
    shared: Sequence[str],
) -> list[str]:
    """Its confidence if it is not the usual one, who recommends it, and what is lacking."""
    parts = [str(line.confidence)] if line.confidence != usual else []
    if first.recommended:
        parts.append(f"recommended in {citing.cite(base, first.recommended)}")
    return [*parts, *(clause for clause in line.lacking if clause not in shared)]


def _lacked_by_all(result: Advice) -> list[str]:
    """What keeps all that is only to be considered from being more."""
    considered = [line for line in result.lines if line.strength == "consider"]
    if len(considered) < _OFTEN:
        return []
    first, *others = considered
    return [one for one in first.lacking if all(one in line.lacking for line in others)]


def _opened(page: Page, result: Advice) -> None:
    """What is open, the first few, with what would decide it."""
    for piece in result.open[:_SHOWN_OPEN]:
        page.item("Open: ", f"{piece.says} {_waits_for(piece.unknown[:_SHOWN_OPEN])}", 0)
    if len(result.open) > _SHOWN_OPEN:
        more = len(result.open) - _SHOWN_OPEN
        are = "is" if more == 1 else "are"
        page.line(f"and {more:,} more {are} open; --long shows them")


def _waits_for(facts: Iterable[Unknown]) -> str:
    """What open advice waits for: what is not known, and what is disputed."""
    unknown, disputed = [], []
    for fact in facts:
        what = fact.says.removeprefix("it is not known")
        if what == fact.says:
            disputed.append(english.sentence(what))
        else:
            unknown.append(what.removeprefix(":").strip().removesuffix("?"))
    told = [f"Not known: {'; '.join(unknown)}."] if unknown else []
    return " ".join([*told, *disputed])


def _sequence(result: Advice) -> str:
    """What comes before what, by the numbers of lines."""
    number = numbers_of(result)
    pairs = dict.fromkeys(
        (number[first], number[stage.do]) for stage in result.steps for first in stage.after
    )
    return "; ".join(f"{first} before {then}" for first, then in pairs)


def _long(page: Page, result: Advice, base: KnowledgeBase, asked: Invocation | None) -> None:
    """Everything: of each line its reasons and origins, then what is open and what to weigh."""
    _head(page, result, base)
    interests = {effect.interest: effect.says for effect in result.tradeoffs}
    pieces = {piece.instance: piece for piece in result.recommendations}
    for strength, some in itertools.groupby(result.lines, key=lambda line: line.strength):
        page.heading(_STRENGTH[strength])
        for line in some:
            page.line()
            page.item(f"{line.number}. ", line.says, 0, "bold")
            _details(page, [pieces[one.instance] for one in line.members], interests, base)
            for clause in line.lacking:
                page.item("To consider, as it ", f"{clause}.", 3)
            for member in line.members:
                more = "" if len(line.members) == 1 else f"{member.handle}, {member.says}: "
                page.item(f"Id: {more}", member.instance, 3, "dim")
    for piece in result.by_default:
        page.line()
        page.item("By default: ", piece.says, 0, "bold")
        page.item("Because ", piece.because + ".", 3)
        page.item("Id: ", piece.instance, 3, "dim")
    _rest(page, result, base)
    page.line()
    _nowhere(page, result, asked, always=True)


def _details(
    page: Page, pieces: Sequence[Recommendation], interests: dict[str, str], base: KnowledgeBase
) -> None:
    """What is said of the pieces of a line together, what they agree in once."""
    first = pieces[0]
    moved = {
        "Advances": "; ".join(interests[interest] for interest in first.advances),
        "Strains": "; ".join(interests[interest] for interest in first.strains),
    }
    lines = [("Because", piece.because) for piece in pieces]
    lines.append(("Confidence:", str(first.confidence)))
    lines += [("Held down by:", limits(piece.limited_by)) for piece in pieces]
    lines += [("Recommended in", citing.cite(base, piece.recommended)) for piece in pieces]
    lines += [("Caveat:", _caveat(caveat, base)) for piece in pieces for caveat in piece.caveats]
    lines += [(f"{label}:", says) for label, says in moved.items()]
    lines += [("Assumes:", says.rstrip(".")) for piece in pieces for says in piece.assumptions]
    for label, says in dict.fromkeys(lines):
        if says:
            page.item(f"{label} ", f"{says}.", 3)
    for says in _origins(pieces, base):
        page.item("", says, 3)


def _caveat(caveat: Caveat, base: KnowledgeBase) -> str:
    """A caveat with its reason, where that comes from and who recommends it."""
    cited, read = caveat.reasoning_from, caveat.reasoning_reading
    parts = [citing.origins(base, "reasoning", cited, read)]
    if caveat.recommended:
        parts.append(f"recommended in {citing.cite(base, caveat.recommended)}")
    said = "; ".join(filter(None, parts))
    return f"{caveat.says}, because {caveat.because}{f' ({said})' if said else ''}"


def _origins(pieces: Sequence[Recommendation], base: KnowledgeBase) -> list[str]:
    """Where the facts and where the reasoning of all pieces come from, a sentence each."""
    sides = (
        ("facts", [(piece.facts_from, piece.facts_reading) for piece in pieces]),
        ("reasoning", [(piece.reasoning_from, piece.reasoning_reading) for piece in pieces]),
    )
    found = []
    for what, pairs in sides:
        cited = merged(base, (citation for citations, _ in pairs for citation in citations))
        read = dict.fromkeys(reading for _, readings in pairs for reading in readings)
        found.append(citing.origins(base, what, cited, tuple(read)))
    return [english.sentence(says) for says in found if says]


def _rest(page: Page, result: Advice, base: KnowledgeBase) -> None:
    """What comes after the recommendations themselves."""
    _left_open(page, result)
    _listed(
        page, "Conflicts: both sides are given", [conflict.says for conflict in result.conflicts]
    )
    _steps(page, result)
    if result.recommendations and result.tradeoffs:
        page.heading("Trade-offs")
        tradeoffs(page, result, "as above")
    _listed(page, "Notes", result.notes)
    withheld(page, result.considered, base)


def _listed(page: Page, heading: str, items: Sequence[str]) -> None:
    if items:
        page.heading(heading)
    for item in items:
        page.item("- ", item, 0)


def _left_open(page: Page, result: Advice) -> None:
    """What is open, with all that would decide it."""
    if result.open:
        page.heading("Open, until more is known")
    for open_advice in result.open:
        page.item("- ", open_advice.says, 0)
        for fact in open_advice.unknown:
            page.item("Open: ", fact.says if fact.example else f"{fact.says}.", 3)
            lead, named = ("State: ", fact.form) if fact.form else ("Id: ", fact.instance)
            page.item(lead, named, 3, "dim")


def _steps(page: Page, result: Advice) -> None:
    handle = {member.instance: member.handle for line in result.lines for member in line.members}
    if result.steps:
        page.heading("Order of steps")
    for position, stage in enumerate(result.steps, 1):
        after = ", ".join(handle[first] for first in stage.after)
        more = f", after {after}" if after else ""
        page.item(f"{position}) ", f"{stage.says} (No. {handle[stage.do]}{more})", 0)
