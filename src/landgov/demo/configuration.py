"""The workspace file of the demonstration district (工作区配置)."""

from __future__ import annotations

import json
from typing import Any, Final

from landgov.demo.deliveries import Delivery

#: The order of `landgov.toml`.
TABLES: Final = (
    "parcels",
    "enterprises",
    "enterprise_years",
    "links",
    "findings",
    "contracts",
    "commitments",
    "stages",
    "towns",
    "platforms",
    "buildings",
    "zones",
    "exemptions",
    "meters",
    "barriers",
)

#: Beside `landgov.toml`. The plan names no scheme of evaluation: the district's own is not known.
POLICY_FILE: Final = "policy.toml"
POLICY: Final = """# 示范区所用政策：方案本身，另加一套评价办法作示例
# the plan itself, with a scheme of evaluation as an example
id = "shangyu-2021-86-demo"
extends = "shangyu-2021-86"

[evaluation]
scheme = "huangyan-2022"
"""


def workspace_text(sent: list[Delivery]) -> str:
    """Write `landgov.toml` for the files sent.

    Examples
    --------
    >>> import pandas as pd
    >>> sent = [Delivery("parcels", "inputs/parcels.gpkg", pd.DataFrame(), (), {"layer": "宗地"})]
    >>> print(workspace_text(sent).split("crs = 4549")[1].strip())
    [sources.parcels]
    path = "inputs/parcels.gpkg"
    layer = "宗地"
    """
    lines = [
        "# 示范区，全部虚构 · demonstration district, all of it fictitious",
        "[project]",
        'name = "上虞区工业全域治理（虚构示范区）"',
        "as_of = 2022-12-31",
        f'policy = "{POLICY_FILE}"',
        "crs = 4549",
    ]
    tables = [delivery.table for delivery in sent]
    for delivery in sorted(sent, key=lambda one: (TABLES.index(one.table), one.file)):
        several = tables.count(delivery.table) > 1
        head = f"[[sources.{delivery.table}]]" if several else f"[sources.{delivery.table}]"
        lines += ["", head, f"path = {_value(delivery.file)}"]
        lines += [f"{name} = {_value(value)}" for name, value in delivery.entry.items()]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_value(part)}" for name, part in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
