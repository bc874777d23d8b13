"""`landgov check`: what is wrong with the input."""

from __future__ import annotations

import typer

from landgov.cli.board import board_words
from landgov.cli.console import Folder, Json, as_json, out, stages
from landgov.outputs import issue_counts, rechecked, writable, write_check
from landgov.pipeline import prepare
from landgov.sources import last_run

_SHOWN = 40


def check(folder: Folder, json: Json = False) -> None:
    """读取并检查全部数据，列出问题；不改动任何数据 · read and check, change nothing."""
    writable(folder)
    with stages(4) as begin:
        ready = prepare(str(folder), progress=begin)
    again = rechecked(ready.workspace.root, ready.issues)
    book = write_check(ready, again)
    guard = last_run(ready.workspace.root)
    issues, counts = again.issues, issue_counts(again.issues)
    since = again.counts() if again.compared else None
    if json:
        report = {"ok": not counts["error"], "counts": counts, "since_last": since}
        report |= {"board": ready.board.summary(), "guard": guard.why or "compared"}
        as_json({**report, "issues": _records(issues), "fixed": _records(again.fixed)})
    else:
        for row in _records(issues[issues["severity"] != "note"].head(_SHOWN)):
            place = f"{row['file']} 第{row['row']}行" if row["row"] else row["file"] or row["table"]
            out.print(f"{row['severity']:<8}{place}　{row['key']}　{row['message']}", markup=False)
        rest = counts["error"] + counts["warning"] - _SHOWN
        if rest > 0:
            out.print(f"…… 还有 {rest} 处，见 {book}", markup=False)
        said = f"{counts['error']} 处错误，{counts['warning']} 处提醒，{counts['note']} 条记录"
        out.print(f"{said}；全部见 {book}", markup=False)
        if since:
            words = f"已解决 {since['fixed']}，新增 {since['new']}，仍在 {since['open']}"
            out.print(f"比上次：{words}", markup=False)
        for line in board_words(ready.board.summary(), guard.why):
            out.print(line, markup=False)
    if counts["error"]:
        raise typer.Exit(1)


def _records(issues: object) -> list[dict[str, object]]:
    rows = issues.astype(object).where(issues.notna(), None)  # type: ignore[attr-defined]
    return list(rows.to_dict("records"))
