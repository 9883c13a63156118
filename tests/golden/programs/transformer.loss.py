import numpy as np


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


def logits_rev(saved, params, tokens, out_bar):
    # reverse
    (
        x_diff_3,
        root_4,
        root_4_ratio,
        root_4_ratio_sum,
        x_tape,
        x_diff_tape,
        root_tape,
        x_tape_2,
        x_diff_2_tape,
        root_2_tape,
        mlp_b1_sum_tape,
        root_3_tape,
        tanh_tape,
        attention_saved_tape,
    ) = saved
    letters = params["letters"]
    # return layer_norm(x, *params["norm"]) @ params["letters"].T
    out_bar_prod = out_bar @ letters
    letters_bar = out_bar.T @ root_4_ratio_sum
    # return gain * (x - mean) / np.sqrt(variance + eps) + bias
    norm_1_bar = np.sum(out_bar_prod, axis=0)
    out_bar_prod_ratio = out_bar_prod / root_4
    prod = out_bar_prod_ratio * root_4_ratio
    x_bar = out_bar_prod_ratio * params["norm"][0]
    norm_0_bar = np.sum(out_bar_prod_ratio * x_diff_3, axis=0)
    sum_x_bar = np.sum(x_bar, axis=1, keepdims=True)
    # variance = np.var(x, axis=-1, keepdims=True)
    n_cols = x_diff_3.shape[1]
    x_bar -= np.sum(prod, axis=1, keepdims=True) / root_4 / n_cols * x_diff_3
    # mean = np.mean(x, axis=-1, keepdims=True)
    x_bar -= sum_x_bar / n_cols
    blocks = params["blocks"]
    items_tape = []
    for (
        block,
        x,
        x_diff,
        root,
        x_2,
        x_diff_2,
        root_2,
        mlp_b1_sum,
        root_3,
        tanh,
        attention_saved,
    ) in zip(
        reversed(blocks),
        reversed(x_tape),
        reversed(x_diff_tape),
        reversed(root_tape),
        reversed(x_tape_2),
        reversed(x_diff_2_tape),
        reversed(root_2_tape),
        reversed(mlp_b1_sum_tape),
        reversed(root_3_tape),
        reversed(tanh_tape),
        reversed(attention_saved_tape),
    ):
        # return gelu(x @ weights["w1"] + weights["b1"]) @ weights["w2"] + weights["b2"]
        # return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))
        mlp_b2_bar = np.sum(x_bar, axis=0)
        x_bar_prod = x_bar @ block["mlp"]["w2"].T
        tanh_sum = 1.0 + tanh
        mlp_w2_bar = (0.5 * mlp_b1_sum * tanh_sum).T @ x_bar
        mlp_b1_sum_sum = mlp_b1_sum + 0.044715 * mlp_b1_sum**3
        prod_2 = -2 * np.abs(root_3 * mlp_b1_sum_sum)
        mlp_b1_sum_prod = 0.5 * root_3 * x_bar_prod * mlp_b1_sum
        prod_3 = mlp_b1_sum_prod * np.exp(prod_2) * (1 + np.abs(tanh)) ** 2
        sum_2 = prod_3 + 0.134145 * prod_3 * mlp_b1_sum**2 + 0.5 * x_bar_prod * tanh_sum
        mlp_b1_bar = np.sum(sum_2, axis=0)
        sum_2_prod = sum_2 @ block["mlp"]["w1"].T
        norm2 = block["norm2"]
        root_2_ratio = norm2[0] * x_diff_2 / root_2
        mlp_w1_bar = (root_2_ratio + norm2[1]).T @ sum_2
        # return gain * (x - mean) / np.sqrt(variance + eps) + bias
        norm2_1_bar = np.sum(sum_2_prod, axis=0)
        sum_2_prod_ratio = sum_2_prod / root_2
        prod_4 = sum_2_prod_ratio * root_2_ratio
        prod_5 = sum_2_prod_ratio * norm2[0]
        norm2_0_bar = np.sum(sum_2_prod_ratio * x_diff_2, axis=0)
        x_bar += prod_5
        # variance = np.var(x, axis=-1, keepdims=True)
        n_cols_2 = x_2.shape[1]
        x_bar -= np.sum(prod_4, axis=1, keepdims=True) / root_2 / n_cols_2 * x_diff_2
        # mean = np.mean(x, axis=-1, keepdims=True)
        x_bar -= np.sum(prod_5, axis=1, keepdims=True) / n_cols_2
        norm1 = block["norm1"]
        root_ratio = norm1[0] * x_diff / root
        norm1_1 = norm1[1]
        root_ratio_sum = root_ratio + norm1_1
        attention = block["attention"]
        # x = x + attention(layer_norm(x, *block["norm1"]), block["attention"], heads)
        x_bar_2, attention_bar = attention_rev(attention_saved, root_ratio_sum, attention, x_bar)
        # return gain * (x - mean) / np.sqrt(variance + eps) + bias
        norm1_1_bar = np.sum(x_bar_2, axis=0)
        x_bar_ratio = x_bar_2 / root
        x_bar_ratio_prod = x_bar_ratio * root_ratio
        x_bar_ratio_prod_2 = x_bar_ratio * norm1[0]
        norm1_0_bar = np.sum(x_bar_ratio * x_diff, axis=0)
        x_bar += x_bar_ratio_prod_2
        # variance = np.var(x, axis=-1, keepdims=True)
        n_cols_3 = x.shape[1]
        x_bar -= np.sum(x_bar_ratio_prod, axis=1, keepdims=True) / root / n_cols_3 * x_diff
        # mean = np.mean(x, axis=-1, keepdims=True)
        x_bar -= np.sum(x_bar_ratio_prod_2, axis=1, keepdims=True) / n_cols_3
        items_tape.append(
            {
                "norm1": (norm1_0_bar, norm1_1_bar),
                "attention": attention_bar,
                "norm2": (norm2_0_bar, norm2_1_bar),
                "mlp": {"w1": mlp_w1_bar, "b1": mlp_b1_bar, "w2": mlp_w2_bar, "b2": mlp_b2_bar},
            }
        )
    # x = params["letters"][tokens] + params["positions"][: len(tokens)]
    summed_x_bar = unbroadcast(x_bar, letters[tokens])
    n_tokens = len(tokens)
    positions_bar = np.zeros(params["positions"].shape)
    positions_bar[:n_tokens] = unbroadcast(x_bar, params["positions"][:n_tokens])
    np.add.at(letters_bar, tokens, summed_x_bar)
    return {
        "letters": letters_bar,
        "positions": positions_bar,
        "blocks": items_tape[::-1],
        "norm": (norm_0_bar, norm_1_bar),
    }


