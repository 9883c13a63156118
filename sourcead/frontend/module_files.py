"""Files of modules: their text, their tree, and where packages begin."""

from __future__ import annotations

import ast
import tokenize
from pathlib import Path

from sourcead.errors import Diagnostic, SourceUnavailableError, UnsupportedError


def read_module(path: Path) -> tuple[str, ast.Module]:
    """The text of a file, in the encoding it declares, and its tree."""
    try:
        with tokenize.open(path) as file:
            text = file.read()
        return text, ast.parse(text, str(path))
    except SyntaxError as error:
        col = max((error.offset or 1) - 1, 0)
        end = max((error.end_offset or 0) - 1, col + 1)
        line = error.text or ""
        message = f"this is not Python: {error.msg}"
        place = ("SAD101", str(path), error.lineno or 1, col, end)
        raise UnsupportedError([Diagnostic(*place, message, source_line=line)]) from error
    except UnicodeDecodeError as error:
        raise SourceUnavailableError(
            f"{path}: the file is not {error.encoding}: {error.reason}"
        ) from error
    except ValueError as error:
        raise SourceUnavailableError(f"{path}: this is not Python: {error}") from error
    except OSError as error:
        raise SourceUnavailableError(f"{path}: cannot be read: {error.strerror}") from error


def package_root(folder: Path) -> Path:
    """Where the outermost package that a folder belongs to is found."""
    folder = folder.resolve()
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder
