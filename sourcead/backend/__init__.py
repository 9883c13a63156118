"""The backend: the IR as readable Python text."""

from sourcead.backend.emit import EmitOptions, Emitted, emit
from sourcead.backend.printing import pretty
from sourcead.backend.scope import Require

__all__ = ["EmitOptions", "Emitted", "Require", "emit", "pretty"]
