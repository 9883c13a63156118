"""Finding the text of a function and parsing no more of it than is needed."""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from sourcead.errors import Diagnostic, SourceUnavailableError, UnsupportedError
from sourcead.frontend.scope import LiveScope, ParsedFunction, Scope, parse_module

FunctionNode = ast.FunctionDef | ast.Lambda
_parsed: dict[CodeType, tuple[FunctionNode, int, list[str]]] = {}


@dataclass
class FunctionSource:
    """A function's syntax tree, and where its names are looked up.

    `line_offset` is added to the line numbers of the tree; `lines` are the lines of the file;
    `defaults` are the values of parameters with a default, by name, where they are live objects.
    """

    name: str
    node: FunctionNode
    file: str
    lines: list[str]
    line_offset: int
    scope: Scope
    defaults: dict[str, Any] = field(default_factory=dict)
    function: FunctionType | None = None
    # The class in whose body the function stands, also as part of a method; "" outside classes.
    home: str = ""

    def mangled(self, name: str) -> str:
        """A name as the class it is written in changes it: `__x` is `_Home__x`."""
        home = self.home.lstrip("_")
        private = name.startswith("__") and not name.endswith("__") and "." not in name
        return f"_{home}{name}" if home and private else name

    @property
    def doc(self) -> str:
        if isinstance(self.node, ast.Lambda):
            return ""
        return ast.get_docstring(self.node, clean=False) or ""

    @property
    def generated_name(self) -> str:
        """What the generated code is named after."""
        return generated_name(self.function or self, self.name)

    @property
    def key(self) -> Any:
        """What two sources of the same function share."""
        return (self.node, self.scope.identity)

    def line_text(self, line: int) -> str:
        """A line of the file by its number."""
        return self.lines[line - 1].rstrip("\n") if 0 < line <= len(self.lines) else ""


def generated_name(function: Any, name: str) -> str:
    """The name of a function in generated code: a method is named after its class, too.

    >>> from fractions import Fraction
    >>> generated_name(Fraction.limit_denominator, "limit_denominator")
    'Fraction_limit_denominator'
    """
    path = getattr(function, "__qualname__", name).split(".")
    inside = len(path) > 1 and path[-2].isidentifier() and path[-1] == name
    return f"{path[-2]}_{name}" if inside else name


def source_of(function: Callable[..., Any]) -> FunctionSource:
    """The source of a function.

    Args:
        function: a Python function or lambda; bound methods are not functions.

    Returns:
        its syntax tree with file, lines and scope.

    Raises:
        SourceUnavailableError: the function has no Python source, or it cannot be found.

    Example:
        >>> import textwrap
        >>> source_of(textwrap.dedent).name
        'dedent'
    """
    if not isinstance(function, FunctionType):
        raise SourceUnavailableError(
            f"{function!r} is not a Python function, so it has no source to differentiate; "
            "wrap it in a function, or declare a rule for it"
        )
    code = function.__code__
    if code not in _parsed:
        _parsed[code] = _find(function)
    node, offset, lines = _parsed[code]
    scope = LiveScope(function)
    defaults = _defaults(function)
    return FunctionSource(
        function.__name__, node, code.co_filename, lines, offset, scope, defaults, function,
        home_of(code.co_qualname),
    )  # fmt: skip


def home_of(qualified: str) -> str:
    """The innermost class around a function, by the function's qualified name.

    >>> home_of("make.<locals>.Model.cost.<locals>.<lambda>"), home_of("make.<locals>.cost")
    ('Model', '')
    """
    for part in reversed(qualified.split(".<locals>.")):
        *classes, _ = part.split(".")
        if classes:
            return classes[-1]
    return ""


def source_from_file(path: str | Path, name: str) -> FunctionSource:
    """The source of a function in a file that is parsed and never executed.

    Args:
        path: the file.
        name: the function's name at module level.

    Raises:
        SourceUnavailableError: the file has no such function.
    """
    module = parse_module(Path(path))
    found = module.bindings.get(name)
    if not isinstance(found, ParsedFunction):
        raise SourceUnavailableError(f"{path} defines no function {name!r} at module level")
    return FunctionSource(name, found.node, str(path), module.lines, 0, module)


