"""Turns what somebody types at a question into an answer: what it says of each fact asked about."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from advisor.consult.naming import Names, Unclear, items, plain
from advisor.consult.questions import Question
from advisor.loader.reader import as_date, as_number, clipped, overlong
from advisor.model import asking, english
from advisor.model.errors import Location
from advisor.model.grades import BANDS, CERTAIN, GRADE_OF, HOLDS, TERMS
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact, Standing
from advisor.model.values import Value

__all__ = ["Answer", "Unclear", "accepted", "choices", "read"]

WHERE: Final = Location("<answer>")

_UNKNOWN: Final = "unknown"
_NOTE: Final = re.compile(r"(?:^|\s)(?:--|\u2013|\u2014)\s")
_PERCENT: Final = re.compile(r"(\d{1,3})\s*%")
_LIKELIHOODS: Final = TERMS[1:CERTAIN]
_MOST_PIECES: Final = 12  # between commas, of an answer with several values
_LONG: Final = 9  # digits; no question has so many options


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered to a question."""

    about: str  # the topic
    text: str  # as typed
    facts: tuple[Fact, ...]


Said = tuple[Standing, int | None]  # of one fact; with its grade if it is stated

_YES: Final[Said] = ("stated", CERTAIN)
_NO: Final[Said] = ("denied", None)
_OPEN: Final[Said] = ("unknown", None)


def read(base: KnowledgeBase, asked: Question, text: str, answered: str) -> Answer:
    """The answer that a text gives, at the time `answered`; raises Unclear.

    After a dash between blanks, " -- ", it may name where the answer is from.
    """
    body, note = _noted(asked, text.strip())
    if not body:
        raise Unclear(accepted(asked))
    said = _READERS[asked.kind](base, asked, body)
    facts = (
        Fact(
            instance=instance,
            standing=standing,
            grade=grade,
            origin="answered",
            note=note or None,
            answered=answered,
            where=WHERE,
        )
        for instance, (standing, grade) in said.items()
    )
    return Answer(about=asked.about, text=text.strip(), facts=tuple(facts))


def _noted(asked: Question, text: str) -> tuple[str, str | None]:
    """What is answered, and the note after the first dash that belongs to no option's name."""
    folded = text.casefold()
    options = (label for question in (asked, *asked.parts) for label in question.options)
    names = [label.casefold() for label in options if _NOTE.search(label)]
    for dash in _NOTE.finditer(text):
        within = (
            start <= dash.start() < start + len(name)
            for name in names
            for start in [folded.find(name, max(0, dash.start() - len(name)))]
            if start >= 0
        )
        if not any(within):
            return text[: dash.start()].strip(), text[dash.end() :].strip()
    return text, None


def accepted(asked: Question) -> str:
    """What would be an answer, in one line."""
    match asked.kind:
        case "yes-no":
            return (
                "Answer yes, no, unknown, a likelihood such as likely, or a percentage such as 70%."
            )
        case "several":
            return (
                f"Answer with numbers from 1 to {len(asked.options)} or names, with commas between "
                "them; or none, all or unknown. 2=likely gives one a likelihood."
            )
        case "choice":
            rest = "unknown" if asked.group else "none or unknown"
            return (
                f"Answer with a number from 1 to {len(asked.options)} or a name, or {rest}. "
                "2=likely gives a likelihood."
            )
        case "number":
            unit = f" ({asked.unit})" if asked.unit else ""
            return f"Answer with a number{unit}, such as 12 or 0.5, or unknown."
        case "date":
            return "Answer with a date as in 2026-05-03, or unknown."
        case "values":
            wanted = english.listing(f"{part.text} ({takes(part)})" for part in asked.parts)
            return f"Answer with {wanted}, with commas between; or unknown."


def takes(part: Question) -> str:
    """What one of several values may be, in a few words."""
    match part.kind:
        case "number":
            return f"a number in {part.unit}" if part.unit else "a number"
        case "date":
            return "a date as in 2026-05-03"
    return english.listing(part.options, "or")


