import numpy as np


def dynamic_programming_grad(costs):
    # forward
    n = costs.shape[0]
    m = costs.shape[1]
    table = np.zeros((n, m))
    table[0, 0] = costs[0, 0]
    steps_n = range(1, n)
    for i in steps_n:
        table[i, 0] = table[i - 1, 0] + costs[i, 0]
    steps_m = range(1, m)
    for j in steps_m:
        table[0, j] = table[0, j - 1] + costs[0, j]
    for i in steps_n:
        for j in steps_m:
            table_part = table[i - 1, j]
            table[i, j] = costs[i, j] + min(table_part, table[i, j - 1])
    # reverse
    # return table[-1, -1]
    table_bar = np.zeros_like(table)
    table_bar[-1, -1] = 1.0
    costs_bar = np.zeros_like(costs)
    for i in reversed(steps_n):
        for j in reversed(steps_m):
            # table[i, j] = costs[i, j] + min(table[i - 1, j], table[i, j - 1])
            table_bar_part = table_bar[i, j]
            is_less_table = table[i, j - 1] < table[i - 1, j]
            table_bar[i, j] = 0.0
            table_bar[i, j - 1] += table_bar_part * is_less_table
            table_bar[i - 1, j] += table_bar_part * (1 - is_less_table)
            costs_bar[i, j] += table_bar_part
    for j in reversed(steps_m):
        # table[0, j] = table[0, j - 1] + costs[0, j]
        table_bar_part_2 = table_bar[0, j]
        costs_bar[0, j] += table_bar_part_2
        table_bar[0, j] = 0.0
        table_bar[0, j - 1] += table_bar_part_2
    for i in reversed(steps_n):
        # table[i, 0] = table[i - 1, 0] + costs[i, 0]
        table_bar_part_3 = table_bar[i, 0]
        costs_bar[i, 0] += table_bar_part_3
        table_bar[i, 0] = 0.0
        table_bar[i - 1, 0] += table_bar_part_3
    # table[0, 0] = costs[0, 0]
    costs_bar[0, 0] += table_bar[0, 0]
    return costs_bar
