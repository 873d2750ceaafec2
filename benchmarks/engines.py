"""Engines: how long matching takes, beside experta as released, CLIPS, clingo's grounder and DuckDB.

    python benchmarks/engines.py [--limit 120] [--runs 3] [--only NAME ...] [--engines NAME ...]

Everybody gets the same rules, positive premises and comparisons alone, over the same facts, and
gives every match: which rule, with which bindings and premises. Each match is compared with those
of the others: a difference ends the benchmark. Each run is a process of its own, that may take
`--limit` seconds of processor time; told is the processor time, by the median of the runs, from the
rules and facts in memory to the matches in memory, without imports. The others get values as
symbols or numbers of theirs, and both ways round what is symmetric.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from growth import write_base

from advisor import loader
from advisor.model import budget
from advisor.model.records import AnyOf, Instance, KnowledgeBase, Rule, Term, Var
from advisor.model.relations import components
from advisor.reasoning.matcher import Matcher
from advisor.reasoning.unification import ways

EQUALITY = {"=", "!="}  # what the others are told of comparisons
HEAD = "title: t\ndate: 2026-01-01\nclient: s0\n"
Row = tuple[int, ...]  # the number of a rule, and what its terms stand for, in order


class Workload(NamedTuple):
    """Rules, and the facts over which they are matched."""

    base: KnowledgeBase
    facts: list[Instance]


# ------------------------------------------------------------------ workloads


def _loaded(folder: Path) -> Workload:
    base = loader.load_base(folder)
    return Workload(base, [*loader.load_scenario(base).facts])


def _written(entities: str, templates: str, rules: str, facts: Iterable[str]) -> Workload:
    """A base from its parts; its facts are lines, and may be more than a file holds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rules").mkdir()
        for part, text in (("base", HEAD), ("entities", entities), ("templates", templates)):
            (folder / "rules" / f"{part}.yaml").write_text(text, encoding="utf-8")
        (folder / "rules" / "own.yaml").write_text(rules, encoding="utf-8")
        base = loader.load_base(folder)
    return Workload(base, [loader.parse_instance(line, base)[0] for line in facts])


def _shipped() -> Workload:
    """The shipped base, without the rules that compare numbers or compute."""
    base, facts = _loaded(loader.shipped_folder())
    rules = tuple(
        rule
        for rule in base.rules
        if not rule.lets and all(test.operator in EQUALITY for test in rule.comparisons)
    )
    return Workload(msgspec.structs.replace(base, rules=rules), facts)


def _topics(rules: int) -> Workload:
    """The bases of `growth.py`, where work grows with the rules."""
    with tempfile.TemporaryDirectory() as name:
        write_base(Path(name), rules)
        return _loaded(Path(name))


def _states(number: int) -> str:
    return "S:\n" + "".join(f"  s{n}: {{name: s{n}}}\n" for n in range(number))


def _join(number: int) -> Workload:
    """Who shares a forum with a neighbour that trades with a third: a join of four premises.

    States stand in a ring: two forums of twenty states overlap at each, four neighbours, six
    partners far away.
    """
    templates = "".join(
        f'{name}: {{slots: {{a: S, b: S}}, says: "{{a}} x {{b}}"}}\n'
        for name in ("sits-in", "borders", "trades", "may-ask")
    )
    rules = (
        "- {id: ask, title: t, if: [sits-in: {a: $x, b: $f}, sits-in: {a: $y, b: $f}, "
        "borders: {a: $x, b: $y}, trades: {a: $y, b: $z}], where: $x != $z, "
        "then: [may-ask: {a: $x, b: $z}]}\n"
    )

    def facts() -> Iterator[str]:
        for n in range(number):
            yield from (f"sits-in(s{n}, s{(n // 10 + k) * 10 % number})" for k in range(2))
            yield from (f"borders(s{n}, s{(n + k) % number})" for k in (-2, -1, 1, 2))
            yield from (f"trades(s{n}, s{(n * 7 + k * 13 + 5) % number})" for k in range(6))

    return _written(_states(number), templates, rules, facts())


def _closure(number: int) -> Workload:
    """Who is reached from where, in chains of fifty: as many rounds, and matches by the pair."""
    templates = 'edge: {slots: {a: S, b: S}, says: "{a} e {b}"}\n'
    templates += 'reach: {slots: {a: S, b: S}, says: "{a} r {b}"}\n'
    rules = "- {id: one, title: t, if: [edge: {a: $x, b: $y}], then: [reach: {a: $x, b: $y}]}\n"
    rules += (
        "- {id: more, title: t, if: [reach: {a: $x, b: $y}, edge: {a: $y, b: $z}], "
        "then: [reach: {a: $x, b: $z}]}\n"
    )
    facts = (f"edge(s{n}, s{n + 1})" for n in range(number - 1) if n % 50 != 49)
    return _written(_states(number), templates, rules, facts)


