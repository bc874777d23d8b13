"""Deliver a run: everything under `out/`, whole or not at all (输出)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from landgov.explain import with_why
from landgov.maps import write_print_map, write_web_map
from landgov.outputs.folder import OUT, replacing, writable
from landgov.pipeline import Prepared, Result
from landgov.publish.board_book import write_board
from landgov.publish.files import whole
from landgov.publish.geopackage import write_geopackage
from landgov.publish.issue_book import write_issues
from landgov.publish.issue_map import write_issue_map
from landgov.publish.lists import write_lists
from landgov.publish.match_book import write_matches
from landgov.publish.pathway_book import write_pathways
from landgov.publish.tables import write_parquet, write_tables
from landgov.quality import Recheck, recheck
from landgov.scenarios import compare_readings, reading_rows

ISSUES, FIXED = "issues.parquet", "issues_fixed.parquet"
FICTITIOUS = ".landgov-demo"
_TABLES = (
    "parcels",
    "enterprises",
    "links",
    "verdicts",
    "enterprise_verdicts",
    "pathway_verdicts",
    "issues",
    "places",
    "pairs",
    "blocks",
    "sites",
    "summary",
    "indicators",
    "matches",
)


def write_outputs(
    result: Result,
    *,
    tables_only: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Path:
    """Write all outputs of a run into `out/` of its workspace.

    Everything is written beside `out/` first and takes its place only when it is whole.

    Parameters
    ----------
    result : Result
        What `run` gave.
    tables_only : bool
        Write the Parquet tables, the issues and `run.json`, and nothing that is drawn; other
        readings of the text are not tried out.
    progress : callable, optional
        Told the name of each file as it begins.

    Returns
    -------
    Path
        The folder `out/`.
    """
    say = progress or (lambda _name: None)
    root, as_of = result.workspace.root, result.workspace.as_of
    with replacing(root) as folder:
        frames: dict[str, Any] = {name: getattr(result, name) for name in _TABLES}
        again = rechecked(root, result.issues, repeats=True)
        frames["issues"] = again.issues
        say("表 tables")
        write_tables(frames, folder)
        _write_issues(folder, again, as_of)
        write_issue_map(result.checked.faulty, folder / "issues.gpkg", as_of=as_of)
        write_board(folder, result.board, as_of=as_of, name=result.workspace.name)
        report = dict(result.report)
        if not tables_only:
            say("理解 readings")
            report["readings"] = compare_readings(result.ready)
            say("匹配 matches")
            of_run = {n: getattr(result, n) for n in ("matches", "enterprises", "parcels")}
            unmatched = result.board.unmatched
            write_matches(folder / "matches.xlsx", **of_run, unmatched=unmatched, as_of=as_of)
            decided_on = {n: getattr(result, n) for n in ("parcels", "enterprises", "links")}
            write_pathways(folder / "pathways.xlsx", **decided_on, as_of=as_of)
            say("清单 lists")
            write_lists(
                folder / "lists.xlsx",
                parcels=frames["parcels"],
                enterprises=frames["enterprises"],
                links=frames["links"],
                verdicts=frames["verdicts"],
                summary=frames["summary"],
                indicators=frames["indicators"],
                pathways=result.pathways.totals(result.parcels),
                as_of=as_of,
                name=result.workspace.name,
                policy=result.workspace.policy.title,
                readings=reading_rows(report["readings"]),
            )
            say("图层 GeoPackage")
            context = {name: _context(result, name) for name in ("towns", "platforms")}
            spatial = {**{name: frames[name] for name in ("parcels", "sites")}, **context}
            write_geopackage(spatial, result.layers, folder / "landgov.gpkg", as_of=as_of)
            write_maps(result, folder / "maps", verdicts=frames["verdicts"], progress=say)
        text = json.dumps(report, ensure_ascii=False, indent=1)
        (folder / "run.json").write_text(text + "\n", encoding="utf-8")
    return root / OUT


def write_maps(
    result: Result,
    folder: Path,
    *,
    confidential: bool = True,
    verdicts: pd.DataFrame | None = None,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Draw the web page and the print maps of a run into a folder.

    Parameters
    ----------
    result : Result
        What `run` gave.
    folder : Path
        Made where it is missing.
    confidential : bool
        Put the mark 内部 on every map.
    verdicts : DataFrame, optional
        The result's, where they are at hand already.
    progress : callable, optional
        Told the name of each map as it begins.
    """
    say = progress or (lambda _name: None)
    folder.mkdir(parents=True, exist_ok=True)
    writable(folder)
    workspace = result.workspace
    facts: dict[str, Any] = {
        "as_of": workspace.as_of,
        "source": "各部门报送数据，landgov 汇总",
        "confidential": confidential,
        "remark": _remark(workspace.root),
        "platforms": _context(result, "platforms"),
        "towns": _context(result, "towns"),
    }
    say("网页地图 index.html")
    told = with_why(result.parcels, result.verdicts if verdicts is None else verdicts)
    write_web_map(result.layers, told, folder / "index.html", title=workspace.name, **facts)
    for kind, word in (("stock", "存量用地分布图"), ("idle", "疑似闲置用地分布图")):
        say(f"打印地图 {kind}.pdf")
        title = f"{workspace.name} {word}"
        write_print_map(kind, result.layers, result.parcels, folder, title=title, **facts)


