"""Random programs in which the kind of a number, or the rank of a name, depends on the path.

Every program is `f(x, m, s)`: a vector of length 3, a matrix of 2 x 3 and a float. What is real on
one path is complex, an integer, a flag, of single precision, an array of no axes or of a rank that
is not known on another; names are joined by branches, conditional expressions, loops, helpers and
containers, and carried by loops.
"""

from __future__ import annotations

from random import Random

INDENT = "    "
ATOMS = (
    "x", "x * 1j", "x + 0.5j", "s", "1j * s", "2", "True", "0.5 - 0.2j", "m[0]", "m[1] * 1j",
    "x[{k}]", "x[{k}] * 2j", "np.exp(1j * x)", "np.exp(1j * s)", "x > 0.1", "np.arange(3)",
    "x.astype(np.float32)", "np.zeros(3)", "np.zeros(3, complex)", "m", "m * (0.3 + 1j)",
    "complex(s, 0.4)", "complex(s)", "np.complex128(s)", "np.ones(3, int)", "x.astype(complex)",
    "np.array(s)", "np.array([x[0], 1j * x[1], 2.0])", "np.fft.fft(x)", "x[0] if s > 0 else 1j",
    "np.float32(s)", "np.complex64(1j * s)", "x.astype(np.complex64)", "np.array(x[{k}])",
    "np.array(s, np.float32)", "np.ones(3, np.float32)", "np.int32(2)", "np.array(True)",
    "np.arange(3, dtype=np.int32)", "np.squeeze(x[{k}:{k} + 1])", "np.float64(s)", "-0.0", "0",
    "(x if s > {c} else s)", "(m if s > {c} else x)", "np.sum(x if s > {c} else m, axis=0)",
    "np.max(m, axis=0) if s > {c} else np.max(x)", "[s, x[{k}]]", "m.T[{k}]", "[2, True]",
    "(s, 1j * s)", "np.zeros(())", "np.empty((0, 3)).sum(axis=0)", "x[x > {c}].sum()",
)  # fmt: skip
OPERATIONS = (
    "{a} + {b}", "{a} * {b}", "{a} - {b}", "{a} / (2.0 + {b} * np.conj({b}))", "np.conj({a}) * {b}",
    "np.real({a}) + {b}", "np.imag({a}) * {b}", "abs({a}) + {b}", "np.abs({a}) ** 2", "-{a}",
    "np.where(x > {c}, {a}, {b})", "np.exp(0.3 * {a})", "np.sin({a}) * {b}", "{a} ** 2",
    "np.sum({a}) * {b}", "np.mean({a})", "{a} if s > {c} else {b}", "({a}, {b})[{i}]",
    "np.multiply({a}, {b})", "np.array({a}) * 1.0", "np.asarray({a}) + {b}", "+{a}",
    "np.sqrt({a} + (3.0 + 0.5j))", "joined({a}, {b}, s)", "np.angle({a} + 2.0)", "np.real({a})",
    "np.broadcast_to({a}, (2, 3)) * {b}", "np.prod({a} * 0.7)", "np.sum({a}, axis=-1)",
    "np.vdot({a}, {b})", "np.dot({a}, {b})", "np.stack([{a} + x, {b} + x])[{i}]",
    "{a} @ np.ones(3)", "np.negative({a})", "np.squeeze({a})", "np.atleast_1d({a}) * {b}",
    "np.float32(0.5) * {a}", "np.float64(0.5) * {a}", "np.maximum(np.real({a}), 0.1)", "{a} * True",
    "np.where(np.abs({a}) > {c}, {b}, 0)", "max(np.sum(np.real({a})), s)", "np.copysign(x, {c})",
    "np.sign(np.real({a})) * {b}", "np.asarray({a})[()]", "np.asarray({a})[..., None] * {b}",
    "np.astype(np.asarray({a}), np.complex64)", "np.stack([x, np.real({a}) + x]).mean(axis=0)",
    "np.hypot(np.real({a}), {c} + 1.0)", "np.sqrt(np.abs({a}))", "{a} * (np.abs({b}) > {c})",
)  # fmt: skip
TESTS = ("s > {c}", "x[{k}] > {c}", "np.sum(np.real({a})) > {c}", "np.iscomplexobj({a})",
         "np.ndim({a}) == 0", "m[1, {k}] < {c} and s < 2.0",
         "np.all(np.abs({a}) > {c})")  # fmt: skip
HEADS = ("for k in range({i} + 1):", "for k in range({k}):", "for r in x:", "for r in m:",
         "for k in range(int(np.sum(x > {c}))):")  # fmt: skip
HEAD = """import numpy as np


def joined(a, b, s):
    if s > 0.2:
        return a
    return b


def f(x, m, s):
    a, b, c = x * 1.0, s, 0.5j * x
"""


class Kinds:
    """Writes one program, choosing with `random`."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.lines: list[str] = []

    def program(self) -> str:
        for _ in range(self.random.randint(2, 5)):
            self.statement(1)
        parts = self.random.sample("abc", self.random.randint(1, 3))
        ends = ("np.sum(np.real({0}))", "np.sum(np.imag({0}) * 0.7)", "np.sum(np.abs({0}) ** 2)",
                "np.real(np.sum({0} * {0}))", "np.sum(abs({0}))")  # fmt: skip
        total = " + ".join(self.random.choice(ends).format(name) for name in parts)
        return HEAD + "\n".join([*self.lines, f"{INDENT}return {total}"]) + "\n"

    def emit(self, text: str, depth: int) -> None:
        self.lines.append(INDENT * depth + text)

    def fill(self, text: str) -> str:
        first, second = self.random.sample("abc", 2)
        place, number = self.random.randint(0, 2), round(self.random.uniform(-0.5, 0.8), 1)
        return text.format(a=first, b=second, c=number, k=place, i=self.random.randint(0, 1))

    def assign(self, depth: int) -> None:
        atom = self.random.random() < 0.35
        value = self.fill(self.random.choice(ATOMS if atom else OPERATIONS))
        target = self.random.choice("abc")
        self.emit(f"{target} {self.random.choice(('=', '=', '=', '+=', '*='))} {value}", depth)

    def block(self, depth: int) -> None:
        for _ in range(self.random.randint(1, 2)):
            self.statement(depth)

    def statement(self, depth: int) -> None:
        roll = self.random.random()
        if roll < 0.5 or depth > 3:
            self.assign(depth)
        elif roll < 0.75:
            self.emit(f"if {self.fill(self.random.choice(TESTS))}:", depth)
            self.block(depth + 1)
            if self.random.random() < 0.5:
                self.emit("else:", depth)
                self.block(depth + 1)
        elif roll < 0.88:
            self.emit(self.fill(self.random.choice(HEADS)), depth)
            self.block(depth + 1)
        else:
            values = ", ".join(self.fill(self.random.choice(ATOMS)) for _ in range(2))
            self.emit(f"for {self.random.choice('abc')} in ({values}):", depth)
            self.block(depth + 1)


def program(random: Random) -> str:
    """A random program as text: it defines `f(x, m, s)`."""
    return Kinds(random).program()
