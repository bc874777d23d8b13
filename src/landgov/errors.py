"""Errors that a user can act on: what is wrong with which value, and what to do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class LandgovError(Exception):
    """Signal a fault of the input or of a call, in words that say how to mend it.

    Parameters
    ----------
    message : str
        What is wrong with which value, in English.
    do : str, optional
        What to do about it; printed on a line of its own.
    message_zh : str, optional
        The same message in Chinese.

    Examples
    --------
    >>> print(LandgovError("parcels have no CRS.", do='crs = 4549'))
    parcels have no CRS.
      do: crs = 4549
    """

    def __init__(
        self, message: str, *, do: str | None = None, message_zh: str | None = None
    ) -> None:
        self.message = message
        self.do = do
        self.message_zh = message_zh
        lines = [line for line in (message_zh, message) if line]
        if do:
            lines.append(f"  do: {do}")
        super().__init__("\n".join(lines))


@dataclass(frozen=True)
class Fault:
    """One fault of a file or of `landgov.toml`: the run can't start until it is mended.

    Parameters
    ----------
    kind : str
        Short stable word for programs, e.g. ``missing_file``.
    where : str
        The entry of `landgov.toml` concerned, e.g. ``sources.parcels``.
    file, field, value : str
        The file, its column or entry, and the value at fault; empty where none.
    zh, en : str
        The message in both languages.
    do : str
        What to do, in Chinese; a line to write into `landgov.toml` where there is one.
    """

    kind: str
    where: str
    zh: str
    en: str
    do: str
    file: str = ""
    field: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = " · ".join(part for part in (self.where, self.file, self.field) if part)
        return f"[{place}] {self.zh}\n    {self.en}\n    → {self.do}"


class WorkspaceError(LandgovError):
    """Report every fault of a workspace at once; nothing has run and `out/` is untouched.

    Parameters
    ----------
    faults : iterable of Fault
        All faults that were found, in the order of `landgov.toml`.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        count = len(self.faults)
        listing = "\n".join(f"{number}. {fault}" for number, fault in enumerate(self.faults, 1))
        super().__init__(
            f"{count} fault(s) in the workspace; nothing was run.\n{listing}",
            message_zh=f"工作区有 {count} 处文件问题，未运行，out/ 保持原样。",
        )
