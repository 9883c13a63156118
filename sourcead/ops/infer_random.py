"""Types of random draws: numbers where nothing has a shape, arrays of what is asked for.

And of the other calls that are done once, in order: messages, clocks.
"""

from __future__ import annotations

from sourcead.ir.constants import MISSING
from sourcead.ir.core import Op
from sourcead.ir.types import (
    FLOAT,
    INT,
    NONE,
    UNKNOWN,
    ArrayT,
    OpaqueT,
    ScalarT,
    Type,
    kind_of_dtype,
)
from sourcead.ops.infer_common import (
    Dims,
    array_dims,
    broadcast,
    dtype_name,
    dtype_of,
    is_known,
    length_dim,
    shape_dims,
    static,
    type_of,
)
from sourcead.ops.opdef import Infer, OpDef, parse_params
from sourcead.ops.signatures_effects import effect_signatures
from sourcead.ops.signatures_random import GENERATOR, RANDOM_STATE, random_signatures

DISCRETE = ("poisson", "binomial", "negative_binomial", "geometric", "integers", "randint")
# Functions whose result has more axes than `size` says.
ROWS = ("multivariate_normal", "dirichlet", "multinomial")
OTHERS = ("size", "dtype", "endpoint", "rng")


def _sized(op: Op) -> bool:
    return static(op, "size", None) is not None


def _dtype(op: Op, default: str) -> str | None:
    given = static(op, "dtype", default)
    return None if given is MISSING else dtype_name(given)


def _parameters(op: Op) -> list[Type]:
    names = [*op.args, *op.attrs]
    return [type_of(op, name) for name in names if name not in OTHERS]


def drawn(op: Op) -> Type:
    """A draw from a distribution whose parameters are numbers or arrays."""
    name = op.name.rpartition(".")[2]
    dtype = _dtype(op, "int64" if name in DISCRETE else "float64")
    if _sized(op):
        return ArrayT(dtype, shape_dims(op, "size"))
    types = _parameters(op)
    if not all(is_known(t) for t in types):
        return UNKNOWN
    dims = broadcast([array_dims(t) for t in types])
    if dims != ():
        return ArrayT(dtype, dims)
    if name in ("integers", "randint"):
        return ScalarT("int", "?")
    if dtype == "float64":
        return FLOAT
    return INT if dtype == "int64" else UNKNOWN


def by_lengths(op: Op) -> Type:
    """`np.random.rand(m, n)`."""
    if not op.operands and "d0" not in op.attrs:
        return FLOAT
    names = [arg for arg in (*op.args, *op.attrs) if arg != "rng"]
    dims: list[Dims | None] = []
    for name in sorted(names, key=lambda arg: int(arg.removeprefix("d"))):
        value = op.operand(name)
        dims.append((length_dim(value),) if value is not None else shape_dims(op, name))
    known = [d for d in dims if d is not None]
    return ArrayT("float64", tuple(d for part in known for d in part)) if known else FLOAT


def rows(op: Op) -> Type:
    """A vector for each element of what is asked for."""
    integers = op.name.endswith("multinomial")
    return ArrayT("int64" if integers else "float64", None)


def chosen(op: Op) -> Type:
    """`choice(a, size)`: elements of an array, or numbers below an integer."""
    source = type_of(op, "a")
    if not is_known(source):
        return UNKNOWN
    dims = array_dims(source)
    if dims is None or len(dims) > 1:
        return UNKNOWN
    dtype = dtype_of(source)
    if _sized(op):
        return ArrayT(dtype, shape_dims(op, "size"))
    kind = kind_of_dtype(dtype)
    return UNKNOWN if kind is None else ScalarT(kind, "?")


def permuted(op: Op) -> Type:
    """`permutation(x)`: a shuffled copy of an array, or of the numbers below an integer."""
    source = type_of(op, "x")
    if isinstance(source, ScalarT):
        value = op.operand("x")
        dims = (length_dim(value),) if value is not None else shape_dims(op, "x")
        return ArrayT("int64", dims)
    return source if isinstance(source, ArrayT) else ArrayT(None, None)


def _constant(t: Type) -> Infer:
    return lambda op: t


SPECIAL: dict[str, Infer] = {
    "rand": by_lengths,
    "randn": by_lengths,
    "choice": chosen,
    "permutation": permuted,
    "seed": _constant(NONE),
    "default_rng": _constant(OpaqueT(GENERATOR)),
    "RandomState": _constant(OpaqueT(RANDOM_STATE)),
    **dict.fromkeys(ROWS, rows),
}


def random_definitions() -> dict[str, OpDef]:
    """The operations that draw, and the others that are done once, by name."""
    signatures = {**random_signatures(), **effect_signatures()}
    return {
        name: OpDef(name, parse_params(text), _inference(name), pure=False)
        for name, text in signatures.items()
    }


def _inference(name: str) -> Infer:
    if name in effect_signatures():
        return _constant(FLOAT if name.startswith("time.") else NONE)
    return SPECIAL.get(name.rpartition(".")[2], drawn)