WORKLOADS: dict[str, Callable[[], Workload]] = {
    "shipped base": _shipped,
    "1,000 rules": lambda: _topics(1_000),
    "5,000 rules": lambda: _topics(5_000),
    "join, 160 entities": lambda: _join(160),
    "join, 2,000 entities": lambda: _join(2_000),
    "closure, 2,000 nodes": lambda: _closure(2_000),
}


# ------------------------------------------------------------------ rules as others have them


class Atom(NamedTuple):
    """A premise or a conclusion: each slot a variable by number, or a constant by name."""

    table: str
    terms: tuple[int | str, ...]


class Clause(NamedTuple):
    """A rule over tables of symbols; what a premise leaves out is a variable of its own."""

    number: int
    body: tuple[Atom, ...]
    tests: tuple[tuple[int | str, bool, tuple[int | str, ...]], ...]  # whether one is among others
    heads: tuple[Atom, ...]
    width: int  # how many variables there are


class Program:
    """A workload as plain rules over symbols, and its rows as matches again."""

    def __init__(self, load: Workload) -> None:
        self.base = load.base
        self.symbols: dict[Any, str] = {}
        self.values: dict[str, Any] = {}
        self.tables = {name: f"t{n}" for n, name in enumerate(load.base.templates)}
        self.widths = {self.tables[t.id]: len(t.slots) for t in load.base.templates.values()}
        self.clauses = [self._clause(n, rule) for n, rule in enumerate(load.base.variants)]
        self.facts = [
            (self.tables[one.template], tuple(map(self.symbol, values)))
            for one in load.facts
            for values in ways(load.base.templates[one.template], one.values)
        ]

    def symbol(self, value: Any) -> str:
        """What stands for a value."""
        key = (type(value).__name__, value)
        if key not in self.symbols:
            self.symbols[key] = name = f"c{len(self.symbols)}"
            self.values[name] = value
        return self.symbols[key]

    def _clause(self, number: int, rule: Rule) -> Clause:
        fresh = itertools.count()
        names: dict[str, int] = {}
        tests: list[tuple[int | str, bool, tuple[int | str, ...]]] = []

        def put(term: Term) -> int | str:
            if isinstance(term, Var):
                if term.name not in names:
                    names[term.name] = next(fresh)
                return names[term.name]
            if isinstance(term, AnyOf):
                place = next(fresh)
                tests.append((place, True, tuple(map(self.symbol, term.values))))
                return place
            return next(fresh) if term is None else self.symbol(term)

        body = tuple(
            Atom(self.tables[p.template], tuple(map(put, p.terms))) for p in rule.patterns()
        )
        for test in rule.comparisons:
            if test.operator not in EQUALITY:
                raise SystemExit(f"{rule.id}: the others are only told = and !=")
            tests.append((put(test.left), test.operator == "=", (put(test.right),)))
        heads = []
        for conclusion in rule.conclusions:
            terms = tuple(map(put, conclusion.terms))
            heads.append(Atom(self.tables[conclusion.template], terms))
            if swap := self.base.templates[conclusion.template].symmetric:
                i, j = swap
                turned = list(terms)
                turned[i], turned[j] = terms[j], terms[i]
                heads.append(Atom(self.tables[conclusion.template], tuple(turned)))
        return Clause(number, body, tuple(tests), tuple(heads), next(fresh))

    def matches(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[str]:
        """The rows of rules as matches: what every engine has to give."""
        for number, row in rows:
            rule = self.base.variants[number]
            terms = [term for atom in self.clauses[number].body for term in atom.terms]
            values = [self.values[row[t] if isinstance(t, int) else t] for t in terms]
            places = iter(values)
            bound: dict[str, Any] = {}
            premises = []
            for pattern in rule.patterns():
                own = [next(places) for _ in pattern.terms]
                bound |= {
                    t.name: value
                    for t, value in zip(pattern.terms, own, strict=True)
                    if isinstance(t, Var)
                }
                premises.append(self.base.templates[pattern.template].instance(*own))
            yield _spelled(rule.id, bound, premises)


def _spelled(rule: str, bound: Mapping[str, Any], premises: Iterable[Instance]) -> str:
    return f"{rule} {sorted(bound.items())} {'; '.join(map(str, premises))}"


# ------------------------------------------------------------------ engines

Finish = Callable[[], Iterable[str]]  # what spells the matches: not timed


def _ours(name: budget.EngineName) -> Callable[[Workload], tuple[float, Finish]]:
    def run(load: Workload) -> tuple[float, Finish]:
        from advisor.reasoning.engine import Engine  # noqa: PLC0415 - for who asks
        from advisor.reasoning.seminaive import SemiNaive  # noqa: PLC0415

        start = time.process_time()
        with budget.limited(budget.Budget(firings=10**8, steps=10**9, seconds=1e6, megabytes=8000)):
            matcher: Matcher = {"experta": Engine, "seminaive": SemiNaive}[name](load.base)
            matcher.declare(load.facts)
            found = matcher.matches
        taken = time.process_time() - start
        return taken, lambda: (_spelled(m.rule, dict(m.bindings), m.premises) for m in found)

    return run


def _released(load: Workload) -> tuple[float, Finish]:
    """experta as released: its own matcher, with patterns, TESTs and facts as in its manual."""
    from advisor.reasoning.rete import experta  # noqa: PLC0415 - importable once that is

    program = Program(load)
    rows: set[tuple[int, tuple[str, ...]]] = set()
    start = time.process_time()
    forms = {t: type(t, (experta.Fact,), {}) for t in program.widths}

    def rule_of(c: Clause) -> Any:
        def term(t: int | str) -> Any:
            return getattr(experta.MATCH, f"v{t}") if isinstance(t, int) else experta.L(t)

        def value(bound: Mapping[str, Any], t: int | str) -> Any:
            return bound[f"v{t}"] if isinstance(t, int) else t

        def holds(test: Any) -> Callable[..., bool]:
            left, among, right = test
            used = [f"v{t}" for t in (left, *right) if isinstance(t, int)]
            code = f"lambda {', '.join(used)}: check(dict({', '.join(f'{u}={u}' for u in used)}))"

            def check(bound: Mapping[str, Any]) -> bool:
                return among is (value(bound, left) in [value(bound, r) for r in right])

            made: Callable[..., bool] = eval(code, {"check": check})
            return made

        def fire(self: Any, **bound: Any) -> None:
            rows.add((c.number, tuple(bound[f"v{n}"] for n in range(c.width))))
            for head in c.heads:
                slots = {f"s{n}": value(bound, t) for n, t in enumerate(head.terms)}
                self.declare(forms[head.table](**slots))

        patterns = [
            forms[atom.table](**{f"s{n}": term(t) for n, t in enumerate(atom.terms)})
            for atom in c.body
        ]
        tests = [experta.TEST(holds(test)) for test in c.tests]
        names = ", ".join(f"v{n}" for n in range(c.width))
        code = f"lambda self{', ' + names if names else ''}: fire(self, {', '.join(f'v{n}=v{n}' for n in range(c.width))})"
        return experta.Rule(*patterns, *tests)(eval(code, {"fire": fire}))

    members = {f"r{c.number}": rule_of(c) for c in program.clauses}
    engine = type("Net", (experta.KnowledgeEngine,), members)()
    engine.reset()
    for table, values in program.facts:
        engine.declare(forms[table](**{f"s{n}": v for n, v in enumerate(values)}))
    engine.run()
    return time.process_time() - start, lambda: program.matches(rows)


def _clips(load: Workload) -> tuple[float, Finish]:
    """CLIPS through clipspy; a firing asserts its conclusions, and a fact that records it."""
    import clips  # noqa: PLC0415

    program = Program(load)
    start = time.process_time()
    env = clips.Environment()

    def spelled(t: int | str) -> str:
        return f"?v{t}" if isinstance(t, int) else t

    def fact(atom: Atom) -> str:
        return f"({' '.join([atom.table, *map(spelled, atom.terms)])})"

    for c in program.clauses:
        waiting, seen, parts = list(c.tests), set[int](), []
        for atom in c.body:
            parts.append(fact(atom))
            seen |= {t for t in atom.terms if isinstance(t, int)}
            for test in [
                t for t in waiting if all(x in seen for x in (t[0], *t[2]) if isinstance(x, int))
            ]:
                waiting.remove(test)
                left, among, right = test
                parts.append(
                    f"(test ({'or' if among else 'and'} "
                    + " ".join(
                        f"({'eq' if among else 'neq'} {spelled(left)} {spelled(r)})" for r in right
                    )
                    + " "
                    + ("FALSE" if among else "TRUE")
                    + "))"
                )
        record = " ".join(["m", str(c.number), *(f"?v{n}" for n in range(c.width))])
        env.build(
            f"(defrule r{c.number} {' '.join(parts)} => (assert ({record})) "
            f"{' '.join(f'(assert {fact(head)})' for head in c.heads)})"
        )
    for table, values in program.facts:
        env.assert_string(f"({' '.join([table, *values])})")
    env.run()
    found = [tuple(one) for one in env.facts() if one.template.name == "m"]
    taken = time.process_time() - start
    return taken, lambda: program.matches((int(n), [*map(str, row)]) for n, *row in found)


def _clingo(load: Workload) -> tuple[float, Finish]:
    """clingo's grounder: a rule for each conclusion, and an atom that records the firing."""
    import clingo  # noqa: PLC0415

    program = Program(load)
    start = time.process_time()

    def spelled(t: int | str) -> str:
        return f"V{t}" if isinstance(t, int) else t

    def atom(a: Atom) -> str:
        return f"{a.table}({','.join(map(spelled, a.terms))})"

    lines = [f"{atom(Atom(table, values))}." for table, values in program.facts]
    for c in program.clauses:
        body = [atom(a) for a in c.body]
        for left, among, right in c.tests:
            if among and len(right) > 1:
                body.append(f"{spelled(left)} = ({';'.join(map(spelled, right))})")
            else:
                body += [f"{spelled(left)} {'=' if among else '!='} {spelled(r)}" for r in right]
        record = f"m({','.join([str(c.number), *(f'V{n}' for n in range(c.width))])})"
        after = f" :- {', '.join(body)}." if body else "."
        lines += [record + after, *(f"{atom(head)} :- {record}." for head in c.heads)]
    control = clingo.Control(["--warn=none"])
    control.add("base", [], "\n".join(lines))
    control.ground([("base", [])])
    found = [a.symbol.arguments for a in control.symbolic_atoms if a.symbol.name == "m"]
    taken = time.process_time() - start
    return taken, lambda: program.matches((n.number, [s.name for s in row]) for n, *row in found)


def _duckdb(load: Workload) -> tuple[float, Finish]:
    """DuckDB: semi-naive evaluation in SQL, a table a template with the round of each row."""
    import duckdb  # noqa: PLC0415

    program = Program(load)
    start = time.process_time()
    store = duckdb.connect()
    store.execute("set threads = 1")
    number = {name: n for n, name in enumerate(program.values)}
    for table, width in program.widths.items():
        columns = ", ".join(f"s{n} integer" for n in range(width)) or "nothing integer"
        store.execute(f"create table {table} ({columns}, turn integer)")
    given: dict[str, list[tuple[int, ...]]] = {}
    for table, values in program.facts:
        given.setdefault(table, []).append((*(number[v] for v in values), 0))
    for table, rows in given.items():
        store.execute(f"insert into {table} values {', '.join(map(_tuple, rows))}")
    for c in program.clauses:
        columns = "".join(f", v{n} integer" for n in range(c.width))
        store.execute(f"create table m{c.number} (one integer{columns}, turn integer)")
    turn = 0
    for clauses, own in _strata(program.clauses):
        turn += 1
        grown = _sql_round(store, clauses, None, turn, number)
        while grown & own:
            turn += 1
            grown = _sql_round(store, clauses, own, turn, number)
    names = list(program.values)
    found = [
        (c.number, store.execute(f"select * from m{c.number}").fetchall()) for c in program.clauses
    ]
    taken = time.process_time() - start
    return taken, lambda: program.matches(
        (n, [names[v] for v in row[1:-1]]) for n, rows in found for row in rows
    )


def _tuple(row: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, row))})"


