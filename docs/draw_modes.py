"""Draw docs/modes.svg: what one sweep of each direction gives of the Jacobian.

python docs/draw_modes.py
"""

from pathlib import Path

CELL, ROWS, COLUMNS = 26, 5, 4
INK, PALE, FORWARD, REVERSE = "#30343b", "#d9dce1", "#c98a1b", "#2f6db3"


def matrix(x: int, y: int, column: int | None, row: int | None) -> list[str]:
    """A Jacobian with one column or one row filled."""
    shapes = []
    for i in range(ROWS):
        for j in range(COLUMNS):
            fill = FORWARD if j == column else REVERSE if i == row else "none"
            shapes.append(
                f'<rect x="{x + j * CELL}" y="{y + i * CELL}" width="{CELL}" height="{CELL}" '
                f'fill="{fill}" stroke="{PALE}"/>'
            )
    size = f'width="{COLUMNS * CELL}" height="{ROWS * CELL}"'
    shapes.append(f'<rect x="{x}" y="{y}" {size} fill="none" stroke="{INK}"/>')
    return shapes


def text(x: int, y: int, words: str, color: str = INK, anchor: str = "middle") -> str:
    """A line of text."""
    return f'<text x="{x}" y="{y}" fill="{color}" text-anchor="{anchor}">{words}</text>'


def panel(x: int, title: str, below: str, column: int | None, row: int | None) -> list[str]:
    """One direction: its matrix with the words around it."""
    middle = x + COLUMNS * CELL // 2
    color = FORWARD if column is not None else REVERSE
    return [
        text(middle, 24, title, color),
        text(middle, 48, "n arguments"),
        text(x - 12, 58 + ROWS * CELL // 2, "m results", anchor="end"),
        *matrix(x, 58, column, row),
        text(middle, 58 + ROWS * CELL + 24, below, color),
    ]


def main() -> None:
    """Write the picture."""
    shapes = [
        *panel(110, "forward: J x_dot", "one column a sweep: n sweeps", 1, None),
        *panel(400, "reverse: J^T y_bar", "one row a sweep: m sweeps", None, 2),
    ]
    body = "\n  ".join(shapes)
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 230" '
        f'font-family="sans-serif" font-size="14">\n  {body}\n</svg>\n'
    )
    (Path(__file__).parent / "modes.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