def rechecked(root: Path, issues: pd.DataFrame, *, repeats: bool = False) -> Recheck:
    """Compare issues with those that lie in `out/` from the last check or run.

    Parameters
    ----------
    root : Path
        The workspace.
    issues : DataFrame
        The issue table of now.
    repeats : bool
        As in `recheck`.
    """
    return recheck(issues, *_last_issues(root / OUT), repeats=repeats)


def _last_issues(folder: Path) -> tuple[pd.DataFrame | None, pd.DataFrame | None]:
    tables: list[pd.DataFrame | None] = []
    for name in (ISSUES, FIXED):
        try:
            tables.append(pd.read_parquet(folder / name))
        except (OSError, ValueError):  # none there, or no table of issues any more
            tables.append(None)
    return tables[0], tables[1]


def _write_issues(folder: Path, again: Recheck, as_of: date) -> None:
    """Write the workbook of issues, and beside it what was solved."""
    with whole(folder / "issues.xlsx") as part:
        write_issues(part, again.issues, as_of, fixed=again.fixed)
    if len(again.fixed):
        write_parquet(again.fixed, folder / FIXED)
    else:
        (folder / FIXED).unlink(missing_ok=True)


def write_check(ready: Prepared, again: Recheck) -> Path:
    """Write the issue table and the board of a check into `out/`; other outputs stay as they are.

    Parameters
    ----------
    ready : Prepared
        A workspace read, checked and joined.
    again : Recheck
        Its issues against those of the last time.

    Returns
    -------
    Path
        The workbook.
    """
    folder = ready.workspace.root / OUT
    folder.mkdir(exist_ok=True)
    write_parquet(again.issues, folder / ISSUES)
    _write_issues(folder, again, ready.workspace.as_of)
    write_issue_map(ready.checked.faulty, folder / "issues.gpkg", as_of=ready.workspace.as_of)
    write_board(folder, ready.board, as_of=ready.workspace.as_of, name=ready.workspace.name)
    return folder / "issues.xlsx"


def _context(result: Result, name: str) -> Any:
    frame = result.checked.frame(name)
    return frame if len(frame) else None


def _remark(root: Path) -> str:
    """A demonstration district says so on every map."""
    return "虚构演示数据，与任何真实地块、企业无关" if (root / FICTITIOUS).exists() else ""


def issue_counts(issues: pd.DataFrame) -> dict[str, int]:
    """How many issues there are of each severity.

    Examples
    --------
    >>> issue_counts(pd.DataFrame({"severity": ["error", "note", "error"]}))
    {'error': 2, 'warning': 0, 'note': 1}
    """
    found = issues["severity"].value_counts()
    return {name: int(found.get(name, 0)) for name in ("error", "warning", "note")}
