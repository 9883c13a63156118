"""Calls that do something besides computing: messages and clocks. They run once, in order."""

from __future__ import annotations

LOGGER = "logging.Logger"
LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
OPTIONS = "*args, exc_info=None, stack_info=False, stacklevel=1, extra=None"
CLOCKS = ("perf_counter", "time", "monotonic", "process_time")


def effect_signatures() -> dict[str, str]:
    """Every such function, with the inside of its signature.

    The methods of a logger are called `logger.<name>`; their first parameter is the logger.

    Example:
        >>> effect_signatures()["time.perf_counter"]
        ''
    """
    return {
        **{f"logging.{level}": f"msg, {OPTIONS}" for level in LEVELS},
        **{f"logger.{level}": f"logger, msg, {OPTIONS}" for level in LEVELS},
        "logging.log": f"level, msg, {OPTIONS}",
        "logger.log": f"logger, level, msg, {OPTIONS}",
        "warnings.warn": "message, category=None, stacklevel=1, source=None",
        **{f"time.{clock}": "" for clock in CLOCKS},
    }


def reads_clock(name: str) -> bool:
    """Whether an operation does nothing that anybody sees but by its result."""
    return name in {f"time.{clock}" for clock in CLOCKS}
