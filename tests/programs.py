"""Random programs in the supported language, as source text: what the fuzzer differentiates.

Every program is `f(x, m, s)`: a vector of length 3, a matrix of shape (2, 3), a float. Values are
kept of moderate size, so that differences are accurate; where a program is not smooth at a point,
the differences do not converge and the program does not count there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random

INDENT = "    "


class Writer:
    """Writes one program, choosing with `random`; `writes` admits writes into arrays."""

    def __init__(self, random: Random, *, writes: bool = True) -> None:
        self.random = random
        self.writes = writes
        self.lines: list[str] = []
        self.depth = 1
        self.loops = 0
        self.budget = random.randint(3, 14)
        self.scalars = ["s"]
        self.vectors = ["x"]
        self.matrices = ["m"]

    def program(self) -> str:
        """The text of a module that defines `f`."""
        self.emit("def f(x, m, s):", depth=0)
        while self.budget > 0:
            self.statement()
        total = " + ".join(
            [
                *self.scalars[-2:],
                *(f"np.sum({v} * {v})" for v in self.vectors[-2:]),
                *(f"np.sum(np.sin({a}))" for a in self.matrices[-2:]),
            ]
        )
        self.emit(f"return {total}")
        return "import numpy as np\n\n\n" + "\n".join(self.lines) + "\n"

    # statements

    def emit(self, text: str, depth: int | None = None) -> None:
        self.lines.append(INDENT * (self.depth if depth is None else depth) + text)

    def statement(self) -> None:
        self.budget -= 1
        simple: list[Callable[[], None]] = [
            self.assign_scalar,
            self.assign_vector,
            self.assign_matrix,
            self.augment_scalar,
            self.swap,
        ]
        if self.writes:
            simple += [self.write_vector, self.write_matrix, self.augment_array, self.name_a_view]
        if self.depth < 4:
            simple += [self.branch, self.count, self.repeat]
        if self.loops and self.random.random() < 0.15:
            self.leave()
            return
        self.random.choice(simple)()

    def assign_scalar(self) -> None:
        value = self.scalar(2)
        self.emit(f"{self.target(self.scalars, 'a')} = {value}")

    def assign_vector(self) -> None:
        value = self.vector(2)
        self.emit(f"{self.target(self.vectors, 'v')} = {value}")

    def assign_matrix(self) -> None:
        value = self.matrix(1)
        self.emit(f"{self.target(self.matrices, 'b')} = {value}")

    def target(self, names: list[str], letter: str) -> str:
        """A name that is bound already, or a new one."""
        if self.random.random() < 0.5:
            return self.random.choice(names)
        name = f"{letter}{len(self.lines)}"
        names.append(name)
        return name

    def augment_scalar(self) -> None:
        operator = self.random.choice(["+=", "-=", "*="])
        self.emit(f"{self.random.choice(self.scalars)} {operator} {self.scalar(1)}")

    def swap(self) -> None:
        names = self.random.choice([self.scalars, self.vectors])
        if len(names) > 1:
            first, second = self.random.sample(names, 2)
            self.emit(f"{first}, {second} = {second}, {first}")
        else:
            self.assign_scalar()

    def augment_array(self) -> None:
        operator = self.random.choice(["+=", "-=", "*="])
        if self.random.random() < 0.7:
            self.emit(f"{self.random.choice(self.vectors)} {operator} {self.vector(1)}")
        else:
            self.emit(f"{self.random.choice(self.matrices)} {operator} {self.matrix(0)}")

    def write_vector(self) -> None:
        name = self.random.choice(self.vectors)
        operator = self.random.choice(["=", "=", "+=", "*="])
        part, value = self.random.choice(
            [
                (f"[{self.index()}]", self.scalar(1)),
                (f"[{self.index()}]", f"{name}[{self.index()}] * {self.scalar(0)}"),
                ("[1:]", f"{self.vector(0)}[:-1]"),
                ("[::-1]", self.vector(1)),
                ("[[0, 2, 0]]", self.vector(0)),
                (f"[{name} > 0.1]", self.scalar(0)),
                ("[:]", self.vector(1)),
                ("[...]", self.scalar(1)),
            ]
        )
        self.emit(f"{name}{part} {operator} {value}")

    def write_matrix(self) -> None:
        name = self.random.choice(self.matrices)
        operator = self.random.choice(["=", "=", "+=", "*="])
        row = self.random.choice(["0", "1", "-1"])
        part, value = self.random.choice(
            [
                (f"[{row}, {self.index()}]", self.scalar(1)),
                (f"[{row}]", self.vector(1)),
                (f"[:, {self.index()}]", f"{self.vector(0)}[:2]"),
                ("[1, ::2]", self.scalar(0)),
                (".T[0]", self.scalar(0)),
            ]
        )
        self.emit(f"{name}{part} {operator} {value}")

    def name_a_view(self) -> None:
        name = f"w{len(self.lines)}"
        vector, matrix = self.random.choice(self.vectors), self.random.choice(self.matrices)
        view = self.random.choice([vector, f"{vector}[::-1]", f"{matrix}[0]", f"{matrix}[-1, :]"])
        self.emit(f"{name} = {view}")
        self.vectors.append(name)

    # control flow

    @contextmanager
    def block(self) -> Iterator[None]:
        """Names first bound inside are not used after it."""
        kept = [list(names) for names in (self.scalars, self.vectors, self.matrices)]
        self.depth += 1
        yield
        self.depth -= 1
        self.scalars, self.vectors, self.matrices = kept

    def body(self) -> None:
        with self.block():
            for _ in range(self.random.randint(1, 3)):
                self.statement()

    def branch(self) -> None:
        self.emit(f"if {self.condition()}:")
        self.body()
        if self.random.random() < 0.6:
            self.emit("else:")
            self.body()

    def count(self) -> None:
        counter = f"i{len(self.lines)}"
        stream = self.random.choice(["range(2)", "range(3)", "reversed(range(3))", "range(0)"])
        self.emit(f"for {counter} in {stream}:")
        self.loops += 1
        with self.block():
            self.scalars.append(counter)
            self.emit(f"{counter} = 0.3 * {counter}")
            for _ in range(self.random.randint(1, 3)):
                self.statement()
        self.loops -= 1

    def repeat(self) -> None:
        counter = f"n{len(self.lines)}"
        self.emit(f"{counter} = 0")
        self.emit(f"while {counter} < 3 and ({self.condition()}):")
        self.loops += 1
        with self.block():
            self.emit(f"{counter} += 1")
            for _ in range(self.random.randint(1, 3)):
                self.statement()
        self.loops -= 1

    def leave(self) -> None:
        self.emit(f"if {self.condition()}:")
        exits = ["break", "continue", f"return np.sum({self.vector(1)}) + {self.scalar(1)}"]
        self.emit(INDENT + self.random.choice(exits))

    def condition(self) -> str:
        left = self.scalar(1)
        comparison = f"{left} {self.random.choice(['<', '>', '<=', '>='])} {self.constant()}"
        if self.random.random() < 0.2:
            comparison = f"{comparison} {self.random.choice(['and', 'or'])} {self.scalar(0)} < 0.4"
        return comparison

    # expressions

    def constant(self) -> str:
        return self.random.choice(["0.3", "-0.7", "1.1", "0.5", "2.0"])

    def index(self) -> str:
        return self.random.choice(["0", "1", "2", "-1", "-2"])

    def scalar(self, depth: int) -> str:
        r = self.random
        leaf = [
            r.choice(self.scalars),
            f"{r.choice(self.vectors)}[{self.index()}]",
            f"{r.choice(self.matrices)}[1, {self.index()}]",
            self.constant(),
        ]
        if depth <= 0:
            return r.choice(leaf)
        a, b = self.scalar(depth - 1), self.scalar(depth - 1)
        v, w = self.vector(depth - 1), self.vector(depth - 1)
        return r.choice(
            [
                r.choice(leaf),
                f"({a} + {b})",
                f"({a} - {b})",
                f"(0.5 * {a} * {b})",
                f"np.sin({a})",
                f"np.tanh({a})",
                f"({a} / (1.0 + {b} * {b}))",
                f"(0.3 * np.sum({v}))",
                f"(0.3 * ({v} @ {w}))",
                f"np.max({v})",
                f"({a} if {b} > 0.2 else {self.constant()})",
            ]
        )

    def vector(self, depth: int) -> str:
        r = self.random
        leaf = [r.choice(self.vectors), f"{r.choice(self.matrices)}[0]"]
        if depth <= 0:
            return r.choice(leaf)
        v, w, a = self.vector(depth - 1), self.vector(depth - 1), self.scalar(depth - 1)
        return r.choice(
            [
                r.choice(leaf),
                f"({v} + {w})",
                f"({v} * {w})",
                f"({a} - {v})",
                f"(0.5 * {a} * {v})",
                f"np.sin({v})",
                f"np.tanh({v})",
                f"np.where({v} > 0.2, {w}, {a})",
                f"np.maximum({v}, {w})",
                f"{r.choice(self.vectors)}[::-1]",
                f"{r.choice(self.vectors)}[[2, 0, 0]]",
                f"np.array([{a}, {self.scalar(0)}, 0.4])",
                f"(0.5 * {r.choice(self.matrices)}.sum(axis=0))",
                f"{r.choice(self.vectors)}.copy()",
                "np.zeros(3)",
            ]
        )

    def matrix(self, depth: int) -> str:
        r = self.random
        name = r.choice(self.matrices)
        if depth <= 0:
            return name
        return r.choice(
            [
                f"({name} * {r.choice(self.matrices)})",
                f"np.tanh({name} + {self.vector(0)})",
                f"{name}.copy()",
                f"(0.5 * {name} * {self.scalar(0)})",
                f"np.stack([{self.vector(0)}, {self.vector(1)}])",
                f"np.sin({name}[::-1])",
            ]
        )


def program(random: Random, *, writes: bool = True) -> str:
    """The text of a random module that defines `f(x, m, s)`."""
    return Writer(random, writes=writes).program()
