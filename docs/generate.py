"""Write docs/functions.md from the table of rules, and docs/errors.md from the table of codes.

    python docs/generate.py
"""

import importlib.util
import inspect
import sys
import tempfile
import warnings
from collections import defaultdict
from pathlib import Path

import numpy as np

import sourcead
from sourcead import errors
from sourcead.ops import names
from sourcead.rules.declare import ZERO, Rule
from sourcead.rules.table import all_rules

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

SECTIONS = {
    "math": "math.",
    "numpy": "np.",
    "numpy.fft": "np.fft.",
    "numpy.linalg": "np.linalg.",
    "numpy.random": "np.random.",
    "Methods of a `numpy.random.Generator`": "rng.",
    "Methods of a `numpy.random.RandomState`": "random_state.",
    "scipy.fft": "scipy.fft.",
    "scipy.integrate": "scipy.integrate.",
    "scipy.linalg": "scipy.linalg.",
    "scipy.signal": "scipy.signal.",
    "scipy.special": "scipy.special.",
    "scipy.stats": "scipy.stats.",
}
LIBRARIES = ("math", "np", "scipy", "rng", "random_state")
PYTHON = "Operators, built-in functions and subscripts"

SYMBOLS = {
    "add": "x + y",
    "sub": "x - y",
    "mul": "x * y",
    "div": "x / y",
    "floordiv": "x // y",
    "mod": "x % y",
    "pow": "x ** y",
    "matmul": "x @ y",
    "neg": "-x",
    "pos": "+x",
    "invert": "~x",
    "bitand": "x & y",
    "bitor": "x | y",
    "bitxor": "x ^ y",
    "lshift": "x << y",
    "rshift": "x >> y",
    "lt": "x < y",
    "le": "x <= y",
    "gt": "x > y",
    "ge": "x >= y",
    "eq": "x == y",
    "ne": "x != y",
    "is": "x is y",
    "is_not": "x is not y",
    "in": "x in y",
    "not_in": "x not in y",
    "not": "not x",
    "getitem": "x[i]",
    "dim": "x.shape[axis], len(x)",
    "shape": "x.shape",
    "ndim": "x.ndim",
    "size": "x.size",
    "dtype": "x.dtype",
    "item": "x.item()",
    "copy": "x.copy()",
    "flatten": "x.flatten()",
    "tolist": "x.tolist()",
}

FUNCTIONS_HEAD = """\
# Functions with a derivative

Made from the table of rules by `docs/generate.py`. A method (`x.sum(axis=0)`) and the function
(`np.sum(x, axis=0)`) are the same operation here, and so are a ufunc and the operator. The
signature lists the parameters that may be passed; the ones in **bold** are differentiated. What
happens at a kink or a tie is said in [nonsmooth.md](nonsmooth.md). A function that is not on this
page, and whose source cannot be read, is refused.
"""

ERRORS_HEAD = """\
# Diagnostics

Made from the table of codes by `docs/generate.py`. A refusal lists every problem of the function,
each with its code, place, reason and what to write instead; `RefusalError.diagnostics` holds them
as data.
"""


def _section(name: str) -> str:
    fitting = [title for title, prefix in SECTIONS.items() if name.startswith(prefix)]
    return max(fitting, key=len, default=PYTHON)


def _aliases() -> dict[str, list[str]]:
    """Other spellings of an operation: ufuncs that are operators, old names, methods."""
    found = defaultdict(list)
    for alias, name in names.CORE.items():
        found[name].append(f"np.{alias}")
    for alias, name in names.SAME.items():
        found[f"np.{name}"].append(f"np.{alias}")
    for alias, name in names.SCIPY_SAME.items():
        found[name].append(alias)
    for alias, method in names.METHODS.items():
        found[method.op].append(f"x.{alias}" if method.attribute else f"x.{alias}()")
    return found


def _signature(rule: Rule) -> str:
    if rule.name in SYMBOLS:
        return f"`{SYMBOLS[rule.name]}`"
    shown = (f"**{p}**" if p in rule.wrt else p for p in rule.params if p != "rng")
    return f"`{rule.name}`({', '.join(shown)})"


def functions_page() -> str:
    """The list of functions, as Markdown."""
    smooth, flat = defaultdict(list), defaultdict(lambda: defaultdict(list))
    aliases = _aliases()
    for rule in all_rules().values():
        library, dot, _ = rule.name.partition(".")
        if dot and library not in LIBRARIES:
            continue  # a user's own, declared in this process
        if rule.kind == ZERO:
            shown = SYMBOLS.get(rule.name, rule.name)
            flat[rule.reason][_section(rule.name)].append(f"`{shown}`")
        else:
            itself = (rule.name, SYMBOLS.get(rule.name))
            others = ", ".join(f"`{a}`" for a in aliases[rule.name] if a not in itself)
            smooth[_section(rule.name)].append(f"| {_signature(rule)} | {others} |")
    parts = [FUNCTIONS_HEAD]
    for title in (PYTHON, *SECTIONS):
        if smooth[title]:
            rows = "\n".join(smooth[title])
            parts.append(f"## {title}\n\n| function | also written |\n|---|---|\n{rows}\n")
    parts.append("## Functions whose derivative is zero\n")
    for reason, by_section in flat.items():
        shown = ", ".join(name for title in (PYTHON, *SECTIONS) for name in by_section[title])
        parts.append(f"*{reason[0].upper()}{reason[1:]}*: {shown}.\n")
    return "\n".join(parts)


def diagnosed(program: str, code: str) -> str:
    """What sourcead says about the function `f` of a program, as the user sees it."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "program.py"
        path.write_text(program, encoding="utf-8")
        spec = importlib.util.spec_from_file_location("program", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                sourcead.grad(module.f)(getattr(module, "X", np.ones(3)))
                said = "\n\n".join(str(warning.message) for warning in caught)
            except errors.RefusalError as refusal:
                said = str(refusal)
    if said.count("SAD") == 1 and code in said:
        return said.replace(f"{directory}/", "")
    raise ValueError(f"not answered with {code} alone:\n{program}")


def errors_page() -> str:
    """The list of diagnostics with an example of each, as Markdown."""
    from error_examples import EXAMPLES

    tree = inspect.getdoc(errors).split("```")[1].strip("\n")
    parts = [ERRORS_HEAD, f"```\n{tree}\n```\n"]
    for code, (title, text) in errors.CODES.items():
        parts.append(f"## {code}: {title}\n\n{text}\n")
        if code in EXAMPLES:
            program = EXAMPLES[code].strip("\n")
            parts.append(f"```python\n{program}\n```\n")
            parts.append(f"```\n{diagnosed(program, code)}\n```\n")
    return "\n".join(parts)


PAGES = {"functions.md": functions_page, "errors.md": errors_page}


def main() -> None:
    """Write both pages."""
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
