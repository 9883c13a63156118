"""Names of operations: which objects, dotted names and methods mean which operation."""

from __future__ import annotations

import functools
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from sourcead.ops.opdef import words
from sourcead.ops.originals import original

# NumPy's ufuncs that are Python's operators.
CORE = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "div",
    "true_divide": "div",
    "floor_divide": "floordiv",
    "mod": "mod",
    "remainder": "mod",
    "power": "pow",
    "pow": "pow",
    "matmul": "matmul",
    "negative": "neg",
    "positive": "pos",
    "invert": "invert",
    "bitwise_not": "invert",
    "bitwise_invert": "invert",
    "bitwise_and": "bitand",
    "bitwise_or": "bitor",
    "bitwise_xor": "bitxor",
    "left_shift": "lshift",
    "bitwise_left_shift": "lshift",
    "right_shift": "rshift",
    "bitwise_right_shift": "rshift",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
    "equal": "eq",
    "not_equal": "ne",
    "linalg.matmul": "matmul",
    "copy": "copy",
    "ndim": "ndim",
    "shape": "shape",
    "size": "size",
}

# Two names of one NumPy function.
SAME = {
    "absolute": "abs",
    "amax": "max",
    "amin": "min",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "atan2": "arctan2",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "conjugate": "conj",
    "concat": "concatenate",
    "permute_dims": "transpose",
    "around": "round",
    "round_": "round",
    "row_stack": "vstack",
    "trapz": "trapezoid",
    "product": "prod",
    "cumproduct": "cumprod",
    "linalg.matrix_transpose": "matrix_transpose",
    "linalg.outer": "outer",
    "linalg.tensordot": "tensordot",
    "linalg.vecdot": "vecdot",
    "linalg.cross": "cross",
    "double": "float64",
    "single": "float32",
    "half": "float16",
    "bool_": "bool",
    "cdouble": "complex128",
    "csingle": "complex64",
    "add.reduce": "sum",
    "multiply.reduce": "prod",
    "maximum.reduce": "max",
    "minimum.reduce": "min",
    "add.accumulate": "cumsum",
    "multiply.accumulate": "cumprod",
}

OPERATOR = {
    "truediv": "div",
    "not_": "not",
    "and_": "bitand",
    "or_": "bitor",
    "xor": "bitxor",
    "inv": "invert",
    "is_": "is",
    "concat": "add",
}
OPERATOR_SAME = words(
    """
    add sub mul floordiv mod pow matmul neg pos invert lshift rshift lt le gt ge eq ne abs
    is_not
    """
)

BUILTINS = {"abs", "max", "min", "round", "float", "int", "bool", "complex", "pow"}

SCIPY_SAME = {
    "scipy.special.digamma": "scipy.special.psi",
    "scipy.special.jn": "scipy.special.jv",
    "scipy.integrate.trapz": "scipy.integrate.trapezoid",
}

# What NumPy before 2.0 calls some of its functions.
BEFORE_2 = {"trapezoid": "trapz", "bool": "bool_"}

# Where functions say they live, and where people import them from.
MODULES = {
    "numpy": "np",
    "numpy.linalg": "np.linalg",
    "numpy.linalg._linalg": "np.linalg",
    "numpy.fft": "np.fft",
    "numpy.fft._pocketfft": "np.fft",
}
SCIPY_HOMES = ("special", "linalg", "signal", "integrate", "fft", "spatial.distance")


def canonical(dotted: str) -> str | None:
    """The operation's name for a qualified name such as `numpy.linalg.solve`."""
    if dotted.startswith("np."):
        dotted = "numpy." + dotted[3:]
    head, _, rest = dotted.partition(".")
    if head == "numpy":
        if rest in CORE:
            return CORE[rest]
        return "np." + SAME.get(rest, rest)
    if head in ("math", "logging", "warnings", "time"):
        return dotted
    if head == "operator":
        return OPERATOR.get(rest, rest if rest in OPERATOR_SAME else None)
    if head == "builtins":
        return rest if rest in BUILTINS else None
    return SCIPY_SAME.get(dotted, dotted) if head == "scipy" else None


def existing(module: Any, *names: str) -> list[Any]:
    """The functions of these names that the library at hand has."""
    found = [_reached(module, name.split(".")) for name in names]
    return [function for function in found if function is not None]


def _reached(module: Any, path: list[str]) -> Any:
    return functools.reduce(lambda owner, name: getattr(owner, name, None), path, module)


def spelling(path: str) -> str:
    """The name under which the NumPy at hand has one of its functions.

    Example:
        >>> spelling("linalg.inv")
        'linalg.inv'
    """
    older = BEFORE_2.get(path)
    return path if older is None or path in vars(np) else older


