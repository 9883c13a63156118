"""Products and determinants are polynomials, where factors are 0 and matrices singular too."""

import numpy as np

from tests.corpus.registry import Maker, case


def product_of_all(x):
    return np.prod(x) * x[0]


def products_along_rows(x):
    return np.prod(x, axis=1) + np.prod(x, axis=-1, keepdims=True)[:, 0] ** 2


def product_over_two_axes(x):
    return np.prod(x, axis=(0, 2))


def product_of_some(x):
    return np.prod(x, where=np.array([True, False, True, True]), initial=3.0)


def running_product(x):
    return np.cumprod(x) * x.ravel()


def running_products_of_columns(x):
    return np.cumprod(x, axis=0) ** 2 + np.cumprod(x, axis=-1)


def survival(x):
    kept = np.multiply.accumulate(1.0 - x)
    return np.sum(kept * np.arange(1.0, 5.0)) + np.multiply.reduce(x)


def determinant_of_singular(a):
    return np.linalg.det(a) * (1.0 + a[0, 0])


def determinants_of_a_stack(a):
    return np.linalg.det(a)


def gram_determinant(x):
    return np.linalg.det(x.T @ x)


def _at(values) -> Maker:
    return lambda rng: (np.array(values, dtype=float),)


SINGULAR = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [5.0, 7.0, 9.0]]
LOW = np.outer([1.0, 2.0, 3.0], [1.0, -1.0, 2.0])
TABLE = [[0.0, 1.0, 2.0], [3.0, 0.0, 0.0], [0.0, 2.0, 0.0]]
BLOCK = [[[0.0, 1.0], [2.0, 3.0]], [[0.0, 2.0], [0.0, 0.0]]]

CASES = [
    case(product_of_all, _at([2.0, 0.0, 3.0, 0.0]), _at([0.0, 0.0, 0.0])),
    case(products_along_rows, _at(TABLE)),
    case(product_over_two_axes, _at(BLOCK)),
    case(product_of_some, _at([0.0, 5.0, 0.0, 3.0])),
    case(running_product, _at([2.0, 0.0, 0.0, 3.0]), _at(TABLE)),
    case(running_products_of_columns, _at(TABLE)),
    case(survival, _at([1.0, 0.5, 1.0, 0.0])),
    case(determinant_of_singular, _at(np.diag([1.0, 2.0, 0.0])), _at(SINGULAR), _at(LOW)),
    case(determinant_of_singular, _at(np.zeros((2, 2))), _at(np.zeros((3, 3))), _at([[0.0]])),
    case(determinants_of_a_stack, _at([np.eye(3).tolist(), SINGULAR, LOW.tolist()])),
    case(gram_determinant, _at([[0.1, 0.2], [0.2, 0.4], [0.3, 0.6]])),
]
