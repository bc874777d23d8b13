"""What a run and a check write: every file of `out/`, whole or not at all."""

from landgov.outputs.folder import OUT, writable
from landgov.outputs.write import (
    issue_counts,
    rechecked,
    write_check,
    write_maps,
    write_outputs,
)

__all__ = [
    "OUT",
    "issue_counts",
    "rechecked",
    "writable",
    "write_check",
    "write_maps",
    "write_outputs",
]
