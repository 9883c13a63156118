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
    return g


def without_last(xs):
    """A list without its last element."""
    return xs[:-1]


def logits_rev(saved, params, tokens, out_bar):
    # reverse
    (
        x,
        mean,
        x_diff,
        part_prod,
        root_4,
        part_prod_ratio,
        sum_2,
        x_tape,
        mean_tape,
        root_tape,
        attention_out_tape,
        mean_tape_2,
        root_2_tape,
        part_7_prod_tape,
        root_3_tape,
        tanh_tape,
        part_9_prod_tape,
        attention_saved_tape,
    ) = saved
    part_params = params["letters"]
    # return layer_norm(x, *params["norm"]) @ params["letters"].T
    out_bar_prod = out_bar @ part_params
    transposed = (sum_2.T @ out_bar).T
    # return gain * (x - mean) / np.sqrt(variance + eps) + bias
    sum_out_bar_prod = np.sum(out_bar_prod, axis=0)
    root_4_ratio = unbroadcast(out_bar_prod, part_prod_ratio) / root_4
    summed = unbroadcast(root_4_ratio, part_prod)
    summed_root_4 = unbroadcast(root_4_ratio * part_prod_ratio, root_4)
    root_4_ratio_2 = 0.5 * summed_root_4 / root_4
    summed_prod = summed * params["norm"][0]
    sum_3 = np.sum(summed * x_diff, axis=0)
    x_bar = unbroadcast(summed_prod, x)
    summed_summed_prod = unbroadcast(summed_prod, mean)
    # variance = np.var(x, axis=-1, keepdims=True)
    weighted = 2 * x_diff * x
    moved = np.sum(weighted, axis=-1, keepdims=True)
    n_cols = x.shape[1]
    shape_weighted = weighted.shape
    prod = 2 * unbroadcast(root_4_ratio_2, moved)
    x_bar = x_bar - unbroadcast(np.broadcast_to(prod / n_cols, shape_weighted) * x_diff, x)
    # mean = np.mean(x, axis=-1, keepdims=True)
    x_bar = x_bar - np.broadcast_to(summed_summed_prod / n_cols, x.shape)
    part_params_2 = params["blocks"]
    items_tape = []
    for (
        block,
        x,
        mean,
        root,
        attention_out,
        mean_2,
        root_2,
        part_7_prod,
        root_3,
        tanh,
        part_9_prod,
        attention_saved,
    ) in zip(
        reversed(part_params_2),
        reversed(x_tape),
        reversed(mean_tape),
        reversed(root_tape),
        reversed(attention_out_tape),
        reversed(mean_tape_2),
        reversed(root_2_tape),
        reversed(part_7_prod_tape),
        reversed(root_3_tape),
        reversed(tanh_tape),
        reversed(part_9_prod_tape),
        reversed(attention_saved_tape),
    ):
        x_2 = x + attention_out
        part_block = block["mlp"]
        # return gelu(x @ weights["w1"] + weights["b1"]) @ weights["w2"] + weights["b2"]
        # x = x + mlp(layer_norm(x, *block["norm2"]), block["mlp"])
        # return 0.5 * x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * (x + 0.044715 * x**3)))
        summed_x_bar = unbroadcast(x_bar, part_9_prod)
        sum_4 = np.sum(unbroadcast(x_bar, part_9_prod + part_block["b2"]), axis=0)
        x_bar = unbroadcast(x_bar, x_2)
        summed_x_bar_prod = summed_x_bar @ part_block["w2"].T
        part_7_prod_sum = part_7_prod + part_block["b1"]
        tanh_sum = 1.0 + tanh
        summed_x_bar_prod_2 = (0.5 * part_7_prod_sum * tanh_sum).T @ summed_x_bar
        prod_2 = 0.5 * summed_x_bar_prod * part_7_prod_sum
        summed_prod_2 = unbroadcast(prod_2, tanh)
        root_3_prod = unbroadcast(summed_prod_2 * (1 - tanh * tanh), part_7_prod_sum) * root_3
        prod_3 = 0.134145 * root_3_prod * part_7_prod_sum**2
        summed_2 = unbroadcast(summed_x_bar_prod * tanh_sum, part_7_prod_sum)
        sum_5 = root_3_prod + unbroadcast(prod_3, part_7_prod_sum) + 0.5 * summed_2
        summed_sum_5 = unbroadcast(sum_5, part_7_prod)
        sum_sum_5 = np.sum(sum_5, axis=0)
        summed_sum_5_prod = summed_sum_5 @ part_block["w1"].T
        x_diff_2 = x_2 - mean_2
        part_5_prod = block["norm2"][0] * x_diff_2
        part_5_prod_ratio = part_5_prod / root_2
        summed_sum_5_prod_2 = (part_5_prod_ratio + block["norm2"][1]).T @ summed_sum_5
        # return gain * (x - mean) / np.sqrt(variance + eps) + bias
        sum_6 = np.sum(summed_sum_5_prod, axis=0)
        root_2_ratio = unbroadcast(summed_sum_5_prod, part_5_prod_ratio) / root_2
        summed_3 = unbroadcast(root_2_ratio, part_5_prod)
        root_2_ratio_2 = 0.5 * unbroadcast(root_2_ratio * part_5_prod_ratio, root_2) / root_2
        summed_3_prod = summed_3 * block["norm2"][0]
        sum_7 = np.sum(summed_3 * x_diff_2, axis=0)
        x_bar = x_bar + unbroadcast(summed_3_prod, x_2)
        summed_4 = unbroadcast(summed_3_prod, mean_2)
        # variance = np.var(x, axis=-1, keepdims=True)
        x_diff_3 = x_2 - np.mean(x_2, axis=-1, keepdims=True)
        weighted = 2 * x_diff_3 * x_2
        moved = np.sum(weighted, axis=-1, keepdims=True)
        n_cols_2 = x_2.shape[1]
        shape_weighted_2 = weighted.shape
        prod_4 = 2 * unbroadcast(root_2_ratio_2, moved)
        x_bar = x_bar - unbroadcast(
            np.broadcast_to(prod_4 / n_cols_2, shape_weighted_2) * x_diff_3, x_2
        )
        # mean = np.mean(x, axis=-1, keepdims=True)
        x_bar = x_bar - np.broadcast_to(summed_4 / n_cols_2, x_2.shape)
        # x = x + attention(layer_norm(x, *block["norm1"]), block["attention"], heads)
        summed_x_bar_2 = unbroadcast(x_bar, attention_out)
        x_bar = unbroadcast(x_bar, x)
        part_block_2 = block["norm1"]
        x_diff_4 = x - mean
        part_3_prod = part_block_2[0] * x_diff_4
        part_3_prod_ratio = part_3_prod / root
        part_4 = part_block_2[1]
        sum_8 = part_3_prod_ratio + part_4
        part_block_3 = block["attention"]
        x_bar_2, block_part_bar = attention_rev(
            attention_saved, sum_8, part_block_3, summed_x_bar_2
        )
        # return gain * (x - mean) / np.sqrt(variance + eps) + bias
        sum_x_bar = np.sum(x_bar_2, axis=0)
        root_ratio = unbroadcast(x_bar_2, part_3_prod_ratio) / root
        summed_root_ratio = unbroadcast(root_ratio, part_3_prod)
        root_ratio_2 = 0.5 * unbroadcast(root_ratio * part_3_prod_ratio, root) / root
        prod_5 = summed_root_ratio * part_block_2[0]
        sum_9 = np.sum(summed_root_ratio * x_diff_4, axis=0)
        x_bar = x_bar + unbroadcast(prod_5, x)
        summed_prod_5 = unbroadcast(prod_5, mean)
        # variance = np.var(x, axis=-1, keepdims=True)
        x_diff_5 = x - np.mean(x, axis=-1, keepdims=True)
        weighted = 2 * x_diff_5 * x
        moved = np.sum(weighted, axis=-1, keepdims=True)
        n_cols_3 = x.shape[1]
        shape_weighted_3 = weighted.shape
        prod_6 = 2 * unbroadcast(root_ratio_2, moved)
        x_bar = x_bar - unbroadcast(
            np.broadcast_to(prod_6 / n_cols_3, shape_weighted_3) * x_diff_5, x
        )
        # mean = np.mean(x, axis=-1, keepdims=True)
        x_bar = x_bar - np.broadcast_to(summed_prod_5 / n_cols_3, x.shape)
        items_tape.append(
            {
                "norm1": (sum_9, sum_x_bar),
                "attention": block_part_bar,
                "norm2": (sum_7, sum_6),
                "mlp": {
                    "w1": summed_sum_5_prod_2,
                    "b1": sum_sum_5,
                    "w2": summed_x_bar_prod_2,
                    "b2": sum_4,
                },
            }
        )
    # for block in params["blocks"]:
    bars = items_tape[::-1]
    # x = params["letters"][tokens] + params["positions"][: len(tokens)]
    summed_x_bar_3 = unbroadcast(x_bar, part_params[tokens])
    n_tokens = len(tokens)
    zeros = np.zeros(params["positions"].shape)
    zeros[:n_tokens] = unbroadcast(x_bar, params["positions"][:n_tokens])
    np.add.at(transposed, tokens, summed_x_bar_3)
    return {
        "letters": transposed,
        "positions": zeros,
        "blocks": bars,
        "norm": (sum_3, sum_out_bar_prod),
    }


