"""A compiler that writes the derivative of a NumPy function as plain, readable NumPy source.

>>> import sourcead
>>> @sourcead.grad
... def cube(x):
...     return x * x * x
>>> cube(2.0)
12.0
"""

from sourcead.api import check_grads, grad, source, value_and_grad, vjp
from sourcead.checkpoints import checkpoint, checkpointed
from sourcead.directions import (
    as_linear_operator,
    forward,
    hessian,
    hvp,
    jacobian,
    jvp,
    linearize,
)
from sourcead.errors import (
    DifferentiationError,
    RefusalError,
    SourceadError,
    SourceadWarning,
    SourceUnavailableError,
    UnsupportedError,
    UsageError,
)
from sourcead.own_rules import (
    bilinear,
    linear,
    nondifferentiable,
    pointwise,
    rule,
    stop_gradient,
)
from sourcead.rule_check import check_rule

__version__ = "0.1.0"

__all__ = [
    "DifferentiationError",
    "RefusalError",
    "SourceUnavailableError",
    "SourceadError",
    "SourceadWarning",
    "UnsupportedError",
    "UsageError",
    "as_linear_operator",
    "bilinear",
    "check_grads",
    "check_rule",
    "checkpoint",
    "checkpointed",
    "forward",
    "grad",
    "hessian",
    "hvp",
    "jacobian",
    "jvp",
    "linear",
    "linearize",
    "nondifferentiable",
    "pointwise",
    "rule",
    "source",
    "stop_gradient",
    "value_and_grad",
    "vjp",
]
