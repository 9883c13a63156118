"""Dicts, counters and sets whose keys are known, however they are made and changed."""

from collections import Counter, OrderedDict, defaultdict

import numpy as np

from tests.corpus.registry import array, case


def added_by_name(x):
    sums = defaultdict(float)
    for name, v in (("a", x[0]), ("b", x[1]), ("a", x[2])):
        sums[name] += v * v
    return sums["a"] * sums["b"] + len(sums)


def added_by_counter(x):
    sums = defaultdict(lambda: x[0])
    for i in range(4):
        sums[i % 2] += x[i] ** 2
    return sums[0] * sums[1] * sums[7]


def grouped(x):
    groups = defaultdict(list)
    for label, k in zip([0, 1, 0, 1], range(4), strict=True):
        groups[label].append(x[k])
    return sum(sum(g) ** 2 for g in groups.values()) * groups[1][0]


def dicts_joined(x):
    a = {"p": x[0], "q": x[1]}
    b = {"q": x[2], "r": x[3]}
    c = a | b
    d = {**a, **b, "s": x[0] * x[1]}
    a |= b
    e = dict(zip(["u", "v"], x[:2], strict=True))
    a.setdefault("z", x[0] ** 2)
    f = dict(a, y=x[1])
    g = dict.fromkeys(["m", "n"], x[3])
    name, last = f.popitem()
    total = sum(c.values()) + d["s"] * d["q"] + e["u"] * e["v"] + a["z"] * a["q"]
    return total + a.get("none", 2.0) * a.pop("p") + g["m"] * (last if name == "y" else 0.0)


def letters_counted(x):
    counts = Counter("abracadabra")
    first, _ = counts.most_common(1)[0]
    weight = x[0] * counts["a"] + x[1] ** 2 * counts["b"] + len(counts) * x[2]
    return weight * (x[0] if first == "a" else 0.0) + counts["z"]


def words_counted(x):
    total = 0.0
    for k, (word, n) in enumerate(Counter(["a", "b", "a", "c"]).items()):
        total += n * x[k] ** 2 if word != "c" else x[k]
    return total


def known_sets(x):
    active, names = {0, 2}, {"a", "b"}
    total = 0.0
    for i in range(len(x)):
        if i in active:
            total += x[i] ** 2
    if "a" in names and "c" not in names and names >= {"b"}:
        total *= x[1]
    chosen = {1, 2, 3} & set(range(2, 5)) | {0}
    chosen.add(1)
    chosen.discard(9)
    for k in sorted(chosen, reverse=True):
        total += x[k] * k
    return total * len(chosen - active)


def graph_search(x):
    graph = {0: [1, 2], 1: [3], 2: [3], 3: []}
    seen = set()
    stack = [0]
    total = 0.0
    while stack:
        n = stack.pop()
        if n in seen:
            continue
        seen.add(n)
        total += x[n] ** len(seen)
        for m in graph[n]:
            stack.append(m)
    return total * x[0]


def memoised(x):
    cache = {}

    def fib(n):
        if n not in cache:
            cache[n] = x[n] if n < 2 else fib(n - 1) * fib(n - 2) + x[2]
        return cache[n]

    return fib(6)


def parameters_updated(x):
    params = {"w": x[:2], "b": x[2]}
    for _ in range(3):
        slopes = {k: 2.0 * np.sin(v) for k, v in params.items()}
        params = {k: params[k] - 0.1 * slopes[k] for k in params}
    return np.sum(params["w"]) * params["b"]


def ordered_dict(x):
    parts = OrderedDict([("a", x[0])])
    parts["b"] = x[1] * x[2]
    out = 1.0
    for key, v in parts.items():
        out *= v if key == "a" else np.sin(v)
    return out


def settings_inside(x):
    config = {"opt": {"lr": 0.1, "steps": 3}, "model": {"act": "tanh", "p": [x[0], x[1]]}}
    w = config["model"]["p"][0]
    for _ in range(config["opt"]["steps"]):
        w = w - config["opt"]["lr"] * (np.tanh(w) if config["model"]["act"] == "tanh" else w)
    config["model"]["p"][1] = w * x[2]
    return config["model"]["p"][1] * config["model"]["p"][0]


def made_when_missing(x):
    found = {}
    total = 0.0
    for i in range(6):
        if i % 3 not in found:
            found[i % 3] = x[i % 3] ** 2
        total += found[i % 3] * x[3]
    return total


def keys_changed_in_a_loop(x):
    d = {"a": x[0], "b": x[1]}
    total = 0.0
    for k in d:
        total += d[k] ** 2
    for k in list(d):
        d[k] = d[k] * total
    for k in sorted(d.keys(), reverse=True):
        total = total * d[k]
    del d["a"]
    return total + len(d) * d["b"]


def sums_in_a_dict(x):
    sums = {"w": np.zeros(2), "b": 0.0}
    for i in range(2):
        sums["w"] += x[:2] * i
        sums["b"] += x[i] ** 2
    return np.sum(sums["w"] ** 2) * sums["b"]


CASES = [
    case(f, array(4))
    for f in (
        added_by_name,
        added_by_counter,
        grouped,
        dicts_joined,
        letters_counted,
        words_counted,
        known_sets,
        graph_search,
        memoised,
        parameters_updated,
        ordered_dict,
        settings_inside,
        made_when_missing,
        keys_changed_in_a_loop,
        sums_in_a_dict,
    )
]
