"""A module that needs nothing of ours: imports, constants, then the generated functions."""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sourcead.errors import UsageError
from sourcead.ir.core import GlobalRef
from sourcead.runtime.contract import Compiled


@dataclass(frozen=True)
class Bound:
    """A statement that binds names: whose they are, and whether it may stand at the top."""

    text: str
    owner: str
    names: frozenset[str]
    is_import: bool = False


@dataclass(frozen=True)
class Bindings:
    """Statements in the order in which they run, and the owner of each name that is required."""

    statements: list[Bound]
    owners: dict[str, str]


# The statements that bind names to the objects that references stand for.
Binder = Callable[[Mapping[str, GlobalRef]], Bindings]


def one_by_one(bind: Callable[[str, GlobalRef], Sequence[str]]) -> Binder:
    """A binder from a function that gives the statements for one name."""

    def bind_all(wanted: Mapping[str, GlobalRef]) -> Bindings:
        found: list[Bound] = []
        for name, ref in wanted.items():
            for text in bind(name, ref):
                names = set().union(*map(bound_names, ast.parse(text).body))
                is_import = text.startswith(("import ", "from "))
                found.append(Bound(text, name, frozenset(names), is_import))
        return Bindings(found, {name: name for name in wanted})

    return bind_all


def module_text(parts: Sequence[Compiled], bind: Binder, title: str = "") -> str:
    """The text of a module that defines what has been compiled, formatted.

    Args:
        parts: what has been compiled; definitions that several share are written once.
        bind: the statements that bind required names.
        title: the docstring of the module.

    Returns:
        The text.

    Raises:
        UsageError: two parts define different things under one name that callers use.
    """
    from sourcead.backend.printing import pretty

    merged = _Merged(_other_names(parts, bind))
    for part in parts:
        merged.add(part)
    bindings = bind(merged.bound)
    merged.check(bindings)
    imports = dict.fromkeys(s.text for s in bindings.statements if s.is_import)
    constants = _in_order([s for s in bindings.statements if not s.is_import])
    head = [f'"""{title}"""'] if title else []
    blocks = [*head, *_import_blocks(imports), "\n".join(constants)]
    definitions = "\n\n\n".join(merged.definitions.values())
    text = "\n\n".join(block for block in blocks if block)
    return pretty(f"{text}\n\n\n{definitions}\n".lstrip("\n"))


def _other_names(parts: Sequence[Compiled], bind: Binder) -> set[str]:
    """The names that are bound along with those that are required."""
    refs = dict.fromkeys(ref for part in parts for ref in part.requires.values())
    bindings = bind({f"_{k}": ref for k, ref in enumerate(refs)})
    return {name for s in bindings.statements if not s.is_import for name in s.names}


def _in_order(statements: list[Bound]) -> list[str]:
    """Constants; what several names need, and each owner brings, is written once."""
    found: dict[tuple[str, str, int], str] = {}
    times: dict[tuple[str, str], int] = {}
    for statement in statements:
        key = (statement.owner, statement.text)
        times[key] = times.get(key, 0) + 1
        found[(statement.owner, statement.text, times[key])] = statement.text
    return list(found.values())


class _Merged:
    """The definitions of the module so far, and the names they require."""

    def __init__(self, reserved: set[str]) -> None:
        self.definitions: dict[str, str] = {}
        self.bound: dict[str, GlobalRef] = {}
        self._reserved = reserved
        self._taken: set[str] = set(reserved)

    def add(self, part: Compiled) -> None:
        """Add a compiled function; names that already stand for something else are changed."""
        public = {part.entry, part.pullback}
        words = set(re.findall(r"\w+", part.text))
        requires = {name: ref for name, ref in part.requires.items() if name in words}
        self._taken.update(words)
        chunks = dict(_chunks(part.text))
        new_names = {
            name: self._other_name(name, public)
            for name, ref in requires.items()
            if self.bound.get(name, ref) != ref or name in self.definitions
        }
        # A definition that reads a name which has changed is another definition.
        while differing := [
            n for n in chunks if n not in new_names and self._differs(n, chunks[n], new_names)
        ]:
            for name in differing:
                new_names[name] = self._other_name(name, public)
        for name, ref in requires.items():
            self.bound.setdefault(new_names.get(name, name), ref)
        for name, text in chunks.items():
            self.definitions[new_names.get(name, name)] = _renamed(text, new_names)

    def _differs(self, name: str, text: str, new_names: dict[str, str]) -> bool:
        """Whether the name already stands for something else."""
        known = self.definitions.get(name)
        taken = name in self.bound or name in self._reserved
        return taken or (known is not None and known != _renamed(text, new_names))

    def _other_name(self, name: str, public: set[str]) -> str:
        if name in public:
            raise UsageError(
                f"two derivatives would be called {name}: write them to separate files"
                if name not in self._reserved
                else f"{name} is the name of a constant and of a derivative: rename the constant"
            )
        number = 2
        while f"{name}_{number}" in self._taken:
            number += 1
        self._taken.add(f"{name}_{number}")
        return f"{name}_{number}"

    def check(self, bindings: Bindings) -> None:
        """Every name means what it was bound to, not what a constant of another module left."""
        last: dict[str, set[str]] = {}
        ordered = sorted(bindings.statements, key=lambda s: not s.is_import)
        texts: dict[str, set[str]] = {}
        for statement in ordered:
            texts.setdefault(statement.text, set()).add(statement.owner)
        for statement in ordered:
            last.update(dict.fromkeys(statement.names, texts[statement.text]))
        for name, owners in last.items():
            if name in self.definitions or bindings.owners.get(name, min(owners)) not in owners:
                raise UsageError(
                    f"{name} would stand for two things in one file: write the derivatives to "
                    "separate files"
                )


