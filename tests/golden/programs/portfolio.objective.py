import numpy as np


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


def final_wealth_rev(saved, targets, returns, cost, out_bar):
    # reverse
    holdings, holdings_tape, wealth_tape, fee_pre_tape, wealth_diff_tape = saved
    # return holdings.sum(axis=1)
    holdings_bar = np.broadcast_to(np.expand_dims(out_bar, 1), holdings.shape)
    # for t in range(periods):
    targets_bar = zero(targets)
    periods = returns.shape[1]
    for t, holdings, wealth, fee_pre, wealth_diff in zip(
        reversed(range(periods)),
        reversed(holdings_tape),
        reversed(wealth_tape),
        reversed(fee_pre_tape),
        reversed(wealth_diff_tape),
    ):
        # holdings = holdings * (1.0 + returns[:, t])
        holdings_bar = unbroadcast(holdings_bar * (1.0 + returns[:, t]), holdings)
        if t > 0:
            # return target * (wealth - fee)
            holdings_bar_prod = holdings_bar * wealth_diff
            sum_2 = np.sum(holdings_bar_prod, axis=0)
            wealth_bar = np.sum(holdings_bar * targets[t], axis=1, keepdims=True)
            # fee = cost * np.sum(np.abs(holdings - target * wealth), axis=1, keepdims=True)
            prod = cost * wealth_bar * np.sign(fee_pre)
            prod_prod = prod * wealth
            prod_prod_2 = prod * targets[t]
            wealth_bar += np.sum(prod_prod_2, axis=1, keepdims=True)
            # wealth = holdings.sum(axis=1, keepdims=True)
            holdings_bar = wealth_bar - prod
            # holdings = trade(holdings, targets[t], cost)
            targets_bar[t] = targets_bar[t] + (sum_2 + np.sum(prod_prod, axis=0))
    scenarios = returns.shape[0]
    n_rows = targets[0].shape[0]
    # holdings = np.tile(targets[0], (scenarios, 1))
    split = np.reshape(holdings_bar, (scenarios, 1, n_rows))
    targets_bar[0] = targets_bar[0] + np.sum(split, axis=(0, 1))
    return targets_bar


def final_wealth_fwd(targets, returns, cost):
    """One value per scenario; `returns` has axes scenario, period, asset."""
    scenarios = returns.shape[0]
    periods = returns.shape[1]
    holdings = np.tile(targets[0], (scenarios, 1))
    holdings_tape = []
    wealth_tape = []
    fee_pre_tape = []
    wealth_diff_tape = []
    for t in range(periods):
        if t > 0:
            wealth = holdings.sum(axis=1, keepdims=True)
            fee_pre = holdings - targets[t] * wealth
            fee = cost * np.sum(np.abs(fee_pre), axis=1, keepdims=True)
            wealth_diff = wealth - fee
            holdings = targets[t] * wealth_diff
        else:
            wealth = None
            fee_pre = None
            wealth_diff = None
        holdings_tape.append(holdings)
        wealth_tape.append(wealth)
        fee_pre_tape.append(fee_pre)
        wealth_diff_tape.append(wealth_diff)
        holdings = holdings * (1.0 + returns[:, t])
    return holdings.sum(axis=1), (
        holdings,
        holdings_tape,
        wealth_tape,
        fee_pre_tape,
        wealth_diff_tape,
    )


def objective_grad(logits, returns, aversion=1.0, cost=0.005):
    """To be made small: mean growth against the worst tenth of the scenarios."""
    # forward
    targets = []
    max_row_tape = []
    e_tape = []
    sum_e_tape = []
    for row in logits:
        max_row = np.max(row)
        max_row_tape.append(max_row)
        e = np.exp(row - max_row)
        e_tape.append(e)
        sum_e = np.sum(e)
        sum_e_tape.append(sum_e)
        targets.append(e / sum_e)
    final_wealth_out, final_wealth_saved = final_wealth_fwd(targets, returns, cost)
    growth = np.log(final_wealth_out)
    sort_growth = np.sort(growth)
    worst_pre = int(0.1 * len(final_wealth_out))
    worst = sort_growth[:worst_pre]
    # reverse
    # worst = np.sort(outcomes)[: int(level * len(outcomes))]
    zeros_sort_growth = np.zeros_like(sort_growth)
    zeros_sort_growth[:worst_pre] = -(aversion / worst.size)
    growth_bar = np.zeros_like(final_wealth_out)
    np.add.at(growth_bar, np.argsort(growth), zeros_sort_growth)
    # return -np.mean(growth) - aversion * expected_shortfall(growth, 0.1)
    growth_bar -= 1.0 / final_wealth_out.size
    # growth = np.log(final_wealth(targets, returns, cost))
    growth_bar_ratio = growth_bar / final_wealth_out
    targets_bar = final_wealth_rev(final_wealth_saved, targets, returns, cost, growth_bar_ratio)
    # targets = [softmax(row) for row in logits]
    logits_bar = np.zeros_like(logits)
    for i, row, max_row, e, sum_e in zip(
        reversed(range(len(logits))),
        reversed(logits),
        reversed(max_row_tape),
        reversed(e_tape),
        reversed(sum_e_tape),
    ):
        # targets = [softmax(row) for row in logits]
        targets_bar_last = targets_bar.pop()
        # return e / np.sum(e)
        e_bar = targets_bar_last / sum_e
        e_bar -= e_bar @ (e / sum_e)
        # e = np.exp(x - np.max(x))
        row_bar = e_bar * e
        hit = row == max_row
        row_bar -= e_bar @ e * hit / np.sum(hit, keepdims=True)
        # targets = [softmax(row) for row in logits]
        logits_bar[i] += row_bar
    return logits_bar
