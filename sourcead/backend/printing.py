"""From AST to text: astor's generator taught to write comments, and black for what people see."""

from __future__ import annotations

import ast
import textwrap
import warnings
from functools import lru_cache
from typing import Any

LINE_LENGTH = 100
# Comments are no narrower, however deep they stand, and no longer than a few lines.
NARROWEST = 40
MOST_LINES = 6


class Comment(ast.stmt):
    """A comment line in a body; Python's grammar has none, the printer does."""

    _fields = ("text",)

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


def to_text(body: list[ast.stmt]) -> str:
    """The text of module-level statements; only lines that are far too long are broken."""
    split_lines, generator_class = load_printer()
    generator = generator_class(" " * 4)
    for statement in body:
        generator.visit(statement)
    generator.result.append("\n")
    return "".join(split_lines(generator.result, maxline=LINE_LENGTH)).strip("\n") + "\n"


def pretty(text: str) -> str:
    """The text as black formats it, for people to read.

    Args:
        text: Python source.

    Returns:
        The same program, formatted.

    Example:
        >>> pretty("x = [ 1,2 ]")
        'x = [1, 2]\\n'
    """
    import black

    return black.format_str(text, mode=black.Mode(line_length=LINE_LENGTH))


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` characters, further ones indented; very long text is cut.

    Example:
        >>> wrapped("residual = target - (slope * position + offset)", 40)
        ['residual = target - (slope * position +', '    offset)']
    """
    return textwrap.wrap(
        text,
        max(width, NARROWEST),
        subsequent_indent=" " * 4,
        break_on_hyphens=False,
        max_lines=MOST_LINES,
        placeholder=" ...",
    )


def _visit_comment(self: Any, node: Comment) -> None:
    for line in wrapped(node.text, LINE_LENGTH - 2 - 4 * self.indentation):
        self.statement(node, f"# {line}")


def _plain_string(text: str, *_: Any) -> str:
    """Strings on one line: astor's own choice spends more time than it is worth."""
    return repr(text)


def _visit_docstring(self: Any, node: ast.Expr) -> None:
    """A string statement is a docstring: in triple quotes, indented as its function is."""
    value = node.value
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        self.statement(node, docstring(value.value, " " * 4 * self.indentation))
    else:
        self.base.visit_Expr(self, node)


def _visit_joined(self: Any, node: ast.JoinedStr) -> None:
    """An f-string on one line."""
    self.write(ast.unparse(node))


def docstring(text: str, indent: str) -> str:
    """A docstring literal whose further lines are indented by `indent`."""
    # Half a pair of surrogates is written out: not every Python compiles it in a docstring.
    text = text.strip().encode(errors="backslashreplace").decode()
    first, *rest = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').split("\n")
    body = "\n".join([first, *(f"{indent}{line}" if line.strip() else "" for line in rest)])
    closing = "\n" + indent if rest else (" " if body.endswith('"') else "")
    return f'"""{body}{closing}"""'


@lru_cache(maxsize=1)
def load_printer() -> tuple[Any, Any]:
    """What breaks lines, and what prints: importing astor costs more than printing with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # astor names nodes that are gone
        from astor.code_gen import SourceGenerator
        from astor.source_repr import split_lines

    def start(self: Any, indent_with: str) -> None:
        SourceGenerator.__init__(self, indent_with, pretty_string=_plain_string)

    methods = {
        "__init__": start,
        "base": SourceGenerator,
        "visit_Comment": _visit_comment,
        "visit_Expr": _visit_docstring,
        "visit_JoinedStr": _visit_joined,
    }
    return split_lines, type("Generator", (SourceGenerator,), methods)
