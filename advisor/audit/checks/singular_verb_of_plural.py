"""A plural name is printed with a singular verb.

## What it does

Reports each `says`, `denies`, `asks` and `because` that has a verb in the singular with a slot, or
a variable, that some declared entity with `plural: true` may fill: a slot that begins the sentence,
or follows a word such as "while", with "is", "has" or another word in -s; and "Is", "Does", "Has"
before it in a question; and a verb of two forms of which the plural stands first, as in
"{guild:lack/lacks}"; and "its" right after the verb of a slot before which no other is named.
Reports also an entity without `plural: true` whose name is a common noun in the plural, if its verb
may be printed.

## Why it is bad

The program prints "the millers lacks grain".

## Example

```yaml
# entities: millers: {name: the millers, plural: true}
says: "{guild} lacks grain"
asks: "Does {guild} lack grain?"
```

## Use instead

Both forms: "{guild} {guild:lacks/lack} grain" and "{guild:Does/Do} {guild} lack grain?".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from advisor.audit import witness
from advisor.audit.finding import Fault, Place
from advisor.audit.phrases import words, written
from advisor.audit.subject import Subject, place_of
from advisor.model.english import variable_types
from advisor.model.records import Entity, Phrase, SlotRef, SlotType

FAMILY: Final = "wording"
SEVERITY: Final = "warning"

_CERTAIN: Final = frozenset({"is", "was", "has", "does", "isn't", "wasn't", "hasn't", "doesn't"})
_EXCHANGED: Final = {("are", "is"), ("were", "was"), ("have", "has"), ("do", "does")}
_ADVERB: Final = re.compile(
    r"\w+ly|already|also|always|at|both|never|now|often|once|only|soon|still"
)
_NO_VERB: Final = re.compile(r".*(ss|us|is|'s)|always|as|besides|its|less|perhaps|this|towards")
_OTHER_VERB: Final = re.compile(  # of which a noun in -s is the subject
    r"are|can|could|do|had|have|may|might|must|of|shall|should|were|will|would"
)
_CLAUSE: Final = re.compile(
    r"(^|\b(although|because|but|if|since|that|though|when|whenever|where|whether|while))\s*$",
    re.IGNORECASE,
)
_ITS: Final = re.compile(r"\s+its\b")
_ASKING: Final = re.compile(r"(^|[,;:]\s*)(is|was|has|does)(n't)?\s*$", re.IGNORECASE)
_HEAD: Final = re.compile(
    r"^(.*?)(?:\s(?:across|against|at|between|by|for|from|in|into|of|on|over|that|through|to|with)"
    r"\s.*)?$"
)
_SINGULAR_IN_S: Final = re.compile(
    r".*(ss|us|is|ics|'s)|alas|atlas|bias|canvas|chaos|christmas|gas|biogas|lens|lng|headquarters|"
    r"means|news|series|species|crossroads|gallows|works|measles|diabetes"
)


def find(subject: Subject) -> Iterator[Fault]:
    """The sentences with the wrong verb, and the entities that are not marked as plural."""
    plural = [entity for entity in subject.entities if entity.plural]
    agreeing: dict[str, tuple[str, Place]] = {}  # by type of entity
    for key, phrase, kinds, place in _phrases(subject):
        for slot, verb in _singular(phrase):
            kind = kinds.get(slot)
            several = [e for e in plural if kind and e.type in kind.types]
            if several:
                yield _fault(key, phrase, place, slot, verb, several[0])
                break
        for part in phrase:
            if isinstance(part, SlotRef) and part.form == "verb" and part.slot in kinds:
                for name in kinds[part.slot].types:
                    agreeing.setdefault(name, (written(phrase), place))
    for entity in subject.entities:
        if entity.type in agreeing and not entity.plural and _reads_as_plural(entity.name):
            yield _unmarked(entity, *agreeing[entity.type])


def _phrases(subject: Subject) -> Iterator[tuple[str, Phrase, Mapping[str, SlotType], Place]]:
    """Each phrase with what its gaps may hold."""
    for template in subject.base.templates.values():
        for key in ("says", "denies", "asks"):
            phrase: Phrase | None = getattr(template, key)
            if phrase and not template.caveat:
                yield key, phrase, template.slots, place_of(template)
    for rule in subject.base.rules:
        if rule.because:
            kinds = variable_types(subject.base, rule)
            yield "because", rule.because, kinds, place_of(rule)


def _singular(phrase: Phrase) -> Iterator[tuple[str, str]]:
    """The gaps of a phrase that have a word in the singular, with it."""
    for place, part in enumerate(phrase):
        before = phrase[place - 1] if place else ""
        after = phrase[place + 1] if place + 1 < len(phrase) else ""
        if isinstance(part, str) or not (isinstance(before, str) and isinstance(after, str)):
            continue
        if part.form == "verb" and _exchanged(part):
            yield part.slot, part.plural
        elif part.form == "verb" and _ITS.match(after) and _alone(phrase[:place], part.slot):
            yield part.slot, "its"
        if part.form != "name":
            continue
        together = re.match(r"\s*(,|and\b|or\b)", after) is not None
        if (asking := _ASKING.search(before)) and not together:
            yield part.slot, asking[2].lower()
        elif _CLAUSE.search(before) and after.startswith(" "):
            verb = _verb(words(after), rest=phrase[place + 2 :])
            if verb:
                yield part.slot, verb


def _alone(before: Phrase, slot: str) -> bool:
    """Whether the start of a phrase speaks of one slot alone, so that "its" can mean no other."""
    return all(isinstance(part, str) or part.slot == slot for part in before)


def _exchanged(part: SlotRef) -> bool:
    """Whether the two forms of a verb stand the wrong way round."""
    one, other = part.singular.lower(), part.plural.lower()
    return (one, other) in _EXCHANGED or (other in {f"{one}s", f"{one}es"} and one != "i")


def _verb(after: list[str], rest: Phrase) -> str | None:
    """The verb in the singular that some words begin with; None if they begin with none."""
    left = [*after]
    while len(left) > 1 and _ADVERB.fullmatch(left[0]):
        left = left[1:]
    if not left or left[0] in _CERTAIN:
        return left[0] if left else None
    further = {*left[1:], *words(" ".join(part for part in rest if isinstance(part, str)))}
    verb = left[0].endswith("s") and not _NO_VERB.fullmatch(left[0])
    return left[0] if verb and not any(map(_OTHER_VERB.fullmatch, further)) else None


def _fault(key: str, phrase: Phrase, place: Place, slot: str, verb: str, entity: Entity) -> Fault:
    message = f"'{key}' of {place.kind} '{place.name}' has '{verb}' with '{entity.name}'"
    text = written(phrase)
    shown = witness.evidence(
        f"the sentence, and a plural name that '{slot}' may hold", f'{key}: "{text}"', entity.name
    )
    return Fault(message=message, places=(place,), related=(place_of(entity),), witness=shown)


def _reads_as_plural(name: str) -> bool:
    """Whether a name is a common noun in the plural, as "gas pipelines" is."""
    head = (_HEAD.match(name) or [name, name])[1].split(" ")[-1]
    common = head == head.lower() and len(head) > 3 and head.endswith("s")
    return common and not _SINGULAR_IN_S.fullmatch(head)


def _unmarked(entity: Entity, sentence: str, place: Place) -> Fault:
    message = f"'{entity.name}' is a plural, and entity '{entity.id}' does not say so"
    shown = witness.evidence(
        "the name, and a sentence that has a verb with it", entity.name, sentence
    )
    return Fault(message=message, places=(place_of(entity),), related=(place,), witness=shown)