def _chunks(text: str) -> Iterator[tuple[str, str]]:
    """Each definition of a module with the comments above it."""
    lines = text.splitlines()
    first = 0
    for node in ast.parse(text).body:
        chunk = "\n".join(lines[first : node.end_lineno]).strip("\n")
        first = node.end_lineno or 0
        yield getattr(node, "name", chunk), chunk


def _renamed(text: str, new_names: dict[str, str]) -> str:
    """The text with module-level names changed; attributes and keywords keep theirs."""
    if not new_names:
        return text
    tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    lines = text.splitlines()
    depth = 0
    changes = []
    for k, token in enumerate(tokens[:-1]):
        depth += (token.string in ("(", "[", "{")) - (token.string in (")", "]", "}"))
        is_attribute = k > 0 and tokens[k - 1].string == "."
        is_keyword = depth > 0 and tokens[k + 1].string == "="
        if token.string in new_names and not is_attribute and not is_keyword:
            changes.append(token)
    for token in reversed(changes):
        line = lines[token.start[0] - 1]
        before, after = line[: token.start[1]], line[token.end[1] :]
        lines[token.start[0] - 1] = before + new_names[token.string] + after
    return "\n".join(lines)


def _import_blocks(statements: dict[str, None]) -> list[str]:
    """Imports as readers expect them: the standard library first, each group in order."""
    groups: tuple[list[str], list[str], list[str]] = ([], [], [])
    for statement in statements:
        module = statement.split()[1]
        rank = 0 if module == "__future__" else 2
        if rank and module.partition(".")[0] in sys.stdlib_module_names:
            rank = 1
        groups[rank].append(statement)
    return ["\n".join(sorted(_together(group), key=_import_order)) for group in groups]


def _together(statements: list[str]) -> list[str]:
    """Names imported from one module, in one statement.

    >>> _together(["import m", "from m import b", "from m import a", "from n import c"])
    ['import m', 'from m import a, b', 'from n import c']
    """
    found: dict[str, set[str]] = {}
    for statement in statements:
        module, _, names = statement.partition(" import ")
        if "(" in names:
            module, names = statement, ""
        found.setdefault(module, set()).update(names.split(", ") if names else ())
    return [
        f"{module} import {', '.join(sorted(names))}" if names else module
        for module, names in found.items()
    ]


def _import_order(statement: str) -> tuple[bool, str]:
    return statement.startswith("from "), statement


def import_statements(name: str, ref: GlobalRef) -> tuple[str, ...]:
    """The statements that bind a name to an object, or to a part of one.

    >>> import_statements("model_w", GlobalRef("m", "model.w"))
    ('from m import model', 'model_w = model.w')
    """
    if ref.root == ref.name:
        return (import_statement(name, ref),)
    return f"from {ref.module} import {ref.root}", f"{name} = {ref.name}"


def import_statement(name: str, ref: GlobalRef) -> str:
    """The statement that imports an object under a name.

    >>> import_statement("np", GlobalRef("numpy", ""))
    'import numpy as np'
    >>> import_statement("special", GlobalRef("scipy", "special"))
    'from scipy import special'
    """
    if ref.name:
        renamed = "" if ref.name == name else f" as {name}"
        return f"from {ref.module} import {ref.name}{renamed}"
    return f"import {ref.module}" + ("" if ref.module == name else f" as {name}")


def bound_names(node: ast.stmt) -> set[str]:
    """The names that a statement at the top level of a module binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign):
        targets: list[ast.expr] = node.targets
    elif isinstance(node, ast.AnnAssign | ast.AugAssign):
        targets = [node.target]
    else:
        return set()
    return {n.id for target in targets for n in ast.walk(target) if isinstance(n, ast.Name)}
