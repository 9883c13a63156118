"""Programs outside the subset: the language, beside arrays and derivatives (`refusal_cases`)."""

from __future__ import annotations

from tests.refusal_cases import Refusal

RANDOMNESS = (
    Refusal(
        "draw_whose_shape_parameter_moves",
        """
def f(x):
    rng = np.random.default_rng(0)
    return rng.gamma(x[0], 2.0)
""",
        "rng.gamma",
    ),
    Refusal(
        "counts_whose_rate_moves",
        """
def f(x):
    rng = np.random.default_rng(0)
    return rng.poisson(x[0]) * x[1]
""",
        "rng.poisson",
    ),
    Refusal(
        "choice_among_moving_numbers",
        """
def f(x):
    rng = np.random.default_rng(0)
    return rng.choice(x)
""",
        "rng.choice",
    ),
    Refusal(
        "shuffle_in_place",
        """
def f(x):
    rng = np.random.default_rng(0)
    y = x * 2.0
    rng.shuffle(y)
    return y[0]
""",
        "rng.shuffle",
    ),
    Refusal(
        "draw_in_a_checkpoint",
        """
import sourcead


def noisy(x):
    return np.sin(x * np.random.normal(size=3))


def f(x):
    return np.sum(sourcead.checkpoint(noisy)(x))
""",
        "np.random.normal",
    ),
)

LANGUAGE = (*RANDOMNESS,)
