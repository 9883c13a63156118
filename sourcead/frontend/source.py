"""The one place that finds the text of a function: parsed as far as is needed, and proven.

The text that stands where a function says it stands may be another one. `proof.py` compares what it
is compiled to with the code that runs; where nothing fits, the function is refused.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from sourcead.errors import Diagnostic, SourceUnavailableError, UnsupportedError
from sourcead.frontend.codes import all_codes, names_in
from sourcead.frontend.parsed_classes import Method
from sourcead.frontend.parsed_decorators import forwarding, is_wrapped
from sourcead.frontend.parsed_functions import check_decorators, unsettled
from sourcead.frontend.parsed_module import (
    NotEvaluated,
    ParsedFunction,
    ParsedModule,
    parse_module,
)
from sourcead.frontend.proof import Node, class_around, proven
from sourcead.frontend.scope import LiveScope, Scope
from sourcead.frontend.texts import NAMES_OF_MANY, alone, texts_at, texts_elsewhere
from sourcead.frontend.trees import mangled, walk

FunctionNode = ast.FunctionDef | ast.Lambda
_Found = tuple[FunctionNode, int, list[str]]
# By the identity of code objects, which are kept: those of two files may be equal.
_known: dict[int, tuple[CodeType, _Found]] = {}
MOST_KNOWN = 4096
# A statement with a lambda that goes on for more lines below it is looked for in the whole text.
MOST_LINES = 4


@dataclass
class FunctionSource:
    """A function's syntax tree, and where its names are looked up.

    `line_offset` is added to the line numbers of the tree; `lines` are the lines of the file;
    `defaults` are the values of parameters with a default, by name, where they are live objects;
    `around` is the class of a method of a file that is only parsed.
    """

    name: str
    node: FunctionNode
    file: str
    lines: list[str]
    line_offset: int
    scope: Scope
    defaults: dict[str, Any] = field(default_factory=dict)
    function: FunctionType | None = None
    around: type | None = None

    @property
    def own_class(self) -> Any:
        """The class that a method is written in, `MISSING` without one."""
        return self.around or self.scope.resolve("__class__")

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
    if id(code) not in _known:
        with alone.quiet():
            _known[id(code)] = code, _find(function)
        if len(_known) > MOST_KNOWN:
            del _known[next(iter(_known))]
    node, offset, lines = _known[id(code)][1]
    scope = LiveScope(function)
    defaults = _defaults(function)
    return FunctionSource(
        function.__name__, node, code.co_filename, lines, offset, scope, defaults, function
    )


def source_from_file(path: str | Path, name: str) -> FunctionSource:
    """The source of a function in a file that is parsed and never executed.

    Args:
        path: the file.
        name: the function's name at module level.

    Raises:
        SourceUnavailableError: the file has no such function.
        UnsupportedError: what the name stands for is only known when the file runs.
    """
    return source_in(parse_module(Path(path)), name)


def source_in(module: ParsedModule, name: str) -> FunctionSource:
    """The source of a function in a parsed module; see `source_from_file`."""
    found = module.bindings.get(name)
    if isinstance(found, NotEvaluated):
        raise unsettled(module, name, found)
    if not isinstance(found, ParsedFunction) or found.module is not module:
        raise SourceUnavailableError(f"{module.path} defines no function {name!r} at module level")
    called = forwarding(found) if is_wrapped(found) else None
    if called is not None:
        return replace(parsed_source(found), name=name, node=called)
    check_decorators(module, found.node)
    return replace(parsed_source(found), name=name)


def parsed_source(function: ParsedFunction) -> FunctionSource:
    """The source of a function of a parsed module."""
    module, node = function.module, function.node
    return FunctionSource(node.name, node, str(module.path), module.lines, 0, module)


def method_source(function: Any, method: Method) -> FunctionSource:
    """The source of a method of a parsed module, by the function that stands for it."""
    found = parsed_source(method.function)
    found.function, found.name = function, function.__name__
    found.around = method.owner.made if isinstance(method.owner.made, type) else None
    return found


def _defaults(function: FunctionType) -> dict[str, Any]:
    code = function.__code__
    names = code.co_varnames[: code.co_argcount]
    values = function.__defaults__ or ()
    found = dict(zip(names[len(names) - len(values) :], values, strict=True))
    found.update(function.__kwdefaults__ or {})
    return found


def _find(function: FunctionType) -> _Found:
    """The text of a function, proven to be what its code was compiled from."""
    code = function.__code__
    named = False
    for lines in texts_at(code, function.__globals__):
        named = code.co_filename not in NAMES_OF_MANY
        if found := _in_text(code, lines):
            return found
    for lines in texts_elsewhere(code):
        if found := _in_text(code, lines):
            return found
    raise _changed(function) if named else _unreadable(function)


def _in_text(code: CodeType, lines: list[str]) -> _Found | None:
    """Where in a text the code comes from: at its line, else anywhere."""
    find = _lambdas_at if code.co_name == "<lambda>" else _definition_at
    offset, candidates = find(lines, code)
    node = proven(candidates, code, offset)
    if node is None:
        offset, node = 0, proven(_everywhere(lines, code), code)
    if isinstance(node, ast.AsyncFunctionDef):
        raise UnsupportedError([_asynchronous(node, offset, code.co_filename, lines)])
    return None if node is None else (_as_compiled(node, code), offset, lines)


def _as_compiled(node: FunctionNode, code: CodeType) -> FunctionNode:
    """The tree with the names that private names have in a class."""
    owner = class_around(code.co_qualname)
    if not owner.strip("_"):
        return node
    private = f"_{owner.lstrip('_')}__"
    if any(name.startswith(private) for c in all_codes(code) for name in names_in(c)):
        node = mangled(node, owner)
    return node


def _everywhere(lines: list[str], code: CodeType) -> list[Node]:
    """The functions of that name in a whole text, the nearest first."""
    name, first = code.co_name, code.co_firstlineno
    tree = _tree("".join(lines))
    found: list[Node] = [
        node
        for node in (walk(tree) if tree is not None else ())
        if isinstance(node, Node) and getattr(node, "name", "<lambda>") == name
    ]
    return sorted(found, key=lambda node: (abs(node.lineno - first), node.col_offset))


@lru_cache(maxsize=8)
def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _changed(function: FunctionType) -> SourceUnavailableError:
    code = function.__code__
    return SourceUnavailableError(
        f"what runs as {function.__qualname__} differs from what {code.co_filename} says at line "
        f"{code.co_firstlineno}; the file was edited after it was imported, or a tool has "
        "rewritten the function",
        "reload the module, or start Python anew",
    )


def _unreadable(function: FunctionType) -> SourceUnavailableError:
    file = function.__code__.co_filename
    reason, more = "", ""
    if file == "<stdin>":
        reason = "; what is piped into Python or, before 3.13, typed at its prompt, nobody keeps"
    elif file.startswith("<"):
        reason = "; text that is run by `exec` nobody keeps"
        more = ", or enter the text in `linecache.cache` under the name it is compiled with"
    return SourceUnavailableError(
        f"the source of {function.__qualname__} cannot be read from {file!r}{reason}",
        f"define it in a file, or in a notebook cell{more}",
    )


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


def _definition_at(lines: list[str], code: CodeType) -> tuple[int, list[Node]]:
    """The definition that starts, with its decorators, on the line of the code."""
    start = code.co_firstlineno - 1
    if start >= len(lines) or not lines[start].lstrip().startswith(("@", *_WORDS)):
        return 0, []
    indent = _indent(lines[start])
    header = next((k for k in range(start, len(lines)) if lines[k].lstrip().startswith(_WORDS)), 0)
    for end in _block_ends(lines, header + 1, indent):
        offset, body = _statements(lines, start, end)
        if body:
            return offset, [node for node in body[:1] if isinstance(node, Node)]
    return 0, []


_WORDS = ("def ", "async ")


def _lambdas_at(lines: list[str], code: CodeType) -> tuple[int, list[Node]]:
    """The lambdas in the statement that starts on the line of the code."""
    start = code.co_firstlineno - 1
    last = max(end or line or 0 for line, end, _, _ in code.co_positions())
    for end in range(last, min(last + MOST_LINES, len(lines) + 1)):
        offset, body = _statements(lines, start, end)
        if body:
            return offset, [n for stmt in body for n in walk(stmt) if isinstance(n, ast.Lambda)]
    return 0, []


def _statements(lines: list[str], start: int, end: int) -> tuple[int, list[ast.stmt]]:
    """What some lines hold, as far as they stand alone; and what to add to its line numbers."""
    text = "".join(lines[start:end])
    indented = text[:1].isspace()
    try:
        tree = ast.parse(f"if 1:\n{text}" if indented else text)
    except (SyntaxError, ValueError):
        return 0, []
    body = tree.body
    if indented and isinstance(body[0], ast.If):
        body = body[0].body
    return start - indented, body


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _block_ends(lines: list[str], start: int, indent: int) -> Iterator[int]:
    """Where the block may end: each line that is not indented deeper, and the end of the file."""
    for k in range(start, len(lines)):
        line = lines[k]
        bare = line.strip()
        if bare and not bare.startswith("#") and _indent(line) <= indent:
            yield k
    yield len(lines)