def attention_rev(saved, x, weights, out_bar):
    # reverse
    (
        split,
        mask,
        split_q,
        split_k,
        split_v,
        outputs,
        hstack_outputs,
        scores_pre_tape,
        chosen_mask_tape,
        max_chosen_mask_tape,
        e_tape,
        sum_e_tape,
    ) = saved
    # return np.hstack(outputs) @ weights["out"]
    out_bar_prod = out_bar @ weights["out"].T
    start = 0
    parts = []
    for a in outputs:
        # return np.hstack(outputs) @ weights["out"]
        stop = start + a.shape[1]
        parts.append(out_bar_prod[:, start:stop])
        start = stop
    outputs_bar = parts
    q_h_bars = []
    k_h_bars = []
    v_h_bars = []
    for q_h, k_h, v_h, scores_pre, chosen_mask, max_chosen_mask, e, sum_e in zip(
        reversed(split_q),
        reversed(split_k),
        reversed(split_v),
        reversed(scores_pre_tape),
        reversed(chosen_mask_tape),
        reversed(max_chosen_mask_tape),
        reversed(e_tape),
        reversed(sum_e_tape),
    ):
        # outputs.append(softmax(np.where(mask, scores, -np.inf)) @ v_h)
        outputs_bar_last = outputs_bar.pop()
        e_ratio = e / sum_e
        v_h_bar = e_ratio.T @ outputs_bar_last
        v_h_bars.append(v_h_bar)
        # return e / e.sum(axis=axis, keepdims=True)
        e_bar = outputs_bar_last @ v_h.T / sum_e
        e_bar -= np.sum(e_bar * e_ratio, axis=1, keepdims=True)
        # e = np.exp(x - x.max(axis=axis, keepdims=True))
        e_bar_prod = e_bar * e
        sum_e_bar_prod = np.sum(e_bar_prod, axis=1, keepdims=True)
        hit = chosen_mask == max_chosen_mask
        sum_hit = np.sum(hit, axis=-1, keepdims=True)
        # scores = q_h @ k_h.T / np.sqrt(width // heads)
        chosen_mask_2 = np.where(
            mask, (e_bar_prod - sum_e_bar_prod * hit / sum_hit) / scores_pre, 0
        )
        q_h_bar = chosen_mask_2 @ k_h
        q_h_bars.append(q_h_bar)
        k_h_bar = unbroadcast(chosen_mask_2.T @ q_h, k_h)
        k_h_bars.append(k_h_bar)
    v = split[2]
    # for q_h, k_h, v_h in zip(*(np.split(m, heads, axis=-1) for m in (q, k, v)), strict=True):
    v_bar = unbroadcast(np.concatenate(v_h_bars[::-1], axis=-1), v)
    k = split[1]
    k_bar = unbroadcast(np.concatenate(k_h_bars[::-1], axis=-1), k)
    q = split[0]
    q_bar = unbroadcast(np.concatenate(q_h_bars[::-1], axis=-1), q)
    # q, k, v = np.split(x @ weights["qkv"], 3, axis=-1)
    concatenate = np.concatenate([q_bar, k_bar, v_bar], axis=-1)
    x_bar = concatenate @ weights["qkv"].T
    return x_bar, {"qkv": x.T @ concatenate, "out": hstack_outputs.T @ out_bar}


