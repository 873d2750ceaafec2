"""Reads typed values out of YAML nodes, collecting every problem instead of stopping at one.

Each method returns a harmless stand-in where it has recorded a problem; a load that recorded any
raises at its end, so that no stand-in is ever used.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Mapping_
from datetime import date
from typing import Final

import msgspec

from advisor.loader.keys import NAME, TYPE
from advisor.loader.texts import as_date
from advisor.loader.yamlfile import Mapping, Node, Scalar, Sequence, YamlDocument
from advisor.model.errors import MAX_PROBLEMS, AdvisorError, Hint, Location, Problem, nearest, told
from advisor.model.ordering import cited_in_order
from advisor.model.records import Phrase, SlotRef, SlotType
from advisor.model.sources import Citation, Citations, Source

_GAP = re.compile(r"\{([^{}]*)\}")
_REF = re.compile(r"(?P<slot>[a-z][\w-]*)(\.(?P<form>\w+)|:(?P<singular>[^/]*)/(?P<plural>[^/]*))?")
_FORMS = ("adjective", "possessive")
_KIND = {Scalar: "text", Sequence: "a list", Mapping: "keys and values"}


HINTED: Final = 100  # problems with a hint that takes work; more are not printed


class Problems:
    """The problems of one load, of every file it reads."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.hints: dict[Problem, Hint] = {}  # of those found whose hints wait to be computed
        self.documents: dict[str, YamlDocument] = {}  # the files read, to quote their lines from

    def since(self, before: int) -> bool:
        """Whether anything was found after there were `before` problems."""
        return len(self.found) > before

    def plus(self, other: Problems) -> Problems:
        """The problems of both."""
        both = Problems()
        both.found = self.found + other.found
        both.hints = self.hints | other.hints
        both.documents = self.documents | other.documents
        return both

    def raise_any(self) -> None:
        """Raise what was found, in order of place, each with the line it points into."""
        if self.found:
            order = sorted(self.found, key=lambda problem: (problem.where is None, problem.where))
            each = enumerate(dict.fromkeys(order))
            raise AdvisorError(*(self._told(problem, number < HINTED) for number, problem in each))

    def _told(self, problem: Problem, hinted: bool) -> Problem:
        """A problem with the line it points into, and with its hint if that will be read."""
        if hinted and problem in self.hints:
            hint = told(self.hints[problem])
            return self._quoting(msgspec.structs.replace(problem, hint=hint))
        return self._quoting(problem)

    def _quoting(self, problem: Problem) -> Problem:
        if problem.where is None or problem.where.file not in self.documents:
            return problem
        quoted = self.documents[problem.where.file].quoted(problem.where.line)
        return msgspec.structs.replace(problem, quoted=quoted)


