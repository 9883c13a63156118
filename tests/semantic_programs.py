"""Random programs about Python's semantics: names, containers, objects, iterators, exits.

Every program is `f(x, s, n)`: a vector of length 3, a float, the integer 3. It is short, and mixes
what `programs.py` does not have: things of several kinds that have several names, chosen by
branches, written through any of them; loops over what they change; iterators and closures; early
exits. Some programs raise; whoever runs them passes those over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from random import Random
from typing import ClassVar

from tests.semantic_forms import FORMS
from tests.semantic_functions import generator, helper, nested
from tests.semantic_statements import (
    DIGESTS,
    HEADER,
    LOOPS,
    MAKERS,
    NUMBERS,
    TESTS,
    VECTORS,
    WHOLE,
    WRITES,
)

INDENT = "    "
# Where a form names something new, and where it names something of its own.
NEW = re.compile(r"<([a-z]+) (!?)([a-z])>")
TAGGED = re.compile(r"<(?:[a-z]+ !?)?([a-z])>")

KINDS = ("number", "vector", "function", *MAKERS)
BOUND = ["number", "vector", *MAKERS]
# Of these a name may be one of several.
NAMED = [
    "vector", "list", "rows", "dict", "object", "bag", "complex", "matrix", "objects", "pair",
    "table", "integer", "amount",
]  # fmt: skip


class SemanticWriter:
    """Writes one program, choosing with `random`."""

    def __init__(self, random: Random, budget: int = 7, whole: bool = False) -> None:
        self.random = random
        self.whole = whole
        self.lines: list[str] = []
        # The functions that `f` calls.
        self.prelude: list[str] = []
        # What the function that is being written returns, and whether it is a generator function.
        self.answer = self.digest
        self.generates = False
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
        for kind in self.random.sample(BOUND, 3):
            self.make(kind)
        while self.budget > 0:
            self.statement()
        self.emit(f"return {self.digest()}")
        return HEADER + "\n".join([*self.prelude, *self.lines]) + "\n"

    def digest(self) -> str:
        """A number in which everything that has a name counts, each with a weight of its own; or
        all of it as it is."""
        if self.whole:
            texts = [t.format(n) for k, t in WHOLE.items() for n in dict.fromkeys(self.names[k])]
            return ", ".join(texts)
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
        return self.named(kind, self.made(kind))

    def made(self, kind: str) -> str:
        """An expression that makes something of a kind."""
        if kind in ("number", "vector"):
            return self.ASKED[kind](self)
        texts = MAKERS[kind]
        # What a text is made from exists, or the makers would call each other for ever.
        missing = {name for name, found in self.names.items() if not found}
        ready = [t for t in texts if not any(f"{{{name}" in t for name in missing)]
        return self.filled(self.random.choice(ready or texts))

    # Expressions ------------------------------------------------------------------------------

    def filled(self, text: str, **given: str) -> str:
        """A text with the expressions and the names that it asks for."""
        for field in dict.fromkeys(re.findall(r"(?<!{){([a-z]+2?)}", text)):
            if field not in given:
                kind = field.removesuffix("2")
                given[field] = self.ASKED[kind](self) if kind in self.ASKED else self.one(kind)
        return text.format(**given)

    def number(self, depth: int = 1) -> str:
        leaves: list[Callable[[], str]] = [
            lambda: self.random.choice(["0.3", "-0.7", "1.1", "2"]),
            lambda: self.random.choice(self.names["number"]),
            lambda: f"{self.random.choice(self.names['vector'])}[{self.place()}]",
            *[partial(self.read, NUMBERS, kind) for kind in NUMBERS if self.names[kind]],
        ]
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

    def read(self, texts: dict[str, list[str]], kind: str) -> str:
        """An expression that reads something of a kind."""
        return self.random.choice(texts[kind]).format(self.random.choice(self.names[kind]))

    def vector(self, depth: int = 1) -> str:
        readable = [kind for kind in VECTORS if self.names[kind]]
        if readable and self.chance(0.4):
            leaf = self.read(VECTORS, self.random.choice(readable))
        else:
            leaf = self.random.choice(self.names["vector"])
        if depth == 0 or self.chance(0.3):
            return leaf
        return self.random.choice(
            [
                f"{leaf} * {self.number(0)}",
                f"np.tanh({leaf})",
                f"{leaf} + {self.random.choice(self.names['vector'])}",
                f"{leaf}[::-1]",
                f"np.array({leaf})",
                f"{leaf}.copy()",
                f"np.asarray({leaf})",
                f"np.where({self.test()}, {leaf}, {self.number(0)})",
            ]
        )

    def place(self) -> str:
        return self.random.choice(["0", "1", "-1", "n - 1", "n - 2"])

    def key(self) -> str:
        return self.random.choice(['"a"', '"b"'])

    def test(self) -> str:
        if self.chance(0.2):
            readable = [kind for kind in TESTS if self.names[kind]]
            return self.read(TESTS, self.random.choice(readable))
        return self.random.choice(
            [
                f"{self.number(0)} > 0.2",
                f"{self.number(0)} < {self.number(0)}",
                "n > 2",
                "n == 2",
                "s > 0.0",
            ]
        )

    def sequence(self) -> str:
        return self.random.choice([*self.names["list"], *self.names["vector"]])

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
            choices += [self.form] * 8
            choices += [partial(make, self) for make in (nested, generator, helper)]
        if self.generates and self.chance(0.3):
            choices = [lambda: self.emit(f"yield {self.number()}")]
        elif self.depth > 1 and (self.loops or self.returns()) and self.chance(0.2):
            choices = [self.leave]
        self.random.choice(choices)()

    def bind(self) -> None:
        self.make(self.random.choice(BOUND))

    def choose(self) -> None:
        """A second name for something, chosen in one of several ways."""
        kind = self.random.choice([*NAMED, "object"])
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
            other = self.made(kind) if way == "new" else second
            self.emit(f"if {self.test()}:")
            self.emit(f"{INDENT}{name} = {first}")
            self.emit("else:")
            self.emit(f"{INDENT}{name} = {other}")
        self.names[kind].append(name)

    def swap(self) -> None:
        kind = self.random.choice(NAMED)
        first, second = self.one(kind), self.one(kind)
        if kind == "object" and self.chance(0.6):
            field = self.random.choice(["v", "w", "items"])
            first, second = f"{first}.{field}", f"{second}.{field}"
        self.emit(f"{first}, {second} = {second}, {first}")

    def write(self) -> None:
        kind = self.random.choice(sorted(WRITES))
        text = self.random.choice(WRITES[kind])
        for line in self.filled(text, it=self.one(kind), other=self.one(kind)).splitlines():
            self.emit(line)

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
        for k, name in enumerate(names):
            header = header.replace(f"{{{k}}}", name)
        self.emit(self.filled(header))
        self.loops += 1
        if header.startswith("while"):
            self.emit(f"{names[0]} += 1.0", self.depth + 1)
        self.body(*zip(bound, names, strict=True))
        self.loops -= 1
        if self.chance(0.15):
            self.emit("else:")
            self.body()

    def returns(self) -> bool:
        """Whether a statement may return: all that `f` has is not the same everywhere."""
        return self.generates or self.answer != self.digest or not self.whole

    def leave(self) -> None:
        how = ["break", "continue"] * 2 if self.loops else []
        if self.returns():
            how.append("return" if self.generates else f"return {self.answer()}")
        if self.chance(0.7):
            self.emit(f"if {self.test()}:")
            self.emit(INDENT + self.random.choice(how))
        else:
            self.emit(self.random.choice(how))

    def form(self) -> None:
        """One of the statements of several lines."""
        text = self.random.choice(FORMS[self.random.choice(list(FORMS))]).strip("\n")
        fields = dict.fromkeys(re.findall(r"(?<!{){([a-z]+2?)}", text))
        kinds = {field: field.removesuffix("2") for field in fields}
        found = {f: self.one(k) for f, k in kinds.items() if k in KINDS and k not in self.ASKED}
        before = {kind: list(names) for kind, names in self.names.items()}
        tags = {tag: (kind, self.new(kind)) for kind, _, tag in NEW.findall(text)}
        depth, loops = self.depth, self.loops
        around: list[int] = []
        for line in text.splitlines():
            words = line.lstrip()
            indent = (len(line) - len(words)) // len(INDENT)
            around = [k for k in around if k < indent]
            self.depth, self.loops = depth + indent, loops + len(around)
            if words == "{body}":
                self.depth -= 1
                self.body()
                continue
            if words.startswith(("for ", "while ")):
                around.append(indent)
            self.emit(self.filled(TAGGED.sub(lambda m: tags[m[1]][1], words), **found))
            for _, _, tag in NEW.findall(line):
                self.names[tags[tag][0]].append(tags[tag][1])
        self.depth, self.loops = depth, loops
        self.names = before
        for kind, hidden, tag in NEW.findall(text):
            if not hidden:
                self.names[kind].append(tags[tag][1])

    # What the texts of statements ask for, besides names.
    ASKED: ClassVar[dict[str, Callable[[SemanticWriter], str]]] = {
        "number": number,
        "vector": vector,
        "leaf": lambda w: w.number(0),
        "base": lambda w: w.vector(0),
        "place": place,
        "key": key,
        "test": test,
        "sequence": sequence,
    }