def logits_fwd(params, tokens, heads):
    letters = params["letters"]
    blocks = params["blocks"]
    norm_0, norm_1 = params["norm"]
    x = letters[tokens] + params["positions"][: len(tokens)]
    x_tape = []
    x_diff_tape = []
    root_tape = []
    x_tape_2 = []
    x_diff_2_tape = []
    root_2_tape = []
    mlp_b1_sum_tape = []
    root_3_tape = []
    tanh_tape = []
    attention_saved_tape = []
    for block in blocks:
        x_tape.append(x)
        norm1_0, norm1_1 = block["norm1"]
        norm2_0, norm2_1 = block["norm2"]
        mlp_w1 = block["mlp"]["w1"]
        mlp_b1 = block["mlp"]["b1"]
        mlp_w2 = block["mlp"]["w2"]
        mlp_b2 = block["mlp"]["b2"]
        mean = np.mean(x, axis=-1, keepdims=True)
        variance = np.var(x, axis=-1, keepdims=True)
        x_diff = x - mean
        x_diff_tape.append(x_diff)
        root = np.sqrt(variance + 1e-05)
        root_tape.append(root)
        attention_out, attention_saved = attention_fwd(
            norm1_0 * x_diff / root + norm1_1, block["attention"], heads
        )
        attention_saved_tape.append(attention_saved)
        x = x + attention_out
        x_tape_2.append(x)
        mean = np.mean(x, axis=-1, keepdims=True)
        variance = np.var(x, axis=-1, keepdims=True)
        x_diff_2 = x - mean
        x_diff_2_tape.append(x_diff_2)
        root_2 = np.sqrt(variance + 1e-05)
        root_2_tape.append(root_2)
        mlp_b1_sum = (norm2_0 * x_diff_2 / root_2 + norm2_1) @ mlp_w1 + mlp_b1
        mlp_b1_sum_tape.append(mlp_b1_sum)
        root_3 = np.sqrt(0.6366197723675814)
        root_3_tape.append(root_3)
        tanh = np.tanh(root_3 * (mlp_b1_sum + 0.044715 * mlp_b1_sum**3))
        tanh_tape.append(tanh)
        x = x + (0.5 * mlp_b1_sum * (1.0 + tanh) @ mlp_w2 + mlp_b2)
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    x_diff_3 = x - mean
    root_4 = np.sqrt(variance + 1e-05)
    root_4_ratio = norm_0 * x_diff_3 / root_4
    root_4_ratio_sum = root_4_ratio + norm_1
    return root_4_ratio_sum @ letters.T, (
        x_diff_3,
        root_4,
        root_4_ratio,
        root_4_ratio_sum,
        x_tape,
        x_diff_tape,
        root_tape,
        x_tape_2,
        x_diff_2_tape,
        root_2_tape,
        mlp_b1_sum_tape,
        root_3_tape,
        tanh_tape,
        attention_saved_tape,
    )


