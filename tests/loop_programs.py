"""Programs whose loops change what they run over: containers x ways to run over them x changes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

NUMBERS = (
    "C = [x[0], x[1] * 2.0, 2.0, x[2]]",
    "C = [2.0 * y for y in x]",
    "C = list(x)",
    "C = [x[0]]; [C.append(C[-1] * x[1] + 1.0) for _ in range(k + 1)]",
    "C = deque([x[0], x[1], x[2] * 3.0])",
    "C = x * 1.0",
    "C = (x * 1.0)[1:]",
)
ARRAYS = (
    "C = [x * 1.0, x * 2.0, x * 3.0]",
    "C = (x * 1.0, x * 2.0, x * 3.0)",
    "C = [a, a, b]",
    "C = (a, b)",
    "C = [y * x for y in x]",
    "C = m * 1.0",
    "C = m.T * 1.0",
    "C = [a[:2], a[2:4], a[4:]]",
    "C = [[x[0], 1.0], [x[1], 2.0], [x[2], x[3]]]",
)
WAYS = (
    "for v in C:", "for i, v in enumerate(C):", "for v, y in zip(C, x):", "for y, v in zip(x, C):",
    "for v in C[:]:", "for v in list(C):", "for v in C[1:]:", "for v in tuple(C):",
    "for i, (v, y) in enumerate(zip(C, x)):", "for v, y in zip(C, C):",
)  # fmt: skip
TO_NUMBERS = (
    "C[1] = v * 2.0", "C[-1] += v", "C[(k + 1) % len(C)] = v * 0.5", "C[k % len(C)] *= 2.0",
    "C.append(v * 0.5) if len(C) < 6 else None", "C.pop() if len(C) > 2 else None",
    "C.pop(0) if len(C) > 2 else None", "C.insert(0, v * 0.3) if len(C) < 7 else None",
    "C = C[1:]", "C = list(C)", "C = C", "C.reverse()", "C[0], C[1] = C[1], C[0]", "C.sort()",
    "change(C, v * 2.0)", "grow(C, v * 0.5)", "D = C; D[1] = v * 3.0", "del C[0]",
    "C += [v * 0.5] if len(C) < 7 else []", "C[:] = [v * 0.1 for _ in C]",
)  # fmt: skip
TO_ARRAYS = (
    "v *= 2.0", "v[0] = 3.0 * x[1]", "v += v[0]", "C[0][0] = 5.0 * x[0]", "C[0] *= 2.0",
    "C[1] += v", "C[-1] = v * 2.0", "a *= 2.0", "a[0] = v[1]", "b[...] = a * v[0]",
    "C[k % len(C)][0] = v[1]", "C[k % len(C)] *= 0.5", "doubled(v)", "v = doubled(v)",
    "C[0] = C[1]", "w = v; w *= 2.0", "w = C[0]; w[0] = v[1]", "v[0], v[1] = v[1], v[0]",
    "C[0], C[1] = C[1], C[0]", "C = C[::-1]", "v = v * 2.0; v[0] = 1.0",
)  # fmt: skip
TESTS = ("", "if x[0] > 0.0: ", "if np.sum(v) > 0.5: ", "if i > 0: ", "while False: ")

HELPERS = """import numpy as np
from collections import deque


def seen(a):
    total = 0.0
    for i, b in enumerate(a):
        total += (i + 1.0) * np.sum(np.sin(b))
    return total


def change(c, v):
    c[0] = v


def grow(c, v):
    if len(c) < 7:
        c.append(v)


def doubled(c):
    c *= 2.0
    return c


def f(x, m, k):
    a, b, i, total = x * 1.5, x - 0.5, 1, 0.0
"""


def text(container: str, way: str, change: str, test: str) -> str:
    """One program."""
    lines = [*(f"    {line}" for line in container.split("; ")), f"    {way}"]
    lines += ["        total += 0.9 * np.sum(v)", f"        {test}{change}"]
    lines += ["        total = total * 1.1 + np.sum(np.cos(v))"]
    return HELPERS + "\n".join(lines) + "\n    return total + seen(C) + seen([a, b])\n"


def every() -> Iterator[str]:
    """All of them."""
    for containers, changes in ((NUMBERS, TO_NUMBERS), (ARRAYS, TO_ARRAYS)):
        for container, way, change, test in product(containers, WAYS, changes, TESTS):
            yield text(container, way, change, test)
