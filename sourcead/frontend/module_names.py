"""The names of a module: all that may bind them, what they may hold, and who shares objects."""

from __future__ import annotations

import ast
import builtins
import dataclasses
from collections.abc import Callable, Sequence
from functools import cached_property

from sourcead.frontend.module_definitions import HARMLESS_MODULES, TRUSTED, imported
from sourcead.frontend.module_effects import NOTHING, Effects, Reader, Roots
from sourcead.frontend.module_sharing import Groups, add, of_other_file, seen_outside
from sourcead.frontend.module_syntax import FunctionLike, locals_of
from sourcead.frontend.module_targets import (
    Builtin,
    Foreign,
    Functions,
    Harmless,
    Library,
    LocalFunction,
    MethodOf,
    Target,
)
from sourcead.frontend.module_values import NameValues

# The function or class of another file that a dotted path leads to, and the names of that file.
FindFunction = Callable[[str], "tuple[ModuleNames, FunctionLike | ast.ClassDef] | None"]


class ModuleNames(NameValues):
    """What can be said of the names of a module without regard to the order of its statements."""

    def __init__(self, tree: ast.Module, text: str, find_function: FindFunction) -> None:
        super().__init__(tree, text)
        self.find_function = find_function
        self._tags: dict[ast.AST, str] = {}
        self._by_tag: dict[str, FunctionLike] = {}
        self._summaries: dict[ast.AST, Effects] = {}
        self._open: set[ast.AST] = set()
        self._unfinished = False
        self._effects: dict[ast.stmt, Effects] = {}

    def tag(self, node: ast.AST) -> str:
        tag = self._tags.setdefault(node, str(len(self._tags)))
        if isinstance(node, FunctionLike):
            self._by_tag[tag] = node
        return tag

    def function_of_tag(self, root: str) -> tuple[FunctionLike, str] | None:
        """The local function that a root `return#tag` stands for."""
        tag = root.removeprefix("return#")
        return (self._by_tag[tag], tag) if tag != root and tag in self._by_tag else None

    def called(self, func: ast.expr, reader: Reader) -> Target | None:
        """What a call calls, as far as that is known; None where it is not."""
        path = self._dotted(func, reader)
        if path is not None:
            root = path.partition(".")[0]
            if root in TRUSTED:
                target = imported(path)
                return None if target is None else Library(target)
            if root in HARMLESS_MODULES:
                return Harmless(path)
            return Foreign(f"<module {root}>", self.find_function(path))
        if isinstance(func, ast.Attribute):
            return MethodOf(func.attr)
        if not isinstance(func, ast.Name):
            return None
        for scope in reversed(reader.scopes):
            if func.id in scope.functions:
                return LocalFunction(*scope.functions[func.id])
        if reader.spelled(func.id) != func.id:
            return None
        found = self.definitions(func.id)
        if not found:
            return Builtin(func.id) if hasattr(builtins, func.id) else None
        functions = self.functions_of(func.id)
        return Functions(functions) if len(functions) == len(found) else None

    # Effects -----------------------------------------------------------------------------------

    def effects(self, statement: ast.stmt) -> Effects:
        """What a statement at module level may do."""
        if statement not in self._effects:
            reader = Reader(self)
            reader.statement(statement)
            self._effects[statement] = reader.effects
        return self._effects[statement]

    def summary(self, function: ast.AST) -> Effects:
        """What a call of a function may do; `@x` stands for what is given as `x`."""
        if function in self._summaries:
            self._unfinished = self._unfinished or function in self._open
            return self._summaries[function]
        self._summaries[function] = Effects()
        self._open.add(function)
        self._summaries[function] = self._summarise(function)
        self._open.remove(function)
        if not self._open and self._unfinished:
            self._settle()
        return self._summaries[function]

    def _settle(self) -> None:
        """Functions that call each other: until nothing is new."""
        changed = True
        while changed:
            changed = False
            for function in list(self._summaries):
                new = self._summarise(function)
                changed = changed or new != self._summaries[function]
                self._summaries[function] = new
        self._unfinished = False

    def _summarise(self, function: ast.AST) -> Effects:
        if function is self.tree:
            merged = self._merged([n for n in self.scopes if not isinstance(n, ast.ClassDef)])
            merged.reads |= self.read_by_generators
            return merged
        if isinstance(function, ast.ClassDef):
            merged = self._merged([n for n in ast.walk(function) if isinstance(n, ast.FunctionDef)])
            for base in function.bases:
                add(merged, self._of_base(base))
            return merged
        assert isinstance(function, FunctionLike)
        reader = Reader(self)
        tag = reader.body(function)
        return seen_outside(reader.effects, tag, locals_of(function))

    def _of_base(self, base: ast.expr) -> Effects:
        """What methods that a class inherits may do."""
        path = self._dotted(base, None)
        found = self.find_function(path) if path and self.library_object(base) is None else None
        if found is not None:
            names, node = found
            return of_other_file(names.summary(node), f"<module {str(path).partition('.')[0]}>")
        return self._merged(self.functions_of(base.id) if isinstance(base, ast.Name) else ())

    def held_by_class(self, node: ast.ClassDef) -> Roots:
        """What a class holds that may be changed, which all its instances lead to."""
        parts = [s for s in node.body if isinstance(s, ast.Assign | ast.AnnAssign)]
        changeable = [s for s in parts if s.value is not None and self._may_be_held(s.value)]
        bound = locals_of(ast.ClassDef(node.name, [], [], [*changeable], []))
        bases = [c for b in node.bases if isinstance(b, ast.Name) for c in self.functions_of(b.id)]
        inherited = (self.held_by_class(c) for c in bases if isinstance(c, ast.ClassDef))
        return frozenset(f"{name}#{self.tag(node)}" for name in bound).union(*inherited)

    def _may_be_held(self, value: ast.expr) -> bool:
        """Whether a class body may bind what can be changed; a field is its instances' own."""
        made = self.library_object(value.func) if isinstance(value, ast.Call) else None
        return made is not dataclasses.field and not self.is_unchangeable(value)

    def _merged(self, functions: Sequence[ast.AST]) -> Effects:
        """What any of some functions may do, whatever it is given."""
        merged = Effects()
        for function in functions:
            add(merged, self.summary(function))
        return merged

    @cached_property
    def _implicit(self) -> bool:
        """Whether a class has methods that run without being called, and change something."""
        for node in self.scopes:
            if isinstance(node, ast.ClassDef):
                for method in node.body:
                    if isinstance(method, ast.FunctionDef) and _is_implicit(method):
                        summary = self.summary(method)
                        own = method.name in _ASKED_TO_CHANGE
                        changed = {n for n in summary.writes if not own or n[:1] != "@"}
                        if changed or summary.binds or summary.wild:
                            return True
        return False

    def acts_when_used(self, name: str) -> bool:
        """Whether using a name may run methods of the module that do something outside."""
        found = self.definitions(name)
        if all(d.alias is not None or isinstance(d.statement, ast.FunctionDef) for d in found):
            return False
        if not self._implicit or self.is_data(ast.Name(name, ast.Load())):
            return False
        is_class = any(isinstance(d.statement, ast.ClassDef) for d in found)
        return is_class or self.may_be_foreign({name})

    def everything(self) -> Effects:
        """What a call of any function of the module may do."""
        return self.summary(self.tree)

    # Sharing -----------------------------------------------------------------------------------

    def roots_of(self, name: str) -> Roots:
        path = self.import_path(name)
        known = path is not None and path.partition(".")[0] in TRUSTED
        return NOTHING if known else frozenset({name})

    @cached_property
    def groups(self) -> Groups:
        """Which names may lead to one object, at any time."""
        groups = Groups()
        for statement in self.tree.body:
            for names in self.effects(statement).shares:
                groups.join(names)
        return groups


# Methods that run where the text says that the object is changed, called or entered.
_ASKED_TO_CHANGE = {
    "__setattr__", "__setitem__", "__delattr__", "__delitem__", "__call__", "__enter__", "__exit__",
    "__post_init__", "__new__", "__iadd__", "__isub__", "__imul__", "__imatmul__", "__itruediv__",
    "__ifloordiv__", "__imod__", "__ipow__", "__iand__", "__ior__", "__ixor__", "__set__",
}  # fmt: skip


def _is_implicit(method: ast.FunctionDef) -> bool:
    """Whether a method runs by operators, statements or attributes."""
    special = method.name.startswith("__") and method.name != "__init__"
    return special or bool(method.decorator_list)
