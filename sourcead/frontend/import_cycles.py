"""Files that import each other: one of them is seen before it has run to its end."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from sourcead.frontend.parsed_module import Later, ParsedModule
from sourcead.frontend.stored_attributes import evaluated, with_imported


def check_cycles(files: dict[Path, ParsedModule]) -> None:
    """Refuse where a file takes something that is not yet what it is in the end.

    Raises:
        UnsupportedError: there is such a place.
    """
    modules = with_imported(files)
    for module in modules if len(modules) > 1 else []:
        for node, home, name in _taken(module):
            if _changes(home, name) and module in with_imported({home.path: home}):
                shown = home.path.parent.name if home.module == "__init__" else home.module
                raise module.refusal(
                    node,
                    f"`{name}` may be another thing here than once `{shown}` has run",
                    f"`{shown}` imports this file, and changes it afterwards",
                    "one definition for the name, or an import inside the function",
                    "SAD104",
                )


def _taken(module: ParsedModule) -> Iterator[tuple[ast.AST, ParsedModule, str]]:
    """What a file reads of other files while it runs, and where."""
    for step in module.steps:
        for node in evaluated(step.node):
            if isinstance(node, ast.ImportFrom):
                home = Later(node.module or "", None, node.level).load(module)
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                home, names = module.resolve(node.value.id), [node.attr]
            else:
                continue
            if isinstance(home, ParsedModule) and home is not module:
                yield from ((node, home, name) for name in names)


def _changes(module: ParsedModule, name: str) -> bool:
    """Whether a name is bound more than once, or what it holds is changed."""
    names = module.names
    if len(names.definitions(name)) > 1:
        return True
    own = names.groups.of(name)
    written = {names.groups.of(n) for step in module.steps for n in step.effects.writes}
    return bool(names.definitions(name)) and not names.is_plain(name) and own in written
