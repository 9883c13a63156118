"""Whether statements of a module give the same once more, in the module that they are carried to.

That module may be imported where the files that it was made from have run, or without them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from sourcead.errors import UnsupportedError
from sourcead.frontend.module_chance import CLOCK, NUMPY, PYTHON, UNSEEDED, is_bare_generator
from sourcead.frontend.parsed_module import Later, ParsedModule, Step
from sourcead.frontend.stored_attributes import ANY, imported_by, names_set, with_imported

_AGAIN = (
    "the module that is written would hold another number than this one",
    "a generator with a seed, such as `np.random.default_rng(0)`, or the number itself",
)


def check_repeatable(module: ParsedModule, kept: list[Step]) -> None:
    """Refuse statements that give something else when they run again.

    Raises:
        UnsupportedError: a number is that of a clock, or of chance without a seed, or of another
            file that is changed as well.
    """
    around = _Around(module)
    seeded: set[str] = set()
    for step in kept:
        for state, node in step.effects.varies.items():
            drawn = state in (NUMPY, PYTHON) and state not in seeded
            made = state == UNSEEDED and _is_drawn_from(module, kept, step, node)
            if state == CLOCK or drawn or made:
                message = "a constant is another one each time the module runs"
                raise _refusal(module, step, node, message, *_AGAIN)
        seeded = (seeded | step.effects.kills) - around.changed_by_import(step)
        around.check(step)


def names_of(module: ParsedModule) -> set[str]:
    """The names under which other files may know a module: itself, and packages that it is in."""
    folder = module.path.resolve().parent
    bare = {"", module.module, folder.name, folder.parent.name}
    return {f"<module {dots}{name}>" for name in bare for dots in ("", ".", "..")}


@lru_cache(maxsize=64)
def written_groups(module: ParsedModule) -> set[str]:
    """The groups of names that may lead to what running a module changes."""
    groups = module.names.groups
    return {groups.of(name) for step in module.steps for name in step.effects.writes}


def _is_drawn_from(module: ParsedModule, kept: list[Step], step: Step, made: ast.AST) -> bool:
    """Whether statements draw from a generator that is made without a seed."""
    if not is_bare_generator(step.node, made):
        return True
    groups = module.names.groups
    own = {groups.of(name) for name in step.effects.binds}
    others = [other for other in kept if other is not step]
    return any(own & {groups.of(name) for name in other.effects.writes} for other in others)


def _refusal(
    module: ParsedModule, step: Step, at: ast.AST, message: str, reason: str, fix: str
) -> UnsupportedError:
    inside = at in set(ast.walk(step.node))
    return module.refusal(at if inside else step.node, message, reason, fix)


@dataclass
class _Around:
    """The other files that a module reads, and who changes them; groups of names stand for them."""

    module: ParsedModule

    @cached_property
    def others(self) -> list[ParsedModule]:
        return [m for m in with_imported(self.module.files) if m is not self.module]

    @cached_property
    def homes(self) -> set[str]:
        return set().union(*map(self._home, self.others))

    def _home(self, other: ParsedModule) -> set[str]:
        return self._groups(names_of(other))

    def _groups(self, names: Iterable[str]) -> set[str]:
        return {self.module.names.groups.of(name) for name in names}

    def changed_by_import(self, step: Step) -> set[str]:
        """The files that running another file changes, and the states that it leaves changed."""
        if not isinstance(step.node, ast.Import | ast.ImportFrom) or not self.others:
            return set()
        files = {m.path: m for m in imported_by(self.module, step.node)}
        return set().union(*(self._changed_by(m) for m in with_imported(files)))

    def _changed_by(self, file: ParsedModule) -> set[str]:
        groups, written = file.names.groups, written_groups(file)
        found = {state for state in (NUMPY, PYTHON) if groups.of(state) in written}
        for other in self.others:
            if other is not file and written & {groups.of(name) for name in names_of(other)}:
                found |= self._home(other)
        return found

    @cached_property
    def changes(self) -> list[set[str]]:
        """The files that each statement of the module changes."""
        return [
            self._groups(s.effects.writes) & self.homes | self.changed_by_import(s)
            for s in self.module.steps
        ]

    @cached_property
    def elsewhere(self) -> set[str]:
        """The files that are changed by files which this one does not import."""
        own = {id(m) for m in with_imported({self.module.path: self.module})}
        return set().union(*(self._changed_by(m) for m in self.others if id(m) not in own))

    def check(self, step: Step) -> None:
        """Refuse what changes another file, or reads what is changed later."""
        if not self.others:
            return
        place = next(k for k, s in enumerate(self.module.steps) if s is step)
        read = self._groups(step.effects.reads) & self.homes
        is_import = isinstance(step.node, ast.Import | ast.ImportFrom)
        if is_import:
            read = self._rebound_later(step.node)
        elif self.changes[place]:
            if not self._sets_only(step.node):
                raise self._changed(step)
            return
        later = zip(self.module.steps[place + 1 :], self.changes[place + 1 :], strict=True)
        for other, changed in later if read else ():
            if changed & read:
                raise self._changed(other)
        if self.elsewhere & read:
            raise self._changed(step)

    def _rebound_later(self, node: ast.stmt) -> set[str]:
        """The file of which an import takes what may have another value later."""
        if not isinstance(node, ast.ImportFrom):
            return set()
        home = Later(node.module or "", None, node.level).load(self.module)
        if not isinstance(home, ParsedModule) or home is self.module:
            return set()
        names = {alias.name for alias in node.names} | {ANY}
        files = [self.module, *self.others]
        set_anywhere = any(names & names_set(step.node) for m in files for step in m.steps)
        twice = any(len(home.names.definitions(n)) > 1 for n in names)
        return self._home(home) if set_anywhere or twice else set()

    def _sets_only(self, node: ast.stmt) -> bool:
        """`rates.K = 5.0`, which may be done twice."""
        if not isinstance(node, ast.Assign) or isinstance(node.targets[0], ast.Name):
            return False
        given = self.module.names.effects(ast.copy_location(ast.Expr(node.value), node))
        return not (given.writes or self._groups(given.reads) & self.homes)

    def _changed(self, step: Step) -> UnsupportedError:
        return self.module.refusal(
            step.node,
            "this, or what it imports, changes what another file holds, which a constant needs",
            "the module that is written may be imported after it was changed, or before",
            "the constant in the file that holds it, or call `sourcead.grad` in a program",
        )
