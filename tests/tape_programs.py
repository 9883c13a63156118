"""Random programs whose reverse sweep needs what has been overwritten.

Every program is `f(x, m, s, n, k, rows, order)`: a vector of 4, a matrix of 4 x 4, a float, two
small integers, and index arrays of 3, with repetitions, and of 4. Nested loops, whose bounds
depend on outer counters, write elements, rows, columns and slices of what they read, swap names,
grow lists, leave early and call functions that write or call themselves.
"""

from __future__ import annotations

from random import Random
from typing import Any

import numpy as np

INDENT = "    "
COUNTERS = "ijghpq"
CALLED = (
    "y[j] = y[j - 1] * c\nreturn y[0] * y[j]",
    "for i in range(j):\n    y[i] = np.sin(y[i + 1] * c)\n    c *= y[i]\nreturn c",
    "y *= c\nreturn np.sum(y)",
    "if j <= 0:\n    return c\ny[j] += c * y[j - 1]\nreturn change(y, np.sin(c), j - 1) + y[0]",
    "if c > 0.2:\n    y[0] = c\n    return y[1]\ny[1] *= c\nreturn np.tanh(c * y[0])",
    "z = y * c\ny[:] = z[::-1]\nreturn z[j] * y[0]",
)
HEADS = (
    "for {i} in range(n):", "for {i} in range(1, n + 1):", "for {i} in range(4):",
    "for {i} in range(3, -1, -1):", "for {i} in reversed(range(n)):", "for {i} in range({b}):",
    "for {i} in range({b}, 4):", "for {i} in range({b} + 1, 4):", "for {i} in range(0, 4, 2):",
    "for {i} in range({b} - 1, -1, -1):", "while {i} < n:", "while {i} < n and t < 1.5:",
)  # fmt: skip
PLACES = ("{i}", "{i}", "{i}", "{i} - 1", "{i} + 1", "({i} + {j}) % 4", "-{i} - 1", "3 - {i}",
          "rows[{i} % 3]", "{i} // 2")  # fmt: skip
SLICES = ("{p}:", ":{p}", "1:", "1:-1", "::2", "::-1", ":", "{p}:{p} + 2", "rows", "order",
          "v > 0.1")  # fmt: skip
NUMBERS = (
    "{a} * {a}", "{a} + {a}", "np.sin({a})", "{a} / (2.0 + {a} ** 2)", "np.sum({u})", "{u} @ {u}",
    "np.sum({v}[{l}])", "np.sum({v}[{l}] ** 2)",
)  # fmt: skip
VECTORS = (
    "{u} * {u}", "({u} + {u})", "np.sin({u})", "{u} * {a}", "{m} @ {v}", "{u}[::-1]",
    "np.where({u} > 0.0, {u}, {a})", "np.cumsum({u})", "{u}[order]",
)  # fmt: skip
STATEMENTS = (
    "{v}[{p}] = {a}", "{v}[{p}] += {a}", "{v}[{p}] *= np.cos({a})", "{v}[1:-1] = {a} * {v}[1:-1]",
    "{v}[rows] = {a}", "{v}[rows] += {v}[{p}] * {v}[rows]", "{v}[:] -= np.tanh({u})",
    "{m}[{p}, {p}] = {a}", "{m}[{p}] = {u}", "{m}[:, {p}] = np.tanh({u} * 1.0)",
    "{m}[{p}, 1:] *= {a}", "{m}[rows, {p}] -= {a}", "{m}[{p}] *= np.cos({u})",
    "v = np.sin({u})", "v *= np.tanh({u})", "m = np.tanh({m} * {a})", "m += np.outer({u}, {u})",
    "t = np.sin({a})", "t += np.tanh({a})", "u *= np.sin({a})", "v, x = x, v", "x = v * 1.0",
    "ys.append({a})", "ys[-1] = {a}", "ys[{p}] *= {a}", "t += sum(ys)", "t += ys.pop()",
    "ys.insert(0, {a})", "t += change({v}, {a}, {p})", "t += change({m}[{p}], {a}, 2)",
)  # fmt: skip
TESTS = ("{a} > 0.0", "{a} > 0.3", "{i} > 1", "{i} % 2")
EXITS = ("break", "break", "continue", "return t + {a}")
RESULT = "t + u + x @ v + np.sum(w * w) + np.sum(m ** 2) + np.sum(r) * v[0] + sum(ys)"


