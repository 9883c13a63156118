"""The names of a module: all that may bind them, wherever it stands."""

from __future__ import annotations

import ast
import builtins
import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import ModuleType
from typing import TYPE_CHECKING, Any

from sourcead.frontend.module_effects import NOTHING, Roots
from sourcead.frontend.module_syntax import paired
from sourcead.frontend.trees import walk

if TYPE_CHECKING:
    from sourcead.frontend.module_effects import Reader

# Libraries whose functions the catalogue describes: importing them runs no code of the user's.
TRUSTED = {
    "numpy", "scipy", "math", "cmath", "operator", "functools", "itertools", "typing",
    "dataclasses", "collections", "builtins", "warnings", "sourcead", "copy", "numbers", "abc",
    "contextlib", "enum",
}  # fmt: skip
# Modules whose functions leave what they are given as it is, but for what is listed elsewhere.
HARMLESS_MODULES = {
    "abc", "argparse", "bisect", "contextlib", "csv", "datetime", "decimal", "enum", "fractions",
    "glob", "heapq", "io", "json", "logging", "matplotlib", "os", "pathlib", "pprint", "random",
    "re", "seaborn", "secrets", "statistics", "string", "sys", "tempfile", "textwrap", "time",
    "timeit", "traceback", "types", "tqdm", "unittest", "uuid", "pytest", "__future__", "numba",
}  # fmt: skip
# Decorators under which a function still computes what it says, and where they come from.
HARMLESS_DECORATORS = {
    "grad", "value_and_grad", "njit", "jit", "cache", "lru_cache", "staticmethod", "wraps",
    "override", "final", "no_type_check", "contextmanager", "dataclass", "classmethod", "property",
}  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """A place that may bind a name: the statement, and the expression that is bound where known."""

    statement: ast.AST
    value: ast.expr | None = None
    alias: ast.alias | None = None


SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class ModuleDefinitions:
    """What binds the names of a module, without regard to the order of its statements."""

    def __init__(self, tree: ast.Module, text: str) -> None:
        self.tree = tree
        self._definitions: dict[str, list[Definition]] = {}
        for statement in tree.body:
            self._collect(statement)
        # Found in one walk: a file may have a hundred thousand nodes.
        self.scopes = [n for n in walk(tree) if isinstance(n, SCOPES)]
        self.all_functions = [
            n for n in self.scopes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)
        ]
        if "global" in text:
            for function in self.all_functions:
                self._collect_globals(function)

    @cached_property
    def read_by_generators(self) -> set[str]:
        """What generator expressions may read when something is taken from them."""
        made = [n for n in walk(self.tree) if isinstance(n, ast.GeneratorExp)]
        return {n.id for m in made for n in ast.walk(m) if isinstance(n, ast.Name)}

    def definitions(self, name: str) -> list[Definition]:
        return self._definitions.get(name, [])

    def _define(self, name: str, found: Definition) -> None:
        self._definitions.setdefault(name, []).append(found)

    def _collect(self, node: ast.stmt) -> None:
        """The names that a statement binds, at any depth outside functions and classes."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            self._define(node.name, Definition(node))
            return
        if isinstance(node, ast.Import | ast.ImportFrom):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                self._define(name, Definition(node, None, alias))
            return
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            self._collect_assigned(node, node.value)
        elif isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            self._define(node.target.id, Definition(node, node.iter))
        else:
            self._collect_others(node)
        for inner in _expressions(node):
            if isinstance(inner, ast.NamedExpr):
                self._define(inner.target.id, Definition(inner, inner.value))
        for block in _blocks(node):
            for statement in block:
                self._collect(statement)

    def _collect_assigned(
        self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, value: ast.expr
    ) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for part, given in [pair for target in targets for pair in paired(target, value)]:
            for inner in ast.walk(part):
                if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                    self._define(inner.id, Definition(node, given if inner is part else None))

    def _collect_others(self, node: ast.stmt) -> None:
        for inner in _expressions(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store | ast.Del):
                self._define(inner.id, Definition(node))
        for handler in getattr(node, "handlers", []):
            if handler.name:
                self._define(handler.name, Definition(handler))
        for case in getattr(node, "cases", []):
            for inner in ast.walk(case.pattern):
                name = getattr(inner, "name", None) or getattr(inner, "rest", None)
                if isinstance(name, str):
                    self._define(name, Definition(node))

    def _collect_globals(self, function: ast.AST) -> None:
        declared = {n for g in ast.walk(function) if isinstance(g, ast.Global) for n in g.names}
        for name in declared:
            self._define(name, Definition(function))

    def functions_of(self, name: str) -> tuple[Any, ...]:
        """The functions and classes of the module that a name may hold."""
        nodes: list[ast.AST] = []
        for found in self.definitions(name):
            if isinstance(found.value, ast.Lambda):
                nodes.append(found.value)
            elif isinstance(found.statement, ast.FunctionDef | ast.ClassDef):
                node = found.statement
                if node.name == name and all(map(self.is_harmless, node.decorator_list)):
                    nodes.append(node)
        return tuple(nodes)

    def methods(self, name: str) -> tuple[Any, ...]:
        """The methods of that name of classes of the module."""
        return tuple(self._methods.get(name, ()))

    @cached_property
    def _methods(self) -> dict[str, list[ast.FunctionDef]]:
        found: dict[str, list[ast.FunctionDef]] = {}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef):
                        found.setdefault(inner.name, []).append(inner)
        return found

    def is_harmless(self, decorator: ast.expr) -> bool:
        """Whether a decorator is known to leave the function what it says.

        It is one by its name, and the module does not define that name itself, unless where the
        import of it has failed.
        """
        call = decorator.func if isinstance(decorator, ast.Call) else decorator
        if ast.unparse(call).rpartition(".")[2] not in HARMLESS_DECORATORS:
            return False
        while isinstance(call, ast.Attribute):
            call = call.value
        if not isinstance(call, ast.Name):
            return False
        found = self.definitions(call.id)
        if all(d.alias is not None for d in found):
            return bool(found) or hasattr(builtins, call.id)
        return any(
            isinstance(node, ast.Try)
            and any(d.statement in node.body for d in found if d.alias is not None)
            and all(d.statement in _inside(node) for d in found)
            for node in self.tree.body
        )

    def import_roots(self, node: ast.Import | ast.ImportFrom, alias: ast.alias) -> Roots:
        """What an imported name may share with others: all of its module."""
        module = alias.name if isinstance(node, ast.Import) else node.module or ""
        root = module.partition(".")[0]
        level = 0 if isinstance(node, ast.Import) else node.level
        known = not level and (root in TRUSTED or root in sys.stdlib_module_names)
        return NOTHING if known else frozenset({f"<module {'.' * level}{root}>"})

    def import_path(self, name: str) -> str | None:
        """What a name imports, as a dotted path; None unless that is all it ever is."""
        paths = set()
        for found in self.definitions(name):
            if found.alias is None:
                return None
            if isinstance(found.statement, ast.Import):
                alias = found.alias
                paths.add(alias.name if alias.asname else alias.name.partition(".")[0])
            elif isinstance(found.statement, ast.ImportFrom):
                dots = "." * found.statement.level
                paths.add(f"{dots}{found.statement.module or ''}.{found.alias.name}")
        return paths.pop() if len(paths) == 1 else None

    def _dotted(self, node: ast.AST, reader: Reader | None) -> str | None:
        if isinstance(node, ast.Attribute):
            base = self._dotted(node.value, reader)
            return None if base is None else f"{base}.{node.attr}"
        if isinstance(node, ast.Name):
            if reader is not None and reader.spelled(node.id) != node.id:
                return None
            return self.import_path(node.id)
        return None

    def library_object(self, node: ast.AST, reader: Reader | None = None) -> Any:
        """The object of a trusted library that an expression names, else None."""
        path = self._dotted(node, reader)
        if path is None or path.partition(".")[0] not in TRUSTED:
            return None
        return imported(path)


@lru_cache(maxsize=1024)
def imported(path: str) -> Any:
    """What a dotted path of a trusted library leads to, None where there is nothing."""
    root, *rest = path.split(".")
    try:
        found: Any = importlib.import_module(root)
    except ImportError:
        return None
    for k, name in enumerate(rest):
        if isinstance(found, ModuleType) and not hasattr(found, name):
            try:
                importlib.import_module(".".join([root, *rest[: k + 1]]))
            except ImportError:
                return None
        found = getattr(found, name, None)
        if found is None:
            return None
    return found


def _expressions(node: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement that are not in its blocks, nor in functions."""
    todo = [n for n in ast.iter_child_nodes(node) if not isinstance(n, ast.stmt)]
    while todo:
        inner = todo.pop()
        if isinstance(inner, ast.ExceptHandler | ast.match_case | ast.Lambda):
            continue
        yield inner
        if not isinstance(inner, ast.comprehension):
            todo += ast.iter_child_nodes(inner)
        else:
            todo += [inner.iter, *inner.ifs]


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The blocks of a compound statement."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        if isinstance(block, list):
            yield block
    for part in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
        yield part.body


def _inside(node: ast.AST) -> set[ast.AST]:
    return set(ast.walk(node))
