"""The command line: differentiate the functions of a file, or show how that is done."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sourcead import __version__
from sourcead.errors import DifferentiationError, SourceadError, UsageError

if TYPE_CHECKING:
    from sourcead.frontend.source import FunctionSource
    from sourcead.parsed_file import Mark, ParsedFile
    from sourcead.runtime.contract import ArgType, Compiled, Request

# The names of the command line for kinds of derivatives.
MODES = ("reverse", "forward", "jacobian", "hessian", "hvp")
STAGES = ("ast", "ssa", "adjoint", "source")
# Calls of the compiler inside each other: as many as a long sum or a chain of `elif` needs.
DEEPEST = 10_000


class Refusal(click.ClickException):
    """What cannot be differentiated: the diagnostics go to standard error as they are."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(self.message, file=file, err=file is None)


class _Commands(click.Group):
    """A group whose first command need not be named: `sourcead FILE.py` differentiates."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help", "--version"):
            args = ["differentiate", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sourcead")
def main() -> None:
    """Write the derivatives of Python functions as plain NumPy source.

    \b
    sourcead FILE.py [-f NAME ...] [--wrt a,b] [-o OUT.py] [--value] [--types "x: float64[n, m]"]
                     [--mode reverse|forward|jacobian|hessian|hvp]
    sourcead show FILE.py -f NAME --stage ast|ssa|adjoint|source

    The first form is short for `sourcead differentiate`. The file is parsed, never executed.

    Exit codes: 0; 1 where a function is refused (diagnostics on standard error); 2 for a wrong
    command line.
    """


def _common(command: Callable[..., None]) -> Callable[..., None]:
    """The argument and the options that both commands have."""
    for decorate in (
        click.option(
            "--types",
            default="",
            metavar="TYPES",
            help='Types of parameters, such as "x: float64[n, m], k: int". They win over '
            "annotations and defaults; unknown types are legal.",
        ),
        click.option(
            "--mode",
            type=click.Choice(MODES),
            default=None,
            help="The derivative: reverse (the gradient) unless a decorator says otherwise.",
        ),
        click.option("--value", is_flag=True, help="Return the value too."),
        click.option(
            "--wrt",
            default="",
            metavar="A,B",
            help="Parameters to differentiate with respect to, by name or position. "
            "Default: what a decorator says, else the first.",
        ),
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    ):
        command = decorate(command)
    return command


@main.command()
@_common
@click.option("-f", "--function", "names", multiple=True, help="A function; may be repeated.")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="A file; `-` is standard output.",
)
def differentiate(
    file: Path,
    wrt: str,
    value: bool,
    mode: str | None,
    types: str,
    names: tuple[str, ...],
    output: Path | None,
) -> None:
    """Write a module with the derivatives of functions in FILE.

    Without -f: of the functions that are marked with @grad or @value_and_grad. The module imports
    NumPy, what FILE imported, and nothing of sourcead.
    """

    def run() -> str:
        job = _Job(parse_file(file), wrt, value, types, mode)
        text = _module(job, names)
        if output is not None and str(output) != "-":
            _write(output, text, job.parsed)
            return ""
        return text

    from sourcead.parsed_file import parse_file

    click.echo(_reporting(file, run), nl=False)


@main.command()
@_common
@click.option("-f", "--function", "name", required=True, help="The function.")
@click.option("--stage", type=click.Choice(STAGES), default="source", show_default=True)
def show(
    file: Path, wrt: str, value: bool, mode: str | None, types: str, name: str, stage: str
) -> None:
    """Print what the compiler makes of a function of FILE, up to a stage.

    The stages are the syntax tree, the function in SSA form, its derivative in SSA form, and the
    source of the derivative.
    """
    from sourcead.parsed_file import parse_file

    def run() -> str:
        return _stage(_Job(parse_file(file), wrt, value, types, mode), name, stage)

    click.echo(_reporting(file, run).rstrip())


def _reporting(file: Path, run: Callable[[], str]) -> str:
    """Wrong use and refusals as the errors of a command line."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, DEEPEST))
    try:
        return run()
    except UsageError as error:
        raise click.UsageError(str(error)) from error
    except SourceadError as error:
        raise Refusal(str(error)) from error
    except (RecursionError, MemoryError):
        raise Refusal(
            f"{file}: SAD102 the program is nested too deeply\n"
            "write instead: intermediate results with names, and loops"
        ) from None
    finally:
        sys.setrecursionlimit(limit)


def _write(output: Path, text: str, parsed: ParsedFile) -> None:
    """Write the module, unless that would overwrite what has been read."""
    from sourcead.frontend.stored_attributes import with_imported

    if output.exists() and any(
        output.samefile(module.path) for module in with_imported(parsed.module.files)
    ):
        raise UsageError(f"-o {output} is a file that has been read: nothing is overwritten")
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Refusal(f"{output}: cannot be written: {error.strerror}") from error