def choices(asked: Question) -> list[str]:
    """The words that answer a question, for completion."""
    if asked.kind == "yes-no":
        return ["yes", "no", _UNKNOWN, *_LIKELIHOODS]
    words = [*asked.options, _UNKNOWN]
    if asked.kind == "several":
        words += ["none", "all"]
    elif asked.kind == "choice" and not asked.group:
        words.append("none")
    return words


def _yes_no(_base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    numbered = {"1": "yes", "2": "no", "3": _UNKNOWN}
    body = numbered.get(body, body)
    return {asked.instances[0]: _said(asked, body, ("yes", "no", _UNKNOWN))}


def _said(asked: Question, body: str, words: Sequence[str]) -> Said:
    """What yes, no, unknown or a likelihood says."""
    percent = _PERCENT.fullmatch(body)
    if percent is not None:
        return _of_percent(asked, int(percent[1]))
    word = _begun(body, (*words, *_LIKELIHOODS, TERMS[CERTAIN]))
    if word is None:
        raise Unclear(f"'{body}' is no answer here. {accepted(asked)}")
    if word == _UNKNOWN:
        return _OPEN
    if word in GRADE_OF:
        return ("stated", GRADE_OF[word])
    return _YES if word == "yes" else _NO


def _of_percent(asked: Question, percent: int) -> Said:
    """The grade of a percentage; where two bands meet, the one nearer to an even chance."""
    if percent > 100:
        raise Unclear(f"{percent}% is over 100%. {accepted(asked)}")
    if percent == 100:
        return _YES
    if percent == 0:
        return _NO
    fitting = [grade for grade, (low, high) in BANDS.items() if low <= percent <= high]
    return ("stated", min(fitting, key=lambda grade: abs(grade - HOLDS)))


def _begun(body: str, words: Sequence[str]) -> str | None:
    """The word that a text is, or begins without doubt; None if it is the beginning of none.

    Raises Unclear where it could be several.
    """
    text = plain(body)
    exact = [word for word in words if plain(word) == text]
    if exact:
        return exact[0]
    begun = list(dict.fromkeys(word for word in words if plain(word).startswith(text)))
    if len(begun) > 1:
        raise Unclear(
            f"'{body}' could be {english.listing(begun, 'or')}. Write a little more of it."
        )
    return begun[0] if begun else None


def _several(_base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    whole = _whole(asked, body, ("none", "all", _UNKNOWN))
    if whole is not None:
        said = {"none": _NO, "all": _YES, _UNKNOWN: _OPEN}[whole]
        return dict.fromkeys(asked.instances, said)
    found: dict[Instance, Said] = dict.fromkeys(asked.instances, _NO)
    for item in _listed(asked, body):
        number, said = _graded(asked, item, ("yes", "no", _UNKNOWN))
        found[asked.instances[number]] = said
    return found


def _listed(asked: Question, body: str) -> list[str]:
    """The items of a list, if it is not one option's whole name; Unclear if there are none."""
    names = Names(asked)
    found = [body] if names.whole(body) is not None else items(names, body)
    if not found:
        raise Unclear(accepted(asked))
    return found


def _begun_or_none(body: str, words: Sequence[str]) -> str | None:
    """One of a few words of which no two begin alike, by any beginning of two letters or more."""
    return _begun(body, words) if len(body) > 1 else None


def _whole(asked: Question, body: str, words: Sequence[str]) -> str | None:
    """A word for all options at once; an option that begins like it takes more than the word."""
    if plain(body) in words and not any(
        plain(body) == plain(name)
        for label, others in zip(asked.options, asked.words, strict=True)
        for name in (label, *others)
    ):
        return plain(body)
    return _begun_or_none(body, words) if _option(asked, body) is None else None


def _graded(asked: Question, item: str, words: Sequence[str]) -> tuple[int, Said]:
    """An option with what is said of it: that it is so, or after = how likely it is."""
    whole = Names(asked).whole(item)
    if whole is not None:
        return whole, _YES
    name, equals, grade = item.rpartition("=") if "=" in item else (item, "", "")
    number = _option(asked, name.strip())
    if number is None:
        raise Unclear(f"'{name.strip()}' is none of the options. {accepted(asked)}")
    return number, _said(asked, grade.strip(), words) if equals else _YES


def _option(asked: Question, name: str) -> int | None:
    """The option that a number, a word or the beginning of one names, counted from 0."""
    if name.isdecimal():
        number = int(name) if len(name) <= _LONG else 0
        return number - 1 if 1 <= number <= len(asked.options) else None
    return Names(asked).option(name)


def _choice(_base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    whole = _whole(asked, body, (_UNKNOWN,) if asked.group else ("none", _UNKNOWN))
    if whole is not None:
        return dict.fromkeys(asked.instances, _NO if whole == "none" else _OPEN)
    number, said = _graded(asked, body, ("yes",))
    others = dict.fromkeys(asked.instances, _OPEN) if asked.group and said != _YES else {}
    return {**others, asked.instances[number]: said}


def _measured(base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    """A number or a date, or unknown; each with a likelihood after = if there is one."""
    text, equals, grade = (part.strip() for part in body.partition("="))
    if _begun_or_none(text, (_UNKNOWN,)) and not equals:
        return dict.fromkeys(asked.instances, _OPEN)
    instance = asked.instances[0]
    assert asked.gap is not None, "a number stands in one slot"
    values = (
        *instance.values[: asked.gap],
        _value(asked, text, accepted(asked)),
        *instance.values[asked.gap + 1 :],
    )
    said = _said(asked, grade, ("yes",)) if equals else _YES
    return {base.templates[instance.template].instance(*values): said}


def _value(asked: Question, text: str, legal: str) -> Value:
    """The number, the date or the option that a text is; raises Unclear, and says what is legal."""
    value: Value | None
    if asked.kind == "choice":
        number = _option(asked, text)
        if number is None or asked.gap is None:
            raise Unclear(f"'{clipped(text)}' is none of the options. {legal}")
        return asked.instances[number].values[asked.gap]
    value = as_number(_bare(text, asked.unit)) if asked.kind == "number" else as_date(text)
    if value is None:
        why = f"'{clipped(text)}' is no {asked.kind}"
        if asked.kind == "number":
            why = overlong(_bare(text, asked.unit)) or why
        raise Unclear(f"{why}. {legal}")
    return value


def _values(base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    """All that is open of a fact, with commas between, or unknown; with a likelihood or without."""
    text, equals, grade = (part.strip() for part in body.partition("="))
    if _begun_or_none(text, (_UNKNOWN,)) and not equals:
        return dict.fromkeys(asked.instances, _OPEN)
    instance = asked.instances[0]
    template, values = base.templates[instance.template], [*instance.values]
    for part, item in zip(asked.parts, _items(asked, text), strict=True):
        assert part.gap is not None, "a part is about one slot"
        values[part.gap] = _value(part, item, accepted(asked))
    if template.repeats(values):
        names = english.listing(asking.slot_name(template, at) for at in template.distinct)
        raise Unclear(f"'{clipped(text)}' has one value twice, but {names} are never the same.")
    said = _said(asked, grade, ("yes",)) if equals else _YES
    return {template.instance(*values): said}


def _items(asked: Question, text: str) -> list[str]:
    """The value for each part; a comma may belong to the name of an option."""
    pieces = [piece.strip() for piece in re.split(r"[,;]", text)]
    size = len(asked.parts)
    if len(pieces) == size:
        return pieces
    if size < len(pieces) <= _MOST_PIECES:
        for cuts in itertools.combinations(range(1, len(pieces)), size - 1):
            ends = itertools.pairwise((0, *cuts, len(pieces)))
            found = [", ".join(pieces[start:end]) for start, end in ends]
            if all(map(_is_whole, asked.parts, found)):
                return found
    raise Unclear(f"'{clipped(text)}' is not {size} values. {accepted(asked)}")


def _is_whole(part: Question, item: str) -> bool:
    """Whether an item is all of an option's name, or what no comma stands in."""
    return Names(part).whole(item) is not None if part.options else "," not in item


def _bare(text: str, unit: str | None) -> str:
    """A number without its unit."""
    return text.removesuffix(unit).strip() if unit else text


_READERS: Final = {
    "yes-no": _yes_no,
    "several": _several,
    "choice": _choice,
    "number": _measured,
    "date": _measured,
    "values": _values,
}
