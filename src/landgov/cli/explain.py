"""`landgov explain`: why, for one parcel or enterprise."""

from __future__ import annotations

from typing import Annotated

import typer

from landgov import pipeline
from landgov.cli.console import Folder, Json, as_json, out, stages
from landgov.explain import summary_lines

Key = Annotated[str, typer.Argument(metavar="PARCEL", help="地块或企业代码 parcel or enterprise")]


def explain(folder: Folder, key: Key, json: Json = False) -> None:
    """一个地块（或企业）的每条规则：结论、数值、界线、条款、来源；缺什么由谁提供 · why."""
    with stages(8) as begin:
        result = pipeline.run(str(folder), progress=begin)
    verdicts = result.explain(key)
    if json:
        rows = verdicts.astype(object).where(verdicts.notna(), None)
        as_json(rows.to_dict("records"))
        return
    out.print(key, style="bold", markup=False)
    if key in result.parcels.index:
        for line in summary_lines(result.parcels.loc[key]):
            out.print(line, markup=False, soft_wrap=True)
        out.print()
        for sentence in verdicts["sentence"]:
            out.print(sentence, markup=False, soft_wrap=True)
        return
    firm = result.enterprises.loc[key]
    if isinstance(firm["name"], str):
        out.print(firm["name"], markup=False)
    for parcel, sentence in zip(verdicts["parcel_id"], verdicts["sentence"], strict=True):
        out.print(f"{parcel}　{sentence}", markup=False, soft_wrap=True)
