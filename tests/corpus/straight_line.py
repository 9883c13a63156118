"""Straight-line array programs: the losses and small models that people write first."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def cross_entropy(w1, b1, w2, b2, x, labels):
    h = np.tanh(x @ w1 + b1)
    logits = h @ w2 + b2
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_z = np.log(np.sum(np.exp(shifted), axis=1))
    picked = shifted[np.arange(len(labels)), labels]
    return np.mean(log_z - picked)


def logistic_regression(w, b, x, y):
    z = x @ w + b
    p = 1.0 / (1.0 + np.exp(-z))
    return -np.mean(y * np.log(p) + (1.0 - y) * np.log(1.0 - p)) + 0.01 * w @ w


def linear_regression(w, x, y):
    r = x @ w - y
    return r @ r / len(y)


def sine_energy(x, w):
    s = np.sin(w @ x)
    return s @ s


def gaussian_mixture(x, means, log_sigma, logits):
    z = (x[:, None] - means) / np.exp(log_sigma)
    log_p = -0.5 * z**2 - log_sigma + logits - np.log(np.sum(np.exp(logits)))
    peak = log_p.max(axis=1, keepdims=True)
    return np.sum(np.log(np.sum(np.exp(log_p - peak), axis=1)) + peak[:, 0])


def layer_norm(x, gamma, beta):
    mu = x.mean(axis=-1, keepdims=True)
    var = ((x - mu) ** 2).mean(axis=-1, keepdims=True)
    return (x - mu) / np.sqrt(var + 1e-5) * gamma + beta


def cosine_similarity(x, y):
    return x @ y / np.sqrt((x @ x) * (y @ y))


def pairwise_distances(x):
    d = x[:, None, :] - x[None, :, :]
    return np.sqrt(np.sum(d * d, axis=-1) + 0.1)


def total_variation(image):
    dx = image[1:, :] - image[:-1, :]
    dy = image[:, 1:] - image[:, :-1]
    return np.sum(np.sqrt(dx[:, :-1] ** 2 + dy[:-1, :] ** 2 + 0.01))


def heat_residual(u, f):
    r = u[2:] - 2.0 * u[1:-1] + u[:-2] - f[1:-1]
    return 0.5 * np.sum(r * r)


def lennard_jones(positions):
    d = positions[:, None, :] - positions[None, :, :]
    r2 = np.sum(d**2, axis=-1) + 5.0 * np.eye(len(positions))
    inv6 = 1.0 / r2**3
    return 0.5 * np.sum(4.0 * (inv6 * inv6 - inv6))


def low_rank(u, v, m):
    return np.sum((u @ v.T - m) ** 2) + 0.1 * (np.sum(u**2) + np.sum(v**2))


def quaternion_rotation(q, v):
    w, u = q[0], q[1:]
    t = 2.0 * np.cross(u, v)
    return v + w * t + np.cross(u, t)


def _classifier(rng):
    return (
        rng.normal(size=(5, 7)),
        rng.normal(size=7),
        rng.normal(size=(7, 3)),
        rng.normal(size=3),
        rng.normal(size=(11, 5)),
        rng.integers(0, 3, size=11),
    )


def _logistic(rng):
    x = rng.normal(size=(6, 3))
    return rng.normal(size=3), 0.2, x, (rng.uniform(size=6) > 0.5).astype(float)


CASES = [
    case(cross_entropy, _classifier, wrt=(0, 1, 2, 3, 4)),
    case(logistic_regression, _logistic, wrt=("w", "b"), tags="holomorphic"),
    case(linear_regression, arrays((3,), (6, 3), (6,)), wrt=(0, 1, 2), tags="holomorphic"),
    case(sine_energy, arrays((4,), (3, 4)), wrt=(0, 1), tags="holomorphic"),
    case(gaussian_mixture, arrays((6,), (3,), (3,), (3,)), wrt=(0, 1, 2, 3)),
    case(layer_norm, arrays((2, 4), (4,), (4,)), arrays((4,), (4,), (4,)), wrt=(0, 1, 2)),
    case(cosine_similarity, arrays((4,), (4,)), wrt=(0, 1), tags="holomorphic"),
    case(pairwise_distances, array(4, 2), array(1, 3), tags="holomorphic"),
    case(total_variation, array(4, 5), tags="holomorphic"),
    case(heat_residual, arrays((6,), (6,)), wrt=(0, 1), tags="holomorphic"),
    case(lennard_jones, array(3, 3), tags="holomorphic"),
    case(low_rank, arrays((4, 2), (3, 2), (4, 3)), wrt=(0, 1), tags="holomorphic"),
    case(quaternion_rotation, arrays((4,), (3,)), wrt=(0, 1), tags="holomorphic"),
]
