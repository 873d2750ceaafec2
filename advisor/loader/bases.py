"""Turns the files under `rules/` into a base, and checks what only shows when all are read."""

from __future__ import annotations

import graphlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from advisor.loader.backgrounds import with_background
from advisor.loader.disk import base_files, shipped_folder
from advisor.loader.files import (
    fact_files,
    no_scenario,
    open_file,
)
from advisor.loader.reader import Problems, Reader
from advisor.loader.rulefiles import read_rule_files
from advisor.loader.templates import read_templates
from advisor.loader.vocabulary import (
    Vocabulary,
    read_base,
    read_entities,
    read_interests,
    read_sources,
)
from advisor.loader.yamlfile import Node
from advisor.model.authored import MATCHES
from advisor.model.bound import binding
from advisor.model.decisions import DecisionTable
from advisor.model.errors import AdvisorError, Location, Problem, nearest, show_path
from advisor.model.feeding import feeding, joined
from advisor.model.ordering import by_english, in_order, ordered
from advisor.model.records import KnowledgeBase, Rule
from advisor.model.relations import components
from advisor.model.strata import dependencies, forbidden_cycle

_NEEDED: Final = ("base.yaml", "templates.yaml")
_SECTIONS: Final[
    dict[str, Callable[[Reader, Node, Vocabulary], None]]
] = {  # file name -> how it is read, in order of need
    "base.yaml": read_base,
    "entities.yaml": read_entities,
    "interests.yaml": read_interests,
    "sources.yaml": read_sources,
    "templates.yaml": read_templates,
}


def fingerprint(base: KnowledgeBase) -> str:
    """A hash (SHA-256) of the names and bytes of all files under a base's `rules/`.

    And of what its background says, in whatever files that stands.
    """
    import hashlib  # noqa: PLC0415 - seldom needed

    rules_folder = base.folder / "rules"
    digest = hashlib.sha256()
    for path in (*base_files(base.folder, "rules"), *sorted(rules_folder.rglob("*.csv"))):
        data = path.read_bytes()
        name = path.relative_to(rules_folder).as_posix()
        digest.update(f"{len(name.encode())} {name} {len(data)} ".encode())
        digest.update(data)
    for instance, fact in base.background.items():
        digest.update(f"{instance} {fact.standing} {fact.grade} {fact.citations}".encode())
    return digest.hexdigest()


def load_base(folder: Path | None = None) -> KnowledgeBase:
    """The base in a folder, the shipped one by default; raises AdvisorError with every problem."""
    folder = folder or shipped_folder()
    rules_folder = folder / "rules"
    if not os.path.isdir(rules_folder):  # noqa: PTH112 - no error for a name too long
        message = "this is no base: it has no folder 'rules'"
        hint = "name a folder with rules/ and facts/"
        raise AdvisorError(Problem(message=message, where=Location(show_path(folder)), hint=hint))
    problems = Problems()
    files = {
        path.relative_to(rules_folder).as_posix(): path for path in base_files(folder, "rules")
    }
    sections = {name: open_file(files.get(name), problems) for name in _SECTIONS}
    readable = not problems.found
    for name in _NEEDED if readable else ():
        if sections[name] is None:
            where = Location(show_path(rules_folder / name))
            message = "the base needs this file, and it says nothing"
            if name not in files:
                message = "the base needs this file, and it is not there"
            problems.found.append(Problem(message=message, where=where))
    readable = not problems.found
    others = [files[name] for name in sorted(files.keys() - _SECTIONS.keys())]
    read = [(path, *opened) for path in others if (opened := open_file(path, problems))]
    if not readable:
        problems.raise_any()  # whatever an unread section declares would be missed everywhere
    words = Vocabulary()
    for name, read_section in _SECTIONS.items():
        if opened := sections[name]:
            read_section(*opened, words)
    rules, tables = read_rule_files(read, folder, words)
    _check_rules(rules, words, problems)
    _check_scenarios(folder, words, problems)
    problems.raise_any()
    return with_background(_base(folder, words, rules, tables), words)


