"""The one way in which kernels are compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function on flat arrays; what was compiled once is read from the cache.

    A compiled kernel runs without the interpreter: its loops are the point of it. It runs
    on one thread and keeps the order of its sums, so its answer is the same on every run;
    no fast arithmetic that reorders them.
    """
    return cast(Kernel, njit(cache=True, nogil=True, error_model="numpy")(kernel))