def _strata(clauses: Sequence[Clause]) -> Iterator[tuple[list[Clause], set[str]]]:
    """The clauses in groups, each after what it rests on, with the tables that they conclude."""
    needs: dict[str, dict[str, None]] = {}
    for c in clauses:
        for head in c.heads:
            together = needs.setdefault(head.table, {})
            together |= dict.fromkeys([a.table for a in c.body] + [h.table for h in c.heads])
    for table in [t for tables in needs.values() for t in tables]:
        needs.setdefault(table, {})
    for group in components(needs):
        own = [c for c in clauses if c.heads[0].table in group]
        if own:
            yield own, set(group)


def _sql_round(
    store: Any,
    clauses: Sequence[Clause],
    own: set[str] | None,
    turn: int,
    number: Mapping[str, int],
) -> set[str]:
    """Fire rules once, on all or on what the last turn brought; the tables that grew."""
    for c in clauses:
        for new in [None] if own is None else [n for n, a in enumerate(c.body) if a.table in own]:
            store.execute(_select(c, own or set(), new, turn, number))
    grown = set()
    for c in clauses:
        for head in c.heads:
            terms = [f"v{t}" if isinstance(t, int) else str(number[t]) for t in head.terms]
            names = ", ".join(f"s{n}" for n in range(len(terms))) or "nothing"
            made = store.execute(
                f"insert into {head.table} select *, {turn} from (select distinct "
                f"{', '.join(terms) or '0'} from m{c.number} where turn = {turn} "
                f"except select {names} from {head.table})"
            ).fetchone()
            grown |= {head.table} if made[0] else set()
    return grown