def qualified(obj: Any) -> str | None:
    """The qualified name of a library's function, None for anything else."""
    if isinstance(obj, np.ufunc):
        return _ufunc_name(obj)
    owner = getattr(obj, "__self__", None)
    if isinstance(owner, np.ufunc):
        return f"{_ufunc_name(owner)}.{obj.__name__}"
    if owner is not None and owner is getattr(np.random.random, "__self__", None):
        return f"numpy.random.{obj.__name__}"
    name = getattr(obj, "__qualname__", None) or getattr(obj, "__name__", None)
    module = getattr(obj, "__module__", None)
    if not isinstance(name, str) or not isinstance(module, str):
        return _bound_distribution(obj)
    if module in ("_operator", "operator"):
        return f"operator.{name}"
    if module in ("logging", "warnings", "_warnings", "time"):
        return f"{module.removeprefix('_')}.{name}"
    if module in ("math", "builtins"):
        return f"{module}.{name}"
    if module.startswith("numpy.random"):
        return _lookup(obj, name.rpartition(".")[2], ("numpy.random",))
    if module.partition(".")[0] == "numpy":
        return _lookup(obj, name, ("numpy", "numpy.linalg", "numpy.fft"))
    if module.partition(".")[0] == "scipy":
        homes = tuple(f"scipy.{home}" for home in SCIPY_HOMES)
        return _lookup(obj, name, homes) or _bound_distribution(obj)
    return None


def _lookup(obj: Any, name: str, homes: tuple[str, ...]) -> str | None:
    """The public name under which the very object is found in a module already imported."""
    for home in homes:
        module = sys.modules.get(home)
        if module is not None and original(module, name) is obj:
            return f"{home}.{name}"
    return None


def _ufunc_name(ufunc: np.ufunc) -> str | None:
    return _lookup(ufunc, ufunc.__name__, ("numpy", "scipy.special"))


def _bound_distribution(obj: Any) -> str | None:
    """`scipy.stats.norm.logpdf`: a method of one of SciPy's distribution objects."""
    stats = sys.modules.get("scipy.stats")
    owner = getattr(obj, "__self__", None)
    name = getattr(owner, "name", None)
    for nameless in ("multivariate_normal", "dirichlet"):
        if owner is not None and owner is getattr(stats, nameless, None):
            name = nameless
    if stats is None and not isinstance(name, str):
        return None
    if owner is not None and isinstance(name, str) and getattr(stats, name, None) is owner:
        return f"scipy.stats.{name}.{obj.__name__}"
    return None


@dataclass(frozen=True, slots=True)
class Method:
    """A method or attribute of an array as an operation.

    `params` are the method's own parameters after `self`, under the names that the operation
    gives them; the array itself is the operation's parameter `self_param`. `varargs` names the
    parameter that collects positional arguments (`x.reshape(2, 3)`, `x.transpose(1, 0)`), which
    may also come as one tuple. `in_place`: the method changes the array and returns None.
    """

    op: str
    self_param: str
    params: tuple[str, ...] = ()
    varargs: str | None = None
    attribute: bool = False
    in_place: bool = False


def _methods() -> dict[str, Method]:
    found: dict[str, Method] = {}
    for line in METHOD_TEXT.strip().splitlines():
        name, op, self_param, *rest = line.split()
        varargs = next((p[1:] for p in rest if p.startswith("*")), None)
        params = tuple(p for p in rest if not p.startswith(("*", "@", "!")))
        found[name] = Method(op, self_param, params, varargs, "@" in rest, "!" in rest)
    return found


# name, operation, its parameter for the array, parameters; `@` marks an attribute, `!` in place.
METHOD_TEXT = """
sum np.sum a axis dtype out keepdims initial where
prod np.prod a axis dtype out keepdims initial where
mean np.mean a axis dtype out keepdims where
var np.var a axis dtype out ddof keepdims where
std np.std a axis dtype out ddof keepdims where
max np.max a axis out keepdims initial where
min np.min a axis out keepdims initial where
any np.any a axis out keepdims where
all np.all a axis out keepdims where
argmax np.argmax a axis out keepdims
argmin np.argmin a axis out keepdims
argsort np.argsort a axis kind order
argpartition np.argpartition a kth axis
cumsum np.cumsum a axis dtype out
cumprod np.cumprod a axis dtype out
dot np.dot a b out
reshape np.reshape a *shape order copy
ravel np.ravel a order
flatten flatten a order
transpose np.transpose a *axes
swapaxes np.swapaxes a axis1 axis2
squeeze np.squeeze a axis
repeat np.repeat a repeats axis
take np.take a indices axis out mode
compress np.compress a condition axis out
choose np.choose a choices out mode
clip np.clip a a_min a_max out
round np.round a decimals out
trace np.trace a offset axis1 axis2 dtype out
diagonal np.diagonal a offset axis1 axis2
searchsorted np.searchsorted a v side sorter
nonzero np.nonzero a
conj np.conj x
conjugate np.conj x
astype np.astype x dtype order casting subok copy
copy copy x order
item item x *args
tolist tolist a
fill fill x value !
sort sort a axis kind order !
partition partition a kth axis !
T np.transpose a @
mT np.matrix_transpose x @
shape shape x @
ndim ndim x @
size size x @
dtype dtype x @
real np.real val @
imag np.imag val @
flat np.ravel a @
"""

METHODS = _methods()
