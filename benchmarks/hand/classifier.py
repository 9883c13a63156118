"""Cross-entropy of a two-layer classifier, with the logits shifted by their largest."""

import numpy as np

from benchmarks.hand import Case


def classify(w1, b1, w2, b2, x, labels):
    hidden = np.tanh(x @ w1 + b1)
    scores = hidden @ w2 + b2
    shifted = scores - np.max(scores, axis=1, keepdims=True)
    log_total = np.log(np.sum(np.exp(shifted), axis=1))
    chosen = shifted[np.arange(len(labels)), labels]
    return np.mean(log_total - chosen)


def classify_grad(w1, b1, w2, b2, x, labels):
    pre = x @ w1 + b1
    hidden = np.tanh(pre)
    scores = hidden @ w2 + b2
    peak = np.max(scores, axis=1, keepdims=True)
    weights = np.exp(scores - peak)
    total = np.sum(weights, axis=1)
    rows = np.arange(len(labels))
    # return np.mean(log_total - chosen)
    log_total_bar = 1.0 / len(labels)
    # chosen = shifted[...]; log_total = np.log(np.sum(np.exp(shifted), axis=1))
    shifted_bar = (log_total_bar / total)[:, None] * weights
    shifted_bar[rows, labels] -= log_total_bar
    # shifted = scores - np.max(scores, axis=1, keepdims=True)
    highest = scores == peak
    share = highest / np.sum(highest, axis=1, keepdims=True)
    scores_bar = shifted_bar - np.sum(shifted_bar, axis=1, keepdims=True) * share
    # scores = hidden @ w2 + b2
    w2_bar = hidden.T @ scores_bar
    b2_bar = np.sum(scores_bar, axis=0)
    hidden_bar = scores_bar @ w2.T
    # hidden = np.tanh(x @ w1 + b1)
    pre_bar = hidden_bar * np.exp(-2.0 * np.abs(pre)) * (1.0 + np.abs(hidden)) ** 2
    w1_bar = x.T @ pre_bar
    b1_bar = np.sum(pre_bar, axis=0)
    return w1_bar, b1_bar, w2_bar, b2_bar


def numbers(rng):
    features, units, classes, samples = 64, 32, 10, 128
    return (
        rng.normal(size=(features, units)) / np.sqrt(features),
        rng.normal(size=units),
        rng.normal(size=(units, classes)) / np.sqrt(units),
        rng.normal(size=classes),
        rng.normal(size=(samples, features)),
        rng.integers(0, classes, size=samples),
    )


CASES = (Case("t02", classify, classify_grad, ("w1", "b1", "w2", "b2"), numbers),)
