"""Turns what somebody types at a question into an answer: what it says of each fact asked about."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from advisor.consult.menus import Menu
from advisor.consult.naming import Names, is_short, items, part
from advisor.consult.questions import Question
from advisor.consult.words import (
    LIKELIHOODS,
    NO,
    OPEN,
    SAID,
    YES,
    Said,
    Unclear,
    begun,
    exact,
    is_said,
    meaning,
    plain,
    said,
    why_nothing,
)
from advisor.loader.reader import as_date, as_number, clipped, overlong
from advisor.model import asking, english
from advisor.model.errors import Location
from advisor.model.grades import HOLDS, NO_SUPPORT
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.scenarios import Fact
from advisor.model.values import Value

__all__ = ["Answer", "Unclear", "accepted", "choices", "picked", "read"]

WHERE: Final = Location("<answer>")

_UNKNOWN: Final = "unknown"
_DASHES: Final = frozenset({"--", "\u2013", "\u2014"})
_PAIR: Final = ("one", "other")
_MOST_PIECES: Final = 12  # between commas, of an answer with several values
_BUT: Final = re.compile(
    r"(?:all|everything|everyone|all of (?:these|them)) (?:but|except(?: for)?|without) (.+)",
    re.IGNORECASE,
)
_REST: Final = re.compile(
    r"(?:^|[,;&]|\band\b|\s)\s*(?:the\s+)?(rest|all\s+others|others?|everything\s+else)"
    r"(?:\s+(?:is|are))?\s*[=:\s]\s*(\S.*)",
    re.IGNORECASE,
)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered to a question."""

    about: str  # the topic
    text: str  # as typed
    facts: tuple[Fact, ...]


def read(base: KnowledgeBase, asked: Question, text: str, answered: str) -> Answer:
    """The answer that a text gives, at the time `answered`; raises Unclear.

    After a dash between blanks, " -- ", it may name where the answer is from.
    """
    body, note = _noted(asked, text.strip())
    if not body:
        raise Unclear(accepted(asked))
    found = _READERS[asked.kind](base, asked, body)
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
        for instance, (standing, grade) in found.items()
    )
    return Answer(about=asked.about, text=text.strip(), facts=tuple(facts))


def _noted(asked: Question, text: str) -> tuple[str, str | None]:
    """What is answered, and the note after the first dash that belongs to no option's name."""
    tokens = list(re.finditer(r"\S+", text))
    words = [token[0] for token in tokens]
    every = (label for question in (asked, *asked.parts) for label in question.options)
    names = [label for label in every if not _DASHES.isdisjoint(label.split())]
    for at, word in enumerate(words):
        between = words[at - 1 : at] + words[at + 1 : at + 2]
        counted = asked.kind == "several" and len(between) == len(_PAIR)
        counted = counted and all(map(str.isdecimal, between))  # as in 1 - 3
        if word in _DASHES and not counted and not any(_within(n, words, at) for n in names):
            return text[: tokens[at].start()].strip(), text[tokens[at].end() :].strip()
    return text, None


def _within(name: str, words: Sequence[str], at: int) -> bool:
    """Whether a word is one of those that make a name, wherever that begins."""
    size, wanted = len(name.split()), plain(name)
    starts = range(max(0, at - size + 1), at + 1)
    return any(plain(" ".join(words[start : start + size])).startswith(wanted) for start in starts)


def picked(base: KnowledgeBase, asked: Menu, text: str) -> list[int]:
    """The options of a menu that a text takes, counted from 0, at least one; raises Unclear."""
    found = _READERS[asked.kind](base, asked, text)
    taken = [number for number, one in enumerate(asked.instances) if found.get(one) == YES]
    if not taken or not {YES, NO}.issuperset(found.values()):
        raise Unclear(f"'{clipped(text)}' is no choice here. {asked.legal}")
    return taken


