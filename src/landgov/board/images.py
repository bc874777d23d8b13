"""Land that is said to be unbuilt and looks built on an image, or that files tell two ways (佐证)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from landgov import schema
from landgov.board.denials import on_land
from landgov.board.disputes import KINDS, spoken
from landgov.board.senders import Senders
from landgov.board.subjects import Subjects
from landgov.quality import at
from landgov.sources import RasterSpec, RawTable
from landgov.witnesses import built_up

_NOT_BUILT = ("approved_not_supplied", "reserve")
_ON_LAND = ("illegal_building", "illegal_land")
_SENDER = "属地镇街"
Issues = list[dict[str, Any]]


def looks_built(
    subjects: Subjects,
    raws: Sequence[RawTable],
    senders: Senders,
    image: RasterSpec,
    share: float,
    issues: Issues,
) -> pd.DataFrame:
    """List parcels said to be unbuilt of which an image shows at least a share built.

    Said to be unbuilt is land in reserve or approved and not supplied; and land planned as
    farmland in a unit whose own report covers illegal building or illegal land and does not
    list it. Ordinary factory land is built on, and that is no evidence of anything.

    Parameters
    ----------
    subjects : Subjects
        Parcels, enterprises and their links.
    raws : sequence of RawTable
        Every file as read.
    senders : Senders
        Who sent what, and when.
    image : RasterSpec
        Built-up image, 0–1.
    share : float
        Built area ÷ area of the parcel from which the image counts as evidence.
    issues : list of dict
        A `reported_none` for each row.

    Returns
    -------
    DataFrame
        Rows for `denials.laid`. It is evidence, never a finding.

    References
    ----------
    虞政办发〔2021〕86号, 四（二）; 三（四）: 未批先建.
    """
    parcels = subjects.parcels
    idle = parcels["supply_status"].isin(_NOT_BUILT).to_numpy()
    asked = np.flatnonzero(idle | _denied_farmland(subjects, raws, senders))
    seen = built_up(parcels.geometry.iloc[asked], image)
    built = (seen["built_share"] >= share - 1e-12).to_numpy()
    places, shown = asked[built], seen["built_share"].to_numpy()[built]
    table = subjects.checked.tables["parcels"]
    fields = np.where(idle[places], "supply_status", "planned_use")
    codes = [parcels[name].iloc[place] for name, place in zip(fields, places, strict=True)]
    columns = schema.table("parcels").columns
    words = [
        f"{columns[name].zh}：{schema.label(columns[name].codes, code)}"
        for name, code in zip(fields, codes, strict=True)
    ]
    said = [f"影像（{image.date.isoformat()}）显示至少 {one:.0%} 已建成" for one in shown]
    units = parcels["unit"].iloc[places].fillna(_SENDER).to_numpy(dtype=object)
    for n, place in enumerate(places):  # few, and each is told in words
        issues.append(
            at(
                table,
                int(place),
                "reported_none",
                str(fields[n]),
                value=str(parcels.index[place]),
                before=f"建筑（{words[n]}）",
                after=said[n],
                department=str(units[n]),
            )
        )
    return pd.DataFrame(
        {
            "unit": units,
            "fact": "built_up",
            "word": "地上建筑",
            "table": "parcels",
            "key": parcels.index[places].astype(str),
            "name": parcels["location"].to_numpy(dtype=object)[places],
            "land_mu": parcels["land_mu"].to_numpy(dtype=float)[places],
            "says": words,
            "department": "影像",
            "evidence": said,
            "date": image.date.isoformat(),
            "source": image.path.name,
        }
    )


def _denied_farmland(subjects: Subjects, raws: Sequence[RawTable], senders: Senders) -> np.ndarray:
    """Land planned as farmland in units that cover what is illegal and don't list it."""
    units = {
        raw.spec.unit
        for raw in raws
        if raw.spec.unit is not None and set(raw.spec.covers) & set(_ON_LAND)
    }
    farmland = subjects.parcels["planned_use"].eq("farmland").fillna(value=False)
    farmland &= subjects.parcels["unit"].isin(units)
    table = subjects.checked.tables["findings"]
    if not farmland.any() or not len(table.frame):
        return np.asarray(farmland, dtype=bool)
    spread = on_land(table, subjects)
    sender = senders.units(table)[table.position["kind"].to_numpy()][spread["row"]]
    kind = table.frame["kind"].to_numpy(dtype=object)[spread["row"]]
    listed = spread["parcel_id"][(sender != "") & np.isin(kind.astype(str), _ON_LAND)]
    return np.asarray(farmland & ~subjects.parcels.index.isin(listed), dtype=bool)


def told_two_ways(
    subjects: Subjects, issues_so_far: pd.DataFrame, senders: Senders, issues: Issues
) -> pd.DataFrame:
    """List yes/no cells that a unit's own file answers with no and a department's with yes.

    Parameters
    ----------
    subjects : Subjects
        Parcels and enterprises.
    issues_so_far : DataFrame
        The issue table, with the conflicts of the merges.
    senders : Senders
        Who sent what, and when.
    issues : list of dict
        A `reported_none` for each row.
    """
    rows = []
    conflicts = issues_so_far[issues_so_far["kind"].isin(KINDS)]
    names = ("table", "key", "field", "value")
    # Conflicts are few, and each is told in words of its own.
    for table, key, field, value in zip(*(conflicts[name] for name in names), strict=True):
        column = schema.table(table).columns.get(field)
        checked = subjects.checked.tables[table]
        if column is None or column.type != "yes_no" or key not in checked.frame.index:
            continue
        words = [
            (spec, word)
            for file, word in spoken(table, value, senders)
            if (spec := senders.named(table, file)) is not None
        ]
        deny = [spec for spec, word in words if spec.unit is not None and word == "False"]
        say = [spec for spec, word in words if spec.unit is None and word == "True"]
        if not deny or not say:
            continue
        who = say[0].department or column.department
        facts = subjects.facts.get(table)
        known = facts is not None and key in facts.index
        row = {
            "unit": deny[0].unit,
            "fact": field,
            "word": column.zh,
            "table": table,
            "key": key,
            "name": facts["name"][key] if facts is not None and known else "",
            "land_mu": float(facts["land_mu"][key]) if facts is not None and known else np.nan,
            "says": "自报：否",
            "department": who,
            "evidence": f"{who}报：是",
            "date": say[0].date.isoformat() if say[0].date else "",
            "source": say[0].name,
        }
        rows.append(row)
        place = int(checked.frame.index.get_indexer(pd.Index([key]))[0])
        issues.append(
            at(
                checked,
                place,
                "reported_none",
                field,
                value=key,
                before=column.zh,
                after=row["evidence"],
                department=str(deny[0].unit),
            )
        )
    return pd.DataFrame(rows)
