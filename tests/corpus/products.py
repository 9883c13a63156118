"""Inner, outer and matrix products over every combination of ranks."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def at_operator(a, b):
    return a @ b


def matmul_call(a, b):
    return np.matmul(a, b) * 2.0


def dot_call(a, b):
    return np.dot(a, b)


def dot_method(a, b):
    return a.dot(b) - np.sum(a)


def quadratic_form(a, x):
    return x @ a @ x


def inner_call(a, b):
    return np.inner(a, b)


def outer_call(a, b):
    return np.outer(a, b) + 1.0


def vdot_call(a, b):
    return np.vdot(a, b)


def gram(a):
    return a.T @ a + np.eye(a.shape[1])


def chain(a, b, c):
    return np.tanh(a @ b) @ c


def two_layers(x, w1, b1, w2, b2):
    h = np.tanh(x @ w1 + b1)
    return np.mean((h @ w2 + b2) ** 2)


def einsum_trace(a, b):
    return np.einsum("ij,ji->", a, b)


def einsum_batched(a, b):
    return np.einsum("bij,bjk->bik", a, b)


def einsum_implicit(a, x):
    return np.einsum("ij,j", a, x)


def einsum_three(a, b, c):
    return np.einsum("i,ij,j->i", a, b, c)


def tensordot_last(a, b):
    return np.tensordot(a, b, axes=1)


def kronecker(a, b):
    return np.kron(a, b)


def cross_product(a, b):
    return np.cross(a, b)


def power_of_a_matrix(a):
    return a @ a @ a - np.linalg.matrix_power(a, 3) * 0.5


def attention(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = e / e.sum(axis=-1, keepdims=True)
    return weights @ v


def batched_quadratic(a, x):
    return np.sum(x * (x @ a)) + np.sum((x[..., None, :] @ a)[..., 0, :] ** 2)


MATMUL_RANKS = (
    arrays((3,), (3,)),
    arrays((2, 3), (3,)),
    arrays((3,), (3, 2)),
    arrays((2, 3), (3, 4)),
    arrays((2, 1), (1, 3)),
    arrays((4, 2, 3), (4, 3, 2)),
    arrays((4, 2, 3), (3, 2)),
    arrays((2, 3), (4, 3, 2)),
    arrays((3,), (4, 3, 2)),
    arrays((4, 2, 3), (3,)),
    arrays((1, 2, 3), (4, 3, 2)),
)
DOT_RANKS = (*MATMUL_RANKS[:5], arrays((), (2, 3)), arrays((3,), ()), arrays((2, 3), (2, 3, 4)))
HOLOMORPHIC = "holomorphic"

CASES = [
    case(at_operator, *MATMUL_RANKS, wrt=(0, 1), tags=HOLOMORPHIC),
    case(matmul_call, *MATMUL_RANKS, wrt=(0, 1), tags=HOLOMORPHIC),
    case(dot_call, *DOT_RANKS, wrt=(0, 1), tags=HOLOMORPHIC),
    case(dot_method, arrays((3,), (3,)), arrays((2, 3), (3, 2)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(quadratic_form, arrays((3, 3), (3,)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(inner_call, arrays((3,), (3,)), arrays((2, 3), (4, 3)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(outer_call, arrays((3,), (2,)), arrays((2, 2), (3,)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(vdot_call, arrays((3,), (3,)), arrays((2, 3), (2, 3)), wrt=(0, 1)),
    case(gram, array(4, 3), tags=HOLOMORPHIC),
    case(chain, arrays((2, 3), (3, 4), (4, 2)), wrt=(0, 1, 2), tags=HOLOMORPHIC),
    case(two_layers, arrays((6, 4), (4, 3), (3,), (3, 2), (2,)), wrt=(1, 2, 3, 4)),
    case(einsum_trace, arrays((3, 2), (2, 3)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(einsum_batched, arrays((2, 3, 4), (2, 4, 2)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(einsum_implicit, arrays((3, 2), (2,)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(einsum_three, arrays((3,), (3, 2), (2,)), wrt=(0, 1, 2), tags=HOLOMORPHIC),
    case(tensordot_last, arrays((2, 3), (3, 4)), arrays((2, 2, 3), (3,)), wrt=(0, 1)),
    case(kronecker, arrays((2, 3), (3, 2)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(cross_product, arrays((3,), (3,)), arrays((4, 3), (4, 3)), wrt=(0, 1), tags=HOLOMORPHIC),
    case(power_of_a_matrix, array(3, 3), tags=HOLOMORPHIC),
    case(attention, arrays((3, 4), (5, 4), (5, 2)), wrt=(0, 1, 2)),
    case(batched_quadratic, arrays((3, 3), (4, 3)), wrt=(0, 1), tags=HOLOMORPHIC),
]
