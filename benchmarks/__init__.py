"""Benchmarks: `python -m benchmarks.NAME` runs one. Ratios are of interleaved medians."""

import os

# Before NumPy is imported: two BLAS copies in one process, or threads, make times meaningless.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false")
