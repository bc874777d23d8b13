"""`landgov enterprises`: who uses which land, with what tax, at which grade."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import pandas as pd
import typer
from rich.table import Table

from landgov import pipeline
from landgov.cli.console import Folder, Json, as_json, out, stages
from landgov.errors import LandgovError
from landgov.outputs import OUT
from landgov.pipeline import Result
from landgov.publish.enterprise_book import write_enterprises
from landgov.publish.files import whole
from landgov.publish.tables import write_parquet
from landgov.publish.text_cells import safe_cells
from landgov.register.grade_causes import grades_apart

_FEW = 20
_OF_A_RUN = frozenset(("lists.xlsx", "issues.xlsx", "matches.xlsx", "board.xlsx"))
_HEADINGS = (
    *("代码", "名称", "规上", "用地 亩", "自有", "租入", "租出", "亩均税收", "得分", "名次"),
    *("报送", "测算"),
)
_PARTS = {"自有": "owned_mu", "租入": "rented_in_mu", "租出": "rented_out_mu"}
_RIGHT = frozenset(("用地 亩", *_PARTS, "亩均税收", "得分", "名次"))
_WIDE = 120
# What is left out on a narrower screen, so that code and name are still read.
_WIDER = frozenset((*_PARTS, "规上", "名次"))

To = Annotated[
    Path | None, typer.Option("--to", help="写入 .xlsx、.csv 或 .parquet write the list to a file")
]
Grade = Annotated[str | None, typer.Option("--grade", help="只列报送或测算为此档的 A B C D")]
Town = Annotated[str | None, typer.Option("--town", help="只列在此镇街用地的")]
Unmatched = Annotated[bool, typer.Option("--unmatched", help="只列没有用地关系的")]
Different = Annotated[bool, typer.Option("--different", help="只列报送与测算档次不一致的")]


def enterprises(
    folder: Folder,
    to: To = None,
    grade: Grade = None,
    town: Town = None,
    unmatched: Unmatched = False,
    different: Different = False,
    json: Json = False,
) -> None:
    """企业清单：用地、亩均指标、评价得分与档次 · the enterprises, their land and grades."""
    if to is not None:
        _allowed(folder, to)
    with stages(8) as begin:
        result = pipeline.run(str(folder), progress=begin)
    chosen = _chosen(result, grade, town, unmatched=unmatched, different=different)
    if json:
        rows = chosen.rename_axis("enterprise_id").reset_index()
        as_json(rows.astype(object).where(rows.notna(), None).to_dict("records"))
    else:
        _show(result, chosen)
    if to is not None:
        _write(result, chosen, to)
        if not json:
            out.print(f"{to}：{len(chosen):,} 家企业（内部资料，含税收）", markup=False)


def _allowed(folder: Path, to: Path) -> None:
    """Refuse another format, and to write over what people and departments gave."""
    root, there = folder.resolve(), to.resolve()
    if to.suffix.lower() not in (".xlsx", ".csv", ".parquet"):
        raise typer.BadParameter(f"{to.name}：.xlsx .csv .parquet", param_hint="--to")
    inside = there.is_relative_to(root) and not there.is_relative_to(root / OUT)
    # A new file in a folder of the workspace would lie among inputs or decisions.
    taken = inside and (there.exists() or there.parent != root)
    own = there.parent == root / OUT and (there.suffix == ".parquet" or there.name in _OF_A_RUN)
    if taken or own:
        raise LandgovError(
            f"{to} belongs to the workspace; inputs, decisions and results are not written over.",
            do="另取文件名，或写到工作区之外 choose another name or place",
            message_zh=f"{to} 属于工作区的输入、决定或运行结果，不能覆盖。",
        )


def _chosen(
    result: Result, grade: str | None, town: str | None, *, unmatched: bool, different: bool
) -> pd.DataFrame:
    firms, links = result.enterprises, result.links
    here = links[links["parcel_id"].isin(result.parcels.index) & links["enterprise_id"].notna()]
    keep = pd.Series(True, index=firms.index)
    if grade is not None:
        wanted = grade.upper()
        keep &= (firms["grade"].eq(wanted) | firms["grade_worked_out"].eq(wanted)).fillna(False)
    if town is not None:
        towns = result.parcels["town"]
        if town not in set(towns.dropna()):
            raise LandgovError(
                f"no parcel lies in {town!r}.",
                do="、".join(sorted(set(towns.dropna()))),
                message_zh=f"没有地块在“{town}”。",
            )
        keep &= firms.index.isin(here.loc[here["parcel_id"].map(towns).eq(town), "enterprise_id"])
    if unmatched:
        lone = result.board.unmatched
        keep &= firms.index.isin(lone.loc[lone["side"].eq("enterprise"), "key"])
    if different:
        keep &= grades_apart(firms)
    return firms[keep]


def _show(result: Result, chosen: pd.DataFrame) -> None:
    firms = result.enterprises
    table = Table(
        title=f"{result.workspace.name}　{result.workspace.as_of}　企业 {len(chosen):,} 家"
    )
    shown_headings = [h for h in _HEADINGS if out.width >= _WIDE or h not in _WIDER]
    for heading in shown_headings:
        right = heading in _RIGHT
        table.add_column(
            heading, justify="right" if right else "left", no_wrap=heading != "名称",
            overflow="ellipsis" if heading == "名称" else "fold",
        )  # fmt: skip
    shown = chosen.sort_values("land_mu", ascending=False, kind="stable", na_position="last")
    for key, row in shown.head(_FEW).to_dict("index").items():
        rank = "" if pd.isna(row["rank"]) else f"{row['rank']}/{row['rank_of']}"
        scale = (
            "待核" if pd.isna(row["is_above_scale"]) else "是" if row["is_above_scale"] else "否"
        )
        cells = {
            "代码": str(key),
            "名称": row["name"] if isinstance(row["name"], str) else "",
            "规上": scale,
            "用地 亩": _figure(row["land_mu"]),
            **{word: _figure(row[column]) for word, column in _PARTS.items()},
            "亩均税收": _figure(row["tax_per_mu"]),
            "得分": "" if pd.isna(row["score"]) else f"{row['score']:.2f}",
            "名次": rank,
            "报送": row["grade"] if isinstance(row["grade"], str) else "",
            "测算": row["grade_worked_out"] if isinstance(row["grade_worked_out"], str) else "",
        }
        table.add_row(*(cells[heading] for heading in shown_headings))
    out.print(table)
    if len(chosen) > _FEW:
        out.print(f"…… 按用地列前 {_FEW} 家；全部用 --to FILE.xlsx 写出", markup=False)
    without = int(firms["land_mu"].isna().sum())
    ungraded = int((firms["grade"].isna() & firms["grade_worked_out"].isna()).sum())
    apart = int(grades_apart(firms).sum())
    given, worked = firms["grade"].notna(), firms["grade_worked_out"].notna()
    open_ = firms.index[firms["land_mu"].isna()]
    proposed = int(open_.isin(result.matches["enterprise_id"]).sum())
    out.print(
        f"全区 {len(firms):,} 家：用地待核 {without:,} 家（其中 {proposed:,} 家有匹配建议，"
        f"见 out/matches.xlsx），没有档次 {ungraded:,} 家，报送与测算档次不一致 {apart:,} 家"
        f"（只有报送的 {int((given & ~worked).sum()):,} 家，只有测算的 {int((worked & ~given).sum()):,} 家）",
        markup=False,
    )
    if result.workspace.policy.scheme is None:
        out.print("政策没有写明评价办法（[evaluation] scheme），不测算得分和档次。", markup=False)


def _figure(value: float) -> str:
    return "待核" if pd.isna(value) else f"{value:,.2f}"


def _write(result: Result, chosen: pd.DataFrame, to: Path) -> None:
    if to.suffix.lower() == ".parquet":
        write_parquet(chosen.rename_axis("enterprise_id").reset_index(), to)
        return
    if to.suffix.lower() == ".csv":
        with whole(to) as part:
            rows = safe_cells(chosen.rename_axis("enterprise_id").reset_index())
            rows.to_csv(part, index=False, encoding="utf-8-sig", lineterminator="\r\n")
        return
    write_enterprises(
        to,
        chosen=chosen,
        enterprises=result.enterprises,
        unmatched=result.board.unmatched,
        parcels=result.parcels,
        matches=result.matches,
        as_of=result.workspace.as_of,
        name=result.workspace.name,
    )