def accepted(asked: Question) -> str:
    """What would be an answer, in one line."""
    if isinstance(asked, Menu):
        return asked.legal
    match asked.kind:
        case "yes-no":
            return (
                "Answer yes, no, unknown, a likelihood such as likely, or a percentage such as 70%."
            )
        case "several":
            return (
                f"Answer with numbers from 1 to {len(asked.options)} or names, with commas between "
                "them; or none, all, all but 2, or unknown. 2=likely gives one a likelihood; the "
                "others are taken for no, unless rest unknown follows."
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
    if isinstance(asked, Menu):
        return [*asked.options, "all"] if asked.kind == "several" else [*asked.options]
    if asked.kind == "yes-no":
        return ["yes", "no", _UNKNOWN, *LIKELIHOODS]
    words = [*asked.options, _UNKNOWN]
    if asked.kind == "several":
        words += ["none", "all"]
    elif asked.kind == "choice" and not asked.group:
        words.append("none")
    return words


def _yes_no(_base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    numbered = {"1": "yes", "2": "no", "3": _UNKNOWN}
    words = ("yes", "no", _UNKNOWN)
    return {asked.instances[0]: _said(asked, numbered.get(plain(body), body), words)}


def _said(asked: Question, body: str, meanings: Sequence[str]) -> Said:
    """What yes, no, unknown, a likelihood or a percentage says; raises Unclear."""
    found = said(body, meanings)
    if found is None:
        raise Unclear(f"{why_nothing(body, meanings)} {accepted(asked)}")
    return found


def _several(_base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    names = Names(asked)
    both = ("both",) if len(asked.options) == len(_PAIR) else ()
    meanings = ("none", "no", "all", *both, _UNKNOWN)
    whole = _whole(names, body, meanings)
    if whole is not None:
        return dict.fromkeys(asked.instances, SAID[whole])
    if exact(body, ("yes",)) and names.whole(body) is None:
        raise Unclear(f"Which of them? {accepted(asked)}")
    but = _BUT.fullmatch(body) if names.whole(body) is None else None
    body, others = (but[1], YES) if but else _rest(names, body)
    found = _listed(asked, names, body, NO if but else YES) if body else {}
    if len(found) < len(names.options) and others is None:
        if all(one == NO for one in found.values()):
            raise Unclear("And the others? Add rest yes or rest unknown, or name those that are.")
        others = NO
    return {
        instance: found.get(number, others or NO) for number, instance in enumerate(asked.instances)
    }


def _rest(names: Names, body: str) -> tuple[str, Said | None]:
    """A list without what it says of the rest, and that, if it says something."""
    found = _REST.search(body) if names.whole(body) is None else None
    if found is None or names.whole(found[1]) is not None:
        return body, None
    meant = exact(found[2], ("yes", "no", "none", "all", _UNKNOWN))
    if meant is None and not is_said(found[2]):
        return body, None
    return body[: found.start()].strip(), SAID[meant] if meant else said(found[2], ())


def _listed(asked: Question, names: Names, body: str, bare: Said) -> dict[int, Said]:
    """What a list says of options, by number; of those without a likelihood, that they are so."""
    listed = [body] if names.whole(body) is not None else items(names, body)
    if not listed:
        raise Unclear(accepted(asked))
    found: dict[int, Said] = {}
    for item in listed:
        numbers, one = _graded(asked, names, item, ("yes", "no", _UNKNOWN), bare)
        for number in numbers:
            if found.setdefault(number, one) != one:
                name = names.options[number]
                raise Unclear(f"'{clipped(body)}' says two things of {name}. {accepted(asked)}")
    return found


def _whole(names: Names, body: str, meanings: Sequence[str]) -> str | None:
    """A word for all options at once; an option that begins like it takes more than the word."""
    if names.labelled(body) is not None:
        return None
    whole = exact(body, meanings)
    called = names.whole(body)
    if whole is not None and called is not None:
        raise Unclear(names.doubtful(body, {called}, [whole]))
    if whole is not None or (called is not None and not is_short(body)):
        return whole
    could = begun(body, meanings) if len(body) > 1 else {}
    options = names.could_be(body) if could else set()
    if len(could) + len(options) > 1:
        raise Unclear(names.doubtful(body, options, [*could.values()]))
    return None if options else next(iter(could), None)


def _graded(
    asked: Question, names: Names, item: str, meanings: Sequence[str], bare: Said = YES
) -> tuple[list[int], Said]:
    """Options with what is said of them: that they are so, or after = how likely it is."""
    name, grade = part(names, item)
    numbers = names.options_of(name)
    if not numbers:
        raise Unclear(f"'{clipped(name)}' is none of the options. {accepted(asked)}")
    return numbers, _said(asked, grade, meanings) if grade else bare


def _choice(_base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    names = Names(asked)
    none = ("none",) if "no" in asked.options else ("none", "no")
    whole = _whole(names, body, (_UNKNOWN,) if asked.group else (*none, _UNKNOWN))
    if whole is not None:
        return dict.fromkeys(asked.instances, SAID[whole])
    numbers, one = _graded(asked, names, body, ("yes",))
    if len(numbers) > 1:
        raise Unclear(f"Only one of these can be so. {accepted(asked)}")
    others = dict.fromkeys(asked.instances, OPEN) if asked.group and one != YES else {}
    return {**others, asked.instances[numbers[0]]: one}


def _measured(base: KnowledgeBase, asked: Question, body: str) -> Mapping[Instance, Said]:
    """A number or a date, or unknown; each with a likelihood after = if there is one."""
    text, equals, grade = (part.strip() for part in body.partition("="))
    if _is_unknown(text) and not equals:
        return dict.fromkeys(asked.instances, OPEN)
    instance = asked.instances[0]
    assert asked.gap is not None, "a number stands in one slot"
    values = (
        *instance.values[: asked.gap],
        _value(asked, text, accepted(asked)),
        *instance.values[asked.gap + 1 :],
    )
    one = _likely(asked, text, grade) if equals else YES
    return {base.templates[instance.template].instance(*values): one}


def _likely(asked: Question, value: str, grade: str) -> Said:
    """How likely a value is; raises Unclear where it is likelier to be another, not said which."""
    found = _said(asked, grade, ("yes",))
    if (found[1] or NO_SUPPORT) < HOLDS:
        raise Unclear(f"If not {clipped(value)}, what is it? {accepted(asked)}")
    return found


def _is_unknown(text: str) -> bool:
    """Whether nobody knows, by any beginning of two letters or more."""
    return len(text) > 1 and meaning(text, (_UNKNOWN,)) is not None


def _value(asked: Question, text: str, legal: str) -> Value:
    """The number, the date or the option that a text is; raises Unclear, and says what is legal."""
    value: Value | None
    if asked.kind == "choice":
        number = Names(asked).option(text)
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
    if _is_unknown(text) and not equals:
        return dict.fromkeys(asked.instances, OPEN)
    instance = asked.instances[0]
    template, values = base.templates[instance.template], [*instance.values]
    for wanted, item in zip(asked.parts, _items(asked, text), strict=True):
        assert wanted.gap is not None, "a part is about one slot"
        values[wanted.gap] = _value(wanted, item, accepted(asked))
    if template.repeats(values):
        names = english.listing(asking.slot_name(template, at) for at in template.distinct)
        raise Unclear(f"'{clipped(text)}' has one value twice, but {names} are never the same.")
    one = _likely(asked, text, grade) if equals else YES
    return {template.instance(*values): one}


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
