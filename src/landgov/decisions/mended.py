"""What the departments mended in the workbooks they sent back, applied to what was read (更正)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from landgov import schema
from landgov.decisions.books import Answer, Book, read_books
from landgov.decisions.changes import changed_table
from landgov.decisions.decided import Decided, Outcome
from landgov.decisions.finding import CHANGED, Finder
from landgov.decisions.layout import ACTIONS, CONFIRM, DELETABLE, DELETE, LOCKED, MEND
from landgov.decisions.match_books import MatchBook, read_matches
from landgov.decisions.matches import review
from landgov.decisions.pathway_books import PathwayBook, read_pathways
from landgov.decisions.pathway_standing import standing
from landgov.decisions.rows import bare
from landgov.errors import Fault, WorkspaceError
from landgov.sources import RawTable, Workspace, load

_TWO = "两处更正互相矛盾"


def load_decided(folder: str | Path) -> tuple[Workspace, Decided]:
    """Read a workspace and the workbooks that came back, with every fault of both at once.

    Parameters
    ----------
    folder : str or Path
        The workspace. Nothing in it is changed.

    Raises
    ------
    WorkspaceError
        With all faults of the sources and of ``state/``.

    Examples
    --------
    >>> load_decided("no such folder")
    Traceback (most recent call last):
    ...
    landgov.errors.WorkspaceError: 工作区有 1 处文件问题，未运行，out/ 保持原样。
    ...
    """
    faults: list[Fault] = []
    opened: tuple[Workspace, list[RawTable]] | None = None
    try:
        opened = load(folder)
    except WorkspaceError as error:
        faults += error.faults
    books, found = read_books(Path(folder))
    match_books, wrong = read_matches(Path(folder))
    pathway_books, unread = read_pathways(Path(folder))
    faults += found + wrong + unread
    if opened is None or faults:
        raise WorkspaceError(faults)
    workspace, raws = opened
    decided = _matched(decide(raws, books), match_books)
    return workspace, _with_pathways(decided, pathway_books)


def _with_pathways(decided: Decided, books: Sequence[PathwayBook]) -> Decided:
    """Add what was decided on pathways; whom it is about is seen once the links are known."""
    if not books:
        return decided
    stand, refused = standing(books)
    return replace(
        decided,
        pathways=tuple(stand),
        pathways_refused=(*(one for book in books for one in book.refused), *refused),
        pathway_books=tuple(books),
    )


def _matched(decided: Decided, books: Sequence[MatchBook]) -> Decided:
    """Put the accepted matches behind the files: links as if a department had sent them."""
    if not books:
        return decided
    reviewed = review(decided.raws, books)
    return replace(
        decided,
        sent=(*decided.sent, *reviewed.links),
        raws=(*reviewed.raws, *reviewed.links),
        matches=reviewed.decided,
        superseded=reviewed.superseded,
        matches_unused=reviewed.unused,
        match_books=tuple(books),
    )


def decide(raws: Sequence[RawTable], books: Sequence[Book]) -> Decided:
    """Apply the answers of returned workbooks to the files as read.

    A mended cell counts only where the file still holds the value that the clerk saw; later
    workbooks may go on from what an earlier one wrote. The result does not depend on the
    order of books or rows.

    Parameters
    ----------
    raws : sequence of RawTable
        Every file as read; none is changed.
    books : sequence of Book
        Workbooks that came back.
    """
    work = _Work(raws)
    for book in books:
        for answer in book.answers:
            work.take(answer)
    work.settle()
    raws_now, deleted = work.changed()
    return Decided(
        sent=tuple(raws),
        raws=raws_now,
        outcomes=tuple(sorted(work.outcomes, key=_order)),
        confirmed=tuple(work.confirmed),
        books=tuple(books),
        deleted=deleted,
    )


def _order(one: Outcome) -> tuple[str, ...]:
    answer = one.answer
    place = (answer.table, answer.file, answer.sheet, str(answer.row or 0).zfill(9))
    return (*place, answer.key, answer.field, one.kind, one.before, one.after, one.books)


class _Work:
    """Answers sorted by the cell or row that they are about, then settled cell by cell."""

    def __init__(self, raws: Sequence[RawTable]) -> None:
        self.raws, self.finder = raws, Finder(raws)
        self.cells: dict[tuple[int, int, str], list[Answer]] = {}
        self.drops: dict[tuple[int, int], list[Answer]] = {}
        self.values: dict[tuple[int, str], dict[int, str]] = {}
        self.outcomes: list[Outcome] = []
        self.confirmed: list[Answer] = []

    def take(self, answer: Answer) -> None:
        """Put one answer where it belongs, or say why it can't be taken."""
        reason = _unusable(answer)
        if reason:
            self._refuse(answer, reason)
        elif answer.action == CONFIRM:
            self.confirmed.append(answer)
        elif answer.action == DELETE:
            self._take_deletion(answer)
        elif answer.changes:
            self._take_value(answer)

    def _take_deletion(self, answer: Answer) -> None:
        place = self.finder.place(answer)
        if isinstance(place, str):
            self._refuse(answer, place)
        elif not place.same:
            self._refuse(answer, "这一行的内容已变")
        else:
            self.drops.setdefault((place.file, place.row), []).append(answer)

    def _take_value(self, answer: Answer) -> None:
        place = self.finder.place(answer)
        if isinstance(place, str):
            if not self.finder.fulfilled(answer):
                self._refuse(answer, place)
            return
        column = schema.table(answer.table).columns[answer.field]
        if column.event and answer.field not in self.raws[place.file].frame.columns:
            # With the column, its empty cells would say of all other rows: not happened.
            self._refuse(answer, "文件没有这一列，请提供部门补报此列")
            return
        self.cells.setdefault((place.file, place.row, answer.field), []).append(answer)

    def _refuse(self, answer: Answer, reason: str, after: str = "") -> None:
        after = after or (answer.action if answer.action == DELETE else answer.now)
        self.outcomes.append(Outcome("mend_stale", answer, answer.cell, after, answer.book, reason))

    def settle(self) -> None:
        """Settle every cell and every row; where answers contradict, none of them counts."""
        both = {(file, row) for file, row, _ in self.cells} & set(self.drops)
        for (file, row), answers in sorted(self.drops.items()):
            if (file, row) in both:
                self._contradict(answers)
                continue
            names = "、".join(sorted({answer.book for answer in answers}))
            before = self.finder.rows[file].content(row)
            self.outcomes.append(Outcome("mended", _first(answers), before, DELETE, names))
        self.drops = {at: said for at, said in self.drops.items() if at not in both}
        for (file, row, name), answers in sorted(self.cells.items()):
            if (file, row) in both:
                self._contradict(answers)
            else:
                self._settle_cell(file, row, name, answers)

    def _contradict(self, answers: Iterable[Answer]) -> None:
        for answer in answers:
            self._refuse(answer, _TWO)

    def _settle_cell(self, file: int, row: int, name: str, answers: list[Answer]) -> None:
        """Go from the value in the file from answer to answer, as far as they lead."""
        start = text = self.finder.rows[file].words(name, row)
        passed, used, left = {text}, list[Answer](), list(answers)
        while follow := [answer for answer in left if bare(answer.cell) == bare(text)]:
            wanted = {answer.now for answer in follow}
            text = follow[0].now
            if len(wanted) > 1 or text in passed:
                self._contradict(answers)
                return
            passed.add(text)
            used += follow
            left = [answer for answer in left if answer not in follow]
        for answer in left:
            if answer.now not in passed:
                self._refuse(answer, CHANGED)
        if used:
            names = "、".join(sorted({answer.book for answer in used}))
            self.outcomes.append(Outcome("mended", _first(used), start, text, names))
            self.values.setdefault((file, name), {})[row] = text

    def changed(self) -> tuple[tuple[RawTable, ...], dict[str, int]]:
        """Files with their new cells and without the deleted rows."""
        deleted: dict[str, int] = {}
        raws = list(self.raws)
        for number, raw in enumerate(raws):
            mine = {name: cells for (at, name), cells in self.values.items() if at == number}
            drops = sorted(row for at, row in self.drops if at == number)
            if drops:
                table = raw.spec.table
                deleted[table] = deleted.get(table, 0) + len(drops)
            if mine or drops:
                raws[number] = changed_table(raw, mine, drops)
        return tuple(raws), deleted