class TapeWriter:
    """Writes one program, choosing with `random`."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []
        self.depth = 1
        self.counters: list[str] = []
        self.budget = random.randint(3, 9)

    def program(self) -> str:
        """The text of a module that defines `f`."""
        called = self.random.choice(CALLED).replace("\n", "\n" + INDENT)
        self.emit("x, m = x * 1.0, m * 1.0")
        self.emit("v, t, u, ys = x * 0.7, s, 0.1, [s, 1.0, x[0]]")
        self.emit(f"w = {self.random.choice(['x', 'x[::-1]', 'v', 'm[1]', 'x * 1.0'])}")
        self.emit(f"r = {self.random.choice(['m[2]', 'm.T[1]', 'm[:, 0]', 'v', 'v * x'])}")
        while self.budget > 0:
            self.statement()
        head = "def f(x, m, s, n, k, rows, order):"
        body = "\n".join([head, *self.lines, f"{INDENT}return {RESULT}"])
        return f"import numpy as np\n\n\ndef change(y, c, j):\n{INDENT}{called}\n\n\n{body}\n"

    def emit(self, text: str) -> None:
        self.lines.append(INDENT * self.depth + text)

    def statement(self) -> None:
        self.budget -= 1
        kind = self.random.random()
        if kind < 0.3 and self.depth < 4:
            self.loop()
        elif kind < 0.42 and self.depth < 4:
            self.emit(f"if {self.filled(self.random.choice(TESTS))}:")
            self.block(2)
        elif kind < 0.5 and self.counters:
            self.emit(f"if {self.filled('{a} > 0.4')}:")
            self.emit(INDENT + self.filled(self.random.choice(EXITS)))
        else:
            self.emit(self.filled(self.random.choice(STATEMENTS)))

    def block(self, most: int) -> None:
        self.depth += 1
        for _ in range(self.random.randint(1, most)):
            self.statement()
        self.depth -= 1

    def loop(self) -> None:
        counter = COUNTERS[len(self.counters)]
        bound = self.counters[-1] if self.counters else "n"
        head = self.random.choice(HEADS).format(i=counter, b=bound)
        counts = head.startswith("while")
        if counts:
            self.emit(f"{counter} = -1")
        self.emit(head)
        self.counters.append(counter)
        if counts:
            self.emit(f"{INDENT}{counter} += 1")
        self.block(4)
        self.counters.pop()

    # Expressions ------------------------------------------------------------------------------

    def filled(self, text: str, depth: int = 2) -> str:
        """A text with all that it asks for: each place that asks is given something of its own."""
        while "{" in text:
            before, _, rest = text.partition("{")
            text = before + self.asked(rest[0], depth) + rest[2:]
        return text

    def asked(self, kind: str, depth: int) -> str:
        choose = self.random.choice
        if kind in "ij":
            return choose(self.counters or ["n", "k"])
        if kind == "p":
            return self.filled(choose(PLACES)) if self.counters else choose(["0", "-1", "k", "n"])
        if kind == "l":
            return self.filled(choose(SLICES))
        if kind in "vm":
            return choose("xvwr" if kind == "v" else "m")
        if depth and self.random.random() < 0.6:
            return self.filled(choose(NUMBERS if kind == "a" else VECTORS), depth - 1)
        simple = ["s", "t", "u", "0.5", "{v}[{p}]", "{m}[{p}, {p}]", "ys[-1]"]
        return self.filled(choose(simple if kind == "a" else ["{v}", "{m}[{p}]", "{m}[:, {p}]"]))


def arguments(random: Random) -> tuple[Any, ...]:
    """Arguments for a program, which differ in how often loops run."""
    rng = np.random.default_rng(random.randrange(10000))
    vector, matrix = rng.uniform(-1.0, 1.0, size=4), rng.uniform(-1.0, 1.0, size=(4, 4))
    rows = np.array(random.choice([(0, 2, 1), (1, 1, 3), (3, 0, 0)]))
    turns, place = random.choice((3, 3, 2, 4, 0, 1)), random.choice((1, 2, 0))
    return vector, matrix, float(rng.uniform(-1.0, 1.0)), turns, place, rows, np.array([2, 0, 1, 3])
