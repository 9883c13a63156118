"""Loops whose body is non-linear in what it carries: one tape, of that value alone."""

import numpy as np

from benchmarks.hand import Case


def power(x, n):
    y = 1.0
    for i in range(n):
        y = y * x
    return y


def power_grad(x, n):
    y = 1.0
    y_tape = []
    for i in range(n):
        y_tape.append(y)
        y = y * x
    # return y
    x_bar = 0.0
    y_bar = 1.0
    for y in reversed(y_tape):
        # y = y * x
        x_bar += y_bar * y
        y_bar = y_bar * x
    return x_bar


def recurrent(w, u, b, xs):
    h = np.zeros(w.shape[0])
    for x in xs:
        h = np.tanh(w @ h + u @ x + b)
    return h @ h


def recurrent_grad(w, u, b, xs):
    h = np.zeros(w.shape[0])
    h_tape = []
    pre_tape = []
    for x in xs:
        h_tape.append(h)
        pre = w @ h + u @ x + b
        pre_tape.append(pre)
        h = np.tanh(pre)
    # return h @ h
    h_bar = 2.0 * h
    w_bar = np.zeros_like(w)
    u_bar = np.zeros_like(u)
    b_bar = np.zeros_like(b)
    for x, before, pre in zip(reversed(xs), reversed(h_tape), reversed(pre_tape)):
        # h = np.tanh(w @ h + u @ x + b)
        pre_bar = h_bar * np.exp(-2.0 * np.abs(pre)) * (1.0 + np.abs(h)) ** 2
        w_bar += np.outer(pre_bar, before)
        u_bar += np.outer(pre_bar, x)
        b_bar += pre_bar
        h_bar = w.T @ pre_bar
        h = before
    return w_bar, u_bar, b_bar


def numbers(rng):
    units, features, steps = 32, 16, 50
    return (
        rng.normal(size=(units, units)) / np.sqrt(units),
        rng.normal(size=(units, features)) / np.sqrt(features),
        rng.normal(size=units),
        rng.normal(size=(steps, features)),
    )


CASES = (
    Case("t03", power, power_grad, ("x",), lambda rng: (1.01, 200)),
    Case("t03", recurrent, recurrent_grad, ("w", "u", "b"), numbers),
)
