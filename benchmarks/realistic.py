"""Bases of any size in the shape of a real one.

    python benchmarks/realistic.py FOLDER [--rules 1000] [--seed 0]

A base grows by subjects of twenty rules in a file of their own. Each has given facts with numbers,
legal values, keys and likelihoods; chains three to five deep; exceptions, thresholds, counts, a
default rule, advice of three kinds of which two are opposed, caveats, interests, cited sources; a
scenario with expectations, and for every other subject a what-if of it. All share the relations of
states with each other, as real rules do, and the default scenario speaks of one subject in five.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from advisor import loader
from advisor.reasoning.building import outcomes
from advisor.reasoning.evaluate import standing

EXPECTING: Final = 0.9  # of the scenarios
SUBJECT: Final = 20  # rules
STATES: Final = 12
SHARED: Final = """
partner: {{slots: {{one: State, other: State}}, symmetric: [one, other], distinct: [one, other], says: "{{one}} and {{other}} are partners", denies: "{{one}} and {{other}} are no partners", asks: "Are {{one}} and {{other}} partners?"}}
rival: {{slots: {{one: State, other: State}}, symmetric: [one, other], distinct: [one, other], says: "{{one}} and {{other}} are rivals", denies: "{{one}} and {{other}} are no rivals", asks: "Are {{one}} and {{other}} rivals?"}}
sanctioned: {{slots: {{state: State}}, says: "{{state}} is under sanctions", denies: "{{state}} is under no sanctions", asks: "Is {{state}} under sanctions?"}}
reserves: {{slots: {{state: State, months: {{number: months}}}}, key: state, says: "{{state}} has reserves for {{months}} months", asks: "For how many months has {{state}} reserves?"}}
"""
TEMPLATES: Final = """
need-{n}: {{slots: {{state: State, good: Good}}, says: "{{state}} needs {{good}}", denies: "{{state}} needs no {{good}}", asks: "Does {{state}} need {{good}}?"}}
offer-{n}: {{slots: {{state: State, good: Good}}, says: "{{state}} offers {{good}}", denies: "{{state}} offers no {{good}}", asks: "Does {{state}} offer {{good}}?"}}
share-{n}: {{slots: {{state: State, supplier: State, percent: {{number: percent}}}}, key: [state, supplier], distinct: [state, supplier], says: "{{supplier}} supplies {{state}} with {{percent}}% of item {n}", asks: "What share of item {n} does {{supplier}} supply to {{state}}?"}}
mood-{n}: {{slots: {{state: State, mood: {{values: [calm, tense, hostile]}}}}, key: state, says: "the public of {{state}} is {{mood}} about item {n}", asks: "What is the public of {{state}} about item {n}?"}}
route-{n}: {{slots: {{state: State, over: State}}, distinct: [state, over], says: "{{state}} receives item {n} by way of {{over}}", denies: "{{state}} receives no item {n} by way of {{over}}", asks: "Does {{state}} receive item {n} by way of {{over}}?"}}
talks-{n}: {{slots: {{one: State, other: State}}, symmetric: [one, other], distinct: [one, other], says: "{{one}} and {{other}} talk about item {n}", denies: "{{one}} and {{other}} do not talk about item {n}", asks: "Do {{one}} and {{other}} talk about item {n}?"}}
exposed-{n}: {{slots: {{state: State, supplier: State}}, says: "{{state}} is exposed to {{supplier}} in item {n}", denies: "{{state}} is not exposed to {{supplier}} in item {n}"}}
pressed-{n}: {{slots: {{state: State}}, says: "{{state}} is pressed over item {n}", denies: "{{state}} is not pressed over item {n}"}}
fit-{n}: {{slots: {{state: State, supplier: State}}, says: "{{supplier}} suits {{state}} for item {n}", denies: "{{supplier}} does not suit {{state}} for item {n}"}}
ready-{n}: {{slots: {{state: State, supplier: State}}, says: "{{state}} is ready for item {n} from {{supplier}}", denies: "{{state}} is not ready for item {n} from {{supplier}}"}}
buy-{n}: {{advice: true, slots: {{client: State, supplier: State}}, says: "buy item {n} from {{supplier}}", opposes: [hold-{n}: {{client: $client, supplier: $supplier}}]}}
hold-{n}: {{advice: true, slots: {{client: State, supplier: State}}, says: "buy no item {n} from {{supplier}} for now"}}
spread-{n}: {{advice: true, slots: {{client: State}}, says: "spread the sources of item {n}"}}
store-{n}: {{advice: true, slots: {{client: State}}, says: "store item {n}", after: [spread-{n}: {{client: $client}}]}}
quietly-{n}: {{caveat: true, slots: {{client: State, watcher: State}}, says: "without a word of item {n} to {{watcher}}"}}
slowly-{n}: {{caveat: true, slots: {{client: State}}, says: "step by step for item {n}"}}
"""
RULES: Final = """
- {{id: fit-by-offer-{n}, title: An offer meets a need of item {n}, if: [need-{n}: {{state: $a, good: $g}}, offer-{n}: {{state: $b, good: $g}}], where: $a != $b, then: [fit-{n}: {{state: $a, supplier: $b}}], because: "{{b}} offers the {{g}} that {{a}} needs", sources: {{handbook: {p}}}}}
- {{id: fit-by-talks-{n}, title: Talks find a supplier of item {n}, if: [talks-{n}: {{one: $a, other: $b}}, need-{n}: {{state: $a}}, partner: {{one: $a, other: $b}}], then: [fit-{n}: {{state: $a, supplier: $b}}], strength: likely, because: "{{a}} talks about it with its partner {{b}}", sources: {{handbook: {p}}}}}
- {{id: exposed-by-share-{n}, title: A large share of item {n} exposes, if: [share-{n}: {{state: $a, supplier: $b, percent: $p}}], where: $p > {high}, then: [exposed-{n}: {{state: $a, supplier: $b}}], because: "{{b}} supplies a large share", sources: {{handbook: {p}}}}}
- {{id: exposed-by-rival-{n}, title: A rival's share of item {n} exposes sooner, if: [share-{n}: {{state: $a, supplier: $b, percent: $p}}, rival: {{one: $a, other: $b}}], where: [$p >= {low}, $p <= {high}], then: [exposed-{n}: {{state: $a, supplier: $b}}], strength: very likely, because: "{{b}} is a rival of {{a}}", sources: {{handbook: {p}}}}}
- {{id: exposed-by-route-{n}, title: A route of item {n} over a rival exposes, if: [route-{n}: {{state: $a, over: $b}}, rival: {{one: $a, other: $b}}], then: [exposed-{n}: {{state: $a, supplier: $b}}], strength: likely, because: "the route leads over its rival {{b}}"}}
- {{id: pressed-by-mood-{n}, title: A hostile public presses over item {n}, if: [exposed-{n}: {{state: $a}}, mood-{n}: {{state: $a, mood: [tense, hostile]}}], then: [pressed-{n}: {{state: $a}}], because: "{{a}} is exposed and its public is not calm"}}
- {{id: pressed-by-many-{n}, title: Two exposures press over item {n}, if: [need-{n}: {{state: $a}}, at-least: {{count: 2, of: {{exposed-{n}: {{state: $a, supplier: $s}}}}}}], then: [pressed-{n}: {{state: $a}}], strength: very likely, because: "{{a}} is exposed to several"}}
- {{id: pressed-by-reserves-{n}, title: Low reserves press over item {n}, if: [exposed-{n}: {{state: $a}}, reserves: {{state: $a, months: $r}}], where: $r < {months}, then: [pressed-{n}: {{state: $a}}], because: "{{a}} has reserves for no more than {{r}} months", sources: {{handbook: {p}}}}}
- {{id: ready-by-fit-{n}, title: Who is pressed is ready for item {n}, if: [fit-{n}: {{state: $a, supplier: $b}}, pressed-{n}: {{state: $a}}], unless: [sanctioned: {{state: $b}}], then: [ready-{n}: {{state: $a, supplier: $b}}], because: "{{a}} is pressed and {{b}} suits it"}}
- {{id: ready-by-talks-{n}, title: Talks make ready for item {n}, if: [fit-{n}: {{state: $a, supplier: $b}}, talks-{n}: {{one: $a, other: $b}}, mood-{n}: {{state: $a, mood: calm}}], then: [ready-{n}: {{state: $a, supplier: $b}}], strength: likely, because: "{{a}} talks with {{b}} and its public is calm"}}
- {{id: buy-when-ready-{n}, title: Who is ready buys item {n}, if: [ready-{n}: {{state: $a, supplier: $b}}], unless: [exposed-{n}: {{state: $a, supplier: $b}}, rival: {{one: $a, other: $b}}], then: [buy-{n}: {{client: $a, supplier: $b}}], advances: [supply-{i}], because: "{{a}} is ready for it", sources: {{handbook: {p}}}}}
- {{id: buy-from-partner-{n}, title: A partner is a good source of item {n}, if: [fit-{n}: {{state: $a, supplier: $b}}, partner: {{one: $a, other: $b}}], unless: [sanctioned: {{state: $b}}, exposed-{n}: {{state: $a, supplier: $b}}], then: [buy-{n}: {{client: $a, supplier: $b}}], strength: very likely, advances: [supply-{i}], strains: [autonomy], because: "{{b}} is a partner of {{a}}"}}
- {{id: hold-when-sanctioned-{n}, title: Nobody buys item {n} under sanctions, if: [fit-{n}: {{state: $a, supplier: $b}}, sanctioned: {{state: $b}}], then: [hold-{n}: {{client: $a, supplier: $b}}], advances: [autonomy], because: "{{b}} is under sanctions", sources: {{handbook: {p}}}}}
- {{id: hold-when-exposed-{n}, title: More of item {n} from one source is too much, if: [exposed-{n}: {{state: $a, supplier: $b}}, fit-{n}: {{state: $a, supplier: $b}}], then: [hold-{n}: {{client: $a, supplier: $b}}], strength: likely, advances: [autonomy], because: "{{a}} is exposed to {{b}} already"}}
- {{id: spread-when-pressed-{n}, title: Who is pressed spreads item {n}, if: [pressed-{n}: {{state: $a}}], then: [spread-{n}: {{client: $a}}], advances: [autonomy], because: "{{a}} is pressed", sources: {{handbook: {p}}}}}
- {{id: store-when-low-{n}, title: Who has little stores item {n}, if: [need-{n}: {{state: $a}}, reserves: {{state: $a, months: $r}}], where: $r < {months}, unless: [mood-{n}: {{state: $a, mood: hostile}}], then: [store-{n}: {{client: $a}}], advances: [supply-{i}], because: "{{a}} has reserves for {{r}} months only"}}
- {{id: store-when-pressed-{n}, title: Who is pressed by a rival stores item {n}, if: [pressed-{n}: {{state: $a}}, exposed-{n}: {{state: $a, supplier: $b}}, rival: {{one: $a, other: $b}}], then: [store-{n}: {{client: $a}}], strength: likely, advances: [supply-{i}], because: "its rival {{b}} could cut it off"}}
- {{id: quietly-{n}, title: No word of item {n} to a rival, if: [buy-{n}: {{client: $a, supplier: $b}}, rival: {{one: $b, other: $w}}, partner: {{one: $a, other: $w}}], then: [quietly-{n}: {{client: $a, watcher: $w}}], because: "{{w}} is a partner of {{a}} and a rival of {{b}}"}}
- {{id: slowly-{n}, title: Step by step where the public is tense about item {n}, if: [buy-{n}: {{client: $a}}, mood-{n}: {{state: $a, mood: tense}}], then: [slowly-{n}: {{client: $a}}], strength: very likely, because: "the public is tense"}}
- {{id: default-{n}, title: Who needs item {n} looks around, otherwise: true, if: [need-{n}: {{state: $a}}], then: [spread-{n}: {{client: $a}}], because: "{{a}} needs it and nothing else is to be done"}}
"""
SOURCE: Final = "handbook: {title: A handbook of supply, author: A. Author, date: 2025-05-01, origin: house, grade: B2, locator: chapter}\nreport: {title: A yearly report, author: B. Author, date: 2025-07-01, origin: office, grade: B2, locator: page}\n"


def write_base(folder: Path, rules: int, seed: int = 0, *, expecting: bool = True) -> Path:
    """Write a base of so many rules, with expectations or without; its folder."""
    pick = random.Random(seed)
    subjects = range(max(1, rules // SUBJECT))
    for name, text in _files(pick, subjects):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    if expecting:
        _expect(pick, folder)
    return folder


def _expect(pick: random.Random, folder: Path) -> None:
    """Have most scenarios expect what they are advised."""
    base = loader.load_base(folder)
    for case in outcomes([scenario for scenario, _ in loader.load_with_parents(base)]):
        if pick.random() < EXPECTING:
            given = [
                f'"{case.graph.instances[fact]}"'
                for fact in case.graph.advice_to("s0")
                if standing(*case.bounds(fact)) == "given"
            ]
            with Path(case.scenario.where.file).open("a", encoding="utf-8") as file:
                file.write(f"expect: {{given: [{', '.join(given)}], only: true}}\n")


def _files(pick: random.Random, subjects: range) -> Iterator[tuple[str, str]]:
    states = "".join(f"  s{n}: {{name: State {n}, adjective: S{n}}}\n" for n in range(STATES))
    goods = "".join(f"  g{n}: {{name: good {n}}}\n" for n in range(2 * len(subjects)))
    topics = {n // 5 for n in subjects}
    interests = "".join(f"supply-{i}: {{says: the supply of group {i}}}\n" for i in topics)
    yield "rules/base.yaml", "title: Supplies\ndate: 2026-01-01\nscenario: now\nclient: s0\n"
    yield "rules/entities.yaml", f"State:\n{states}Good:\n{goods}"
    yield "rules/sources.yaml", SOURCE
    yield "rules/interests.yaml", interests + "autonomy: {says: room to decide}\n"
    yield (
        "rules/templates.yaml",
        SHARED.format() + "".join(TEMPLATES.format(n=n) for n in subjects),
    )
    for n in subjects:
        low = pick.randrange(10, 30)
        yield (
            f"rules/subject-{n}.yaml",
            RULES.format(
                n=n, i=n // 5, p=n + 1, low=low, high=low + 20, months=pick.randrange(2, 7)
            ),
        )
        yield f"facts/subject-{n}.yaml", _scenario(pick, f"Subject {n}", [n])
        if n % 2:
            yield f"facts/what-if/sanctions-{n}.yaml", _what_if(pick, n)
    yield "facts/now.yaml", _scenario(pick, "Now", list(subjects)[::5])


def _scenario(pick: random.Random, title: str, subjects: list[int]) -> str:
    """A scenario of the client, of one neighbour of its, and of four suppliers."""
    said = [
        "partner(s0, s1)",
        "partner(s0, s2)",
        "rival(s0, s3)",
        "rival(s1, s2)=likely",
        f"reserves(s0, {pick.randrange(1, 9)})",
    ]
    for n in subjects:
        said += [f"need-{n}(s0, g{2 * n})", f"need-{n}(s4, g{2 * n + 1})=likely"]
        said += [f"offer-{n}(s{s}, g{2 * n})" for s in pick.sample(range(1, 6), 2)]
        said += [f"share-{n}(s0, s{s}, {pick.randrange(5, 60)})" for s in pick.sample((1, 2, 3), 2)]
        said += [f"route-{n}(s0, s3)=very likely", f"mood-{n}(s0, {pick.choice(MOODS)})"]
        said += [f"talks-{n}(s0, s1)"]
    cited = "".join(
        f"  - {_long(fact)}, sources: {{report: {page}}}}}\n" for page, fact in enumerate(said, 1)
    )
    unknown = "".join(f"  - offer-{n}(s2, g{2 * n + 1})\n" for n in subjects)
    held = f"interests: {{s0: [{{supply-{subjects[0] // 5}: {{priority: 1}}}}, autonomy]}}\n"
    return f"title: {title}\nclient: s0\n{held}facts:\n{cited}unknown:\n{unknown}"


SLOTS: Final = {
    "partner": ("one", "other"),
    "rival": ("one", "other"),
    "reserves": ("state", "months"),
    "need": ("state", "good"),
    "offer": ("state", "good"),
    "share": ("state", "supplier", "percent"),
    "route": ("state", "over"),
    "mood": ("state", "mood"),
    "talks": ("one", "other"),
}
MOODS: Final = ("calm", "tense", "hostile")


def _long(fact: str) -> str:
    """A fact written on one line, as the beginning of its long form."""
    said, _, likelihood = fact.partition("=")
    name, _, values = said.partition("(")
    slots = SLOTS[name.partition("-")[0]]
    held = zip(slots, values.removesuffix(")").split(", "), strict=True)
    graded = f", likelihood: {likelihood}" if likelihood else ""
    filled = ", ".join(f"{slot}: {value}" for slot, value in held)
    return f"{{{name}: {{{filled}}}{graded}"


def _what_if(pick: random.Random, n: int) -> str:
    """What if the client's suppliers came under sanctions."""
    return (
        f"extends: subject-{n}\ntitle: What if suppliers of item {n} came under sanctions?\n"
        f'assume: ["sanctioned(s{pick.randrange(1, 6)})", "mood-{n}(s0, hostile)"]\n'
        'deny: ["partner(s0, s2)"]\n'
    )


def main() -> None:
    """Write a base."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    write_base(options.folder, options.rules, options.seed)


if __name__ == "__main__":
    main()
