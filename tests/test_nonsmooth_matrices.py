"""Each line of `docs/nonsmooth.md` on matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg

import sourcead as sa

Array = Any
WEIGHTS = np.array([[1.0, 2.0, -0.5], [2.0, -1.0, 0.3], [0.7, 0.1, 1.5]])
ROTATION = np.linalg.qr(np.array([[1.0, 2.0, 3.0], [0.0, 1.0, 4.0], [5.0, 6.0, 0.0]]))[0]


def differences(f: Callable[[Array], float], a: Array, step: float = 1e-4) -> Array:
    """The gradient, to fourth order."""
    found = np.zeros_like(a)
    for place in np.ndindex(a.shape):
        e = np.zeros_like(a)
        e[place] = step
        near, far = f(a + e) - f(a - e), f(a + 2 * e) - f(a - 2 * e)
        found[place] = (8 * near - far) / (12 * step)
    return found


def agrees(f: Callable[[Array], float], a: Array, expected: Array | None = None) -> None:
    """The gradient and a tangent, against each other and differences."""
    expected = differences(f, a) if expected is None else expected
    gradient = sa.grad(f)(a)
    np.testing.assert_allclose(gradient, expected, rtol=1e-6, atol=1e-8)
    assert gradient.dtype == a.dtype
    tangent = sa.jvp(f, (a,), (WEIGHTS[: a.shape[0], : a.shape[1]].astype(a.dtype),))[1]
    known = np.sum(expected * WEIGHTS[: a.shape[0], : a.shape[1]])
    np.testing.assert_allclose(tangent, known, rtol=1e-6, atol=1e-8)


def symmetric(a):
    return 0.5 * (a + a.T)


def root(a):
    w, v = np.linalg.eigh(symmetric(a))
    return np.sum(((v * np.sqrt(w)) @ v.T) * WEIGHTS)


def inverse_root(a):
    w, v = np.linalg.eigh(symmetric(a))
    return np.sum(((v / np.sqrt(w)) @ v.T) * WEIGHTS)


def exponential(a):
    w, v = scipy.linalg.eigh(symmetric(a), lower=False)
    return np.sum((v @ np.diag(np.exp(w - np.sum(w) / 3)) @ v.T) * WEIGHTS)


def positive_part(a):
    w, v = np.linalg.eigh(symmetric(a))
    return np.sum(((v * np.where(w > 0.5, w, 0.1)) @ v.T) * WEIGHTS)


@pytest.mark.parametrize("f", [root, inverse_root, exponential, positive_part])
@pytest.mark.parametrize(
    "a",
    [
        np.eye(3) * 4.0,
        ROTATION @ np.diag([1.0, 1.0, 5.0]) @ ROTATION.T,
        np.diag([2.0, 2.0 + 1e-9, 3.0]),
        np.diag([1.0, 2.0, 4.0]),
    ],
    ids=["multiple of the identity", "rotated pair", "nearly equal", "distinct"],
)
def test_a_function_of_the_whole_matrix(f: Callable[[Array], float], a: Array) -> None:
    agrees(f, a)


def left(a):
    u, s, _ = np.linalg.svd(a)
    return np.sum(((u * s**2) @ u.T) * WEIGHTS[:2, :2])


def right(a):
    _, s, vt = np.linalg.svd(a)
    return np.sum(((vt.T * np.sqrt(s)) @ vt) * WEIGHTS[:2, :2])


@pytest.mark.parametrize("f", [left, right])
def test_a_function_of_a_product_with_itself(f: Callable[[Array], float]) -> None:
    agrees(f, np.array([[0.0, 2.0], [-2.0, 0.0]]))
    agrees(f, np.array([[0.5, 2.0], [-1.0, 0.3]]))


def weighted(a):
    w, v = np.linalg.eigh(a)
    return np.sum(((v * (w * np.array([1.0, 2.0, 3.0]))) @ v.T) * WEIGHTS)


def one_vector(a):
    _, v = np.linalg.eigh(a)
    return v[0, 0] * v[1, 0]


def one_singular_vector(a):
    u, _, _ = np.linalg.svd(a)
    return u[0, 0] * u[1, 0]


def one_vector_of_any(a):
    _, v = np.linalg.eig(a)
    return np.real(v[0, 0] + 2.0 * v[1, 0])


@pytest.mark.parametrize("f", [weighted, one_vector, one_singular_vector, one_vector_of_any])
def test_vectors_of_equal_values_have_no_derivative(f: Callable[[Array], float]) -> None:
    a = np.diag([1.0, 1.0, 0.5]) if f is one_singular_vector else np.diag([1.0, 1.0, 2.0])
    with np.errstate(invalid="ignore"):  # of complex numbers
        assert np.any(np.isnan(sa.grad(f)(a)))
        assert np.isnan(sa.jvp(f, (a,), (WEIGHTS,))[1])


def beside(a):
    w, v = np.linalg.eigh(symmetric(a))
    return v[1, 2] * v[0, 2] + w[2]


def singular_beside(a):
    u, s, vt = np.linalg.svd(a)
    return u[1, 0] * u[0, 0] * vt[0, 2] + s[0]


def beside_of_any(a):
    w, v = np.linalg.eig(a)
    return np.real(3.0 * v[1, 2] + v[0, 2] + w[2])


@pytest.mark.parametrize("f", [beside, beside_of_any, singular_beside])
def test_a_vector_beside_a_repeated_pair(f: Callable[[Array], float]) -> None:
    a = np.diag([4.0, 1.0, 1.0]) if f is singular_beside else np.diag([1.0, 1.0, 4.0])
    agrees(f, a)


def test_a_singular_vector_of_a_matrix_of_low_rank() -> None:
    a = np.array([[4.0, 1.0, 0.0], [8.0, 2.0, 0.0], [4.0, 1.0, 0.0]])
    expected = differences(singular_beside, a)
    np.testing.assert_allclose(sa.grad(singular_beside)(a), expected, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize(
    "values",
    [
        lambda a: np.linalg.eigh(a)[0],
        np.linalg.eigvalsh,
        lambda a: np.real(np.linalg.eigvals(a)),
        lambda a: np.real(np.linalg.eig(a)[0]),
        np.linalg.svdvals if hasattr(np.linalg, "svdvals") else scipy.linalg.svdvals,
        lambda a: np.linalg.svd(a)[1],
        lambda a: scipy.linalg.eigh(a, eigvals_only=True),
    ],
)
def test_symmetric_functions_of_equal_values(values: Callable[[Array], Array]) -> None:
    agrees(lambda a: np.sum(values(a) ** 2), np.diag([1.0, 1.0, 2.0]), np.diag([2.0, 2.0, 4.0]))


def test_one_of_equal_eigenvalues_moves_in_the_basis_that_was_found() -> None:
    a = np.diag([1.0, 1.0, 2.0])
    smallest = sa.grad(lambda m: np.linalg.eigvalsh(m)[0])(a)
    np.testing.assert_allclose(np.trace(smallest), 1.0)


def test_second_derivatives_at_equal_eigenvalues_are_not_given() -> None:
    assert np.all(np.isnan(sa.hvp(beside)(np.diag([1.0, 1.0, 4.0]), WEIGHTS)))


def test_a_log_determinant_of_a_singular_matrix_raises() -> None:
    def f(a):
        return np.linalg.slogdet(a)[1]

    with pytest.raises(np.linalg.LinAlgError):
        sa.grad(f)(np.diag([1.0, 2.0, 0.0]))


def test_cofactors_where_the_determinant_underflows() -> None:
    tiny = np.eye(3) * 1e-110
    np.testing.assert_allclose(sa.grad(lambda a: np.linalg.det(a))(tiny), np.eye(3) * 1e-220)


def test_products_that_underflow_have_slopes() -> None:
    tiny = np.array([1e-200, 2e-200])
    np.testing.assert_allclose(sa.grad(lambda x: np.prod(x))(tiny), [2e-200, 1e-200])
    found = sa.grad(lambda x: np.sum(np.cumprod(x)))(tiny)
    np.testing.assert_allclose(found, [1.0, 1e-200])


def test_a_hessian_of_a_nearly_singular_determinant() -> None:
    a = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [5.0, 7.0, 9.0 + 1e-11]])
    levi = np.zeros((3, 3, 3))
    levi[0, 1, 2] = levi[1, 2, 0] = levi[2, 0, 1] = 1.0
    levi[0, 2, 1] = levi[2, 1, 0] = levi[1, 0, 2] = -1.0
    expected = np.einsum("ijk,lmn,il,jm->kn", levi, levi, a, WEIGHTS)
    found = sa.hvp(lambda m: np.linalg.det(m))(a, WEIGHTS)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def test_third_derivatives_of_a_determinant_of_low_rank() -> None:
    def second(a):
        return sa.hvp(lambda m: np.linalg.det(m))(a, np.eye(3))[0, 0]

    regular = np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [1.0, 0.0, 1.0]])
    expected = np.zeros((3, 3))
    expected[1, 1] = expected[2, 2] = 1.0
    np.testing.assert_allclose(sa.grad(second)(regular), expected, atol=1e-12)
    low = np.diag([1.0, 0.0, 0.0])
    np.testing.assert_allclose(sa.grad(second)(low), expected, atol=1e-12)
    assert not np.any(np.isfinite(sa.grad(second)(np.zeros((3, 3)))))
