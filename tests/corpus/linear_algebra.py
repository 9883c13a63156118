"""Solves, inverses, determinants, factors and norms of well-conditioned matrices."""

import numpy as np

from tests.corpus.registry import array, case


def solved(a, b):
    return np.linalg.solve(a, b)


def inverse(a):
    return np.linalg.inv(a) @ a[0]


def determinant(a):
    return np.linalg.det(a)


def log_determinant(a):
    sign, log_det = np.linalg.slogdet(a)
    return sign * log_det


def log_determinant_by_index(a):
    return np.linalg.slogdet(a)[1] + np.linalg.slogdet(a).logabsdet


def cholesky_factor(a):
    return np.linalg.cholesky(a @ a.T + 2.0 * np.eye(3))


def gaussian_log_density(x, mean, factor):
    cov = factor @ factor.T + np.eye(len(x))
    chol = np.linalg.cholesky(cov)
    z = np.linalg.solve(chol, x - mean)
    return -0.5 * z @ z - np.sum(np.log(np.diag(chol))) - 0.5 * len(x) * np.log(2.0 * np.pi)


def vector_norms(x):
    return np.linalg.norm(x) * np.linalg.norm(x, 1) + np.linalg.norm(x, ord=3)


def frobenius_norm(a):
    return np.linalg.norm(a) + np.linalg.norm(a, "fro") ** 2


def norm_of_rows(a):
    return np.linalg.norm(a, axis=1) * a[:, 0]


def least_squares(a, b):
    return np.linalg.solve(a.T @ a, a.T @ b)


def ridge(a, b, lam):
    w = np.linalg.solve(a.T @ a + np.exp(lam) * np.eye(a.shape[1]), a.T @ b)
    return np.sum((a @ w - b) ** 2) + np.exp(lam) * w @ w


def newton_step(x, target):
    jac = np.array([[2.0 * x[0], 1.0], [x[1], x[0] + 2.0]])
    res = np.array([x[0] ** 2 + x[1], x[0] * x[1] + 2.0 * x[1]]) - target
    return x - np.linalg.solve(jac, res)


def mahalanobis(x, y, a):
    d = x - y
    return np.sqrt(d @ np.linalg.inv(a) @ d)


def kernel_evidence(log_ell, log_noise, x, y):
    d2 = (x[:, None] - x[None, :]) ** 2
    k = np.exp(-0.5 * d2 * np.exp(-2.0 * log_ell)) + np.exp(2.0 * log_noise) * np.eye(len(x))
    sign, log_det = np.linalg.slogdet(k)
    return 0.5 * y @ np.linalg.solve(k, y) + 0.5 * log_det


def _matrix(*shape):
    """A matrix far from singular."""

    def make(rng):
        return (rng.uniform(-0.5, 0.5, size=shape) + 2.0 * np.eye(shape[-1]),)

    return make


def _system(*shape):
    def make(rng):
        return (*_matrix(3, 3)(rng), rng.normal(size=shape))

    return make


def _stack_of_systems(rng):
    return (*_matrix(2, 3, 3)(rng), rng.normal(size=(2, 3, 1)))


def _gaussian(rng):
    return rng.normal(size=3), rng.normal(size=3), 0.5 * rng.normal(size=(3, 3))


def _regression(rng):
    return rng.normal(size=(6, 2)), rng.normal(size=6)


def _ridge_regression(rng):
    return rng.normal(size=(6, 2)), rng.normal(size=6), 0.3


def _distance(rng):
    return np.array([1.0, 0.5, 2.0]), np.array([-1.0, 0.1, 0.3]), *_matrix(3, 3)(rng)


def _process(rng):
    return 0.1, -1.0, rng.normal(size=5), rng.normal(size=5)


CASES = [
    case(solved, _system(3), _system(3, 2), _stack_of_systems, wrt=(0, 1), tags="holomorphic"),
    case(inverse, _matrix(3, 3), tags="holomorphic"),
    case(determinant, _matrix(3, 3), _matrix(2, 2), _matrix(4, 3, 3), tags="holomorphic"),
    case(log_determinant, _matrix(3, 3), _matrix(2, 3, 3)),
    case(log_determinant_by_index, _matrix(3, 3)),
    case(cholesky_factor, array(3, 3)),
    case(gaussian_log_density, _gaussian, wrt=(0, 1, 2)),
    case(vector_norms, array(4)),
    case(frobenius_norm, array(3, 2)),
    case(norm_of_rows, array(3, 2)),
    case(least_squares, _regression, wrt=(0, 1), tags="holomorphic"),
    case(ridge, _ridge_regression, wrt=(0, 1, 2), tags="holomorphic"),
    case(newton_step, lambda rng: (np.array([1.2, 0.7]), np.array([1.0, 2.0])), wrt=(0, 1)),
    case(mahalanobis, _distance, wrt=(0, 1, 2), tags="holomorphic"),
    case(kernel_evidence, _process, wrt=(0, 1, 3)),
]
