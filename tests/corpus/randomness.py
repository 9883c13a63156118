"""Random draws inside the function: drawn once, where the program draws them."""

import numpy as np

from tests.corpus.registry import array, case, floats


def dropout(x):
    rng = np.random.default_rng(7)
    keep = rng.random(x.shape) < 0.6
    return np.sum(np.where(keep, x / 0.6, 0.0) ** 2)


def noise_in_a_loop(x):
    rng = np.random.default_rng(3)
    s = 0.0
    for _ in range(4):
        s = s + np.sin(x * s + rng.standard_normal()) * x
    return s


def minibatches(w):
    rng = np.random.default_rng(11)
    data = rng.normal(size=(20, w.shape[0]))
    loss = 0.0
    for _ in range(3):
        rows = rng.choice(20, size=5, replace=False)
        loss += np.mean((data[rows] @ w - 1.0) ** 2)
    return loss


def shuffled(x):
    rng = np.random.default_rng(5)
    order = rng.permutation(len(x))
    return np.sum(np.sin(x[order]) * np.arange(len(x)))


def location_and_scale(x):
    rng = np.random.default_rng(0)
    draws = rng.normal(x[0], x[1] ** 2 + 0.5, size=(3, 2))
    return np.sum(draws**2) + rng.laplace(x[2], 1.5) ** 2


def elementwise_parameters(x):
    rng = np.random.default_rng(1)
    return np.sum(np.cos(rng.normal(x, 0.3))) + np.sum(rng.uniform(x, x + 2.0) ** 2)


def transformed(x):
    rng = np.random.default_rng(2)
    return np.sum(rng.lognormal(x, 0.4)) + np.sum(rng.exponential(x**2 + 1.0))


def random_walk_until(x):
    rng = np.random.default_rng(9)
    position = 0.0
    steps = 0
    while abs(position) < 2.0 and steps < 30:
        position = position + x * rng.choice(np.array([-1.0, 1.0])) + 0.1 * x * x
        steps += 1
    return position * x


def accept(rng, energy):
    return rng.random() < np.exp(-energy)


def metropolis(x):
    rng = np.random.default_rng(4)
    state = x
    for _ in range(6):
        proposal = state + 0.3 * rng.standard_normal(state.shape)
        if accept(rng, float(rng.exponential())):
            state = proposal * x
        else:
            state = state + 0.1 * x
    return np.sum(state**2)


def legacy_functions(x):
    np.random.seed(12)
    noise = np.random.normal(size=x.shape) + np.random.randn(*x.shape)
    return np.sum(np.tanh(x * noise)) + np.random.uniform(-1.0, 1.0) * x[0]


def legacy_state(x):
    state = np.random.RandomState(8)
    pick = state.randint(len(x))
    return x[pick] ** 2 + state.normal(x[0], 2.0)


def unused_draws_advance(x):
    rng = np.random.default_rng(6)
    rng.standard_normal(3)
    unused = rng.random()
    del unused
    return np.sum(x * rng.standard_normal(x.shape))


def poisson_counts(x):
    rng = np.random.default_rng(10)
    counts = rng.poisson(3.0, size=x.shape)
    return np.sum(np.exp(x) - counts * x)


CASES = [
    case(dropout, array(5), array(2, 3)),
    case(noise_in_a_loop, floats(0.4)),
    case(minibatches, array(3)),
    case(shuffled, array(4)),
    case(location_and_scale, array(3)),
    case(elementwise_parameters, array(3), array(2, 2)),
    case(transformed, array(4)),
    case(random_walk_until, floats(0.7)),
    case(metropolis, array(3)),
    case(legacy_functions, array(3)),
    case(legacy_state, array(3)),
    case(unused_draws_advance, array(3)),
    case(poisson_counts, array(3)),
]