def _select(c: Clause, own: set[str], new: int | None, turn: int, number: Mapping[str, int]) -> str:
    """A rule in SQL; what is `new` to one premise is joined with what is known to those before."""
    where, column = ["true"], dict[int, str]()
    for place, atom in enumerate(c.body):
        for n, term in enumerate(atom.terms):
            here = f"a{place}.s{n}"
            if not isinstance(term, int):
                where.append(f"{here} = {number[term]}")
            elif column.setdefault(term, here) != here:
                where.append(f"{here} = {column[term]}")
        if new is not None and atom.table in own:
            when = "=" if place == new else "<" if place < new else "<="
            where.append(f"a{place}.turn {when} {turn - 1}")
    for left, among, right in c.tests:
        one, *others = (column[t] if isinstance(t, int) else str(number[t]) for t in (left, *right))
        where.append(f"{one} {'in' if among else 'not in'} ({', '.join(others)})")
    source = ", ".join(f"{a.table} a{place}" for place, a in enumerate(c.body)) or "(select 1)"
    taken = "".join(f", {column[n]}" for n in range(c.width))
    return (
        f"insert into m{c.number} select 1{taken}, {turn} from {source} where {' and '.join(where)}"
    )


ENGINES: dict[str, Callable[[Workload], tuple[float, Finish]]] = {
    "experta as released": _released,
    "experta, hashed": _ours("experta"),
    "seminaive": _ours("seminaive"),
    "CLIPS": _clips,
    "clingo's grounder": _clingo,
    "DuckDB": _duckdb,
}


