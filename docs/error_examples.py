"""For each code a program `f` that gets this diagnostic alone, at `X` or at three ones."""

EXAMPLES = {
    "SAD101": """
def f(x):
    with open("log.txt", "w") as log:
        log.write("called")
    return x.sum()
""",
    "SAD102": """
import math


def f(x):
    return x.sum() * math.sqrt
""",
    "SAD103": """
def f(x):
    return factor * x.sum()
""",
    "SAD104": """
import zlib


def f(x):
    return x.sum() * zlib.crc32(b"x")
""",
    "SAD105": """
import numpy as np


def f(x):
    return np.sum(x, axes=0)
""",
    "SAD106": """
def f(x):
    return x.summarise()
""",
    "SAD107": """
def f(x):
    first, second = (x[0], x[1], x[2])
    return first * second
""",
    "SAD108": """
def f(x):
    powers = {}
    powers[int(x[1])] = x[0] * x[0]
    return sum(powers.values())
""",
    "SAD109": """
def f(x):
    total = 0.0
    for v in 3.0:
        total += v * x.sum()
    return total
""",
    "SAD110": """
def f(x):
    y = x.sum()
    if y > 0.0:
        y = "positive"
    return y
""",
    "SAD111": """
def f(x):
    return 2.0 * f(x)
""",
    "SAD201": """
import numpy as np


def f(x):
    a = np.outer(x, x)
    b = a.T.reshape(-1)
    a[0] = 5.0
    return np.sum(a) * np.sum(b)
""",
    "SAD202": """
import numpy as np

TABLE = np.zeros(3)


def f(x):
    TABLE[0] = x[0]
    return np.sum(TABLE * x)
""",
    "SAD203": """
import numpy as np

X = np.ones((2, 2))


def f(x):
    a = x.copy()
    turned = np.rot90(a, len(a))
    turned[0] = 0.0
    return np.sum(a * a)
""",
    "SAD204": """
def f(x):
    pair = (x, x)
    pair[0] = 2.0 * x
    return pair[0].sum()
""",
    "SAD301": """
import scipy.special as sp


def f(x):
    return sp.zetac(x[0]) + x[1]
""",
    "SAD302": """
import numpy as np


def f(x):
    return np.sum(np.quantile(x, 0.25, method="inverted_cdf"))
""",
    "SAD303": """
import numpy as np


def f(x):
    return np.sum(np.round(x))
""",
    "SAD304": """
def f(x):
    return x * x
""",
    "SAD305": """
X = 3


def f(x):
    return x * x
""",
}
