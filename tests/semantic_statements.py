"""What the programs of `semantic_programs.py` are made of: texts of statements, by kind."""

from __future__ import annotations

HEADER = """import numpy as np


class Point:
    def __init__(self, v, w):
        self.v = v
        self.w = w
        self.items = [v, 2.0 * v]
        self.next = None

    def grow(self, t):
        self.v = self.v + t
        self.items.append(t)
        return self.v


def pick(c, a, b):
    if c:
        return a
    return b


def scale(w, t):
    w *= t
    return w


def lengthen(xs, t):
    xs.append(t)
    xs[0] += t


def relabel(d, t):
    d["a"] = d["b"] + t


def push(p, t):
    p.v = p.v * t
    p.w[0] = t


def risky(t):
    if t > 0.5:
        raise ValueError("too large")
    return t * t


"""

WRITES: dict[str, list[str]] = {
    "number": ["{it} += {number}", "{it} *= {number}"],
    "vector": [
        "{it}[{place}] = {number}",
        "{it}[{place}] += {number}",
        "{it} *= {number}",
        "{it} += {vector}",
        "{it} = {it} * {number}",
        "{it}[1:] = {other}[:-1]",
        "{it}[...] = {vector}",
        "{it}.reshape(3, 1)[0] = {number}",
        "scale({it}, {number})",
        "{it}[{it} > 0.1] *= {number}",
    ],
    "list": [
        "{it}[0] = {number}",
        "{it}[-1] += {number}",
        "{it}.append({number})",
        "{it} += [{number}]",
        "{it} = {it} + {other}",
        "{it}.insert(0, {number})",
        "{it}.reverse()",
        "lengthen({it}, {number})",
        "{it}.extend({other})",
        "{it}[n - 2] = {number}",
        "{it}.pop()",
    ],
    "rows": [
        "{it}[0] *= {number}",
        "{it}[1][{place}] = {number}",
        "{it}[0] = {vector}",
        "{it}[1] = {it}[0]",
        "{it}.append({vector})",
        "{it}[n - 2] += {vector}",
        "scale({it}[1], {number})",
    ],
    "dict": [
        "{it}[{key}] = {number}",
        "{it}[{key}] += {number}",
        "{it}.update(a={number})",
        "relabel({it}, {number})",
        '{it}["b"] = {other}["a"] * {number}',
    ],
    "object": [
        "{it}.v = {number}",
        "{it}.v += {number}",
        "{it}.w *= {number}",
        "{it}.w = {vector}",
        "{it}.w[{place}] = {number}",
        "{it}.items.append({number})",
        "{it}.items[0] += {number}",
        "push({it}, {number})",
        "{it}.grow({number})",
        "{it}.next = {other}",
        "{it}.w = {other}.w",
        "{it}.items = {other}.items",
    ],
}

LOOPS: list[tuple[str, tuple[str, ...]]] = [
    ("for _ in range(3):", ()),
    ("for _ in range(n):", ()),
    ("for {0} in {list}:", ("number",)),
    ("for {0} in {vector}:", ("number",)),
    ("for {0} in {iterator}:", ("number",)),
    ("for {0} in {rows}:", ("vector",)),
    ("for {0} in ({object}, Point({number0}, x)):", ("object",)),
    ("for {0} in [{vector}, {vector}]:", ("vector",)),
    ("for _, {0} in enumerate({list}):", ("number",)),
    ("for {0}, {1} in zip({list}, {vector}):", ("number", "number")),
    ("for {0}, {1} in zip({iterator}, {list}):", ("number", "number")),
    ("for {0} in {dict}.values():", ("number",)),
    ("for _, {0} in {dict}.items():", ("number",)),
    ("for {0} in reversed({list}):", ("number",)),
    ("while {0} < n - 1 and {number0} < 3.0:", ("number",)),
]

DIGESTS = {
    "number": "{}",
    "vector": "np.sum(np.cos({}))",
    "list": "sum({})",
    "rows": "np.sum({0}[0] * {0}[1])",
    "dict": 'np.sin({0}["a"]) * {0}["b"]',
    "object": "({0}.v * np.sum({0}.w) + sum({0}.items))",
    "iterator": "sum({})",
}
