"""The smallest programs that showed a defect first seen in a program as people publish them."""

import contextlib
import time
import warnings
from enum import Enum
from types import SimpleNamespace

import numpy as np

from tests.corpus.registry import array, arrays, case

SCALE = 1.7
WEIGHTS = np.array([0.3, 0.9, -0.4])


class Activation(Enum):
    TANH = "tanh"
    SQUARE = "square"


class Layer:
    """Calls itself by way of a method that its subclasses have."""

    def __call__(self, x):
        return self.forward(x)


class Dense(Layer):
    def __init__(self, w, activation=Activation.TANH):
        self.w, self.activation = w, activation

    def forward(self, x):
        match self.activation:
            case Activation.TANH:
                return np.tanh(self.w * x)
            case Activation.SQUARE:
                return self.w * x**2


class Residual(Layer):
    def __init__(self, inner):
        self.inner = inner

    def forward(self, x):
        return x + self.inner(x)


class Chain(Layer):
    def __init__(self, *layers):
        self.layers = list(layers)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Stopwatch:
    """A context of a class of one's own."""

    def __init__(self):
        self.entered = 0

    def __enter__(self):
        self.entered += 1
        self.begin = time.perf_counter()
        return self

    def __exit__(self, *exception):
        self.seconds = time.perf_counter() - self.begin
        return False


@contextlib.contextmanager
def stretched(x, factor):
    begin = time.perf_counter()
    try:
        yield x * factor
    finally:
        _ = time.perf_counter() - begin


def list_in_reverse(x, y):
    scaled = []
    for k in range(3):
        scaled.append(x * (k + 1.0))
    q = x
    for s in reversed(scaled):
        q = np.sin(q * s) + y
    return q @ y


def two_loop_recursion(x, y):
    steps = []
    total = 0.0
    for _ in range(4):
        q = x * y
        shares = []
        for s in reversed(steps):
            share = s @ q
            shares.append(share)
            q = q - share * s
        for s, share in zip(steps, reversed(shares), strict=True):
            q = q + s * (share - np.sin(q @ s))
        steps.append(q)
        if len(steps) > 2:
            steps = steps[1:]
        total += q @ y
    return total


def missing_observations(x, seen):
    total = 0.0
    for value in seen:
        if value is None:
            continue
        total += np.sum((value - x) ** 2)
    return total


def arrays_of_ranges(x):
    n = len(x)
    grid, _ = np.meshgrid(range(n), range(2))
    return np.sum(grid * x) + x @ np.power(range(1, n + 1), 2) + np.sum(x * np.array(range(n)))


def composite_layers(x, w):
    net = Chain(Dense(w), Residual(Dense(w * 0.5, Activation.SQUARE)), Chain(Dense(x)))
    return np.sum(net(x))