def attention_rev(saved, x, weights, out_bar):
    # reverse
    (
        x_prod,
        split_x_prod,
        mask,
        split_q,
        split_k,
        split_v,
        outputs,
        hstack_outputs,
        scores_pre_tape,
        scores_pre_2_tape,
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
    q_h_bar_tape = []
    k_h_bar_tape = []
    v_h_bar_tape = []
    for q_h, k_h, v_h, scores_pre, scores_pre_2, chosen_mask, max_chosen_mask, e, sum_e in zip(
        reversed(split_q),
        reversed(split_k),
        reversed(split_v),
        reversed(scores_pre_tape),
        reversed(scores_pre_2_tape),
        reversed(chosen_mask_tape),
        reversed(max_chosen_mask_tape),
        reversed(e_tape),
        reversed(sum_e_tape),
    ):
        e_ratio = e / sum_e
        # outputs.append(softmax(np.where(mask, scores, -np.inf)) @ v_h)
        # return e / e.sum(axis=axis, keepdims=True)
        v_h_bar = e_ratio.T @ outputs_bar[-1]
        v_h_bar_tape.append(v_h_bar)
        sum_e_ratio = outputs_bar[-1] @ v_h.T / sum_e
        outputs_bar = without_last(outputs_bar)
        e_bar = unbroadcast(sum_e_ratio, e)
        e_bar = e_bar - np.broadcast_to(unbroadcast(sum_e_ratio * e_ratio, sum_e), e.shape)
        # e = np.exp(x - x.max(axis=axis, keepdims=True))
        e_bar_prod = e_bar * e
        summed_e_bar_prod = unbroadcast(e_bar_prod, chosen_mask)
        summed_e_bar_prod_2 = unbroadcast(e_bar_prod, max_chosen_mask)
        hit = chosen_mask == max_chosen_mask
        sum_hit = np.sum(hit, axis=-1, keepdims=True)
        chosen_mask_ratio = chosen_mask / sum_hit
        shape = (chosen_mask_ratio * hit).shape
        hit_prod = np.broadcast_to(summed_e_bar_prod_2, shape) * hit
        sum_hit_ratio = unbroadcast(hit_prod, chosen_mask_ratio) / sum_hit
        diff = summed_e_bar_prod - unbroadcast(sum_hit_ratio, chosen_mask)
        # scores = q_h @ k_h.T / np.sqrt(width // heads)
        scores_pre_2_ratio = unbroadcast(np.where(mask, diff, 0), scores_pre) / scores_pre_2
        q_h_bar = scores_pre_2_ratio @ k_h
        q_h_bar_tape.append(q_h_bar)
        k_h_bar = unbroadcast((q_h.T @ scores_pre_2_ratio).T, k_h)
        k_h_bar_tape.append(k_h_bar)
    v = split_x_prod[2]
    # for q_h, k_h, v_h in zip(*(np.split(m, heads, axis=-1) for m in (q, k, v)), strict=True):
    v_bar = unbroadcast(np.concatenate(v_h_bar_tape[::-1], axis=-1), v)
    k = split_x_prod[1]
    k_bar = unbroadcast(np.concatenate(k_h_bar_tape[::-1], axis=-1), k)
    q = split_x_prod[0]
    q_bar = unbroadcast(np.concatenate(q_h_bar_tape[::-1], axis=-1), q)
    # q, k, v = np.split(x @ weights["qkv"], 3, axis=-1)
    summed_x_prod = unbroadcast(np.concatenate([q_bar, k_bar, v_bar], axis=-1), x_prod)
    x_bar = summed_x_prod @ weights["qkv"].T
    return x_bar, {"qkv": x.T @ summed_x_prod, "out": hstack_outputs.T @ out_bar}


def logits_fwd(params, tokens, heads):
    part_params = params["letters"]
    part_params_2 = params["blocks"]
    part, part_2 = params["norm"]
    x = part_params[tokens] + params["positions"][: len(tokens)]
    x_tape = []
    mean_tape = []
    root_tape = []
    attention_out_tape = []
    mean_tape_2 = []
    root_2_tape = []
    part_7_prod_tape = []
    root_3_tape = []
    tanh_tape = []
    part_9_prod_tape = []
    attention_saved_tape = []
    for block in part_params_2:
        x_tape.append(x)
        part_3, part_4 = block["norm1"]
        part_5, part_6 = block["norm2"]
        part_7 = block["mlp"]["w1"]
        part_8 = block["mlp"]["b1"]
        part_9 = block["mlp"]["w2"]
        part_10 = block["mlp"]["b2"]
        mean = np.mean(x, axis=-1, keepdims=True)
        mean_tape.append(mean)
        variance = np.var(x, axis=-1, keepdims=True)
        root = np.sqrt(variance + 1e-05)
        root_tape.append(root)
        attention_out, attention_saved = attention_fwd(
            part_3 * (x - mean) / root + part_4, block["attention"], heads
        )
        attention_out_tape.append(attention_out)
        attention_saved_tape.append(attention_saved)
        x = x + attention_out
        mean = np.mean(x, axis=-1, keepdims=True)
        mean_tape_2.append(mean)
        variance = np.var(x, axis=-1, keepdims=True)
        root_2 = np.sqrt(variance + 1e-05)
        root_2_tape.append(root_2)
        part_7_prod = (part_5 * (x - mean) / root_2 + part_6) @ part_7
        part_7_prod_tape.append(part_7_prod)
        part_7_prod_sum = part_7_prod + part_8
        root_3 = np.sqrt(0.6366197723675814)
        root_3_tape.append(root_3)
        tanh = np.tanh(root_3 * (part_7_prod_sum + 0.044715 * part_7_prod_sum**3))
        tanh_tape.append(tanh)
        part_9_prod = 0.5 * part_7_prod_sum * (1.0 + tanh) @ part_9
        part_9_prod_tape.append(part_9_prod)
        x = x + (part_9_prod + part_10)
    mean = np.mean(x, axis=-1, keepdims=True)
    variance = np.var(x, axis=-1, keepdims=True)
    x_diff = x - mean
    part_prod = part * x_diff
    root_4 = np.sqrt(variance + 1e-05)
    part_prod_ratio = part_prod / root_4
    sum_2 = part_prod_ratio + part_2
    return sum_2 @ part_params.T, (
        x,
        mean,
        x_diff,
        part_prod,
        root_4,
        part_prod_ratio,
        sum_2,
        x_tape,
        mean_tape,
        root_tape,
        attention_out_tape,
        mean_tape_2,
        root_2_tape,
        part_7_prod_tape,
        root_3_tape,
        tanh_tape,
        part_9_prod_tape,
        attention_saved_tape,
    )


def attention_fwd(x, weights, heads):
    """Causal self-attention: a position sees itself and what came before."""
    n = x.shape[0]
    width = x.shape[1]
    x_prod = x @ weights["qkv"]
    split_x_prod = np.split(x_prod, 3, axis=-1)
    q = split_x_prod[0]
    k = split_x_prod[1]
    v = split_x_prod[2]
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
    scores_pre_2_tape = []
    chosen_mask_tape = []
    max_chosen_mask_tape = []
    e_tape = []
    sum_e_tape = []
    for q_h, k_h, v_h in zip(split_q, split_k, split_v):
        scores_pre = q_h @ k_h.T
        scores_pre_tape.append(scores_pre)
        scores_pre_2 = np.sqrt(width // heads)
        scores_pre_2_tape.append(scores_pre_2)
        scores = scores_pre / scores_pre_2
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
        x_prod,
        split_x_prod,
        mask,
        split_q,
        split_k,
        split_v,
        outputs,
        hstack_outputs,
        scores_pre_tape,
        scores_pre_2_tape,
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
    p_bar = np.zeros_like(p)
    p_bar[positions, tokens[1:]] = -1.0 / p_part.size / p_part
    # return e / e.sum(axis=axis, keepdims=True)
    p_bar_ratio = p_bar / sum_e
    e_bar = unbroadcast(p_bar_ratio, e)
    e_bar = e_bar - np.broadcast_to(unbroadcast(p_bar_ratio * p, sum_e), e.shape)
    # e = np.exp(x - x.max(axis=axis, keepdims=True))
    e_bar_prod = e_bar * e
    summed_e_bar_prod = unbroadcast(e_bar_prod, max_logits_out)
    hit = logits_out == max_logits_out
    sum_hit = np.sum(hit, axis=-1, keepdims=True)
    logits_out_ratio = logits_out / sum_hit
    shape = (logits_out_ratio * hit).shape
    broadcast_to = np.broadcast_to(summed_e_bar_prod, shape)
    summed = unbroadcast(broadcast_to * hit, logits_out_ratio)
    summed_logits_out = unbroadcast(summed / sum_hit, logits_out)
    diff = unbroadcast(e_bar_prod, logits_out) - summed_logits_out
    # p = softmax(logits(params, tokens[:-1], heads))
    params_bar = logits_rev(logits_saved, params, tokens[:-1], diff)
    return params_bar
