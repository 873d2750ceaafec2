"""The keys of a base's files, declared once.

The loader reads them, `authoring/schema` turns them into JSON Schemas, and `docs/keys.py` into the
tables of docs/format.md.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

NAME: Final = "[a-z][a-z0-9]*(-[a-z0-9]+)*"
SLOT: Final = "[a-z][a-z0-9]*([_-][a-z0-9]+)*"
TYPE: Final = "[A-Z][A-Za-z0-9]*"
DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
TIME: Final = f"({DAY}|[0-9]{{4}}(/[0-9]{{4}})?)"  # a day, a year, or a period of years
COMPARISON: Final = "([^\\s=<>!][^=<>!]*?)\\s*(!=|<=|>=|=|<|>)\\s*([^\\s=<>!][^=<>!]*?)"
PLAIN_TYPES: Final = {"Number": "number", "Date": "date", "Boolean": "boolean"}
ADVICE_LISTS: Final = ("given", "exactly", "withheld", "open", "gains", "loses")
ADVICE_MAPS: Final = (
    *("caveats", "confidence", "grade", "says", "sources", "recommended"),
    *("advances", "strains", "after", "opposed"),
)
CITED: Final = frozenset({"sources", "recommended"})  # of these, what is expected are places
NONE: Final = frozenset(  # of these, an empty list says that there is none
    {"caveats", "advances", "strains", "after", "opposed"}
)
CONFIDENCES: Final = ("high", "moderate", "low")

KeyShape = Literal["text", "flag", "date", "likelihood", "own"]


class Key(msgspec.Struct, frozen=True):
    """A key of a record, and what may stand there; "own" is a shape that its file has for it."""

    name: str
    says: str  # what it means, in a line
    shape: KeyShape = "own"
    form: str = ""  # of its text, as a regular expression
    legal: tuple[str, ...] = ()  # words, if there are no others
    required: bool = False
    empty: bool = False  # whether a list of nothing means something, or has a message of its own


class Record(msgspec.Struct, frozen=True):
    """The keys that go together; a message names `what` they make, an editor `says` it."""

    what: str
    keys: tuple[Key, ...]
    says: str = ""
    gone: tuple[tuple[str, str], ...] = ()  # keys that were known once, each with a hint

    @property
    def names(self) -> tuple[str, ...]:
        """The keys by name."""
        return tuple(key.name for key in self.keys)

    @property
    def required(self) -> tuple[str, ...]:
        """The keys that must be there."""
        return tuple(key.name for key in self.keys if key.required)

    def key(self, name: str) -> Key:
        """The key of a name."""
        return next(key for key in self.keys if key.name == name)


_SOURCES: Final = Key("sources", "what this rests on: sources and places")
_AS_OF: Final = Key("as-of", "the day, year or period that it speaks of", form=TIME)
_NOTE: Final = Key("note", "for the reader of the file", "text")

BASE: Final = Record(
    "base.yaml",
    (
        Key("title", "what the base is about, in a line", "text", required=True),
        Key("about", "what it formalises, in a paragraph", "text"),
        Key("date", "the base's own date: reviews fall due against it", "date", required=True),
        Key("scenario", "the default scenario"),
        Key("client", "who is advised where nothing else is said"),
        Key("background", "a fact file that every scenario and consultation starts from"),
        Key("hedges", "what an author's hedge counts for"),
        Key("covers", "whose every answer leads to some advice"),
        Key("alike", "templates that say of a client what it has in common with others"),
        Key("audit", "findings of the audit that are accepted, and what becomes of its checks"),
    ),
)
AUDIT: Final = Record(
    "audit",
    (Key("allow", "by check"), Key("checks", "those that are off, or of another severity")),
    "what is accepted, and what becomes of checks",
)
SETTING: Final = Record(
    "a check",
    (
        Key(
            "severity",
            "how grave its findings are; off: it is not run",
            legal=("off", "error", "warning", "note"),
            required=True,
        ),
        Key("reason", "why", "text", required=True),
    ),
    "what becomes of a check of the audit",
)
ALLOWED: Final = Record("audit", (Key("allow", "by check", required=True),), "what is accepted")
ACCEPTED: Final = Record(
    "an accepted finding",
    (
        Key("reason", "why it is accepted", "text", required=True),
        Key("with", "what else the finding is about, by name: one, or a list"),
        Key("finding", "the fingerprint of the one finding that is meant", form="[0-9a-f]{16}"),
        Key("by", "who accepts it", "text"),
        Key("since", "from when it is accepted", "date"),
        Key("until", "the last day on which it is accepted", "date"),
    ),
    "a finding that is accepted, and on what terms",
)
ENTITY: Final = Record(
    "an entity",
    (
        Key("name", "as it reads in the middle of a sentence", "text", required=True),
        Key("adjective", "as in Pakistani", "text"),
        Key("code", "ISO 3166-1 alpha-3, for states", form="[A-Z]{3}"),
        Key("aka", "other names, by which an answer may call it"),
        Key("plural", "true when its verb is plural", "flag"),
    ),
)
INTEREST: Final = Record("an interest", (Key("says", "a noun phrase", "text", required=True),))
SOURCE: Final = Record(
    "a source",
    (
        Key("title", "its title", "text", required=True),
        Key("author", "who wrote it", "text"),
        Key("date", "its date", "date"),
        Key("dated", "its date in words, where there is no day", "text"),
        _AS_OF,
        Key("origin", "sources of one origin do not corroborate each other", "text", required=True),
        Key("grade", "Admiralty: reliability A-F, credibility 1-6", form="[A-F][1-6]"),
        Key("review", "when somebody should look again", "date"),
        Key("locator", "what a number means: sentence, page, article", "text"),
        Key("passages", "what can be cited"),
        _NOTE,
    ),
)
PASSAGE: Final = Record(
    "a passage",
    (
        Key(
            "kind",
            "what kind of statement it is",
            legal=("fact", "judgment", "forecast", "recommendation", "background"),
            required=True,
        ),
        Key("says", "what it says, in own words", "text", required=True),
        Key("hedge", "a word of the base's table of hedges"),
        Key("expected", "of a forecast: the day, year or period that it speaks of", form=TIME),
    ),
    "a place",
)
TEMPLATE: Final = Record(
    "a template",
    (
        Key("slots", "name: type, in order of the one-line form", required=True),
        Key("says", "the fact as a clause; advice as an imperative", "text", required=True),
        Key("denies", "the clause when it is denied", "text"),
        Key("asks", "the question; what has one is asked about", "text"),
        Key("ask-when", "what must hold for the question to make sense"),
        Key("ask-unless", "what must not hold for the question to make sense"),
        Key("about", "a sentence for the reader", "text"),
        Key("advice", "true: a recommendation; has a slot client; kind: a kind of advice"),
        Key("caveat", "true: qualifies advice", "flag"),
        Key("symmetric", "two slots of one type that may be swapped"),
        Key("key", "slots for each of which there is one value of the others"),
        Key("exactly", "one: of each key, one value always holds", legal=("one",)),
        Key("distinct", "slots of which no two hold the same"),
        Key("classifies", "the slot that has one value for each of the others", "text"),
        Key("opposes", "advice that contradicts this one"),
        Key("after", "advice to take first"),
        Key("kinds", "kinds of advice that this advice belongs to"),
    ),
)
SLOT_TYPE: Final = Record(
    "the type of a slot",
    (
        Key("number", "a number with its unit", "text"),
        Key("values", "legal values, each with its English"),
        Key("ordered", "true: the values are in order, the least first, as in low to high", "flag"),
    ),
)
RULE: Final = Record(
    "a rule",
    (
        Key("id", "the rule's name", required=True),
        Key("title", "the rule's point, in words", "text", required=True),
        Key("if", "premises, all of which must hold", empty=True),
        Key("let", "what the rule computes: variables with their expressions"),
        Key("where", "comparisons, all of which must hold"),
        Key("unless", "exceptions: none of these may hold"),
        Key("then", "conclusions", required=True, empty=True),
        Key("strength", "a likelihood; certain if left out", "likelihood"),
        Key("advances", "interests, for a rule that advises; of a caveat, those it looks after"),
        Key("strains", "interests, for a rule that advises"),
        Key("because", "the reason as a clause, with the rule's variables in braces", "text"),
        Key("sources", "whose reasoning it is: sources and places"),
        Key("reading", "how the reasoning comes from its sources", legal=("stated", "inferred")),
        Key("otherwise", "true: applies as far as the client is given no other advice", "flag"),
        _NOTE,
        Key("audit", "findings accepted"),
    ),
    gone=(("basis", "say what a source recommends with 'recommends' in a fact file"),),
)
DECISIONS: Final = Record(
    "a decision table",
    (
        Key("table", "the table's name, with which those of its rules begin", required=True),
        Key("title", "what it decides, in words", "text", required=True),
        Key(
            "hit",
            "which rows count where several match",
            legal=("unique", "any", "first", "priority", "collect"),
        ),
        Key("order", "of 'hit: priority': what the first conclusion column says, best first"),
        Key("columns", "columns that ask yes or no, each with a pattern"),
        Key("rows", "the rows, or the CSV file that has them", required=True),
        *(
            RULE.key(name)
            for name in ("if", "let", "where", "unless", "then", "strength", "advances", "strains")
        ),
        *(RULE.key(name) for name in ("because", "sources", "reading", "note", "audit")),
    ),
)
ROW: Final = Record(
    "a row",
    (
        Key("row", "its name; its number if left out", form="[a-z0-9]+(-[a-z0-9]+)*"),
        Key("title", "its point, in words", "text"),
        Key("because", "its reason, as in a rule", "text"),
        Key("strength", "a likelihood; that of the table if left out", "likelihood"),
        Key("source", "the source that reasons so"),
        Key("locator", "where it does"),
        Key("note", "for the reader of the table", "text"),
    ),
    "columns beside those of conditions and conclusions",
)
FIRST: Final = Record(
    "a list of which the first decides",
    (Key("first", "rules, of which the first that fires decides", required=True, empty=True),),
)
AT_LEAST: Final = Record(
    "at-least",
    (Key("count", "how many at least", required=True), Key("of", "what is counted", required=True)),
    "so many distinct facts match",
)
AGGREGATE: Final = Record(
    "what is computed over facts",
    (
        Key("sum", "a variable of the pattern, whose values are added"),
        Key("min", "a variable of the pattern, whose least value is taken"),
        Key("max", "a variable of the pattern, whose greatest value is taken"),
        Key("of", "the pattern that the facts match", required=True),
    ),
    "what comes of the facts that match a pattern",
)
COUNT: Final = Record(
    "a count", (Key("count", "the pattern", required=True),), "how many distinct facts match"
)
AGGREGATES: Final = ("sum", "count", "min", "max")
SCENARIO: Final = Record(
    "a scenario",
    (
        Key("extends", "another scenario, which this one changes"),
        Key("to-extend", "true: there for others to extend, and no scenario by itself", "flag"),
        Key("title", "what the scenario is, in a line", "text", required=True),
        Key("about", "what it is, in a paragraph", "text"),
        Key("client", "who is advised"),
        Key("complete", "false: what nobody mentions is unknown, not absent", "flag"),
        Key("tells-all", "templates of which it states all that is so of the entities known to it"),
        Key("entities", "entities of this file, as in entities.yaml"),
        Key("sources", "sources of this file, as in sources.yaml"),
        Key("interests", "what each client wants kept or gained"),
        Key("recommends", "what the sources themselves recommend"),
        Key("facts", "what is so", empty=True),
        Key("tables", "facts from CSV files, by template"),
        Key("rows", "known: of tables, only rows whose entities are declared", legal=("known",)),
        Key("cases", "CSV files of test cases, a row a case"),
        Key("assume", "what is assumed to be so"),
        Key("denied", "what is not so"),
        Key("deny", "what is assumed not to be so"),
        Key("unknown", "what is not known"),
        Key("one-of", "groups of which one alternative holds"),
        Key("withdraw", "facts and rules taken away"),
        Key("expect", "what `advisor test` holds this scenario to"),
        Key("consulted", "what a consultation remembers of itself"),
    ),
)
FACT: Final = Record(
    "a fact",
    (
        Key("likelihood", "a likelihood; certain if left out", "likelihood"),
        _SOURCES,
        Key("reading", "how it comes from its sources", legal=("stated", "inferred", "ours")),
        _NOTE,
        _AS_OF,
        Key("origin", "of an answer in a consultation", legal=("answered",)),
        Key("answered", "when, of an answer in a consultation", "text"),
    ),
)
TABLE: Final = Record(
    "a table",
    (
        Key("likelihood", "a likelihood; certain if left out"),
        Key("source", "the source that says so"),
        Key("locator", "where it says so"),
        Key("as_of", "the day, year or period that the fact speaks of"),
        Key("note", "for the reader of the table"),
    ),
    "columns beside those of the slots",
)
CASE: Final = Record(
    "a test case",
    (Key("case", "its name; its number if left out"), Key("note", "for the reader of the table")),
    "columns beside those of facts and of advice",
)
HOLDING: Final = Record(
    "an interest",
    (Key("priority", "1 is the highest; after all that have one if left out"), _SOURCES),
    "an interest, with what says so",
)
RECOMMENDED: Final = Record(
    "a recommendation", (Key("sources", "who recommends it", required=True), _NOTE)
)
ONE_OF: Final = Record(
    "a one-of group",
    (
        Key("title", "what is open", "text", required=True),
        Key("alternatives", "facts, two or more", required=True, empty=True),
        _SOURCES,
    ),
    "exactly one of these holds",
)
EXPECT: Final = Record(
    "expect",
    (
        Key("given", "advice that is given"),
        Key(
            "exactly", "advice that is given, and no other of its template but what is listed here"
        ),
        Key("withheld", "advice that is withheld"),
        Key("open", "advice that is open"),
        Key("gains", "advice that the scenario it extends does not give"),
        Key("loses", "advice that the scenario it extends gives, and this not"),
        Key("caveats", "all caveats of advice"),
        Key("confidence", "the confidence of advice"),
        Key("grade", "how strong the support of advice is"),
        Key("says", "the whole sentence of advice"),
        Key("sources", "all that advice rests on"),
        Key("recommended", "where sources recommend advice"),
        Key("advances", "all interests that advice advances"),
        Key("strains", "all interests that advice strains"),
        Key("after", "all given advice that comes before"),
        Key("opposed", "all given advice that speaks against it"),
        Key("rules", "rules that fire"),
        Key("order", "advice, each above the next and not of equal rank"),
        Key("only", "nothing is given but what `given` lists"),
    ),
    "what `advisor test` holds this scenario to",
)
CONSULTED: Final = Record(
    "consulted",
    (
        Key("base", "the fingerprint of the base", "text", required=True),
        Key("finished", "whether all was settled", "flag"),
        Key("given", "the advice that was given"),
        Key("open", "the advice that was open"),
    ),
)