def _defaults(function: FunctionType) -> dict[str, Any]:
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    values = function.__defaults__ or ()
    found = dict(zip(names[len(names) - len(values) :], values, strict=True))
    found.update(function.__kwdefaults__ or {})
    return found


def _find(function: FunctionType) -> tuple[FunctionNode, int, list[str]]:
    code = function.__code__
    lines = linecache.getlines(code.co_filename, function.__globals__)
    if not lines:
        raise SourceUnavailableError(
            f"the source of {function.__qualname__} cannot be read from {code.co_filename!r}; "
            "define it in a file or a notebook cell, not in `python -c` or `exec`"
        )
    if code.co_name == "<lambda>":
        return _lambda(function, lines), 0, lines
    node, offset = _parse_block(lines, code.co_firstlineno, code.co_name)
    if isinstance(node, ast.AsyncFunctionDef):
        raise UnsupportedError([_asynchronous(node, offset, code.co_filename, lines)])
    if node is None:
        raise SourceUnavailableError(
            f"{code.co_filename}:{code.co_firstlineno} does not hold the definition of "
            f"{function.__qualname__}; the file changed after it was imported: reload it"
        )
    return node, offset, lines


def _asynchronous(
    node: ast.AsyncFunctionDef, offset: int, file: str, lines: list[str]
) -> Diagnostic:
    line = node.lineno + offset
    text = lines[line - 1].rstrip("\n")
    return Diagnostic(
        "SAD101", file, line, node.col_offset, node.col_offset + len("async def"),
        "`async def` is not supported", "a coroutine's result does not exist when it is called",
        "a plain function", text,
    )  # fmt: skip


def _parse_block(
    lines: list[str], first: int, name: str
) -> tuple[ast.FunctionDef | ast.AsyncFunctionDef | None, int]:
    """The definition that starts (with its decorators) on line `first`, and its line offset."""
    start = first - 1
    indent = _indent(lines[start]) if start < len(lines) else None
    if indent is None:
        return None, 0
    words = ("def ", "async ")
    header = next(
        (k for k in range(start, len(lines)) if lines[k].lstrip().startswith(words)), None
    )
    if header is None:
        return None, 0
    for end in _block_ends(lines, header + 1, indent):
        text = "".join(lines[start:end])
        shift = 0
        if indent:
            text, shift = "if 1:\n" + text, 1
        try:
            tree = ast.parse(text)
        except SyntaxError:
            continue
        body: list[ast.stmt] = tree.body
        if indent and isinstance(body[0], ast.If):
            body = body[0].body
        node = body[0]
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == name:
            return node, start - shift
        return None, 0
    return None, 0


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _block_ends(lines: list[str], start: int, indent: int) -> Any:
    """Where the block may end: each line that is not indented deeper, and the end of the file."""
    for k in range(start, len(lines)):
        line = lines[k]
        bare = line.strip()
        if bare and not bare.startswith("#") and _indent(line) <= indent:
            yield k
    yield len(lines)


def _lambda(function: FunctionType, lines: list[str]) -> ast.Lambda:
    """The innermost lambda whose body has the positions of the code object."""
    code = function.__code__
    spans = [(p[0], p[2]) for p in code.co_positions() if p[0] is not None and p[2] is not None]
    found: list[ast.Lambda] = []
    for node in ast.walk(_tree(code.co_filename, lines)):
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno:
            body = node.body
            first = (body.lineno, body.col_offset)
            last = (body.end_lineno or 0, body.end_col_offset or 0)
            if all(first <= span <= last for span in spans if span[0] >= body.lineno and span[1]):
                found.append(node)
    if found:
        return max(found, key=lambda node: (node.body.lineno, node.body.col_offset))
    raise SourceUnavailableError(
        f"the lambda on line {code.co_firstlineno} of {code.co_filename} cannot be found; "
        "write it as a named function"
    )


_trees: dict[str, tuple[int, ast.Module]] = {}


def _tree(file: str, lines: list[str]) -> ast.Module:
    text = "".join(lines)
    known = _trees.get(file)
    if known is None or known[0] != hash(text):
        try:
            known = _trees[file] = (hash(text), ast.parse(text))
        except SyntaxError as error:
            raise SourceUnavailableError(
                f"{file} cannot be parsed, so a lambda in it cannot be found; "
                "write it as a named function"
            ) from error
    return known[1]
