"""The one table of derivatives, filled theme by theme when a rule is first asked for."""

from __future__ import annotations

import threading
from importlib import import_module

from sourcead.rules.declare import RULES, Rule

# What is always loaded, and what only when a function of that library is met.
ALWAYS = (
    "arithmetic",
    "builtins",
    "ufuncs",
    "reductions",
    "running_products",
    "statistics",
    "shape",
    "joining",
    "number_parts",
    "indexing",
    "insertion",
    "creation",
    "differences",
    "products",
    "zero",
)
BY_PREFIX = {
    "math.gamma": ("special",),
    "math.lgamma": ("special",),
    "math.": ("math_module",),
    "np.linalg.": ("linalg", "norms", "factorizations"),
    "np.fft.": ("fft",),
    "np.random.": ("random",),
    "rng.": ("random",),
    "random_state.": ("random",),
    "scipy.special.": ("special", "bessel"),
    "scipy.linalg.": ("scipy_linalg", "matrix_functions"),
    "scipy.stats.": ("stats", "stats_simple", "stats_tails"),
    "scipy.signal.": ("signal",),
    "scipy.fft.": ("signal",),
    "scipy.spatial.": ("distances",),
}


# Held while rules are imported: a process is not forked in the middle (`runtime/locks.py`).
loading = threading.RLock()


def _load(name: str) -> None:
    modules = ALWAYS + next((m for p, m in BY_PREFIX.items() if name.startswith(p)), ())
    with loading:
        for module in modules:
            import_module(f"sourcead.rules.{module}")


def rule_for(name: str) -> Rule | None:
    """The rule of an operation, None where there is none.

    Args:
        name: the operation's name, such as `np.sinh`, `mul` or `scipy.special.expit`.

    Example:
        >>> rule_for("mul").kind, rule_for("np.sum").kind, rule_for("np.floor").kind
        ('pointwise', 'linear', 'zero')
        >>> rule_for("np.busday_count") is None
        True
    """
    if name not in RULES:
        _load(name)
    return RULES.get(name)


def all_rules() -> dict[str, Rule]:
    """Every rule by the operation's name, sorted."""
    for prefix in ("", *BY_PREFIX):
        _load(prefix)
    return dict(sorted(RULES.items()))
