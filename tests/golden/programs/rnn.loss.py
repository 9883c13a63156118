import numpy as np


def accumulate(x, y):
    """The sum of two cotangents of one value, part by part in containers."""
    if has_parts(x):
        return by_parts(accumulate, x, y)
    return None if x is None else x + y


def by_parts(function, x, *more):
    """A container like `x`, with what `function` makes of each part of it (and of `more`)."""
    if isinstance(x, dict):
        return {k: function(part, *(y[k] for y in more)) for k, part in x.items()}
    if isinstance(x, (list, tuple)):
        parts = [function(*row) for row in zip(x, *more, strict=True)]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    made = x.__class__.__new__(x.__class__)
    for name in getattr(x, "__dataclass_fields__", None) or x.__dict__:
        parts = [getattr(y, name) for y in (x, *more)]
        object.__setattr__(made, name, function(*parts))
    return made


def has_parts(x):
    """Whether a value is a container or an object with attributes."""
    if isinstance(x, (list, tuple, dict)):
        return True
    return hasattr(x, "__dict__") or hasattr(x, "__dataclass_fields__")


def sum_of_outer(us, vs, like):
    """The sum of `np.outer(u, v)` over pairs of vectors: a matrix of the shape of `like`."""
    return np.array(us).T @ np.array(vs) if us else np.zeros_like(like)


def zero(like):
    """The zero cotangent of a value: of its shape, floating point, in its structure."""
    if has_parts(like):
        return by_parts(zero, like)
    if isinstance(like, str):
        return None
    if isinstance(like, np.ndarray):
        return np.zeros(like.shape, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, np.inexact):
        return type(like)(0)
    return 0j if isinstance(like, complex) else 0.0


def run_rev(saved, params, inputs, out_bar):
    # reverse
    states, states_tape, h_pre_tape, h_tape = saved
    # return states[1:]
    states_bar = zero(states)
    states_bar[1:] = out_bar
    b = params["b"]
    # for x in inputs:
    b_bar = np.zeros(b.shape)
    left = []
    right = []
    right_2 = []
    for x, states_last, h_pre, h in zip(
        reversed(inputs), reversed(states_tape), reversed(h_pre_tape), reversed(h_tape)
    ):
        # states.append(h)
        h_bar = states_bar.pop()
        # h = np.tanh(params["W"] @ states[-1] + params["U"] @ x + params["b"])
        prod = h_bar * np.exp(-2 * np.abs(h_pre)) * (1 + np.abs(h)) ** 2
        b_bar += prod
        left.append(prod)
        right.append(x)
        right_2.append(states_last)
        states_bar[-1] = states_bar[-1] + params["W"].T @ prod
    W_bar = sum_of_outer(left, right_2, params["W"])
    U_bar = sum_of_outer(left, right, params["U"])
    return {
        "h0": states_bar[0],
        "W": W_bar,
        "U": U_bar,
        "b": b_bar,
        "v": np.zeros_like(params["v"]),
        "c": 0.0,
    }


def run_fwd(params, inputs):
    """Hidden states after each input, from a learned initial state."""
    W = params["W"]
    U = params["U"]
    b = params["b"]
    states = [params["h0"]]
    states_tape = []
    h_pre_tape = []
    h_tape = []
    for x in inputs:
        states_tape.append(states[-1])
        h_pre = W @ states[-1] + U @ x + b
        h_pre_tape.append(h_pre)
        h = np.tanh(h_pre)
        h_tape.append(h)
        states.append(h)
    return states[1:], (states, states_tape, h_pre_tape, h_tape)


def loss_grad(params, inputs, bits):
    """Cross entropy of the bits of the sum, and a penalty on large states."""
    # forward
    states, run_saved = run_fwd(params, inputs)
    if len(bits) != len(states):
        raise ValueError("zip() argument 2 is not as long as argument 1")
    exp_tape = []
    for h in states:
        exp_tape.append(np.exp(-(params["v"] @ h + params["c"])))
    # reverse
    h_bars = []
    for h in reversed(states):
        # penalty = sum(h @ h for h in states)
        h_bar = 0.002 * h / len(bits)
        h_bars.append(h_bar)
    # for h, bit in zip(states, bits, strict=True):
    v_bar = np.zeros_like(params["v"])
    c_bar = 0.0
    h_bars_2 = []
    for h, bit, exp in zip(reversed(states), reversed(bits), reversed(exp_tape)):
        # total -= bit * np.log(p) + (1.0 - bit) * np.log(1.0 - p)
        ratio = (1.0 - bit) / len(bits)
        exp_sum = 1.0 + exp
        p = 1.0 / exp_sum
        p_bar = ratio / (1.0 - p) - bit / len(bits) / p
        # return 1.0 / (1.0 + np.exp(-x))
        exp_prod = p_bar / exp_sum / exp_sum * exp
        # p = sigmoid(params["v"] @ h + params["c"])
        c_bar += exp_prod
        h_bar = exp_prod * params["v"]
        h_bars_2.append(h_bar)
        v_bar += exp_prod * h
    # penalty = sum(h @ h for h in states)
    states_bar = h_bars[::-1]
    # for h, bit in zip(states, bits, strict=True):
    states_bar = accumulate(states_bar, h_bars_2[::-1])
    # states = run(params, inputs)
    params_bar = run_rev(run_saved, params, inputs, states_bar)
    return {
        "h0": params_bar["h0"],
        "W": params_bar["W"],
        "U": params_bar["U"],
        "b": params_bar["b"],
        "v": params_bar["v"] + v_bar,
        "c": params_bar["c"] + c_bar,
    }
