"""Every error and warning that sourcead raises.

```
SourceadError                 base of all
├── RefusalError              the function holds something outside the subset; lists all problems
│   ├── UnsupportedError      a construct of the language, or a call, that is not supported
│   └── DifferentiationError  supported, but without the derivative that was asked for
├── SourceUnavailableError    the source of a function cannot be read, or differs from what runs
└── UsageError                sourcead itself was called wrongly (also a TypeError)
SourceadWarning               a derivative that is zero everywhere, a cut path
```

A refusal holds `Diagnostic`s: code, place, the source line with a caret, the reason, the fix.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class NoAxis(Exception):
    """Several directions do not go through a function in one pass; never seen outside."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem, and where it is.

    >>> print(Diagnostic("SAD101", "f.py", 2, 4, 8, "`with` is not supported",
    ...     fix="call the function outside", source_line="    with lock:"))
    f.py:2:5: SAD101 `with` is not supported
      |
    2 |     with lock:
      |     ^^^^
    write instead: call the function outside
    """

    code: str
    file: str
    line: int
    col: int
    end_col: int
    message: str
    reason: str = ""
    fix: str = ""
    source_line: str = ""

    def __str__(self) -> str:
        lines = [f"{self.file}:{self.line}:{self.col + 1}: {self.code} {self.message}"]
        if self.source_line:
            text = self.source_line.rstrip()
            number = str(self.line)
            margin = " " * len(number)
            width = max(1, min(self.end_col, len(text)) - self.col)
            lines += [
                f"{margin} |",
                f"{number} | {text}",
                f"{margin} | {' ' * self.col}{'^' * width}",
            ]
        if self.reason:
            lines.append(f"why: {self.reason}")
        if self.fix:
            lines.append(f"write instead: {self.fix}")
        return "\n".join(lines)


class SourceadError(Exception):
    """Base of every error that sourcead raises on purpose."""


class RefusalError(SourceadError):
    """A function that cannot be differentiated as it is; `diagnostics` lists every problem.

    Args:
        diagnostics: the problems, in source order.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n\n".join(str(d) for d in self.diagnostics))

    @property
    def asks_for_values(self) -> bool:
        """Whether something is refused for want of the value of a number."""
        return any(d.code in OF_VALUES for d in self.diagnostics)

    @property
    def is_of_paths(self) -> bool:
        """Whether it may help to know which path is taken, on which any number may decide."""
        return any(d.code in OF_PATHS for d in self.diagnostics)


class UnsupportedError(RefusalError):
    """A construct or a call outside the supported language."""


class DifferentiationError(RefusalError):
    """Something that has no derivative where one was asked for."""


class SourceUnavailableError(SourceadError):
    """The source text of a function cannot be read, or is not that of what runs.

    `what` says so, `fix` what to do about it.
    """

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(f"{what}: {fix}" if fix else what)
        self.what = what
        self.fix = fix


class UsageError(SourceadError, TypeError):
    """sourcead was called with arguments that make no sense together."""


class SourceadWarning(UserWarning):
    """A derivative that is zero because the program cuts every path to it."""


# What may be refused for want of a value; a call or its rule may have a form for each.
OF_VALUES = {"SAD105", "SAD107", "SAD108", "SAD302"}
OF_PATHS = {"SAD102", "SAD109", "SAD110"}
CODES: dict[str, tuple[str, str]] = {
    "SAD101": (
        "statement not supported",
        "The statement has no meaning in the compiler. Move it out of the differentiated function, "
        "or write it with the statements that are supported.",
    ),
    "SAD102": (
        "expression not supported",
        "The expression has no meaning in the compiler.",
    ),
    "SAD103": (
        "name not found",
        "The name is bound nowhere: not in the function, not around it, not in its module.",
    ),
    "SAD104": (
        "call of a function that is not known",
        "A function must be in the table of known functions, or its source must be readable. A "
        "function without a derivative is never taken to be constant.",
    ),
    "SAD105": (
        "arguments do not fit the signature",
        "The call would raise a TypeError, or uses a form of the signature that is not supported.",
    ),
    "SAD106": (
        "attribute not known",
        "The attribute or method is not known for a value of this type.",
    ),
    "SAD107": (
        "unpacking of a value of unknown length",
        "The number of values must be known when the function is compiled.",
    ),
    "SAD108": (
        "a value must be known when the function is compiled",
        "The construct selects code, so it must not depend on run-time data.",
    ),
    "SAD109": (
        "loop over something that cannot be iterated",
        "Loops run over ranges, arrays, lists, tuples, and `zip`, `enumerate`, `reversed` of "
        "these.",
    ),
    "SAD110": (
        "a variable changes its kind",
        "Where two paths of a program meet, a variable must be a number or an array on both, or "
        "the same static object on both.",
    ),
    "SAD111": (
        "recursion without an end",
        "The result of a recursive function must be typed by a branch that does not recurse.",
    ),
    "SAD201": (
        "two names may or may not share memory",
        "An array is written while another name may or may not refer to the same memory. What the "
        "program computes then depends on it, and the compiler does not guess.",
    ),
    "SAD202": (
        "write to an array that is not the function's own",
        "A global or captured array would change for everybody else.",
    ),
    "SAD203": (
        "write through a copy or view that cannot be told apart",
        "NumPy decides at run time whether the result shares memory with its argument.",
    ),
    "SAD204": (
        "write to something that cannot be written",
        "The object is immutable, or it is not known how it is stored.",
    ),
    "SAD301": (
        "no derivative is known",
        "The function has no rule. Declare one, or keep the function outside.",
    ),
    "SAD302": (
        "no derivative for this use",
        "The function has a rule, but not for these arguments.",
    ),
    "SAD303": (
        "derivative is zero everywhere",
        "The only path from the argument to the result goes through a piecewise constant function.",
    ),
    "SAD304": (
        "result is not a scalar",
        "A gradient is defined for scalar functions. Use `vjp` for anything else.",
    ),
    "SAD305": (
        "argument has no derivative",
        "Integers, strings and functions cannot be differentiated with respect to.",
    ),
}