class Reader:
    """The typed reading of one document."""

    def __init__(self, document: YamlDocument, problems: Problems) -> None:
        self.document = document
        self.problems = problems
        problems.documents[document.file] = document

    def problem(self, node: Node, message: str, hint: Hint = None, offset: int = 0) -> None:
        """Record what is wrong at a node, `offset` characters into it."""
        where = Location(self.document.file, node.line, node.column + offset)
        if callable(hint):
            problem = Problem(message=message, where=where)
            self.problems.hints[problem] = hint
        else:
            problem = Problem(message=message, where=where, hint=hint)
        self.problems.found.append(problem)
        if len(self.problems.found) >= MAX_PROBLEMS:
            self.problems.raise_any()

    def where(self, node: Node) -> Location:
        """The place of a node."""
        return self.document.where(node)

    def unknown(self, node: Node, kind: str, name: str, known: Iterable[str]) -> None:
        """Record a name that nothing declares, with the nearest one that is declared."""
        self.problem(node, f"there is no {kind} '{name}'", lambda: nearest(name, known))

    def items(self, node: Node | None, what: str, *, empty: bool = False) -> list[Node]:
        """The items of a list; none for a key without a value.

        A list of nothing is a problem, unless to be `empty` means something.
        """
        if node is None or is_empty(node):
            return []
        if isinstance(node, Sequence):
            if not (node.items or empty):
                self._says_nothing(node, what)
            return node.items
        self.problem(node, f"{what} must be a list, and is {_KIND[type(node)]}")
        return []

    def entries(
        self, node: Node | None, what: str, *, empty: bool = False
    ) -> list[tuple[Scalar, Node]]:
        """The keys of a mapping with their values; one of nothing as in `items`."""
        if node is None or is_empty(node):
            return []
        if isinstance(node, Mapping):
            if not (node.entries or empty):
                self._says_nothing(node, what)
            return node.entries
        self.problem(node, f"{what} must be keys and values, and is {_KIND[type(node)]}")
        return []

    def _says_nothing(self, node: Node, what: str) -> None:
        self.problem(node, f"{what} is empty, which says nothing", "fill it, or leave it out")

    def fields(
        self,
        node: Node,
        what: str,
        known: Iterable[str],
        required: Iterable[str] = (),
        gone: Mapping_[str, str] | None = None,
    ) -> dict[str, Node]:
        """The values of a record by key; an unknown or a missing key is a problem.

        `gone` keys were known once; each has a hint on what to write instead.
        """
        known = tuple(known)
        found: dict[str, Node] = {}
        misspelt = []
        for key, value in self.entries(node, what, empty=True):
            if key.text in known:
                found[key.text] = value
            else:
                nearby = nearest(key.text, known)
                misspelt.append(nearby)
                hint = (gone or {}).get(key.text) or nearby or f"known here: {', '.join(known)}"
                self.problem(key, f"{what} has no key '{key.text}'", hint)
        for key_name in required:
            if key_name in found or nearest(key_name, [key_name]) in misspelt:
                continue
            if isinstance(node, Mapping) or is_empty(node):
                self.problem(node, f"{what} needs '{key_name}'", f"add {key_name}: ...")
        return found

    def text(self, node: Node | None, what: str) -> str:
        """A text, on one line; anything but a single value is a problem, nothing too."""
        if node is None:
            return ""
        if not isinstance(node, Scalar):
            self.problem(node, f"{what} must be text, and is {_KIND[type(node)]}")
            return ""
        text = " ".join(node.text.split())
        if not text or is_empty(node):
            self.problem(node, f"{what} has no value", "give one, or take the key out")
            return ""
        return text

    def optional(self, node: Node | None, what: str) -> str | None:
        """A text, or None for a key that is not there."""
        return None if node is None else self.text(node, what)

    def identifier(self, node: Node, what: str, form: str = NAME) -> str:
        """A name of the right shape."""
        text = self.text(node, what)
        if text and not re.fullmatch(form, getattr(node, "text", "")):
            shape = "a capital first" if form == TYPE else "lower case, words-with-hyphens"
            self.problem(node, f"'{text}' cannot name {what}", f"names here are {shape}")
        return text

    def choice(self, node: Node | None, what: str, legal: Iterable[str], default: str) -> str:
        """One of the legal texts."""
        if node is None:
            return default
        text = self.text(node, what)
        legal = tuple(legal)
        if text and text not in legal:
            self.problem(
                node,
                f"'{text}' is no {what}",
                lambda: nearest(text, legal) or f"one of: {', '.join(legal)}",
            )
        return text if text in legal else default

    def boolean(self, node: Node | None, what: str, default: bool = False) -> bool:
        """`true` or `false`, written plainly; nothing else is a boolean."""
        if node is None:
            return default
        if isinstance(node, Scalar) and node.plain and node.text in {"true", "false"}:
            return node.text == "true"
        shown = f"'{node.text}'" if isinstance(node, Scalar) else _KIND[type(node)]
        self.problem(node, f"{what} must be true or false, and is {shown}")
        return default

    def count(self, node: Node | None, what: str) -> int:
        """A whole number from one up."""
        text = self.text(node, what)
        if text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 5:
            return int(text)
        if node is not None and text:
            self.problem(node, f"{what} must be a whole number from 1 up, and is '{text}'")
        return 1

    def date(self, node: Node | None, what: str) -> date | None:
        """A calendar date."""
        if node is None:
            return None
        text = self.text(node, what)
        value = as_date(text)
        if value is None and text:
            self.problem(node, f"{what} must be a date, and is '{text}'", "write it YYYY-MM-DD")
        return value

    def phrase(
        self, node: Node | None, what: str, gaps: Mapping_[str, SlotType | None] | None
    ) -> Phrase:
        """English with gaps; every gap must be one of `gaps` (None: not checked here)."""
        if node is None:
            return ()
        text = self.text(node, what)
        parts: list[str | SlotRef] = []
        end = 0
        for match in _GAP.finditer(text):
            parts.append(text[end : match.start()])
            end = match.end()
            ref = self._gap(node, match, what, gaps)
            if ref is not None:
                parts.append(ref)
        parts.append(text[end:])
        if "{" in _GAP.sub("", text) or "}" in _GAP.sub("", text):
            self.problem(node, f"{what} has a brace without its partner")
        return tuple(part for part in parts if part != "")

    def _gap(
        self,
        node: Node,
        match: re.Match[str],
        what: str,
        gaps: Mapping_[str, SlotType | None] | None,
    ) -> SlotRef | None:
        ref = _REF.fullmatch(match[1])
        known = sorted(gaps or ())
        if ref is None or (ref["form"] and ref["form"] not in _FORMS):
            hint = "write {slot}, {slot.adjective}, {slot.possessive} or {slot:is/are}"
            self.problem(node, f"{what} cannot be filled at '{match[0]}'", hint)
            return None
        if gaps is not None and ref["slot"] not in known:
            hint = nearest(ref["slot"], known) or f"there are: {', '.join(known) or 'none'}"
            self.problem(node, f"{what} names '{ref['slot']}', which is not there", hint)
        if ref["singular"] is not None:
            slot_type = (gaps or {}).get(ref["slot"])
            if slot_type is not None and slot_type.kind not in {"entity", "number"}:
                message = f"'{match[0]}' in {what} would always read '{ref['singular']}'"
                self.problem(node, message, "only entities and numbers have a plural")
            return SlotRef(ref["slot"], "verb", ref["singular"], ref["plural"])
        return SlotRef(ref["slot"], ref["form"] or "name")

    def citations(self, node: Node | None, sources: dict[str, Source]) -> Citations:
        """What `sources:` cites: each source with its locators, as declared."""
        if node is None or is_empty(node):
            return ()
        if isinstance(node, Mapping):
            self.entries(node, "sources")
            cited = [self._citation(key, value, sources) for key, value in node.entries]
        else:
            cited = [self._citation(item, None, sources) for item in self.items(node, "sources")]
        return tuple(cited_in_order(cited, sources))

    def _citation(self, key: Node, value: Node | None, sources: dict[str, Source]) -> Citation:
        name = self.text(key, "a source")
        source = sources.get(name)
        if source is None:
            if name:
                self.unknown(key, "source", name, sources)
            return Citation(name)
        nodes = [value] if value else []
        if isinstance(value, Sequence):
            nodes = self.items(value, f"what is cited of '{name}'")
        locators = []
        for node in nodes:
            locator = locator_of(self.text(node, "a locator"))
            locators.append(locator)
            if locator and source.passages and locator not in source.passages:
                hint = f"the source register of '{name}' lists what can be cited"
                self.problem(node, f"'{name}' has no {source.locator} {locator}", hint)
        return Citation(name, tuple(sorted(set(locators), key=lambda x: (isinstance(x, str), x))))


def is_empty(node: Node) -> bool:
    """Whether a node is what YAML reads where nothing is written."""
    return isinstance(node, Scalar) and node.plain and node.text in {"", "~", "null"}


def locator_of(text: str) -> int | str:
    """A locator: a number where it is one."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else text
