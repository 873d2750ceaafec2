"""Turns the argument for a line of advice into sentences, what its pieces share only once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from advisor.answers.limits import Limit
from advisor.brief.result import Argument, Ground, Rebuttal, Turn, Turning, Warrant
from advisor.futures.result import firmness
from advisor.model import english
from advisor.render.report.document import Bullets, Fold, Section, Terms, Text, text
from advisor.render.report.proof import node
from advisor.render.report.references import References, recommendation_anchor
from advisor.render.report.words import counted, number
from advisor.render.terminal.prospects import percent

_SETS: Final = 8  # smallest sets that are told
_LIMITS: Final = 4


def section(
    arguments: Sequence[Argument], interests: Mapping[str, str], references: References
) -> Section:
    """A line of advice by itself: what is said of all its pieces once, and its reasoning folded."""
    several = len(arguments) > 1
    number = arguments[0].line
    [line] = [each for each in references.lines if each.number == number]
    pairs = []
    for label, told in _PARTS.items():
        found: dict[Text, list[str]] = {}
        for argument in arguments:
            for each in told(argument, interests, references):
                found.setdefault(each, []).append(argument.handle)
        texts = [
            each if len(handles) == len(arguments) else text(f"{', '.join(handles)}: ", each)
            for each, handles in found.items()
        ]
        if texts:
            pairs.append((label, tuple(texts)))
    first = arguments[0]
    others = ", and alike for the others" if several else ""
    fold = Fold(
        f"The reasoning for {first.handle}, step by step{others}",
        (node(first.claim.how, references),),
    )
    anchors = tuple(recommendation_anchor(a.handle) for a in arguments) if several else ()
    members = [Bullets(tuple(text(f"{m.handle}: {m.says}") for m in line.members), anchors=anchors)]
    return Section(
        anchor=recommendation_anchor(str(number)),
        title=f"{number}. {line.clause[:1].upper()}{line.clause[1:]}",
        blocks=(*(members if several else ()), Terms(tuple(pairs)), fold),
    )


def _advice(
    argument: Argument, _interests: Mapping[str, str], references: References
) -> list[Text]:
    """Who recommends it, and what comes before it."""
    who: Text = ("No source recommends it itself; it is what the rules make of the facts.",)
    if argument.claim.recommended:
        who = ("A source itself recommends it ", *references.cite(argument.claim.recommended), ".")
    said = [who] if references.sourced else []
    before = references.recommendations(argument.first)
    if len(before) == 1:
        return [*said, text("Recommendation ", before, " comes before it.")]
    return [*said, text("Recommendations ", before, " come before it.")] if before else said


def _grounds(
    argument: Argument, _interests: Mapping[str, str], references: References
) -> list[Text]:
    return [
        text(
            ground.says,
            f" This is rated {ground.stated}." if ground.stated else "",
            " ",
            "No source is given for it." if _unsourced(ground, references) else "",
            references.read(ground.sources, ground.reading),
        )
        for ground in argument.grounds
    ]


def _unsourced(ground: Ground, references: References) -> bool:
    """Whether a fact lacks a source that others have."""
    return references.sourced and not ground.sources and ground.reading != "ours"


def _warrants(
    argument: Argument, _interests: Mapping[str, str], references: References
) -> list[Text]:
    return [_warrant(each, references) for each in (argument.warrant, *argument.also)]


def _warrant(warrant: Warrant, references: References) -> Text:
    says = english.sentence(warrant.title)
    if warrant.because.casefold() != warrant.title.casefold():
        says += f" Here, {warrant.because}."
    if warrant.stated:
        says += f" The rule itself is rated no better than {warrant.stated}."
    return text(says, " ", references.read(warrant.sources, warrant.reading))


def _qualifier(argument: Argument, *_: object) -> list[Text]:
    """The confidence, and in a sentence of its own what keeps it from being higher."""
    claim = argument.claim
    says = f"This is advised with {claim.confidence} confidence."
    if claim.limited_by:
        return [text(f"{says} {held_back(claim.limited_by)}")]
    return [text(f"{says} Sources of different origin support every fact under it.")]


def held_back(limits: Sequence[Limit], subject: str = "It") -> str:
    """What keeps a confidence from being higher; a likelihood never shares a sentence with it."""
    shown = [limit.says for limit in limits[:_LIMITS]]
    left = len(limits) - len(shown)
    if left:
        shown.append(f"{number(left)} more of the kind")
    if all(limit.kind in {"single-source", "silence"} for limit in limits):
        return f"{subject} is not higher because {english.listing(shown)}."
    link = "link" if len(limits) == 1 else "links"
    return f"The argument is no stronger than its weakest {link}: {'; '.join(shown)}."


def _rebuttals(
    argument: Argument, _interests: Mapping[str, str], references: References
) -> list[Text]:
    if not argument.rebuttals:
        return [text("Its rules name no exception, and no other advice opposes it.")]
    return [rebuttal(each, references) for each in argument.rebuttals]


def rebuttal(reply: Rebuttal, references: References) -> Text:
    """What would overturn an argument, and how it stands."""
    if reply.kind == "advice":
        return text(f"The advice “{reply.says}” opposes it; {_ADVICE[reply.standing]}.")
    says = _EXCEPTION[reply.standing].format(clause=reply.says)
    return text(says, " " if reply.sources else "", references.cite(reply.sources))


_ADVICE: Final = {
    "given": "the facts support that as well",
    "open": "whether the facts support that depends on what is not known yet",
    "withheld": "the facts do not support that",
}
_EXCEPTION: Final = {
    "held": "Against the argument stands that {clause}.",
    "open": "The argument fails if {clause}. Whether this is so is not known.",
    "supported": (
        "The argument fails if {clause}. There is some support for that, though too little to "
        "decide the matter."
    ),
    "denied": "The argument fails if {clause}. The facts say otherwise.",
    "silent": "The argument fails if {clause}. There is no evidence of that.",
}


def _caveats(
    argument: Argument, _interests: Mapping[str, str], references: References
) -> list[Text]:
    return [
        text(
            english.sentence(f"{caveat.says.removeprefix('and ')}, because {caveat.because}"),
            " ",
            references.read(caveat.reasoning_from, *caveat.reasoning_reading),
            " A source itself recommends this " if caveat.recommended else "",
            references.cite(caveat.recommended),
            "." if caveat.recommended else "",
        )
        for caveat in argument.claim.caveats
    ]


def _interests(argument: Argument, interests: Mapping[str, str], *_: object) -> list[Text]:
    claim = argument.claim
    if not interests:
        return []
    parts = [
        f"It {verb} {english.listing(interests[name] for name in named)}."
        for verb, named in (("advances", claim.advances), ("strains", claim.strains))
        if named
    ]
    return [text(" ".join(parts) or "It touches none of the interests that the client holds.")]


def _changes(argument: Argument, *_: object) -> list[Text]:
    """The smallest changes that take the advice away, and the futures in which it is given."""
    return [*_turns(argument.turning), text(future(argument))]


def _turns(turning: Turning) -> list[Text]:
    if turning.size is None:
        return [text(f"No change of the given facts takes it away: {turning.reason}.")]
    told = list(dict.fromkeys(_and(changes) for changes in turning.sets))
    clauses = told[:_SETS]
    left = turning.total - len(turning.sets) + len(told) - len(clauses)
    count = f"more than {number(left)}" if turning.more else number(left)
    more = f" There are {count} more such {'changes' if turning.size == 1 else 'sets'}."
    more = more if left > 0 else ""
    if turning.size > 1:
        lead = f"It takes {number(turning.size)} changes together to overturn it. "
        return [text(lead + "It is withheld if " + "; or if ".join(clauses) + "." + more)]
    if len(clauses) == 1:
        return [text(f"A single change would overturn it: that {clauses[0]}.")]
    return [text(f"Any one of these would overturn it: {_or(clauses)}.{more}")]


def _and(turns: Sequence[Turn]) -> str:
    return english.listing(turn.says for turn in turns)


def _or(clauses: Sequence[str]) -> str:
    *most, last = (f"that {clause}" for clause in clauses)
    return "; ".join([*most, f"or {last}"])


def future(argument: Argument) -> str:
    """In how many futures advice is given and how probably, as a sentence."""
    prospect = argument.prospect
    if prospect.futures == 1:
        says = "It depends on no fact that is stated as uncertain or unknown"
        return f"{says}, though on what nobody says." if argument.claim.assumptions else f"{says}."
    if prospect.unmeasured is not None:
        return f"No share of the futures is given: {prospect.unmeasured}."
    all_ = f"The open facts that it depends on make {number(prospect.futures)} futures"
    if prospect.method != "exact":
        shown = counted(prospect.examined, "future")
        return f"{all_}; it is given in {percent(prospect.share or 0.0)} of a sample of {shown}."
    if prospect.given == prospect.futures:
        return f"{all_}, and it is given in every one."
    given = number(prospect.given) if prospect.given else "none"
    probable = percent(firmness(prospect)[0])
    return f"{all_}; it is given in {given} of them, with {probable} probability."


_PARTS: Final[Mapping[str, Callable[[Argument, Mapping[str, str], References], list[Text]]]] = {
    "Who says so": _advice,
    "Facts": _grounds,
    "Reasoning": _warrants,
    "Confidence": _qualifier,
    "What speaks against it": _rebuttals,
    "Conditions": _caveats,
    "Interests": _interests,
    "What would change it": _changes,
}
