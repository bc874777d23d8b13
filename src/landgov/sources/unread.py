"""Columns of a file that no column of the table takes (未读入的列): each is on record."""

from __future__ import annotations

from collections.abc import Iterator

from landgov import schema
from landgov.sources.faults import listed
from landgov.sources.formats import format_of
from landgov.sources.heading_faults import likeness, toml_text
from landgov.sources.headings import Assignment, row_columns
from landgov.sources.notes import Note, note
from landgov.sources.readings import plain
from landgov.sources.specs import SourceSpec

_NEAR = 0.75
"""How alike a heading must be to a column that is missing, to be worth a warning."""

_SHOWN = 40
_PASSED_OVER = frozenset(("", "序号", "编号", "no", "no."))


def unread_notes(spec: SourceSpec, found: Assignment) -> Iterator[Note]:
    """Name the columns that are not read; one whose heading is nearly known is a warning.

    Parameters
    ----------
    spec : SourceSpec
        The block of `landgov.toml`.
    found : Assignment
        Which heading supplies which column.

    Yields
    ------
    Note
        Of kind `near_heading`, one a heading, and at most one `unread_columns`.

    References
    ----------
    `landgov.sources.heading_faults.likeness`.
    """
    columns = schema.table(spec.table).columns
    supplied = {*found.columns, *spec.constants}
    free = [columns[name] for name in row_columns(spec.table) if name not in supplied]
    rest: list[str] = []
    for heading in dict.fromkeys(found.unused):
        if plain(heading) in _PASSED_OVER:
            continue
        alike, near = max(
            ((likeness(column, heading), column.name) for column in free), default=(0.0, "")
        )
        if alike < _NEAR:
            rest.append(heading)
            continue
        term = columns[near].zh
        line = f"columns = {{ {near} = {toml_text(heading)} }}"
        yield note(
            "near_heading",
            f"表头“{heading}”没有识别，整列未读入；可能是“{term}”：如是，请在 landgov.toml 写明 {line}",
            f"the heading {heading!r} is not known and its column is not read;"
            f" if it means {near}, write {line}",
            severity="warning",
            field=near,
            value=heading,
        )
    # All fields of reported coordinates are the format's own: the same list for every file.
    if rest and format_of(spec.path).name != "ReportedTXT":
        words = listed(rest, _SHOWN)
        zh, en = (
            f"数据表中没有这些列，未读入：{words}",
            f"not read, no columns of the table: {words}",
        )
        yield note("unread_columns", zh, en, value=words)
