"""What a unit reports of itself (属地自报), and what it leaves out (瞒报)."""

from __future__ import annotations

from collections import Counter
from typing import Final

import numpy as np

from landgov.demo.answers import AS_OF
from landgov.demo.catalogue import Bools
from landgov.demo.deliveries import Delivery
from landgov.demo.planter import Planter

_PARCEL, _FIRM = "宗地代码", "统一社会信用代码"
_FILE: Final = "inputs/findings_unit.csv"


def plant_unit_report(planter: Planter, *, clean: bool) -> None:
    """Let one unit list all fire hazards on its land, as it says; a few it leaves out.

    The unit with most plain parcels out of scope is taken, so that no category changes.
    """
    units = planter.parcels["unit"].to_numpy(dtype=object)
    fire = planter.file("findings_fire")
    here = Counter(units[planter.pools.outside])
    here.pop("", None)
    if not here:
        return
    unit = str(max(sorted(here), key=lambda name: here[name]))
    rows = fire.rows[_open(fire) & _on_land_of(planter, fire, unit)].reset_index(drop=True)
    rows["问题编号"] = [f"SB-2022-{number:06d}" for number in range(1, len(rows) + 1)]
    rows["提供部门"] = unit
    entry = {"unit": unit, "covers": ["fire"]}
    planter.files[_FILE] = Delivery("findings", _FILE, rows, ("问题编号",), entry)
    if clean:
        return
    chosen = [one for one in planter.pools.outside[::-1] if units[one] == unit][: planter.each]
    for number, parcel in enumerate(chosen):
        planter.pools.outside.remove(parcel)
        row = {
            "问题编号": f"FIR-X-{number:04d}",
            _PARCEL: str(planter.district.parcels["id"].iloc[parcel]),
            "问题类型": "消防安全",
            "是否重大": "否",
            "发现日期": "2022-09-15",
            "是否可整改": "是",
            "提供部门": "区消防救援大队",
        }
        fire.plant(fire.append(row), "kind:reported_none")


def _open(fire: Delivery) -> Bools:
    """Tell which rows say for sure that a hazard stands open, without a defect in them."""
    rows = fire.rows
    sound = ~np.isin(np.arange(len(rows)), list(fire.issues))
    found, closed = rows["发现日期"], rows["整改完成日期"]
    stands = (found != "") & (found <= AS_OF) & ((closed == "") | (closed > AS_OF))
    return np.asarray(sound & stands.to_numpy(dtype=bool))


def _on_land_of(planter: Planter, fire: Delivery, unit: str) -> Bools:
    """Tell which rows name a parcel of the unit's towns or an enterprise that uses one."""
    stated, district = planter.parcels, planter.district
    towns = stated.loc[stated["unit"] == unit, "town_code"].unique()
    near = stated["town_code"].isin(towns).to_numpy()
    used = district.links["firm"][near[district.links["parcel"]]].unique()
    mine = district.parcels["id"].to_numpy(dtype=object)[near]
    users = district.firms["code"].to_numpy(dtype=object)[used]
    return np.asarray(fire.rows[_PARCEL].isin(mine) | fire.rows[_FIRM].isin(users))