def attention_fwd(x, weights, heads):
    """Causal self-attention: a position sees itself and what came before."""
    n = x.shape[0]
    width = x.shape[1]
    split = np.split(x @ weights["qkv"], 3, axis=-1)
    q = split[0]
    k = split[1]
    v = split[2]
    mask = np.tril(np.ones((n, n), dtype=bool))
    split_q = np.split(q, heads, axis=-1)
    split_k = np.split(k, heads, axis=-1)
    split_v = np.split(v, heads, axis=-1)
    if len(split_k) != len(split_q):
        raise ValueError("zip() argument 2 is not as long as argument 1")
    if len(split_v) != len(split_q):
        raise ValueError("zip() argument 3 is not as long as argument 1")
    outputs = []
    scores_pre_tape = []
    chosen_mask_tape = []
    max_chosen_mask_tape = []
    e_tape = []
    sum_e_tape = []
    for q_h, k_h, v_h in zip(split_q, split_k, split_v):
        scores_pre = np.sqrt(width // heads)
        scores_pre_tape.append(scores_pre)
        scores = q_h @ k_h.T / scores_pre
        chosen_mask = np.where(mask, scores, float("-inf"))
        chosen_mask_tape.append(chosen_mask)
        max_chosen_mask = chosen_mask.max(axis=-1, keepdims=True)
        max_chosen_mask_tape.append(max_chosen_mask)
        e = np.exp(chosen_mask - max_chosen_mask)
        e_tape.append(e)
        sum_e = e.sum(axis=-1, keepdims=True)
        sum_e_tape.append(sum_e)
        outputs.append(e / sum_e @ v_h)
    hstack_outputs = np.hstack(outputs)
    return hstack_outputs @ weights["out"], (
        split,
        mask,
        split_q,
        split_k,
        split_v,
        outputs,
        hstack_outputs,
        scores_pre_tape,
        chosen_mask_tape,
        max_chosen_mask_tape,
        e_tape,
        sum_e_tape,
    )


def loss_grad(params, tokens, heads=2):
    """Cross entropy of each next letter."""
    # forward
    logits_out, logits_saved = logits_fwd(params, tokens[:-1], heads)
    max_logits_out = logits_out.max(axis=-1, keepdims=True)
    e = np.exp(logits_out - max_logits_out)
    sum_e = e.sum(axis=-1, keepdims=True)
    p = e / sum_e
    positions = np.arange(len(tokens) - 1)
    p_part = p[positions, tokens[1:]]
    # reverse
    # return -np.mean(np.log(p[np.arange(len(tokens) - 1), tokens[1:]]))
    p_bar = np.zeros_like(logits_out)
    p_bar[positions, tokens[1:]] = -1.0 / p_part.size / p_part
    # return e / e.sum(axis=axis, keepdims=True)
    e_bar = p_bar / sum_e
    e_bar -= np.sum(e_bar * p, axis=1, keepdims=True)
    # e = np.exp(x - x.max(axis=axis, keepdims=True))
    e_bar_prod = e_bar * e
    sum_e_bar_prod = np.sum(e_bar_prod, axis=1, keepdims=True)
    hit = logits_out == max_logits_out
    sum_hit = np.sum(hit, axis=-1, keepdims=True)
    e_bar_prod_diff = e_bar_prod - sum_e_bar_prod * hit / sum_hit
    # p = softmax(logits(params, tokens[:-1], heads))
    params_bar = logits_rev(logits_saved, params, tokens[:-1], e_bar_prod_diff)
    return params_bar
