"""Programs outside the subset: library functions in forms that have no derivative here."""

from __future__ import annotations

from tests.refusal_cases import Refusal

LIBRARY = (
    Refusal(
        "covariance_of_one_variable",
        """
def f(x):
    return np.sum(np.cov(x[None, :]))
""",
        "np.cov(x[None, :])",
    ),
    Refusal(
        "average_with_its_weights_and_axes",
        """
def f(x):
    mean, weight = np.average(x, weights=x * x, returned=True, keepdims=True)
    return mean * weight
""",
        "np.average(x, weights=x * x, returned=True, keepdims=True)",
    ),
    Refusal(
        "length_of_an_axis_known_late",
        """
def f(x):
    return np.sum(x) * np.size(x, int(x[0]))
""",
        "np.size(x, int(x[0]))",
    ),
    Refusal(
        "lambda_in_a_statement_that_is_refused",
        """
def f(x):
    return np.sum(sorted([x, x * x], key=lambda row: row)[0])
""",
        "sorted([x, x * x], key=lambda row: row)",
    ),
    Refusal(
        "diagonal_that_wraps_around",
        """
def f(x):
    table = np.outer(np.ones(7), x)
    np.fill_diagonal(table, 0.0, wrap=True)
    return np.sum(table)
""",
        "np.fill_diagonal(table, 0.0, wrap=True)",
    ),
    Refusal(
        "one_array_for_two_results",
        """
def f(x):
    a = np.empty(3)
    np.modf(x, out=a)
    return np.sum(a)
""",
        "np.modf(x, out=a)",
    ),
    Refusal(
        "weights_in_a_metric_without_them",
        """
from scipy.spatial.distance import cdist


def f(x):
    return np.sum(cdist(x[:, None], x[:, None], "cosine", w=[2.0]))
""",
        "cdist(x[:, None]",
    ),
)
