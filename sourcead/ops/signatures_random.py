"""Signatures of what draws random numbers; none of these is pure."""

from __future__ import annotations

from sourcead.ops.signatures_effects import LOGGER

# Classes of generators, as types of values name them.
GENERATOR = "numpy.random._generator.Generator"
RANDOM_STATE = "numpy.random.mtrand.RandomState"
GENERATORS = (GENERATOR, RANDOM_STATE)

# Distributions that a `Generator`, a `RandomState` and the module `np.random` share.
DISTRIBUTIONS = """
    normal(loc=0.0, scale=1.0, size=None)
    laplace(loc=0.0, scale=1.0, size=None)
    logistic(loc=0.0, scale=1.0, size=None)
    gumbel(loc=0.0, scale=1.0, size=None)
    uniform(low=0.0, high=1.0, size=None)
    exponential(scale=1.0, size=None)
    rayleigh(scale=1.0, size=None)
    lognormal(mean=0.0, sigma=1.0, size=None)
    gamma(shape, scale=1.0, size=None)
    beta(a, b, size=None)
    chisquare(df, size=None)
    standard_t(df, size=None)
    weibull(a, size=None)
    pareto(a, size=None)
    triangular(left, mode, right, size=None)
    vonmises(mu, kappa, size=None)
    poisson(lam=1.0, size=None)
    binomial(n, p, size=None)
    negative_binomial(n, p, size=None)
    geometric(p, size=None)
    standard_cauchy(size=None)
    multivariate_normal(mean, cov, size=None)
    dirichlet(alpha, size=None)
    multinomial(n, pvals, size=None)
"""

ONLY_GENERATOR = """
    random(size=None, dtype='float64')
    standard_normal(size=None, dtype='float64')
    standard_exponential(size=None, dtype='float64')
    standard_gamma(shape, size=None, dtype='float64')
    integers(low, high=None, size=None, dtype='int64', endpoint=False)
    choice(a, size=None, replace=True, p=None, axis=0, shuffle=True)
    permutation(x, axis=0)
"""

ONLY_LEGACY = """
    random(size=None)
    random_sample(size=None)
    standard_normal(size=None)
    standard_exponential(size=None)
    standard_gamma(shape, size=None)
    rand(*d)
    randn(*d)
    randint(low, high=None, size=None, dtype='int')
    choice(a, size=None, replace=True, p=None)
    permutation(x)
    seed(seed=None)
"""

MAKERS = """
    np.random.default_rng(seed=None)
    np.random.RandomState(seed=None)
"""


def _all(prefix: str, *tables: str) -> dict[str, str]:
    lines = [line.strip() for table in tables for line in table.strip().splitlines()]
    found = {}
    for line in lines:
        name, _, rest = line.partition("(")
        inside = rest.removesuffix(")")
        owner = "" if prefix.startswith("np.") else "rng"
        found[f"{prefix}.{name}"] = ", ".join(filter(None, (owner, inside)))
    return found


def random_signatures() -> dict[str, str]:
    """Every function that draws, with the inside of its signature.

    The methods of a `Generator` are called `rng.<name>`, those of a `RandomState`
    `random_state.<name>`; their first parameter is the generator, `rng`.

    Example:
        >>> random_signatures()["rng.exponential"]
        'rng, scale=1.0, size=None'
    """
    makers = dict(line.strip().removesuffix(")").split("(") for line in MAKERS.strip().split("\n"))
    return {
        **_all("rng", DISTRIBUTIONS, ONLY_GENERATOR),
        **_all("random_state", DISTRIBUTIONS, ONLY_LEGACY),
        **_all("np.random", DISTRIBUTIONS, ONLY_LEGACY),
        **makers,
    }


# How the methods of objects that the compiler only passes around are called.
PREFIXES = {
    GENERATOR: "rng",
    RANDOM_STATE: "random_state",
    LOGGER: "logger",
    "logging.RootLogger": "logger",
}
OWNED = tuple(f"{prefix}." for prefix in set(PREFIXES.values()))


def is_draw(name: str) -> bool:
    """Whether an operation advances a random generator, or makes one.

    Example:
        >>> is_draw("rng.normal"), is_draw("np.random.default_rng"), is_draw("np.sum")
        (True, True, False)
    """
    return name.startswith(("rng.", "random_state.", "np.random."))
