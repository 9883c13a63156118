"""The exclusive or, learnt by a network of small objects: neurons, layers and a model.

    python examples/programs/xor.py

The classes are those of the well-known teaching libraries of scalar networks: neurons that are
called, layers that hold neurons, a model that holds layers. What those libraries record in a graph
is here compiled away.
"""

import math
import random

from sourcead import value_and_grad


class Neuron:
    """A weighted sum through tanh, or without it."""

    def __init__(self, weights, bias, nonlinear=True):
        self.weights = weights
        self.bias = bias
        self.nonlinear = nonlinear

    def __call__(self, x):
        act = sum((w * xi for w, xi in zip(self.weights, x, strict=True)), self.bias)
        return math.tanh(act) if self.nonlinear else act


class Layer:
    """Neurons that see the same inputs."""

    def __init__(self, neurons):
        self.neurons = neurons

    def __call__(self, x):
        return [neuron(x) for neuron in self.neurons]


class MLP:
    """Layers one after the other; each neuron takes its part of the flat list `params`."""

    def __init__(self, sizes, params):
        self.layers = []
        at = 0
        for k, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
            neurons = []
            for _ in range(outputs):
                neurons.append(
                    Neuron(params[at : at + inputs], params[at + inputs], k < len(sizes) - 2)
                )
                at += inputs + 1
            self.layers.append(Layer(neurons))

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


TABLE = [([0.0, 0.0], -1.0), ([0.0, 1.0], 1.0), ([1.0, 0.0], 1.0), ([1.0, 1.0], -1.0)]


def loss(params, table, sizes=(2, 3, 1), decay=1e-3):
    """Squared hinge of the margins, and weight decay."""
    model = MLP(sizes, params)
    total = 0.0
    for x, y in table:
        (score,) = model(x)
        margin = 1.0 - y * score
        if margin > 0.0:
            total += margin**2
    return total / len(table) + decay * sum(p * p for p in params)


def initial(sizes=(2, 3, 1), seed=1):
    rng = random.Random(seed)
    count = sum((m + 1) * n for m, n in zip(sizes, sizes[1:], strict=False))
    return [rng.uniform(-1.0, 1.0) for _ in range(count)]


def main() -> list[float]:
    """Train; return what the model says to the four inputs."""
    params = initial()
    slope = value_and_grad(loss)
    for i in range(501):
        value, bar = slope(params, TABLE)
        params = [p - 0.3 * g for p, g in zip(params, bar, strict=True)]
        if i % 100 == 0:
            print(f"{i:4}  {value:.4f}")
    model = MLP((2, 3, 1), params)
    answers = [model(x)[0] for x, _ in TABLE]
    for (x, y), answer in zip(TABLE, answers, strict=True):
        print(f"{x} -> {answer:6.3f}, should be {y:4.1f}")
    return answers


if __name__ == "__main__":
    main()
