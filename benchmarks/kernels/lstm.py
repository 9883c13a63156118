"""Long short-term memory with a forget gate (F. Gers, J. Schmidhuber and F. Cummins, 2000)."""

import numpy as np

WRT = ("wx", "wh", "bias", "inputs")


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def run(inputs, wx, wh, bias, hidden, memory):
    units = hidden.shape[1]
    for t in range(len(inputs)):
        pre = inputs[t] @ wx + bias
        if t > 0:
            pre += hidden[t - 1] @ wh
        write = sigmoid(pre[:units]) * np.tanh(pre[units : 2 * units])
        if t > 0:
            memory[t] = sigmoid(pre[2 * units : 3 * units]) * memory[t - 1]
        memory[t] += write
        hidden[t] = sigmoid(pre[3 * units :]) * np.tanh(memory[t])


def loss(inputs, wx, wh, bias, target):
    """Squared distance between the hidden states and their targets."""
    hidden = np.zeros_like(target)
    memory = np.zeros_like(target)
    run(inputs, wx, wh, bias, hidden, memory)
    return np.mean((hidden - target) ** 2)


def make_args(size, rng):
    steps, features, units = {"small": (4, 3, 2), "bench": (60, 32, 64)}[size]
    return (
        rng.normal(size=(steps, features)),
        rng.normal(size=(features, 4 * units)) / np.sqrt(features),
        rng.normal(size=(units, 4 * units)) / np.sqrt(units),
        rng.normal(size=4 * units),
        rng.normal(size=(steps, units)),
    )
