"""The expression of every textbook, and the source of its derivative.

    python examples/textbook.py
"""

import sourcead


def textbook(a: float, b: float, c: float, f: float) -> float:
    """L = (a b + c) f."""
    e = a * b
    d = e + c
    return d * f


def main() -> dict[str, float]:
    """Print the generated gradient, then what it says at one point."""
    gradient = sourcead.grad(textbook, wrt=("a", "b", "c", "f"))
    point = {"a": 2.0, "b": -3.0, "c": 10.0, "f": -2.0}
    slopes = dict(zip(point, gradient(**point), strict=True))
    print(gradient.source)
    print(f"L = {textbook(**point):g}")
    for name, slope in slopes.items():
        print(f"dL/d{name} = {slope:g}")
    return slopes


if __name__ == "__main__":
    main()
