"""Faults of one file, on their way into the one error that lists them all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from landgov.errors import Fault, LandgovError


class FileError(LandgovError):
    """Signal what is wrong with one file, in words that fit a `Fault`.

    Parameters
    ----------
    kind : str
        The stable word for programs, e.g. ``no_crs``.
    zh, en : str
        The message in both languages.
    do : str
        What to do; a line for `landgov.toml` where there is one.
    field, value, file : str
        What of the file is at fault; empty where nothing is to be named.
    brief : str
        The reason in Chinese alone, for a list of files; by default `zh`.

    Examples
    --------
    >>> raise_me = FileError("no_crs", zh="没有坐标系", en="no CRS", do="crs = 4549")
    >>> raise_me.fault("sources.parcels", "a.shp").kind
    'no_crs'
    """

    def __init__(
        self,
        kind: str,
        *,
        zh: str,
        en: str,
        do: str,
        field: str = "",
        value: str = "",
        file: str = "",
        brief: str = "",
    ) -> None:
        super().__init__(en, do=do, message_zh=zh)
        self.brief = brief or zh
        self.as_fault = Fault(kind, "", zh, en, do, file=file, field=field, value=value)

    def fault(self, where: str, file: str) -> Fault:
        """Give the fault, placed at an entry of `landgov.toml` and a file."""
        return replace(self.as_fault, where=where, file=file)


@dataclass(frozen=True)
class Suggestion:
    """Words close to one that is not known, for “did you mean”."""

    words: tuple[str, ...]

    @property
    def zh(self) -> str:
        """The question in Chinese; empty if nothing is close."""
        return f"，是否为 {'、'.join(self.words)}？" if self.words else ""

    @property
    def en(self) -> str:
        """The question in English; empty if nothing is close."""
        return f" (did you mean {', '.join(self.words)}?)" if self.words else ""


def suggest(word: str, known: Iterable[str]) -> Suggestion:
    """Find known words close to one that is not known.

    Examples
    --------
    >>> suggest("parcel", ["parcels", "links"]).words
    ('parcels',)
    """
    # Chinese headings are short: half of the signs in common is already a near miss.
    found = difflib.get_close_matches(word, list(dict.fromkeys(known)), n=3, cutoff=0.5)
    return Suggestion(tuple(found))


_UNREADABLE = "无法读取文件"


def no_access() -> FileError:
    """Make the fault of a file that the system doesn't let be read.

    Examples
    --------
    >>> no_access().as_fault.kind
    'unreadable_file'
    """
    return FileError(
        "unreadable_file",
        zh="没有读取权限，或文件正被其他程序占用",
        en="the file can't be read: no permission, or another program holds it",
        do="关闭占用该文件的程序（如 Excel、WPS），或检查读取权限",
    )


def unreadable(what: object, *, zh: str = _UNREADABLE, do: str = "") -> FileError:
    """Make the fault of a file that its reader refuses, keeping the reader's own words.

    Examples
    --------
    >>> unreadable("zip archive is cut off").as_fault.kind
    'unreadable_file'
    """
    if isinstance(what, PermissionError):
        return no_access()
    words = " ".join(str(what).split())[:300] or type(what).__name__
    return FileError(
        "unreadable_file",
        zh=f"{zh}：{words}",
        en=f"the file can't be read: {words}",
        do=do or "请在原软件中打开并另存，或向报送部门索取完好的文件",
        # A cause that is said in Chinese stands without the reader's words.
        brief="" if zh == _UNREADABLE else zh,
    )


def listed(names: Iterable[str], limit: int = 30) -> str:
    """Join names for a message; a long list is cut and says so.

    Examples
    --------
    >>> listed("abc", 2)
    'a、b… (3)'
    """
    every = [str(name) for name in names]
    shown = "、".join(every[:limit])
    return f"{shown}… ({len(every)})" if len(every) > limit else shown


def no_crs() -> FileError:
    """Make the fault of a file that doesn't say in which CRS its coordinates are."""
    return FileError(
        "no_crs",
        zh="文件没有坐标系信息（缺 .prj 或未定义）",
        en="the file has no CRS",
        do="crs = 4549  （按实际坐标系填写：4549 为 CGCS2000 三度带 120°，4528 为带号坐标，4490 为经纬度）",
        field="crs",
    )
