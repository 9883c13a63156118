import numpy as np


def sum_of_outer(us, vs, like):
    """The sum of `np.outer(u, v)` over pairs of vectors: a matrix of the shape of `like`."""
    return np.array(us).T @ np.array(vs) if us else np.zeros_like(like)


def solve_rev(saved, a, x, tolerance, x_bar):
    # reverse
    r_start, rho_tape, p_tape, q_tape, alpha_pre_tape, r_tape, rho_ratio_tape = saved
    # for k in range(2 * len(b)):
    r_bar = np.zeros_like(x_bar)
    p_bar = np.zeros_like(x_bar)
    left = []
    right = []
    rho_bar = 0.0
    for rho, p, q, alpha_pre, r, rho_ratio in zip(
        reversed(rho_tape),
        reversed(p_tape),
        reversed(q_tape),
        reversed(alpha_pre_tape),
        reversed(r_tape),
        reversed(rho_ratio_tape),
    ):
        if not rho < tolerance * tolerance:
            # p += r
            r_bar += p_bar
            # p *= rho / rho_old
            rho_ratio_2 = p_bar @ p / rho
            p_bar *= rho_ratio
            rho_bar += rho_ratio_2
            # rho = r @ r
            r_bar += 2.0 * rho_bar * r
            alpha = rho / alpha_pre
            # x += alpha * p
            alpha_bar = x_bar @ p - r_bar @ q
            p_bar += x_bar * alpha
            # alpha = rho / (p @ q)
            alpha_bar_ratio = alpha_bar / alpha_pre
            prod = alpha_bar_ratio * alpha
            rho_bar = alpha_bar_ratio - rho_ratio_2 * rho_ratio
            p_bar -= prod * q
            sum_2 = r_bar * alpha + prod * p
            # q = a @ p
            left.append(-sum_2)
            right.append(p)
            p_bar -= a.T @ sum_2
    a_bar = sum_of_outer(left, right, a)
    # rho = r @ r
    r_bar += 2.0 * rho_bar * r_start
    # p = r.copy()
    r_bar += p_bar
    # r = b - a @ x
    a_bar -= np.outer(r_bar, x)
    return a_bar, r_bar


def solve_fwd(a, b, x, tolerance):
    r = b - a @ x
    p = r.copy()
    rho = r @ r
    r_start = r
    rho_tape = []
    p_tape = []
    q_tape = []
    alpha_pre_tape = []
    r_tape = []
    rho_ratio_tape = []
    for k in range(2 * len(b)):
        rho_tape.append(rho)
        p_tape.append(p)
        if rho < tolerance * tolerance:
            q_tape.append(None)
            alpha_pre_tape.append(None)
            r_tape.append(None)
            rho_ratio_tape.append(None)
            break
        q = a @ p
        alpha_pre = p @ q
        alpha = rho / alpha_pre
        x += alpha * p
        r = r - alpha * q
        rho_2 = r @ r
        rho_ratio = rho_2 / rho
        p = p * rho_ratio
        p = p + r
        q_tape.append(q)
        alpha_pre_tape.append(alpha_pre)
        r_tape.append(r)
        rho_ratio_tape.append(rho_ratio)
        rho = rho_2
    return x, (r_start, rho_tape, p_tape, q_tape, alpha_pre_tape, r_tape, rho_ratio_tape)


def loss_grad(a, b, tolerance):
    """Energy of the solution."""
    # forward
    x = np.zeros_like(b)
    x_2, solve_saved = solve_fwd(a, b, x.copy(), tolerance)
    # reverse
    # solve(a, b, x, tolerance)
    a_bar, b_bar = solve_rev(solve_saved, a, x, tolerance, x_2)
    return a_bar, b_bar