def _first(answers: Iterable[Answer]) -> Answer:
    return min(answers, key=lambda one: (one.kind, one.issue_id, one.book, one.now))


def _unusable(answer: Answer) -> str:
    """Say why an answer can't be taken at all; empty where it can."""
    if answer.action and answer.action not in ACTIONS:
        return f"“处理”栏的“{answer.action}”不在选项中（{'、'.join(ACTIONS)}）"
    if answer.table not in schema.tables():
        return "该行没有问题编号，无法对应到数据"
    mends = answer.changes or answer.action == MEND
    if answer.action == CONFIRM:
        if answer.changes:
            return f"填了更正值，又选了“{CONFIRM}”"
        return "" if answer.severity == "warning" else f"只有提醒可以选“{CONFIRM}”，错误须更正"
    if answer.action == DELETE:
        if answer.changes:
            return f"填了更正值，又选了“{DELETE}”"
        at_row = answer.kind in DELETABLE and answer.content
        return "" if at_row else f"此类问题不能选“{DELETE}”"
    if mends and answer.kind in LOCKED:
        return "这是其他部门的数据，被核实的单位不能更正；请在“说明”栏说明，由提供部门更正"
    column = schema.table(answer.table).columns.get(answer.field)
    if mends and (not answer.content or column is None or column.type == "geometry"):
        return "此项没有可更正的单元格，请在报送文件中更正"
    return ""
