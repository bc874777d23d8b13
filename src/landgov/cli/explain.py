"""`landgov explain`: why, for one parcel or enterprise."""

from __future__ import annotations

from typing import Annotated, Any

import pandas as pd
import typer

from landgov import pipeline
from landgov.cli.console import Folder, Json, as_json, out, stages
from landgov.errors import LandgovError
from landgov.explain import (
    CategoryChain,
    EnterpriseFacts,
    chain_lines,
    chain_values,
    enterprise_facts,
    enterprise_lines,
    summary_lines,
    why,
)
from landgov.pipeline import Result

Key = Annotated[str, typer.Argument(metavar="PARCEL", help="地块或企业代码 parcel or enterprise")]


def explain(folder: Folder, key: Key, json: Json = False) -> None:
    """一个地块（或企业）的每条规则：结论、数值、界线、条款、来源；缺什么由谁提供 · why."""
    with stages(8) as begin:
        result = pipeline.run(str(folder), progress=begin)
    key = _known(result, key)
    verdicts = result.explain(key)
    chains = why(result.judged, result.checked, result.workspace, key)
    if json:
        rows = _plain(verdicts)
        categories = chain_values(chains)
        if key in result.parcels.index:
            as_json({"parcel_id": key, "categories": categories, "verdicts": rows})
            return
        facts = _facts(result, key)
        tables = {name: _plain(getattr(facts, name))
                  for name in ("links", "figures", "indicators", "score")}  # fmt: skip
        as_json(
            {"enterprise_id": key, "name": facts.name, "land": facts.land, **tables,
             "evaluation": facts.evaluation, "categories": categories, "verdicts": rows}
        )  # fmt: skip
        return
    out.print(key, style="bold", markup=False)
    if key in result.parcels.index:
        for line in summary_lines(result.parcels.loc[key]):
            out.print(line, markup=False, soft_wrap=True)
        out.print()
        _tell(chains, result, of_parcel=True)
        out.print("全部规则")
        for sentence in verdicts["sentence"]:
            out.print(sentence, markup=False, soft_wrap=True)
        return
    facts = _facts(result, key)
    if facts.name:
        out.print(facts.name, markup=False)
    for line in enterprise_lines(facts, result.report["year"]):
        out.print(line, markup=False, soft_wrap=True)
    _tell(chains, result, of_parcel=False)
    out.print("规则（对企业本身，不论有无地块）")
    for sentence in verdicts["sentence"]:
        out.print(f"  {sentence}", markup=False, soft_wrap=True)


def _tell(chains: list[CategoryChain], result: Result, *, of_parcel: bool) -> None:
    names = result.enterprises["name"]
    told: dict[Any, str] = (
        names.where(names.notna(), names.index.astype(str)).to_dict() if of_parcel else {}
    )
    for line in chain_lines(chains, told):
        out.print(line, markup=False, soft_wrap=True)
    out.print()


def _facts(result: Result, key: str) -> EnterpriseFacts:
    policy, year = result.workspace.policy, result.report["year"]
    return enterprise_facts(key, result.enterprises, result.links, result.checked, policy, year)


def _known(result: Result, key: str) -> str:
    """The code that is meant: an enterprise may be called by its name, if only one bears it."""
    if key in result.parcels.index or key in result.enterprises.index:
        return key
    named = result.enterprises.index[result.enterprises["name"].eq(key).fillna(value=False)]
    if len(named) == 1:
        return str(named[0])
    if len(named) > 1:
        codes = "、".join(map(str, named))
        raise LandgovError(
            f"{len(named)} enterprises are called {key!r}: {codes}.",
            do=f"用代码之一 one of {codes}",
            message_zh=f"有 {len(named)} 家企业名为“{key}”：{codes}。",
        )
    return key


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: Any = table.astype(object).where(table.notna(), None).to_dict("records")
    return list(rows)
