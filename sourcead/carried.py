"""The statements of a parsed file that make the values a written module needs, in their order."""

from __future__ import annotations

import ast
import dataclasses
import re
from collections.abc import Iterable

from sourcead.frontend.parsed_module import ParsedModule, Step
from sourcead.frontend.stored_attributes import acts_outside
from sourcead.repeatable import check_repeatable
from sourcead.standalone import Bound


def carried(module: ParsedModule, wanted: Iterable[str], owner: str) -> list[Bound]:
    """The statements that make some names what they are once a module has run.

    It is found backwards from the end of the module: a statement is needed that may bind a name
    which is needed after it, or change an object that such a name may lead to.

    Args:
        module: the parsed module.
        wanted: names at module level.
        owner: whose statements these are.

    Raises:
        UnsupportedError: a statement that is needed cannot be carried over.
    """
    names = module.names
    groups = names.groups
    live: set[str] = set()
    for name in wanted:
        live |= {name}.union(*(names.summary(f).reads for f in names.functions_of(name)))
    kept: list[Step] = []
    modules = {groups.of(name) for name in _modules(module)}
    acted = False
    for step in reversed(module.steps):
        effects = step.effects
        bound = effects.binds & live
        reached = {groups.of(name) for name in live if not names.is_plain(name)}
        changed = {groups.of(name) for name in effects.writes} & reached
        if effects.wild is not None and _rests(module, live, step):
            raise _not_carried(module, step, effects.wild)
        imports = _of_the_users(step)
        acts = imports and (acted or modules & reached) and acts_outside(module, step.node)
        if not bound and not changed and not acts:
            continue
        acted = acted or imports or not isinstance(step.node, ast.Import | ast.ImportFrom)
        _check(module, step)
        kept.append(step)
        live |= modules if imports else set()
        live -= effects.kills
        live |= effects.reads
        for name in effects.reads:
            live = live.union(*(names.summary(f).reads for f in names.functions_of(name)))
    kept.reverse()
    check_repeatable(module, kept)
    return _bound(module, kept, owner)


def _of_the_users(step: Step) -> bool:
    """Whether a statement imports a file of the user's, which runs it."""
    shared = (name for names in step.effects.shares for name in names)
    return isinstance(step.node, ast.Import | ast.ImportFrom) and any(
        name[:7] == "<module" for name in shared
    )


def _modules(module: ParsedModule) -> set[str]:
    """The files of the user's that a module may change before another file is run."""
    found = (name for s in module.steps for names in s.effects.shares for name in names)
    return {name for name in found if name[:7] == "<module"}


def _rests(module: ParsedModule, live: set[str], step: Step) -> bool:
    """Whether something that is needed could be another thing after anything has happened."""
    if not isinstance(step.effects.wild, ast.ImportFrom):
        return bool(live)
    return any(module.names.import_path(name) is None for name in live if name[:1] != "<")


def _check(module: ParsedModule, step: Step) -> None:
    """Refuse what would be something else, or do too much, in another module."""
    effects = step.effects
    if effects.of_the_module is not None:
        raise _not_carried(module, step, effects.of_the_module)
    if effects.foreign is not None and isinstance(step.node, ast.Expr):
        raise _not_carried(module, step, effects.foreign)


def _not_carried(module: ParsedModule, step: Step, at: ast.AST) -> Exception:
    inside = at in set(ast.walk(step.node))
    return module.refusal(
        at if inside else step.node,
        "a constant depends on what this does when the module runs",
        "it cannot be carried over into another module, and the file is never executed",
        "the constant in a way that does not depend on it, such as from a copy, or the statement "
        'under `if __name__ == "__main__":`',
    )


def _bound(module: ParsedModule, kept: list[Step], owner: str) -> list[Bound]:
    """The text of the statements; imports go to the top unless their name is bound twice."""
    times: dict[str, int] = {}
    for step in kept:
        for name in step.effects.binds:
            times[name] = times.get(name, 0) + 1
    found = []
    acted = False
    for step in kept:
        names = frozenset(n for n in step.effects.binds if "#" not in n)
        is_import = isinstance(step.node, ast.Import | ast.ImportFrom)
        is_import = is_import and all(times[name] == 1 for name in names)
        # What runs a file of the user's keeps its place among other statements.
        is_import = is_import and not (_of_the_users(step) and acted)
        acted = acted or not isinstance(step.node, ast.Import | ast.ImportFrom)
        found.append(Bound(_text(module, step.node), owner, names, is_import))
    future = [n for n in module.tree.body if _is_annotations(n)]
    if future and any(isinstance(s.node, ast.FunctionDef | ast.ClassDef) for s in kept):
        found.insert(0, Bound("from __future__ import annotations", owner, frozenset(), True))
    return found


def _is_annotations(node: ast.stmt) -> bool:
    if not isinstance(node, ast.ImportFrom) or node.module != "__future__":
        return False
    return any(alias.name == "annotations" for alias in node.names)


def _text(module: ParsedModule, node: ast.stmt) -> str:
    """A statement as it stands in the file; what stands in a block is written anew."""
    if isinstance(node, ast.ImportFrom) and node.level:
        return ast.unparse(_absolute(module, node))
    if node.col_offset or isinstance(node, ast.Import | ast.ImportFrom):
        return ast.unparse(node)
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(d.lineno for d in decorators)])
    last = node.end_lineno or node.lineno
    lines = [line.encode() for line in module.lines[first - 1 : last]]
    lines[-1] = lines[-1][: node.end_col_offset]
    return b"".join(lines).decode()


def _absolute(module: ParsedModule, node: ast.ImportFrom) -> ast.ImportFrom:
    """A relative import as one that holds outside the package, too."""
    folder = module.path.resolve().parent
    for _ in range(node.level - 1):
        folder = folder.parent
    parts = [node.module] if node.module else []
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    if len(parts) < 1 + bool(node.module):
        return node
    return ast.ImportFrom(".".join(parts), node.names, 0)


def renamed(statements: list[Bound], name: str, new: str, owner: str, kept: bool) -> list[Bound]:
    """The statements, so that what they bind as `name` is bound as `new` at the end.

    A constant of one plain assignment takes the new name unless it is to be `kept` under its own;
    any other gets it as a second one.
    """
    binding = [s for s in statements if name in s.names]
    reading = [
        s for s in statements if s not in binding and re.search(rf"\b{re.escape(name)}\b", s.text)
    ]
    if len(binding) == 1 and not reading and not kept:
        (statement,) = binding
        node = ast.parse(statement.text).body[0]
        if isinstance(node, ast.Assign) and [type(t) for t in node.targets] == [ast.Name]:
            value = ast.get_source_segment(statement.text, node.value)
            made = dataclasses.replace(statement, text=f"{new} = {value}", names=frozenset({new}))
            return [made if s is statement else s for s in statements]
    return [*statements, Bound(f"{new} = {name}", owner, frozenset({new}))]
