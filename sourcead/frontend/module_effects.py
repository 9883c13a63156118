"""What a statement of a module may do: to names, and to the objects that names lead to.

Everything here is a bound from above, read off the syntax tree: nothing of the module is run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sourcead.frontend.module_syntax import (
    FunctionLike,
    defaults_of,
    first_name,
    loaded,
    locals_of,
    paired,
)

if TYPE_CHECKING:
    from sourcead.frontend.module_names import ModuleNames

Roots = frozenset[str]
NOTHING: Roots = frozenset()
# Names whose value belongs to the module itself: in another module they are something else.
OF_THE_MODULE = {"__file__", "__name__", "__spec__", "__package__", "__loader__", "__doc__"}


@dataclass
class Effects:
    """What a statement may do.

    `reads` are names it needs; `binds` those it may bind or unbind, `kills` those it surely binds;
    `writes` are names of objects it may change, `reshapes` those of which more than elements may
    change. The names of one entry of `shares` may lead to one object. `wild` is a place where
    anything may happen to the module, `foreign` calls of code that cannot be read. `varies` is what
    no two runs have in common, such as a clock, and where it is asked (`module_chance.py`).
    """

    reads: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    kills: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    reshapes: set[str] = field(default_factory=set)
    shares: set[Roots] = field(default_factory=set)
    wild: ast.AST | None = None
    foreign: ast.AST | None = None
    of_the_module: ast.AST | None = None
    varies: dict[str, ast.AST] = field(default_factory=dict)

    def share(self, names: Iterable[str]) -> None:
        found = frozenset(names)
        if len(found) > 1:
            self.shares.add(found)

    def write(self, names: Iterable[str], reshapes: bool = True) -> None:
        names = set(names)
        self.writes |= names
        self.reshapes |= names if reshapes else set()


@dataclass
class LocalScope:
    """The names of a function, a class or a comprehension while it is read."""

    names: set[str]
    tag: str
    is_class: bool = False
    globals: set[str] = field(default_factory=set)
    functions: dict[str, tuple[FunctionLike, str]] = field(default_factory=dict)


def default_name(parameter: str, tag: str) -> str:
    """The name by which the default of a parameter is known, which is an object of its own."""
    return f"<default {parameter} {tag}>"


class Reader:
    """Reads statements and notes their effects; what an expression may lead to are its roots."""

    def __init__(self, module: ModuleNames) -> None:
        self.module = module
        self.effects = Effects()
        self.scopes: list[LocalScope] = []

    # Names -------------------------------------------------------------------------------------

    def spelled(self, name: str) -> str:
        """The name by which a name is known here: local names carry the tag of their function."""
        for depth, scope in enumerate(reversed(self.scopes)):
            if name in scope.globals:
                return name
            if name in scope.names and (not scope.is_class or depth == 0):
                return f"{name}#{scope.tag}"
        return name

    def read(self, node: ast.Name) -> Roots:
        name = self.spelled(node.id)
        self.effects.reads.add(name)
        if "#" in name:
            if self.scopes[-1].is_class:
                self.effects.reads.add(node.id)
            return frozenset({name})
        if name in OF_THE_MODULE and not self.module.definitions(name):
            self.effects.of_the_module = self.effects.of_the_module or node
        if self.module.is_iterator(name) or self.module.acts_when_used(name):
            from sourcead.frontend.module_calls import unknown_call

            unknown_call(self, frozenset({name}))
        return NOTHING if self.module.is_plain(name) else self.module.roots_of(name)

    def bind(self, name: str, roots: Roots, surely: bool = True) -> None:
        spelled = self.spelled(name)
        self.effects.binds.add(spelled)
        if surely:
            self.effects.kills.add(spelled)
        if "#" in spelled or not self.module.is_plain(spelled):
            self.effects.share({spelled} | roots)

    # Statements --------------------------------------------------------------------------------

    def block(self, statements: Sequence[ast.stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Assign():
                pairs = [pair for t in node.targets for pair in paired(t, node.value)]
                values = {value: self.value(value) for _, value in pairs}
                together = NOTHING
                for target, value in pairs:
                    self.assign(target, values[value] | together)
                    if len(node.targets) > 1:
                        together |= self._names_in(target)
            case ast.AnnAssign():
                self.value(node.annotation)
                if node.value is not None:
                    self.assign(node.target, self.value(node.value))
            case ast.AugAssign():
                self._augmented(node)
            case ast.Delete():
                for target in node.targets:
                    self.value(target)
                    self.assign(target, NOTHING)
            case ast.Expr() | ast.Return():
                roots = self.value(node.value) if node.value is not None else NOTHING
                if isinstance(node, ast.Return):
                    self.result(roots)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._definition(node)
            case ast.ClassDef():
                self._class(node)
            case ast.Import() | ast.ImportFrom():
                for alias in node.names:
                    if alias.name == "*":
                        self.effects.wild = node
                        continue
                    name = alias.asname or alias.name.partition(".")[0]
                    self.bind(name, self.module.import_roots(node, alias))
            case ast.Global():
                self.scopes[-1].globals |= set(node.names)
            case ast.Assert() | ast.Raise():
                for part in ast.iter_child_nodes(node):
                    self.value(part)
            case _:
                self._compound(node)

    def _augmented(self, node: ast.AugAssign) -> None:
        roots = self.value(node.value)
        if not isinstance(node.target, ast.Name):
            self.assign(node.target, roots)
            self.effects.write(self.value(loaded(node.target)), reshapes=False)
            return
        old = self.value(ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target))
        self.effects.write(old, reshapes=False)
        data = self.is_data(node.value) and self.is_data(node.target)
        self.bind(node.target.id, NOTHING if data else roots, surely=False)

    def _compound(self, node: ast.stmt) -> None:
        match node:
            case ast.If():
                self.value(node.test)
                kept = [self._arm(node.body), self._arm(node.orelse)]
                self.effects.kills |= kept[0] & kept[1]
            case ast.While():
                self.value(node.test)
                self._arm([*node.body, *node.orelse])
            case ast.For() | ast.AsyncFor():
                roots = self.consumed(self.value(node.iter), node.iter)
                before = set(self.effects.kills)
                self.assign(node.target, roots)
                self.effects.kills = before
                self._arm([*node.body, *node.orelse])
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    roots = self.value(item.context_expr)
                    self.effects.write(roots)
                    if item.optional_vars is not None:
                        self.assign(item.optional_vars, roots)
                self._arm(node.body)
            case ast.Try() | ast.TryStar():
                self._arm([*node.body, *node.orelse])
                for handler in node.handlers:
                    if handler.type is not None:
                        self.value(handler.type)
                    if handler.name:
                        self.bind(handler.name, NOTHING, surely=False)
                    self._arm(handler.body)
                self._arm(node.finalbody)
            case ast.Match():
                self._match(node)

    def _match(self, node: ast.Match) -> None:
        roots = self.value(node.subject)
        for case in node.cases:
            for inner in ast.walk(case.pattern):
                name = getattr(inner, "name", None) or getattr(inner, "rest", None)
                if isinstance(name, str):
                    self.bind(name, roots, surely=False)
                if isinstance(inner, ast.MatchValue | ast.MatchClass):
                    self.value(inner.value if isinstance(inner, ast.MatchValue) else inner.cls)
            if case.guard is not None:
                self.value(case.guard)
            self._arm(case.body)

    def _arm(self, statements: Sequence[ast.stmt]) -> set[str]:
        """A block that may not run, or not to its end; the names it binds if it does."""
        before = set(self.effects.kills)
        self.block(statements)
        bound, self.effects.kills = self.effects.kills - before, before
        return bound

    def _names_in(self, target: ast.expr) -> Roots:
        """What a target leads to once it is bound."""
        names = [n.id for n in ast.walk(target) if isinstance(n, ast.Name)]
        return frozenset(self.spelled(n) for n in names if not self.module.is_plain(n))

    def assign(self, target: ast.expr, roots: Roots) -> None:
        match target:
            case ast.Name():
                self.bind(target.id, roots)
            case ast.Tuple() | ast.List():
                for part in target.elts:
                    self.assign(part, self.consumed(roots))
            case ast.Starred():
                self.assign(target.value, roots)
            case ast.Subscript() | ast.Attribute():
                base = self.value(target.value)
                if isinstance(target, ast.Subscript):
                    self.value(target.slice)
                self.effects.write(base, reshapes=isinstance(target, ast.Attribute))
                if self.module.library_object(target.value, self) is not None:
                    self.effects.wild = self.effects.wild or target
                if isinstance(target, ast.Attribute) and target.attr.startswith("__"):
                    self.effects.binds |= base
                self.effects.share(base | roots)

    # Functions and classes ---------------------------------------------------------------------

    def _definition(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        """Defaults and decorators are evaluated here; the body when the function is called."""
        spec = node.args
        roots = NOTHING
        roots |= self._defaults(node)
        for arg in ast.walk(spec):
            if isinstance(arg, ast.arg) and arg.annotation is not None:
                self.value(arg.annotation)
        if node.returns is not None:
            self.value(node.returns)
        for decorator in node.decorator_list:
            roots |= self.decorated(decorator, node)
        if self.scopes:
            tag = self.body(node)
            self.scopes[-1].functions[node.name] = (node, tag)
            roots |= {f"return#{tag}"}
        self.bind(node.name, roots)

    def decorated(self, decorator: ast.expr, node: ast.AST) -> Roots:
        """A decorator is called with what it decorates."""
        from sourcead.frontend.module_calls import call_of

        name = ast.Name(getattr(node, "name", ""), ast.Load())
        call = ast.copy_location(ast.Call(decorator, [name], []), decorator)
        return self.value(decorator) if self.module.is_harmless(decorator) else call_of(self, call)

    def body(self, node: FunctionLike) -> str:
        """A function's body, as if it ran; the tag of its names."""
        tag = self.module.tag(node)
        scope = LocalScope(locals_of(node), tag)
        self.scopes.append(scope)
        for name, _ in self.kept_defaults(node.args):
            self.effects.reads.add(default_name(name, tag))
            self.effects.share({f"{name}#{tag}", default_name(name, tag)})
        if isinstance(node, ast.Lambda):
            self.result(self.value(node.body))
        else:
            self.block(node.body)
        self.scopes.pop()
        return tag

    def _defaults(self, node: FunctionLike) -> Roots:
        """The defaults of a function are evaluated; what it leads to by way of them."""
        roots = self.values(default for _, default in defaults_of(node.args))
        tag = self.module.tag(node)
        kept = {default_name(name, tag) for name, _ in self.kept_defaults(node.args)}
        self.effects.share(kept | roots if kept else NOTHING)
        return roots | kept

    def kept_defaults(self, spec: ast.arguments) -> list[tuple[str, ast.expr]]:
        """The parameters whose default may be changed: one object, which all calls share."""
        found = defaults_of(spec)
        return [(n, value) for n, value in found if not self.module.is_unchangeable(value)]

    def result(self, roots: Roots) -> None:
        """What a function returns or yields."""
        scope = next((s for s in reversed(self.scopes) if not s.tag.startswith("in ")), None)
        if scope is not None:
            self.effects.share({f"return#{scope.tag}"} | roots)

    def _class(self, node: ast.ClassDef) -> None:
        roots = NOTHING
        for part in [*node.bases, *(k.value for k in node.keywords)]:
            roots |= self.value(part)
        for decorator in node.decorator_list:
            roots |= self.decorated(decorator, node)
        tag = self.module.tag(node)
        self.scopes.append(LocalScope(locals_of(node), tag, is_class=True))
        self.block(node.body)
        self.scopes.pop()
        self.bind(node.name, roots | {f"{name}#{tag}" for name in locals_of(node)})

    # Expressions -------------------------------------------------------------------------------

    def value(self, node: ast.AST | None) -> Roots:
        """An expression is evaluated; the names that may lead to what it gives."""
        match node:
            case None | ast.Constant():
                return NOTHING
            case ast.Name():
                return self.read(node)
            case ast.Call():
                from sourcead.frontend.module_calls import call_of

                return call_of(self, node)
            case ast.Attribute() if self.module.library_object(node, self) is not None:
                self.effects.reads.add(self.spelled(first_name(node)))
                return NOTHING
            case ast.Attribute(value=ast.Name(id="sys"), attr="modules" | "_getframe"):
                self.effects.wild = self.effects.wild or node
                return self.value(node.value)
            case ast.Attribute() if self.module.changes(node.attr):
                # The method itself, which may be called by whoever gets it.
                roots = self.value(node.value)
                self.effects.write(roots)
                return roots
            case ast.Subscript():
                self.value(node.slice)
                return self.value(node.value)
            case ast.NamedExpr():
                roots = self.value(node.value)
                self.bind(node.target.id, roots, surely=False)
                return roots | self._names_in(node.target)
            case ast.Lambda():
                roots = self._defaults(node)
                return roots | {f"return#{self.body(node)}"}
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._comprehension(node)
            case ast.Yield() | ast.YieldFrom():
                roots = self.value(node.value)
                self.result(roots)
                return roots
            case ast.Compare() | ast.JoinedStr() | ast.FormattedValue():
                self.values(ast.iter_child_nodes(node))
                return NOTHING
            case ast.BinOp():
                roots = self.value(node.left) | self.value(node.right)
                return NOTHING if self.is_data(node.left) and self.is_data(node.right) else roots
            case ast.Starred():
                return self.consumed(self.value(node.value))
        return self.values(ast.iter_child_nodes(node))

    def values(self, nodes: Iterable[ast.AST | None]) -> Roots:
        roots = NOTHING
        for node in nodes:
            roots |= self.value(node)
        return roots

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> Roots:
        first = self.consumed(self.value(node.generators[0].iter), node.generators[0].iter)
        targets = {
            n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)
        }
        walrus = {n.target.id for n in ast.walk(node) if isinstance(n, ast.NamedExpr)}
        self.scopes.append(LocalScope(targets, f"in {self.module.tag(node)}"))
        roots = first
        for k, generator in enumerate(node.generators):
            if k:
                roots |= self.consumed(self.value(generator.iter), generator.iter)
            self.assign(generator.target, roots)
            self.values(generator.ifs)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        made = self.values(parts)
        self.scopes.pop()
        return NOTHING if not walrus and all(map(self.is_data, parts)) else made

    def is_data(self, node: ast.AST) -> bool:
        """Whether an expression surely gives a number, a string or a new array."""
        return self.module.is_data(node, self)

    def consumed(self, roots: Roots, node: ast.AST | None = None) -> Roots:
        """What is iterated over: an iterator is not what it was before."""
        self.effects.write({r for r in roots if self.module.may_be_iterator(r)})
        return NOTHING if node is not None and self.is_data_row(node) else roots

    def is_data_row(self, node: ast.AST) -> bool:
        """Whether what is iterated over holds numbers alone."""
        match node:
            case ast.Call(func=ast.Name(id="range")):
                return not self.module.definitions("range")
        return False
