def heat_two_axes_grad(u, steps):
    # forward
    u = u.copy()
    for _ in range(steps):
        u[1:-1, 1:-1] += 0.1 * (
            u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        )
    # reverse
    # return np.sum(u**2)
    u_bar = 2.0 * u
    for _ in reversed(range(steps)):
        # u[1:-1, 1:-1] += 0.1 * (u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 *
        #     u[1:-1, 1:-1])
        u_bar_prod = 0.1 * u_bar[1:-1, 1:-1]
        u_bar[1:-1, 1:-1] -= 0.4 * u_bar[1:-1, 1:-1]
        u_bar[1:-1, :-2] += u_bar_prod
        u_bar[1:-1, 2:] += u_bar_prod
        u_bar[:-2, 1:-1] += u_bar_prod
        u_bar[2:, 1:-1] += u_bar_prod
    return u_bar