def _base(
    folder: Path, words: Vocabulary, rules: list[Rule], tables: list[DecisionTable]
) -> KnowledgeBase:
    return KnowledgeBase(
        folder=folder,
        title=words.title,
        about=words.about,
        date=words.date,
        scenario=words.scenario,
        client=words.client,
        hedges=words.hedges,
        entities=in_order(words.entities),
        templates=binding(ordered(words.templates, words.entities), rules),
        interests=in_order(words.interests),
        sources=in_order(words.sources),
        rules=by_english(rules),
        tables=tuple(tables),
        derived=_derived(rules) | {t.id for t in words.templates.values() if t.kind},
        allow=words.allow,
        settings=words.settings,
        covers=tuple(words.covers),
        alike=tuple(words.alike),
    )


def _derived(rules: list[Rule]) -> frozenset[str]:
    return frozenset(pattern.template for rule in rules for pattern in rule.conclusions)


def _check_rules(rules: list[Rule], words: Vocabulary, problems: Problems) -> None:
    """What only shows when all rules are known."""
    first: dict[str, Rule] = {}
    for rule in rules:
        other = first.setdefault(rule.id, rule)
        if rule.id and other is not rule:
            hint = f"the other stands at {other.where}"
            message = f"there are two rules '{rule.id}'"
            problems.found.append(Problem(message=message, where=rule.where, hint=hint))
    if words.client and words.client not in words.entities:
        message = f"the default client '{words.client}' is no entity"
        near = nearest(words.client, words.entities)
        hint = near or "declare it under rules/, or leave it to each scenario to name a client"
        problems.found.append(Problem(message=message, where=words.client_at, hint=hint))
    _check_covers(words, problems)
    _check_alike(words, problems)
    _check_derived(rules, words, problems)
    _check_strata(rules, words, problems)
    _check_feeding(rules, words, problems)
    _check_steps(words, problems)


def _check_scenarios(folder: Path, words: Vocabulary, problems: Problems) -> None:
    """The default scenario and the background are there.

    A scenario may be a path, which goes from where the program runs, so it can wait.
    """
    named = [(words.background, words.background_at)]
    path = words.scenario and ("/" in words.scenario or words.scenario.endswith((".yaml", ".yml")))
    named += [] if path else [(words.scenario, words.scenario_at)]
    if any(name for name, _ in named):
        names = {name for name, _ in fact_files(folder)}
        for name, where in named:
            if name and name not in names:
                problems.found.append(no_scenario(name, names, where))


def _check_covers(words: Vocabulary, problems: Problems) -> None:
    """What a base covers are answers, so somebody must be able to ask."""
    for name, where in words.covers.items():
        template = words.templates.get(name)
        if template is None:
            message = f"there is no template '{name}' to cover"
            hint = nearest(name, words.templates)
            problems.found.append(Problem(message=message, where=where, hint=hint))
        elif not template.asks and name not in words.spoilt:
            message = f"'{name}' cannot be asked for, so its answers cannot be covered"
            hint = f"give it 'asks' at {template.where}"
            problems.found.append(Problem(message=message, where=where, hint=hint))


def _check_alike(words: Vocabulary, problems: Problems) -> None:
    """What tells who is alike says of a client, first, something that others can share."""
    clients = {
        one
        for template in words.templates.values()
        if template.advice and template.id not in words.spoilt
        for one in template.slots["client"].types
    }
    for name, where in words.alike.items():
        template = words.templates.get(name)
        if template is None:
            message = f"there is no template '{name}' by which clients are alike"
            hint = nearest(name, words.templates)
            problems.found.append(Problem(message=message, where=where, hint=hint))
        elif name not in words.spoilt:
            first, *others = template.slots.values()
            if not others or not clients.intersection(first.types):
                message = f"'{name}' says nothing of a client that others can share"
                hint = "name one whose first slot is a client, with another beside it"
                problems.found.append(Problem(message=message, where=where, hint=hint))


