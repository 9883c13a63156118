"""What does not end is a failure too."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from types import FrameType


@contextlib.contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """What takes more time than that raises `TimeoutError`; one limit may be within another.

    The time is the process's own, so that a busy machine does not count.
    """

    def expired(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not done after {seconds} s")

    before = signal.signal(signal.SIGVTALRM, expired)
    outer, _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    began = time.process_time()
    try:
        yield
    finally:
        left = max(outer - (time.process_time() - began), 1e-3) if outer else 0.0
        signal.signal(signal.SIGVTALRM, before)
        signal.setitimer(signal.ITIMER_VIRTUAL, left)
