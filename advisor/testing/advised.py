"""Turns an outcome into what expectations ask of the advice to one client."""

from __future__ import annotations

from advisor.answers.advice import AdviceInShort, Adviser
from advisor.answers.explanation import cited, proof
from advisor.answers.recommendation import Caveat
from advisor.model.records import Instance, KnowledgeBase
from advisor.model.sources import Citations
from advisor.reasoning.evaluate import Outcome


def client_named(what: str, base: KnowledgeBase) -> str | None:
    """Whom an instance of advice is for; None for a template's id: the scenario's client."""
    if "(" not in what:
        return None
    template = base.templates[what.split("(", maxsplit=1)[0]]
    values = what[:-1].split("(", maxsplit=1)[1].split(", ")
    return values[list(template.slots).index("client")]


class Advised:
    """What a client is advised, as far as expectations ask for it."""

    def __init__(self, case: Outcome, client: str | None) -> None:
        self.adviser = Adviser(case, client)
        self.by_standing = self.adviser.by_standing()

    def named(self, what: str, standing: str) -> list[Instance]:
        """The advice of a standing that a template's id or an instance names."""
        template = what.split("(", maxsplit=1)[0]
        instances = (self.adviser.graph.instances[n] for n in self.by_standing[standing])
        return [
            instance
            for instance in instances
            if instance.template == template and (what == template or what == str(instance))
        ]

    def caveats(self, advice: Instance) -> list[Caveat]:
        """The caveats on a piece of advice."""
        return [caveat for _, caveat in self.adviser.caveats(self.adviser.graph.number[advice])]

    def in_short(self, advice: Instance) -> AdviceInShort:
        """What is said of a piece of given advice in short."""
        found = self.adviser.in_short(self.adviser.graph.number[advice])
        assert found is not None, "it is given"
        return found

    def sources(self, advice: Instance) -> Citations:
        """What the proof of a piece of advice cites."""
        case = self.adviser.outcome
        return cited(case, proof(case, self.adviser.graph.number[advice]))