def own_contexts(x):
    with stretched(x, x[0]) as y, Stopwatch() as watch:
        total = np.sum(y**2)
    with Stopwatch(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if total > 1.0:
            return total * watch.entered + x[1]
    return total * x[1]


def left_in_a_context(x):
    total = 0.0
    for v in x:
        with Stopwatch() as watch:
            if v < 0.0:
                continue
            total += v**2 * watch.entered
            if total > 2.0:
                break
    with stretched(x, 2.0) as y:
        if x[0] > 0.3:
            return total * y[0]
    return total - y[1]


def namespace_of_parameters(x):
    p = SimpleNamespace(w=x[0], b=x[1:])
    p.w = p.w * 2.0
    return np.sum(p.w * p.b)


def defaults_from_the_module(x, scale=2 * SCALE * np.pi, weights=WEIGHTS, *, kind=Activation.TANH):
    return scale * np.sum(weights * x) if kind is Activation.TANH else 0.0 * x[0]


def polynomial_of_a_mask(x):
    part = x[x > 0.0]
    fit, *_ = np.linalg.lstsq(np.vander(part, 2), part**3, rcond=None)
    return fit[0] * fit[1]


def gathered_in_reverse(x, y):
    kept = []
    angle = 0.0
    for v, w in zip(x, y, strict=True):
        angle += w
        kept.append((v * np.array([np.cos(angle), np.sin(angle)]), angle))
    found = [0.0] * len(kept)
    rest = np.zeros(2)
    for k in reversed(range(len(kept))):
        force, angle = kept[k]
        rest = force + rest
        found[k] = rest[0] * angle
    return np.array(found)


class Particle:
    def __init__(self, x, v):
        self.x, self.v = x, v


class Springs:
    """Particles that change, and a record of their energy."""

    def __init__(self, particles, stiffness):
        self.particles, self.stiffness = particles, stiffness
        self.record = []

    def forces(self):
        return [sum((q.x - p.x) * self.stiffness for q in self.particles) for p in self.particles]

    def step(self, h):
        for p, force in zip(self.particles, self.forces(), strict=True):
            p.v = p.v + h * force
            p.x = p.x + h * p.v
        self.record.append(sum(0.5 * p.v @ p.v for p in self.particles))


def simulated_objects(x, n):
    system = Springs([Particle(x, 0.0 * x), Particle(2.0 * x, x), Particle(-x, 0.1 * x)], x[0])
    for _ in range(n):
        system.step(0.1)
    return system.record[-1] + system.particles[0].x @ x


class Remembering:
    """A layer that keeps what its own reverse sweep needs."""

    def __init__(self, w):
        self.w = w

    def forward(self, x):
        self.x = x
        self.y = np.tanh(self.w * x)
        return self.y

    def backward(self, g):
        g = g * (1.0 - self.y**2)
        self.w_slope = g * self.x
        return g * self.w


def own_backpropagation(x, w):
    layers = [Remembering(w), Remembering(2.0 * w)]
    h = x
    for layer in layers:
        h = layer.forward(h)
    g = 2.0 * h
    for layer in reversed(layers):
        g = layer.backward(g)
    for layer in layers:
        layer.w = layer.w - 0.1 * layer.w_slope
        h = layer.forward(h)
    return np.sum(h**2)


def record_in_a_dict(x, n):
    state = {"x": x, "sums": []}
    for _ in range(n):
        state["x"] = np.sin(state["x"]) * 2.0
        state["sums"].append(state["x"].sum())
    return state["x"] @ x + sum(state["sums"])


def best_of_some(x):
    best = None
    for i in range(3):
        found = x * (i + 1.0)
        if best is None or found.sum() > best.sum():
            best = found
    best[0] = x[1]
    return best @ x


def buffers_in_turn(x, n):
    buffer = np.zeros((2, 3))
    buffer[0] = x
    now, then = 0, 1
    for i in range(n + 1):
        buffer[then] = np.sin(buffer[now]) + x[i]
        now, then = then, now
    return buffer[now] @ x


def vector_and_count(rng):
    return rng.normal(size=3), 2


CASES = [
    case(simulated_objects, vector_and_count, tags="holomorphic"),
    case(own_backpropagation, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(record_in_a_dict, vector_and_count, tags="holomorphic"),
    case(best_of_some, array(3)),
    case(buffers_in_turn, vector_and_count),
    case(list_in_reverse, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(two_loop_recursion, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(
        missing_observations,
        lambda rng: (rng.normal(size=3), [0.3, None, -0.7]),
        lambda rng: (rng.normal(size=3), (None, 0.3)),
        lambda rng: (rng.normal(size=3), rng.normal(size=4)),
    ),
    case(arrays_of_ranges, array(3), tags="holomorphic"),
    case(composite_layers, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(own_contexts, array(3), array(3, low=0.8)),
    case(left_in_a_context, array(4), array(4, low=0.5)),
    case(namespace_of_parameters, array(3), tags="holomorphic"),
    case(defaults_from_the_module, array(3), tags="holomorphic"),
    case(polynomial_of_a_mask, array(6, low=-0.5)),
    case(gathered_in_reverse, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
]