@dataclass(frozen=True, slots=True)
class _Job:
    """A parsed file, and what the command line asks of its functions."""

    parsed: ParsedFile
    wrt: str
    value: bool
    types: str
    mode: str | None = None

    def __post_init__(self) -> None:
        if self.value and self.mode not in (None, "reverse"):
            raise UsageError(f"--value is for gradients: --mode {self.mode} has no such choice")

    def mark(self, name: str) -> Mark:
        """The function of that name; a decorator it has says what the command line does not."""
        from sourcead.parsed_file import Mark

        return next((m for m in self.parsed.marks() if m.name == name), Mark(name, "grad"))

    def request(self, mark: Mark) -> tuple[FunctionSource, list[ArgType], Request]:
        """What to compile for a function."""
        from sourcead.annotations import parameter_names, parameter_types, parse_types
        from sourcead.runtime.refusals import parameter_without_derivative
        from sourcead.runtime.specialise import has_derivative, wrt_names

        source = self.parsed.source(mark.name)
        if source is None:
            method = ": a method needs an object, so use `grad(obj.method)` in Python"
            reason = method if "." in mark.name else ""
            raise UsageError(f"{self.parsed.path} defines no function {mark.name!r}{reason}")
        arguments = source.node.args
        types = parameter_types(arguments, parse_types(self.types))
        names = parameter_names(arguments)
        wrt = wrt_names(mark.name, names, _items(self.wrt) or mark.wrt)
        refused = {n: t for n, t in zip(names, types, strict=True) if n in wrt}
        problems = [
            parameter_without_derivative(source, n, t)
            for n, t in refused.items()
            if not has_derivative(t)
        ]
        if problems:
            raise DifferentiationError(problems)
        return source, types, self._derivative(mark, wrt, source, types)

    def _derivative(
        self, mark: Mark, wrt: tuple[str, ...], source: FunctionSource, types: list[ArgType]
    ) -> Request:
        """The derivative that is asked for, of the parameters `wrt`."""
        from sourcead.compiler import has_scalar_result
        from sourcead.runtime.contract import Request

        if self.value:
            aux = "_aux" if mark.mode.endswith("_aux") else ""
            return Request(f"value_and_grad{aux}", wrt)
        if self.mode == "hessian":
            return Request("jacobian_forward", wrt, (Request("grad", wrt),))
        if self.mode == "jacobian":
            rows = has_scalar_result(source, types)
            return Request("jacobian_reverse" if rows else "jacobian_forward", wrt)
        named = {None: mark.mode, "reverse": "grad", "forward": "jvp", "hvp": "hvp"}
        return Request(named[self.mode], wrt)

    def check_types(self, marks: list[Mark]) -> None:
        """Refuse types for parameters that no function has: a slip of the pen."""
        from sourcead.annotations import parameter_names, parse_types

        sources = [self.parsed.source(mark.name) for mark in marks]
        known = {n for s in sources if s is not None for n in parameter_names(s.node.args)}
        for name in parse_types(self.types):
            if name not in known and None not in sources:
                raise UsageError(f"--types: no function has a parameter {name!r}")


def _module(job: _Job, names: tuple[str, ...]) -> str:
    """The text of the module; every refusal of every function is reported at once."""
    from sourcead.compiler import compile_derivative
    from sourcead.standalone import module_text

    file = job.parsed.path
    marks = [job.mark(name) for name in dict.fromkeys(names)] or job.parsed.marks()
    if not marks:
        raise UsageError(f"no function of {file} is marked with @grad: name one with -f")
    job.check_types(marks)
    compiled: list[Compiled] = []
    refused: list[str] = []
    for mark in marks:
        try:
            compiled.append(compile_derivative(*job.request(mark)))
        except UsageError:
            raise
        except SourceadError as error:
            refused.append(str(error))
    if refused:
        raise Refusal("\n\n".join(refused))
    for warning in dict.fromkeys(w for part in compiled for w in part.warnings):
        click.echo(f"warning: {warning}", err=True)
    title = f"Derivatives of functions in {file.name}, written by sourcead."
    return module_text(compiled, job.parsed.bindings, title)


def _stage(job: _Job, name: str, stage: str) -> str:
    """One function after one stage."""
    import ast

    from sourcead.compiler import compile_derivative, differentiated
    from sourcead.frontend.lower import lower
    from sourcead.ir.text import print_module
    from sourcead.standalone import module_text

    mark = job.mark(name)
    job.check_types([mark])
    source, types, request = job.request(mark)
    if stage == "ast":
        return ast.dump(source.node, indent=2)
    if stage == "source":
        compiled = compile_derivative(source, types, request)
        return module_text([compiled], job.parsed.bindings)
    primal = lower(source, types)
    return print_module(primal if stage == "ssa" else differentiated(primal, request))


def _items(text: str) -> tuple[int | str, ...]:
    parts = [part.strip() for part in text.split(",")]
    return tuple(int(p) if re.fullmatch(r"-?[0-9]+", p) else p for p in parts if p)
