"""Lists that grow and shrink while the program runs: stacks, queues, windows, insertions."""

from collections import deque

import numpy as np

from tests.corpus.registry import array, case, floats


def adaptive_quadrature(x):
    stack = [(0.0, 1.0)]
    total = 0.0
    while stack:
        a, b = stack.pop()
        m = 0.5 * (a + b)
        fa, fm, fb = np.sin(3.0 * x[0] * a), np.sin(3.0 * x[0] * m), np.sin(3.0 * x[0] * b)
        middle = (b - a) * fm
        ends = (b - a) * (fa + fb) / 2
        if abs(middle - ends) < 1e-2:
            total += (middle + ends) * x[1]
        else:
            stack.append((a, m))
            stack.append((m, b))
    return total


def halves(x):
    stack = [x]
    total = 0.0
    while len(stack) > 0:
        v = stack.pop()
        if len(v) == 1:
            total = total + v[0] ** 2
        else:
            k = len(v) // 2
            stack.append(v[:k] * 1.1)
            stack.append(v[k:] * np.sin(v[0]))
    return total


def breadth_first(x):
    queue = [x[0]]
    n = 0
    total = 0.0
    while queue and n < 12:
        v = queue.pop(0)
        n += 1
        total += v * v
        queue.append(v * x[1])
        if v > 0.1:
            queue.append(np.sin(v))
    return total * len(queue)


def postfix(x):
    stack = []
    for t in [0, 1, -1, 2, -2]:
        if t >= 0:
            stack.append(x[t])
        elif t == -1:
            b = stack.pop()
            a = stack.pop()
            stack.append(a * b)
        else:
            b = stack.pop()
            a = stack.pop()
            stack.append(a + np.sin(b))
    return stack.pop() * x[0]


def small_ones_deleted(x):
    xs = [v * v for v in x]
    i = 0
    while i < len(xs):
        if xs[i] < 0.3:
            del xs[i]
        else:
            i += 1
    return sum(xs) * x[0] + len(xs) * x[1]


def merged(x):
    a = [v for v in x if v > 0]
    b = [v for v in x if v <= 0]
    out = []
    while a and b:
        if a[0] * a[0] < b[0] * b[0]:
            out.append(a.pop(0))
        else:
            out.append(b.pop(0))
    out += a + b
    return sum(v * v * (k + 1) for k, v in enumerate(out))


def sliding_history(x):
    history = []
    y = x[0]
    for _ in range(8):
        history.append(y)
        if len(history) > 3:
            history.pop(0)
        y = sum(history) * 0.4 + np.cos(x[1] * history[-1])
    return y * sum(history)


def inserted(x):
    xs = [x[0]]
    for k in range(1, len(x)):
        xs.insert(k // 2, x[k] * xs[0])
        xs.insert(-1, x[k])
    del xs[:2]
    xs.insert(0, x[0] * x[1])
    return sum(np.sin(v) * (k + 1) for k, v in enumerate(xs))


def insertion_sort(x):
    xs = []
    for v in x:
        k = 0
        while k < len(xs) and xs[k] < v:
            k += 1
        xs.insert(k, v)
    return sum((i + 1) * v for i, v in enumerate(xs))


def tree_without_recursion(x):
    tree = {
        "value": x[0],
        "children": [
            {"value": x[1], "children": []},
            {"value": x[2] * x[0], "children": [{"value": x[1] ** 2, "children": []}]},
        ],
    }
    stack = [tree]
    total = 0.0
    while stack:
        node = stack.pop()
        total += node["value"] ** 2
        stack.extend(node["children"])
    return total


def vectors_in_a_queue(x):
    queue = [x, 2.0 * x]
    for k in range(4):
        v = queue.pop(k % 2)
        w = queue[-1]
        queue.append(v * w)
        queue.reverse()
        if k == 2:
            queue.append(np.cos(v))
    return np.sum(queue[0] * queue[1] + queue[-1])


def cut_short(x):
    path = [x[0]]
    best = x[0] * 0.0
    for k in range(6):
        path.append(np.sin(path[-1] * x[1]) + 0.1 * k)
        if path[-1] < 0.2:
            del path[-2:]
        if not path:
            path.append(x[2])
        best = best + path[len(path) // 2] ** 2
    path.clear()
    path.extend(x)
    return best * sum(path)


def moving_average(x):
    window = deque(maxlen=3)
    out = 0.0
    for v in x:
        window.append(v)
        out += sum(window) / len(window) * x[0]
    return out * window[0]


def both_ends(x):
    d = deque([x[0]])
    for v in x[1:]:
        if v > 0:
            d.append(v)
        else:
            d.appendleft(v * x[0])
    total = 0.0
    k = 1.0
    while d:
        total += k * d.popleft() ** 2
        k += 1
    return total


def rotated(x):
    d = deque(maxlen=4)
    d.extend(x)
    d.extendleft([x[0] * 2, x[1]])
    d.rotate(1)
    d.rotate(len(x) - 4)
    return sum(k * v for k, v in enumerate(d)) * d[-1]


def taken_in_turns(x):
    tasks = deque([(0, x[0], 3), (1, x[1], 2)])
    total = 0.0
    while tasks:
        k, v, left = tasks.popleft()
        total = total * 0.9 + v * (k + 1)
        if left > 1:
            tasks.append((k, np.sin(v) * x[2], left - 1))
    return total


CASES = [
    case(adaptive_quadrature, array(2, low=0.3)),
    case(halves, array(5), array(8)),
    case(breadth_first, array(2, low=0.3), array(2)),
    case(postfix, array(3)),
    case(small_ones_deleted, array(5), array(2, low=-0.4, high=0.4)),
    case(merged, array(6), array(4, low=0.1)),
    case(sliding_history, array(2)),
    case(inserted, array(4), array(3)),
    case(insertion_sort, array(5)),
    case(tree_without_recursion, array(3)),
    case(vectors_in_a_queue, array(3), floats(0.7)),
    case(moving_average, array(5), array(2)),
    case(both_ends, array(5)),
    case(rotated, array(4), array(6)),
    case(taken_in_turns, array(3)),
    case(cut_short, array(3), array(3, low=-1.0, high=-0.2)),
]
