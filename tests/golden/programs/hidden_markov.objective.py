import numpy as np
from scipy import special


def unbroadcast(g, like):
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def log_likelihood_rev(saved, log_start, log_move, throws, out, out_bar):
    # reverse
    alpha, alpha_tape, alpha_pre_tape, log_emit_shape = saved
    # return logsumexp(alpha)
    weight = np.exp(alpha - np.where(out == float("-inf"), 0, out))
    alpha_bar = out_bar * weight
    # for seen in throws[1:]:
    log_emit_bar = np.zeros(log_emit_shape)
    log_move_bar = np.zeros_like(log_move)
    for seen, alpha, alpha_pre in zip(
        reversed(throws[1:]), reversed(alpha_tape), reversed(alpha_pre_tape)
    ):
        # alpha = logsumexp(alpha[:, None] + log_move, axis=0) + log_emit[:, seen]
        log_emit_bar[:, seen] += alpha_bar
        chosen_alpha_pre = np.where(alpha_pre == float("-inf"), 0, alpha_pre)
        weight = np.exp(alpha[:, None] + log_move - np.expand_dims(chosen_alpha_pre, 0))
        weight_prod = np.expand_dims(alpha_bar, 0) * weight
        log_move_bar += unbroadcast(weight_prod, log_move)
        alpha_bar = np.zeros_like(alpha)
        alpha_bar[:, None] = unbroadcast(weight_prod, alpha[:, None])
    # alpha = log_start + log_emit[:, throws[0]]
    log_start_bar = unbroadcast(alpha_bar, log_start)
    log_emit_bar[:, throws[0]] += alpha_bar
    return log_start_bar, log_move_bar, log_emit_bar


def log_likelihood_fwd(log_start, log_move, log_emit, throws):
    """Forward algorithm; `alpha` is the log probability of what was seen, with each last state."""
    alpha = log_start + log_emit[:, throws[0]]
    alpha_tape = []
    alpha_pre_tape = []
    for seen in throws[1:]:
        alpha_tape.append(alpha)
        alpha_pre = special.logsumexp(alpha[:, None] + log_move, axis=0)
        alpha_pre_tape.append(alpha_pre)
        alpha = alpha_pre + log_emit[:, seen]
    return special.logsumexp(alpha), (alpha, alpha_tape, alpha_pre_tape, log_emit.shape)


def objective_grad(theta, throws, states, faces=6):
    """Negative log-likelihood per throw; `theta` holds unnormalised log probabilities."""
    # forward
    start = theta[:states]
    rest = theta[states:]
    move_pre = states**2
    move = rest[:move_pre].reshape((states, states))
    emit = rest[move_pre:].reshape((states, faces))
    logsumexp_start = special.logsumexp(start, axis=-1, keepdims=True)
    start_diff = start - logsumexp_start
    logsumexp_move = special.logsumexp(move, axis=-1, keepdims=True)
    move_diff = move - logsumexp_move
    logsumexp_emit = special.logsumexp(emit, axis=-1, keepdims=True)
    total, log_likelihood_saved = log_likelihood_fwd(
        start_diff, move_diff, emit - logsumexp_emit, throws
    )
    # reverse
    # return -total / len(throws)
    total_bar = -1 / len(throws)
    # total = log_likelihood(log_softmax(start), log_softmax(move), log_softmax(emit), throws)
    start_bar, move_bar, emit_bar = log_likelihood_rev(
        log_likelihood_saved, start_diff, move_diff, throws, total, total_bar
    )
    # return x - logsumexp(x, axis=-1, keepdims=True)
    weight = np.exp(emit - np.where(logsumexp_emit == float("-inf"), 0, logsumexp_emit))
    emit_bar -= np.sum(emit_bar, axis=1, keepdims=True) * weight
    weight = np.exp(move - np.where(logsumexp_move == float("-inf"), 0, logsumexp_move))
    move_bar -= np.sum(move_bar, axis=1, keepdims=True) * weight
    weight = np.exp(start - np.where(logsumexp_start == float("-inf"), 0, logsumexp_start))
    start_bar -= np.sum(start_bar, axis=0, keepdims=True) * weight
    # emit = rest[states**2 :].reshape(states, faces)
    rest_bar = np.zeros_like(rest)
    rest_bar[move_pre:] = np.reshape(emit_bar, rest[move_pre:].shape)
    # move = rest[: states**2].reshape(states, states)
    rest_bar[:move_pre] = np.reshape(move_bar, rest[:move_pre].shape)
    # start, rest = theta[:states], theta[states:]
    theta_bar = np.zeros_like(theta)
    theta_bar[states:] = rest_bar
    theta_bar[:states] = start_bar
    return theta_bar
