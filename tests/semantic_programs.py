"""Random programs about Python's semantics: names, containers, objects, iterators, exits.

Every program is `f(x, s, n)`: a vector of length 3, a float, the integer 3. It is short, and mixes
what `programs.py` does not have: things of several kinds that have several names, chosen by
branches, written through any of them; loops over what they change; iterators and closures; early
exits. Some programs raise; whoever runs them passes those over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

from tests.semantic_statements import DIGESTS, HEADER, LOOPS, WRITES

INDENT = "    "

KINDS = ("number", "vector", "list", "rows", "dict", "object", "iterator", "function")


class SemanticWriter:
    """Writes one program, choosing with `random`."""

    def __init__(self, random: Random, budget: int = 7) -> None:
        self.random = random
        self.lines: list[str] = []
        self.depth = 1
        self.loops = 0
        self.fresh = 0
        self.budget = random.randint(2, budget)
        self.names: dict[str, list[str]] = {kind: [] for kind in KINDS}
        self.names["number"] += ["s"]
        self.names["vector"] += ["x"]

    def program(self) -> str:
        """The text of a module that defines `f`."""
        self.emit("def f(x, s, n):", depth=0)
        for kind in self.random.sample(sorted(MAKERS), 3):
            self.make(kind)
        while self.budget > 0:
            self.statement()
        self.emit(f"return {self.digest()}")
        return HEADER + "\n".join(self.lines) + "\n"

    def digest(self) -> str:
        """A number in which everything that has a name counts, each with a weight of its own."""
        parts = []
        for kind, text in DIGESTS.items():
            parts += [text.format(name) for name in dict.fromkeys(self.names[kind])]
        return " + ".join(f"{1.0 + 0.25 * k} * {part}" for k, part in enumerate(parts))

    # Choosing ---------------------------------------------------------------------------------

    def emit(self, text: str, depth: int | None = None) -> None:
        self.lines.append(INDENT * (self.depth if depth is None else depth) + text)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def one(self, kind: str) -> str:
        """A name of a kind, made where there is none."""
        return self.random.choice(self.names[kind]) if self.names[kind] else self.make(kind)

    def new(self, kind: str) -> str:
        self.fresh += 1
        return f"{kind[0] if kind != 'rows' else 'r'}{self.fresh}"

    def named(self, kind: str, text: str) -> str:
        """Bind a text to a name of a kind: a new one, or one that is bound already."""
        if self.names[kind] and self.chance(0.25):
            name = self.random.choice(self.names[kind])
        else:
            name = self.new(kind)
        self.emit(f"{name} = {text}")
        if name not in self.names[kind]:
            self.names[kind].append(name)
        return name

    def make(self, kind: str) -> str:
        """Bind something new of a kind."""
        return self.named(kind, MAKERS[kind](self))

    # Expressions ------------------------------------------------------------------------------

    def number(self, depth: int = 1) -> str:
        leaves: list[Callable[[], str]] = [
            lambda: self.random.choice(["0.3", "-0.7", "1.1"]),
            lambda: self.random.choice(self.names["number"]),
            lambda: f"{self.random.choice(self.names['vector'])}[{self.place()}]",
        ]
        if self.names["list"]:
            leaves.append(lambda: f"{self.one('list')}[{self.random.choice(['0', '-1', '1'])}]")
        if self.names["dict"]:
            leaves.append(lambda: f"{self.one('dict')}[{self.key()}]")
        if self.names["object"]:
            leaves.append(lambda: f"{self.one('object')}.{self.random.choice(['v', 'w[1]'])}")
        if self.names["rows"]:
            leaves.append(lambda: f"{self.one('rows')}[{self.random.choice('01')}][{self.place()}]")
        if self.names["function"]:
            leaves.append(lambda: f"{self.one('function')}()")
        if self.names["iterator"]:
            leaves.append(lambda: f"next({self.one('iterator')}, 0.0)")
        if depth == 0 or self.chance(0.5):
            return self.random.choice(leaves)()
        left, right = self.number(depth - 1), self.number(depth - 1)
        return self.random.choice(
            [
                f"{left} * {right}",
                f"{left} + {right}",
                f"({left} if {self.test()} else {right})",
                f"np.sin({left})",
                f"np.sum({self.vector(0)})",
            ]
        )

    def vector(self, depth: int = 1) -> str:
        leaves = [*self.names["vector"]]
        leaves += [f"{name}.w" for name in self.names["object"]]
        leaves += [f"{name}[{self.random.choice('01')}]" for name in self.names["rows"]]
        leaf = self.random.choice(leaves)
        if depth == 0 or self.chance(0.3):
            return leaf
        return self.random.choice(
            [
                f"{leaf} * {self.number(0)}",
                f"np.tanh({leaf})",
                f"{leaf} + {self.random.choice(leaves)}",
                f"{leaf}[::-1]",
                f"np.array({leaf})",
                f"{leaf}.copy()",
            ]
        )

    def place(self) -> str:
        return self.random.choice(["0", "1", "-1", "n - 1", "n - 2"])

    def key(self) -> str:
        return self.random.choice(['"a"', '"b"'])

    def test(self) -> str:
        return self.random.choice(
            [
                f"{self.number(0)} > 0.2",
                f"{self.number(0)} < {self.number(0)}",
                "n > 2",
                "n == 2",
                "s > 0.0",
            ]
        )

    # Statements -------------------------------------------------------------------------------

    def statement(self) -> None:
        self.budget -= 1
        choices: list[Callable[[], object]] = [
            self.bind, self.bind, self.choose, self.choose, self.swap,
            *[self.write] * 8,
        ]  # fmt: skip
        if self.depth < 4:
            choices += [self.branch, self.branch, self.attempt, self.function]
            choices += [self.loop] * 5
        if self.depth > 1 and self.chance(0.2):
            choices = [self.leave]
        self.random.choice(choices)()

    def bind(self) -> None:
        self.make(self.random.choice(sorted(MAKERS)))

    def choose(self) -> None:
        """A second name for something, chosen in one of several ways."""
        kind = self.random.choice(["vector", "list", "rows", "dict", "object", "object"])
        first, second = self.one(kind), self.one(kind)
        name = self.new(kind)
        way = self.random.choice(["alias", "expression", "branch", "late", "helper", "new", "max"])
        if way == "alias":
            self.emit(f"{name} = {first}")
        elif way == "expression":
            self.emit(f"{name} = {first} if {self.test()} else {second}")
        elif way == "helper":
            self.emit(f"{name} = pick({self.test()}, {first}, {second})")
        elif way == "max" and kind == "object":
            self.emit(f"{name} = max([{first}, {second}], key=lambda p: p.v)")
        elif way == "late":
            self.emit(f"{name} = {first}")
            self.emit(f"if {self.test()}:")
            self.emit(f"{INDENT}{name} = {second}")
        else:
            other = MAKERS[kind](self) if way == "new" else second
            self.emit(f"if {self.test()}:")
            self.emit(f"{INDENT}{name} = {first}")
            self.emit("else:")
            self.emit(f"{INDENT}{name} = {other}")
        self.names[kind].append(name)

    def swap(self) -> None:
        kind = self.random.choice(["vector", "list", "rows", "dict", "object"])
        first, second = self.one(kind), self.one(kind)
        if kind == "object" and self.chance(0.6):
            field = self.random.choice(["v", "w", "items"])
            first, second = f"{first}.{field}", f"{second}.{field}"
        self.emit(f"{first}, {second} = {second}, {first}")

    def write(self) -> None:
        kind = self.random.choice(sorted(WRITES))
        text = self.random.choice(WRITES[kind])
        self.emit(
            text.format(
                it=self.one(kind),
                other=self.one(kind),
                number=self.number(),
                vector=self.vector(),
                place=self.place(),
                key=self.key(),
            )
        )

    def function(self) -> None:
        """A function with state, or one that reads a name late."""
        name = self.new("function")
        read = self.random.choice(self.names["number"])
        if self.chance(0.5):
            count = self.named("number", self.number())
            self.emit(f"def {name}():")
            if count != read:
                self.emit(f"{INDENT}nonlocal {count}")
                self.emit(f"{INDENT}{count} = {count} * {read}")
            self.emit(f"{INDENT}return {count}")
        else:
            self.emit(f"{name} = lambda: {self.number()}")
        self.names["function"].append(name)

    # Control flow -----------------------------------------------------------------------------

    @contextmanager
    def block(self) -> Iterator[None]:
        """What is bound inside may be unbound after it, and is not used there."""
        before = {kind: list(names) for kind, names in self.names.items()}
        self.depth += 1
        yield
        self.depth -= 1
        self.names = before

    def body(self, *bound: tuple[str, str]) -> None:
        with self.block():
            for kind, name in bound:
                self.names[kind].append(name)
            for _ in range(self.random.choice([1, 1, 2])):
                self.statement()

    def branch(self) -> None:
        self.emit(f"if {self.test()}:")
        self.body()
        if self.chance(0.5):
            self.emit("else:")
            self.body()

    def attempt(self) -> None:
        self.emit("try:")
        with self.block():
            self.statement()
            self.emit(f"risky({self.number()})")
            if self.chance(0.3):
                self.statement()
        self.emit("except ValueError:")
        self.body()
        if self.chance(0.2):
            self.emit("else:")
            self.body()

    def loop(self) -> None:
        header, bound = self.random.choice(LOOPS)
        names = [self.new(kind) for kind in bound]
        if header.startswith("while"):
            names = [self.named("number", "0.0")]
        given = {kind: self.one(kind) for kind in KINDS if f"{{{kind}}}" in header}
        self.emit(header.format(*names, number0=self.number(0), **given))
        self.loops += 1
        if header.startswith("while"):
            self.emit(f"{names[0]} += 1.0", self.depth + 1)
        self.body(*zip(bound, names, strict=True))
        self.loops -= 1
        if self.chance(0.15):
            self.emit("else:")
            self.body()

    def leave(self) -> None:
        how = [f"return {self.digest()}"] + (["break", "continue"] * 2 if self.loops else [])
        if self.chance(0.7):
            self.emit(f"if {self.test()}:")
            self.emit(INDENT + self.random.choice(how))
        else:
            self.emit(self.random.choice(how))


MAKERS: dict[str, Callable[[SemanticWriter], str]] = {
    "number": lambda w: w.number(),
    "vector": lambda w: w.vector(),
    "list": lambda w: w.random.choice(
        [
            f"[{w.number()}, {w.number(0)}]",
            f"[t * s for t in {w.random.choice([*w.names['list'], *w.names['vector']])}]",
            f"list({w.vector(0)})",
            f"[{w.number()}] * n",
        ]
    ),
    "rows": lambda w: w.random.choice(
        [
            f"[{w.vector()}, {w.vector(0)}]",
            f"[{w.vector()} for _ in range(n)]",
            f"[{w.vector(0)}] * 2",
        ]
    ),
    "dict": lambda w: w.random.choice(
        [
            f'{{"a": {w.number()}, "b": {w.number(0)}}}',
            f"dict(a={w.number()}, b={w.number(0)})",
        ]
    ),
    "object": lambda w: f"Point({w.number()}, {w.vector()})",
    "iterator": lambda w: w.random.choice(
        [
            f"iter({w.one('list')})",
            f"(t * s for t in {w.one('list')})",
            f"map(lambda t: t * {w.number(0)}, {w.one('list')})",
            f"iter({w.vector(0)})",
            f"(p * q for p, q in zip({w.one('list')}, {w.vector(0)}))",
        ]
    ),
}