def _check_derived(rules: list[Rule], words: Vocabulary, problems: Problems) -> None:
    """What rules conclude can neither be asked for nor replaced, and they alone classify."""
    concluded = {pattern.template: rule for rule in rules[::-1] for pattern in rule.conclusions}
    for template in words.templates.values():
        rule = concluded.get(template.id)
        if rule is None:
            if template.classifies is not None:
                message = f"'{template.id}' classifies, and no rule concludes it"
                hint = "of given facts, 'key' has one value replace another"
                problems.found.append(Problem(message=message, where=template.where, hint=hint))
            continue
        if template.asks and not template.advice and not template.caveat:
            message = f"'{template.id}' is concluded, so it cannot be asked for"
            hint = f"take 'asks' out, or the conclusion at {rule.where}"
            problems.found.append(Problem(message=message, where=template.where, hint=hint))
        if template.distinct and not template.advice and not template.caveat:
            message = f"'{template.id}' is concluded by rules, so 'distinct' says nothing of it"
            hint = f"compare the variables in 'where', as at {rule.where}"
            problems.found.append(Problem(message=message, where=template.where, hint=hint))
        if template.key is not None:
            message = f"'{template.id}' has a key, and only given facts can replace one another"
            hint = f"take 'key' out, or the conclusion at {rule.where}"
            problems.found.append(Problem(message=message, where=template.where, hint=hint))


def _check_strata(rules: list[Rule], words: Vocabulary, problems: Problems) -> None:
    cycle = forbidden_cycle(dependencies(rules, words.templates))
    if cycle is None:
        return
    steps = "; ".join(
        f"{step.conclusion} rests on {step.premise} ({step.how} of {step.rule})" for step in cycle
    )
    rule = next(rule for rule in rules if rule.id == cycle[0].rule)
    message = f"'{cycle[0].conclusion}' depends on itself through '{cycle[0].how}': {steps}"
    hint = "break the cycle: no conclusion may rest on its own absence, number or value"
    problems.found.append(Problem(message=message, where=rule.where, hint=hint))


def _check_feeding(rules: list[Rule], words: Vocabulary, problems: Problems) -> None:
    """What may be unanswered where rules compute with it can be compared, and not joined."""
    if problems.found:
        return
    slots = feeding(words.templates, rules)
    for rule in rules if slots else ():
        found = list(joined(rule, slots))
        marks = [(pattern, at) for pattern, at in found if _is_mark(pattern.template, words)]
        for pattern, at in marks or found:
            slot = list(words.templates[pattern.template].slots)[at]
            told = f"slot '{slot}' of '{pattern.template}'"
            hint = "bind it with a variable that stands nowhere else in the rule, "
            hint += "and compare that in 'where'"
            if marks:
                told = f"${slot}, for each value of which the first decides,"
                hint = f"conclude what is computed of it, as in $own: ${slot} + 0: "
                hint += "that is decided, and not decided about"
            message = f"{told} can be unanswered where rules compute"
            problems.found.append(Problem(message=message, where=pattern.where, hint=hint))


def _is_mark(template: str, words: Vocabulary) -> bool:
    """Whether a template is that of a fact by which later rules yield to an earlier one."""
    return words.templates[template].helper and template.endswith(f"-{MATCHES}")


def _check_steps(words: Vocabulary, problems: Problems) -> None:
    """Advice cannot come after itself."""
    graph = {t.id: [r.other.template for r in t.after] for t in words.templates.values()}
    for members in components(graph):
        try:
            within = {name: [n for n in graph[name] if n in members] for name in members}
            graphlib.TopologicalSorter(within).prepare()
        except graphlib.CycleError as error:
            cycle = error.args[1][::-1]
            where = words.templates[cycle[0]].where
            message = f"advice comes after itself: {' after '.join(cycle)}"
            problems.found.append(Problem(message=message, where=where, hint="break the cycle"))
