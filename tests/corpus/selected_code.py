"""Loops whose turns select code: keys made of counters, lists of functions, texts, layers."""

import itertools

import numpy as np

from tests.corpus.registry import array, case

SCALE = 3.0
ACTIVATIONS = {"relu": lambda v: np.maximum(v, 0), "tanh": np.tanh, "id": lambda v: v}


class Stack:
    """Truth by length."""

    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)


def numbered_parameters(x):
    params = {}
    sizes = [2, 3, 1]
    at = 0
    for i, (n, m) in enumerate(itertools.pairwise(sizes)):
        params[f"W{i}"] = x[at : at + n * m].reshape(m, n)
        params[f"b{i}"] = x[at : at + m] * 0.1
        at += n * m
    h = np.array([0.3, -0.4])
    for i in range(2):
        h = np.tanh(params[f"W{i}"] @ h + params["b" + str(i)])
    return h[0]


def recurrence_in_a_dict(x):
    memo = {0: x[0], 1: x[1]}
    for k in range(2, 6):
        memo[k] = memo[k - 1] * memo[k - 2] + x[2]
    return memo[5] + len(memo)


def table_of_pairs(x):
    table = {}
    for i in range(3):
        for j in range(3):
            table[i, j] = x[i] * (j + 1) if i <= j else table[j, i] * x[j]
    return sum(table[i, i] for i in range(3)) * table[(2, 0)]


def functions_beside_numbers(x):
    functions = [np.sin, np.cos, lambda v: v**2]
    total = sum(f(v) for f, v in zip(functions, x))
    for k in range(4):
        total = total * 0.5 + functions[k % 3](x[k % 2])
    return total


def texts_by_number(x):
    kinds = ["sin", "scale", "sin", "shift"]
    y = x[0]
    for k in range(len(kinds)):
        if kinds[k] == "sin":
            y = np.sin(y)
        elif kinds[k] == "scale":
            y = y * x[1]
        else:
            y = y + x[2]
    return y


def described_layers(x):
    layers = [{"kind": "dense", "w": x[0], "b": x[1]}, {"kind": "act", "name": "tanh"}]
    layers.append({"kind": "dense", "w": x[2], "b": 0.5})
    h = 0.3
    for layer in layers:
        match layer["kind"]:
            case "dense":
                h = layer["w"] * h + layer["b"]
            case "act":
                h = ACTIVATIONS[layer["name"]](h)
    return h


def functions_collected_in_a_loop(x):
    terms = []
    for k in range(3):
        terms.append(lambda v, k=k: v ** (k + 1) * x[k])
    return sum(f(x[0]) for f in terms) + terms[1](2.0)


def states_of_different_kinds(x):
    state = x[0]
    k = 0
    while k < 3:
        state = (state, x[k])
        k += 1
    ((a, b), c), d = state
    return a * b + c * d


def left_early_while_written_out(x):
    y = x[1]
    for k, f in enumerate([np.sin, np.cos, np.tanh, np.sin]):
        if x[k % 3] > 1.0:
            break
        y = y * 0.5 + f(x[k % 3]) ** 2 * (k + 1)
        if y > 1.9:
            return y * x[0]
    else:
        return y + x[0]
    return y * x[2]


def computed_defaults(x, scale=2 * SCALE, f=np.sin, dtype=np.float64):
    return np.sum(f(x.astype(dtype)) * x) * scale


def truth_by_length(x):
    empty, full = Stack([]), Stack([x[0], x[1]])
    y = x[2] if empty else x[0] * 2.0
    while full:
        y = y * full.items.pop()
    return y if not full else y * 100.0


CASES = [
    case(numbered_parameters, array(12)),
    case(recurrence_in_a_dict, array(3)),
    case(table_of_pairs, array(3)),
    case(functions_beside_numbers, array(3), array(5)),
    case(texts_by_number, array(3)),
    case(described_layers, array(3)),
    case(functions_collected_in_a_loop, array(3)),
    case(states_of_different_kinds, array(3)),
    case(
        left_early_while_written_out,
        array(3, low=0.1, high=0.4),
        array(3, low=0.6, high=0.9),
        array(3, low=1.1),
    ),
    case(computed_defaults, array(3)),
    case(truth_by_length, array(3)),
]
