"""One training step after another of a character-level transformer.

    python examples/programs/transformer.py

A decoder with causal attention of several heads, layer normalisation and residual connections, in
plain NumPy. The parameters are nested dicts and lists, and so is the gradient.
"""

import numpy as np

from sourcead import value_and_grad

TEXT = "to be or not to be that is the question "
LETTERS = sorted(set(TEXT))


def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def gelu(x):
    return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))


def layer_norm(x, gain, bias, eps=1e-5):
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    return gain * (x - mean) / np.sqrt(variance + eps) + bias


def attention(x, weights, heads):
    """Causal self-attention: a position sees itself and what came before."""
    n, width = x.shape
    q, k, v = np.split(x @ weights["qkv"], 3, axis=-1)
    mask = np.tril(np.ones((n, n), dtype=bool))
    outputs = []
    for q_h, k_h, v_h in zip(*(np.split(m, heads, axis=-1) for m in (q, k, v)), strict=True):
        scores = q_h @ k_h.T / np.sqrt(width // heads)
        outputs.append(softmax(np.where(mask, scores, -np.inf)) @ v_h)
    return np.hstack(outputs) @ weights["out"]


def mlp(x, weights):
    return gelu(x @ weights["w1"] + weights["b1"]) @ weights["w2"] + weights["b2"]


def logits(params, tokens, heads):
    x = params["letters"][tokens] + params["positions"][: len(tokens)]
    for block in params["blocks"]:
        x = x + attention(layer_norm(x, *block["norm1"]), block["attention"], heads)
        x = x + mlp(layer_norm(x, *block["norm2"]), block["mlp"])
    return layer_norm(x, *params["norm"]) @ params["letters"].T


def loss(params, tokens, heads=2):
    """Cross entropy of each next letter."""
    p = softmax(logits(params, tokens[:-1], heads))
    return -np.mean(np.log(p[np.arange(len(tokens) - 1), tokens[1:]]))


def initial(letters=24, length=16, width=16, blocks=2, seed=0):
    rng = np.random.default_rng(seed)

    def matrix(m, n):
        return rng.normal(size=(m, n)) / np.sqrt(m)

    def norm():
        return np.ones(width), np.zeros(width)

    def block():
        return {
            "norm1": norm(),
            "attention": {"qkv": matrix(width, 3 * width), "out": matrix(width, width)},
            "norm2": norm(),
            "mlp": {
                "w1": matrix(width, 2 * width),
                "b1": np.zeros(2 * width),
                "w2": matrix(2 * width, width),
                "b2": np.zeros(width),
            },
        }

    return {
        "letters": 0.3 * rng.normal(size=(letters, width)),
        "positions": 0.3 * rng.normal(size=(length, width)),
        "blocks": [block() for _ in range(blocks)],
        "norm": norm(),
    }


def step(params, bar, rate):
    """Parameters after a step of gradient descent, in their structure."""
    if isinstance(params, dict):
        return {name: step(value, bar[name], rate) for name, value in params.items()}
    if isinstance(params, list | tuple):
        return type(params)(step(p, b, rate) for p, b in zip(params, bar, strict=True))
    return params - rate * bar


def main() -> float:
    """Learn a line of verse; return the last loss."""
    tokens = np.array([LETTERS.index(letter) for letter in 2 * TEXT])
    rng = np.random.default_rng(1)
    params = initial(len(LETTERS))
    slope = value_and_grad(loss)
    recent = []
    for i in range(601):
        begin = rng.integers(len(TEXT))
        value, bar = slope(params, tokens[begin : begin + 17])
        params = step(params, bar, 0.2)
        recent = [*recent[-49:], value]
        if i % 100 == 0:
            print(f"{i:5}  {np.mean(recent):.4f}")
    return float(np.mean(recent))


if __name__ == "__main__":
    main()