# ------------------------------------------------------------------ runs


def one(engine: str, workload: str) -> None:
    """One run, told as JSON."""
    load = WORKLOADS[workload]()
    taken, finish = ENGINES[engine](load)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    found = sorted({*finish()})
    digest = hashlib.sha256("\n".join(found).encode()).hexdigest()
    print(
        json.dumps({"seconds": taken, "matches": len(found), "digest": digest, "megabytes": memory})
    )


def measured(engine: str, workload: str, limit: int, runs: int) -> dict[str, Any] | str:
    """The runs of an engine on a workload; or why there is none."""
    found = []
    for _ in range(runs):
        command = ["bash", "-c", f'ulimit -t {limit}; exec "$@"', "-", sys.executable, __file__]
        done = subprocess.run(
            [*command, "--one", engine, workload], capture_output=True, text=True, check=False
        )
        if done.returncode:
            last = (done.stderr.strip().splitlines() or [""])[-1]
            return "not installed" if "No module named" in last else last or f"over {limit} s"
        found.append(json.loads(done.stdout))
    return {**found[0], "seconds": statistics.median(run["seconds"] for run in found)}


def main() -> None:
    """Print a table: workloads by engines."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("--limit", type=int, default=120)
    options.add_argument("--runs", type=int, default=3)
    options.add_argument("--only", nargs="*", default=list(WORKLOADS))
    options.add_argument("--engines", nargs="*", default=list(ENGINES))
    options.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.one:
        one(*chosen.one)
        return
    print(f"| ms of processor time | matches | {' | '.join(chosen.engines)} |")
    print("|---" * (2 + len(chosen.engines)) + "|")
    for workload in chosen.only:
        cells, agreed = [], dict[str, str]()
        for engine in chosen.engines:
            found = measured(engine, workload, chosen.limit, chosen.runs)
            if isinstance(found, str):
                cells.append(found)
                continue
            agreed[engine] = f"{found['matches']:,} {found['digest']}"
            cells.append(f"{found['seconds'] * 1000:,.4g}")
        if len({*agreed.values()}) > 1:
            raise SystemExit(f"{workload}: the matches differ: {agreed}")
        number = next(iter(agreed.values()), "?").split()[0]
        print(f"| {workload} | {number} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
