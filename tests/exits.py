"""Random programs that leave loops and functions early, as source text.

Every program is `f(x, s)`: a vector of length 3 and a float. Loops, nested and in helpers, are
left by `return`, `break`, `continue` and exceptions that are caught, under `if`, `elif` and
`else`, with values made before and after that the reverse sweep needs.
"""

from __future__ import annotations

from random import Random

INDENT = "    "
VALUES = (
    "np.exp(0.3 * t)", "np.tanh(t)", "t * x[{k}]", "np.sum(x * x) * t", "np.min(x) + t * t",
    "2.0 * x[0]", "u * t", "np.sin(x[{k}]) * s", "x @ x + s * u", "0.7",
)  # fmt: skip
UPDATES = (
    "t = t + x[{k}]", "t = t * (0.5 + 0.3 * s)", "t = np.sin(t) + x[{k}] * s", "u = t * x[{k}]",
    "u = u + 0.3 * t * t", "t += 0.4 * u", "u, t = t, 0.5 * u", "v = x * t", "t = t + v @ x",
    "w = np.sum(v) * t", "u = u - 0.1 * w",
)  # fmt: skip
TESTS = (
    "t > {c}", "u < {c}", "x[{k}] > {c}", "{k} == 1", "{k}", "t * u > {c}", "np.sum(v) > {c}",
    "s > {c} and t < 2.0", "not t < {c}", "{k} == len(x) - 1",
)  # fmt: skip
LOOPS = ("for {k} in range(len(x)):", "for {k} in range(2):", "for {k}, e in enumerate(x):",
         "while {k} < 3:", "while True:", "for {k} in range(2, 0, -1):")  # fmt: skip


class Exits:
    """Writes one program, choosing with `random`."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.helpers: list[str] = []
        self.budget = 0

    def program(self) -> str:
        """The text of a module that defines `f`, and the helpers that it calls."""
        for number in range(self.random.choice((0, 0, 1, 2))):
            name = f"helper_{number}"
            self.budget = self.random.randint(2, 4)
            self.function(name)
            self.helpers.append(name)
        self.budget = self.random.randint(3, 8)
        self.function("f")
        return "import numpy as np\n\n\n" + "\n".join(self.lines) + "\n"

    def function(self, name: str) -> None:
        self.emit(f"def {name}(x, s):", 0)
        self.emit("t, u, v, w, k = 0.5 * s, 0.3, x, s * x[1], 0", 1)
        while self.budget > 0:
            self.statement(1, ())
        self.emit(f"return {self.value(())}", 1)
        self.lines += ["", ""]

    def emit(self, text: str, depth: int) -> None:
        self.lines.append(INDENT * depth + text)

    # `loops` are the counters of the loops that a statement is in, outer before inner.

    def statement(self, depth: int, loops: tuple[str, ...]) -> None:
        self.budget -= 1
        roll = self.random.random()
        if depth > 5 or self.budget < 0 or roll < 0.25:
            self.emit(self.fill(self.random.choice(UPDATES), loops), depth)
        elif roll < 0.5 and len(loops) < 2:
            self.loop(depth, loops)
        elif roll < 0.57 and self.helpers:
            update = f"t = 0.5 * t + 0.3 * {self.random.choice(self.helpers)}(x * t, s)"
            self.emit(update, depth)
        elif roll < 0.62:
            self.attempt(depth, loops)
        else:
            self.branch(depth, loops)

    def block(self, depth: int, loops: tuple[str, ...], leaves: bool) -> None:
        for _ in range(self.random.choice((0, 1, 1, 2)) if leaves else self.random.choice((1, 2))):
            self.statement(depth, loops)
        if leaves:
            self.leave(depth, loops)

    def leave(self, depth: int, loops: tuple[str, ...]) -> None:
        ways = ["return", "return", "break", "break", "continue"] if loops else ["return"]
        way = self.random.choice(ways)
        self.emit(f"return {self.value(loops)}" if way == "return" else way, depth)

    def branch(self, depth: int, loops: tuple[str, ...]) -> None:
        for number in range(self.random.choice((1, 1, 2, 3))):
            word = "elif" if number else "if"
            self.emit(f"{word} {self.test(loops)}:", depth)
            self.block(depth + 1, loops, self.random.random() < 0.6)
        if self.random.random() < 0.4:
            self.emit("else:", depth)
            self.block(depth + 1, loops, bool(loops) and self.random.random() < 0.4)

    def loop(self, depth: int, loops: tuple[str, ...]) -> None:
        counter = "ij"[len(loops)]
        head = self.random.choice(LOOPS)
        counted = head.startswith("while")
        if counted:
            self.emit(f"{counter} = -1", depth)
        self.emit(head.format(k=counter), depth)
        if counted:
            self.emit(f"{counter} += 1", depth + 1)
            self.emit(f"if {counter} >= 3:", depth + 1)
            self.emit("break", depth + 2)
        for _ in range(self.random.choice((1, 2, 2, 3))):
            self.statement(depth + 1, (*loops, counter))
        if self.random.random() < 0.3:
            self.emit("else:", depth)
            self.block(depth + 1, loops, self.random.random() < 0.3)

    def attempt(self, depth: int, loops: tuple[str, ...]) -> None:
        self.emit("try:", depth)
        self.emit(f"if {self.test(loops)}:", depth + 1)
        self.emit("raise ValueError", depth + 2)
        self.emit(self.fill(self.random.choice(UPDATES), loops), depth + 1)
        self.emit("except ValueError:", depth)
        self.block(depth + 1, loops, self.random.random() < 0.5)

    def value(self, loops: tuple[str, ...]) -> str:
        return self.fill(self.random.choice(VALUES), loops)

    def test(self, loops: tuple[str, ...]) -> str:
        return self.fill(self.random.choice(TESTS), loops)

    def fill(self, text: str, loops: tuple[str, ...]) -> str:
        counter = self.random.choice(loops) if loops else "k"
        return text.format(k=counter, c=round(self.random.uniform(-0.6, 1.2), 1))


def program(random: Random) -> str:
    """A random program as text: it defines `f(x, s)`."""
    return Exits(random).program()
