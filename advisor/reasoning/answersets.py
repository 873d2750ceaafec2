"""Turns logic programs into their best answers: the one place that calls a solver.

The only importer of clingo (answer set programming; Gebser et al. 2012).
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any, Final, NamedTuple

import clingo

from advisor.model.budget import Late, allowed, blamed, conclude
from advisor.model.errors import AdvisorError, Problem

# That so many of some facts must change for so many to hold is hard to refute case by case. It is
# easy where both are counted one after the other in one order, so that the sums so far compare.
_COUNTERS: Final = """
tally(B,R,I,K,F,1) :- counted(R,I,F), holds(B,F,K).
tally(B,R,I,K,G,J) :- tally(B,R,I,K,F,J), next(R,I,F,G).
tally(B,R,I,K,G,J+1) :- tally(B,R,I,K,F,J), next(R,I,F,G), holds(B,G,K), counts(R,I,N), J < N.
full(B,R,I,K) :- tally(B,R,I,K,_,N), counts(R,I,N).
:- enough(B,R,I,K), not full(B,R,I,K).
:- full(B,R,I,K), not enough(B,R,I,K).
sum(F,1) :- changed(F).
sum(G,J) :- sum(F,J), after(F,G).
sum(G,J+1) :- sum(F,J), after(F,G), changed(G), most(N), J < N.
over(J) :- sum(_,J).
"""

_CIRCUIT: Final = """
1 { chosen(G,A) : answer(G,A) } 1 :- group(G).
true(N) :- chosen(G,A), sets(G,A,N).
true(N) :- and(N,X,0,Y,0), true(X), true(Y).
true(N) :- and(N,X,0,Y,1), true(X), not true(Y).
true(N) :- and(N,X,1,Y,0), not true(X), true(Y).
true(N) :- and(N,X,1,Y,1), not true(X), not true(Y).
:- wanted(N,0), not true(N).
:- wanted(N,1), true(N).
"""

_FEWEST: Final = "#minimize { 1,X : changed(X) }. #heuristic changed(X). [1,false]"
_SPELLED: Final = 4  # steps of a budget that one sum of the counters is counted for
_QUICK: Final = 3_000  # dead ends of a first search, which is enough for most questions
_EXCLUDED: Final = """
{ out(C,O) } :- option(C,O).
:- option(C,_), out(C,O) : option(C,O).
in(C) :- out(C,_).
1 { most(0..N) } 1 :- N = { option(C,_) : option(C,_) }.
:- most(M), M+1 { in(C) : option(C,_) }.
#show out/2.
"""

STEPS: Final = 10  # steps of a budget's searches that one conflict of the solver is counted for
_LOOK: Final = 0.05  # seconds between two looks at the time

Atom = tuple[str, tuple[int, ...]]  # a predicate with its numbers


class Smallest(NamedTuple):
    """The smallest sets of numbers that a program allows."""

    size: int
    sets: tuple[tuple[int, ...], ...]  # in order
    more: bool  # whether there are others
    least: int  # the size that is proved to be needed; less where the search was given up
    given_up: str | None = None  # then why


def best(program: str) -> list[Atom] | None:
    """The shown atoms of an optimal answer of a logic program, sorted; None if it has no answer."""
    answers = _optimal(_control(program, "-n0"))
    return _atoms(answers[-1]) if answers else None


def smallest(
    program: str, numbers: Sequence[int], most: int, alike: Iterable[Sequence[int]] = ()
) -> Smallest | None:
    """The smallest sets of numbers X for which `changed(X)` holds in some answer; None if none do.

    Their size is proved first, by a search for the optimum alone; then no more are listed than
    `most`, by the same program, whose rules are spelled out once. `numbers` are all those that may
    be in a set. Of numbers that are `alike` the first ones will do for the proof.
    """
    show = program + "#show changed/1."
    pairs = (pair for some in alike for pair in itertools.pairwise(some))
    first = "".join(f":- sizing, changed({b}), not changed({a})." for a, b in pairs)
    control = _control(f"{show}#external sizing.{first}{_FEWEST}", "-n0", "--heuristic=Domain")
    sized = _size(control, show + first, numbers)
    if sized is None:
        return None
    if sized.given_up:
        return Smallest(len(sized.one), (sized.one,), True, sized.least, sized.given_up)
    answers, all_ = _answers(_listing(control, len(sized.one), most + 1))
    found = {tuple(numbers[0] for _, numbers in _atoms(answer)) for answer in answers} | {sized.one}
    size = min(map(len, found))
    sets = sorted(numbers for numbers in found if len(numbers) == size)
    proved = sized.least == size
    more = len(sets) > most or not all_
    return Smallest(size, tuple(sets[:most]), more, sized.least, None if proved else _no_proof())


class _Sized(NamedTuple):
    """A set, and the size that is proved to be needed: its own, unless the search was given up."""

    one: tuple[int, ...]
    least: int
    given_up: str | None = None  # why the time was up before that


def _listing(control: clingo.Control, size: int, most: int) -> clingo.Control:
    """The program of a size, made to list as many sets of at most that size, none twice."""
    _spell_out(control, "listed", f":- {size + 1} {{ changed(X) }}.")
    control.assign_external(clingo.Function("sizing"), False)
    configuration: Any = control.configuration
    configuration.solve.opt_mode, configuration.solve.project = "ignore", "show"
    configuration.solve.models, configuration.solve.solve_limit = str(most), str(_dead_ends())
    configuration.solver.heuristic = "vsids,92"  # as it is by default
    return control


def _size(quick: clingo.Control, program: str, numbers: Sequence[int]) -> _Sized | None:
    """One of the smallest sets; None if there are none. AdvisorError where none was found.

    `quick` is the program, which finds the fewest if it is not hard.
    """
    quick.assign_external(clingo.Function("sizing"), True)
    configuration: Any = quick.configuration
    configuration.solve.solve_limit = str(min(_QUICK, _dead_ends()))
    answers, proved = _answers(quick)
    best = answers[-1] if answers else None
    if proved:
        return None if best is None else _sized(best, len(best))
    size = len(numbers) + 1 if best is None else len(best)
    if len(numbers) * size > allowed().steps // _SPELLED:
        if best is None:
            raise AdvisorError(_given_up())
        return _sized(best, 1)._replace(given_up=_no_proof())
    pairs = itertools.pairwise(numbers)
    order = "".join(f"after({number},{other})." for number, other in pairs)
    control = _control(f"{program}sizing.{_COUNTERS}{order}most({size}).", "-n1")
    try:
        while size:
            answers, all_ = _answers(control, [(_atom("over", size), False)])
            if not answers and not all_:
                if best is None:
                    raise AdvisorError(_given_up())
                return _sized(best, _needed(control, size))
            if not answers:
                break
            size = len(best := answers[-1])
    except Late:
        why = conclude()
        if best is None or why is None:
            raise
        return _sized(best, 1)._replace(given_up=why)
    return None if best is None else _sized(best, size)


def _needed(control: clingo.Control, size: int) -> int:
    """How many changes are proved to be needed, of so many that are enough."""
    for least in range(1, size):
        answers, all_ = _answers(control, [(_atom("over", least + 1), False)])
        if answers or not all_:
            return least
    return size


def _sized(answer: Sequence[clingo.Symbol], least: int) -> _Sized:
    return _Sized(tuple(numbers[0] for _, numbers in _atoms(answer)), least)


def cheapest(program: str, sets: Iterable[Sequence[int]]) -> Iterator[list[Atom]]:
    """For each of some sets of numbers, a cheapest answer in which `changed` holds of these alone.

    `number` holds of all that may be in a set; what is cheap the program says by weights. They add
    up over many facts that bear on nothing else, so what no answer costs less than is raised from
    below (core-guided; Andres et al. 2012).
    """
    just = "#external just(X) : number(X). :- changed(X), not just(X)."
    control = _control(f"{program}{just} :- just(X), not changed(X).", "-n0", "--opt-strategy=usc")
    for members in sets:
        atoms = [_atom("just", number) for number in members]
        for atom in atoms:
            control.assign_external(atom, True)
        yield _atoms(_optimal(control)[-1])
        for atom in atoms:
            control.assign_external(atom, False)


def satisfiable(
    gates: Sequence[tuple[int, int]], literal: int, groups: Sequence[Sequence[Sequence[int]]]
) -> bool:
    """Whether a literal of an and-inverter circuit can be true.

    `gates` holds two literals for each node, twice 0 for an input; a literal is twice its node,
    plus 1 if negated. Of each of the groups exactly one member holds: the inputs that it names are
    true, and no others are.
    """
    if literal < 2:
        return bool(literal)
    control = _control(_circuit(gates, literal, groups), "-n1")
    answers, all_ = _answers(control)
    if not answers and not all_:
        raise AdvisorError(_given_up())
    return bool(answers)


def _circuit(
    gates: Sequence[tuple[int, int]], literal: int, groups: Sequence[Sequence[Sequence[int]]]
) -> str:
    """The program whose answers make a literal of a circuit true."""
    lines = [_CIRCUIT, f"wanted({literal >> 1},{literal & 1})."]
    for node, (left, other) in enumerate(gates):
        if (left, other) != (0, 0):
            lines.append(f"and({node},{left >> 1},{left & 1},{other >> 1},{other & 1}).")
    for number, members in enumerate(groups):
        lines.append(f"group({number}).")
        for place, inputs in enumerate(members):
            lines.append(f"answer({number},{place}).")
            lines += (f"sets({number},{place},{node})." for node in inputs)
    return "\n".join(lines)


GradedFact = tuple[int, int]  # a choice and the place of one of its options


class GivenUp(AdvisorError):
    """A question that was not decided within the budget of its search."""


class Refuter:
    """Finds answers in which a literal of a circuit is true and some options are not taken."""

    def __init__(
        self,
        gates: Sequence[tuple[int, int]],
        literal: int,
        inputs: Mapping[int, Sequence[Sequence[int]]],
    ) -> None:
        """`inputs` holds, for each option of each choice, the inputs that are true by it alone."""
        self.calls = 0
        self.options = [(number, o) for number, some in inputs.items() for o in range(len(some))]
        groups = list(inputs.values())
        program = _circuit(gates, literal, groups)
        self.control = _control(program + "#show chosen/2.", "-n1", tries=_QUICK)
        places = {number: place for place, number in enumerate(inputs)}
        self.chosen = {
            (number, o): _atom("chosen", places[number], o) for number, o in self.options
        }
        self.option_of = {(places[number], o): (number, o) for number, o in self.options}

    def future(self, excluded: Collection[GradedFact]) -> tuple[list[GradedFact], set[GradedFact]]:
        """The options taken in such an answer, or, without one, what is enough to exclude."""
        self.calls += 1
        assumed = {option: (self.chosen[option], False) for option in sorted(excluded)}
        answer, core = _first(self.control, list(assumed.values()))
        if answer is not None:
            return [self.option_of[place, o] for _, (place, o) in _atoms(answer)], set()
        return [], {option for option, (atom, _) in assumed.items() if atom in core}


class Proposer:
    """Proposes options to exclude: at odds with some terms, and no superset of some sets."""

    def __init__(self, sizes: Mapping[int, int]) -> None:
        """`sizes` holds the number of options of each choice; one of each is never excluded."""
        options = [(number, o) for number, size in sizes.items() for o in range(size)]
        lines = [f"option({number},{o})." for number, o in options]
        self.control = _control(_EXCLUDED + "".join(lines), "-n1", "--sign-def=pos", tries=_QUICK)
        atoms = self.control.symbolic_atoms.by_signature("out", 2)
        self.literals = {_numbers(atom.symbol): atom.literal for atom in atoms}

    def proposed(self, size: int) -> set[GradedFact] | None:
        """Options of no more choices than so many; None if there are none left."""
        answer, _ = _first(self.control, [(_atom("most", size), True)])
        return None if answer is None else {(n, o) for _, (n, o) in _atoms(answer)}

    def hit(self, left: Iterable[tuple[int, Collection[int]]]) -> None:
        """From now on exclude, for one of these choices at least, all of the options named."""
        with self.control.backend() as backend:
            body = []
            for number, options in left:
                atom = backend.add_atom()
                backend.add_rule([atom], [self.literals[number, o] for o in sorted(options)])
                body.append(-atom)
            backend.add_rule([], body)

    def avoid(self, excluded: Iterable[GradedFact]) -> None:
        """From now on never exclude all of these options."""
        with self.control.backend() as backend:
            backend.add_rule([], [self.literals[option] for option in excluded])


def _control(program: str, *options: str, tries: int | None = None) -> clingo.Control:
    """A program with its rules spelled out, to be searched within the budget."""
    tries = min(tries or _dead_ends(), _dead_ends())
    control = clingo.Control(["--warn=none", f"--solve-limit={tries}", *options])
    _spell_out(control, "base", program)
    return control


def _spell_out(control: clingo.Control, name: str, program: str) -> None:
    """Add a part to a program, with its rules spelled out.

    Another thread does it, as it may take seconds in which Python looks at no signal. Where the
    time is up it is left behind: the command line ends without it, a library's user once it ends.
    """

    def added() -> None:
        control.add(name, [], program)
        control.ground([(name, [])])

    beside = ThreadPoolExecutor(max_workers=1)
    work = beside.submit(added)
    beside.shutdown(wait=False)
    while not wait([work], _LOOK).done:
        pass
    work.result()


def _dead_ends() -> int:
    """How many conflicts a search may run into."""
    return max(1, allowed().steps // STEPS)


def _optimal(control: clingo.Control) -> list[list[clingo.Symbol]]:
    """What ever better answers show, the last of them optimal; none if there is no answer.

    AdvisorError where the search is given up before that is proved.
    """
    answers, proved = _answers(control)
    if not proved:
        raise AdvisorError(_given_up())
    return answers


def _answers(
    control: clingo.Control, assumed: Sequence[tuple[clingo.Symbol, bool]] = ()
) -> tuple[list[list[clingo.Symbol]], bool]:
    """What each answer shows, and whether there are no others.

    The solver works beside this thread, which can so notice that its time is up.
    """
    found: list[list[clingo.Symbol]] = []
    with control.solve(list(assumed), yield_=True, async_=True) as handle:
        while True:
            while not handle.wait(_LOOK):
                pass
            model = handle.model()
            if model is None:
                return found, bool(handle.get().exhausted)
            found.append(list(model.symbols(shown=True)))
            handle.resume()


def _first(
    control: clingo.Control, assumed: Sequence[tuple[clingo.Symbol, bool]]
) -> tuple[list[clingo.Symbol] | None, set[clingo.Symbol]]:
    """What some answer shows; None if there is none, with the assumptions that are at odds.

    The solver works beside this thread here too: an interruption, or the end of the time, must not
    strike in the midst of one of its calls, which would end the program.
    """
    known = [(control.symbolic_atoms[atom], atom) for atom, _ in assumed]
    literal_of = {symbol.literal: atom for symbol, atom in known if symbol is not None}
    with control.solve(list(assumed), yield_=True, async_=True) as handle:
        while not handle.wait(_LOOK):
            pass
        model = handle.model()
        if model is not None:
            return list(model.symbols(shown=True)), set()
        if handle.get().unknown:
            raise GivenUp(_given_up())
        return None, {literal_of[abs(literal)] for literal in handle.core()}


def _given_up() -> Problem:
    return blamed(_no_proof(), "ask about less, or allow more with --max-firings N")


def _no_proof() -> str:
    return f"no smallest answer was proved within {_dead_ends()} dead ends of the search"


def _atom(name: str, *numbers: int) -> clingo.Symbol:
    return clingo.Function(name, [clingo.Number(number) for number in numbers])


def _atoms(shown: Iterable[clingo.Symbol]) -> list[Atom]:
    return sorted((atom.name, _numbers(atom)) for atom in shown)


def _numbers(atom: clingo.Symbol) -> tuple[int, ...]:
    return tuple(argument.number for argument in atom.arguments)
