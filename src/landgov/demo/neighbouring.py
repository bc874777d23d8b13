"""Defects of shapes against each other (相互压盖): a neighbour pushed over, one shape twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from landgov.demo.catalogue import Ints
from landgov.demo.lots import pairs_by_plan
from landgov.demo.planter import Planter


def plant_neighbours(planter: Planter) -> None:
    """Plant overlaps and repeated shapes; no land changes, as certificates tell it."""
    _planted_overlap(planter)
    _pushed_over(planter)
    _same_shape(planter)


def _planted_overlap(planter: Planter) -> None:
    """Name the pair that overlaps by 30 cm among the planted neighbours."""
    planted = planter.district.parcels["planted"].to_numpy()
    pair = np.flatnonzero(planted == "overlap")
    if len(pair) == 2:
        _overlap(planter, pair)


def _overlap(planter: Planter, pair: Ints) -> None:
    """Note an overlap once, at the parcel whose code comes first."""
    ids = planter.district.parcels["id"]
    first = min(map(int, pair), key=lambda parcel: str(ids.iloc[parcel]))
    planter.file("parcels").plant(first, "geometry:overlap")


def _pushed_over(planter: Planter) -> None:
    """Push one of two parcels alone in their block 2 m over the other."""
    parcels, sent = planter.district.parcels, planter.file("parcels")
    shapes = sent.rows.geometry.to_numpy()
    pairs = pairs_by_plan(parcels)
    alone = (parcels["plan"] == "AB").to_numpy() & (parcels["planted"] == "").to_numpy()
    pairs = pairs[alone[pairs["left"]] & pairs["edge"]]
    other = dict(zip(pairs["left"], pairs["right"], strict=True))
    other |= dict(zip(pairs["right"], pairs["left"], strict=True))
    pools = planter.pools
    pushed = 0
    for parcel in pools.outside[::-1]:
        beside = other.get(parcel, -1)
        if pushed == planter.each:
            break
        if beside < 0 or planter.spoiled & {parcel, beside} or beside in sent.issues:
            continue
        pushed += 1
        centre, there = (
            shapely.get_coordinates(shapely.centroid(shapes[one]))[0] for one in (parcel, beside)
        )
        step = (there - centre) / float(np.hypot(*(there - centre))) * 2
        moved = shapely.transform(shapes[parcel], lambda points, by=step: np.round(points + by, 3))
        sent.rows.loc[parcel, "geometry"] = moved
        planter.spoiled |= {parcel, beside}
        _overlap(planter, np.array([parcel, beside]))
        for pool in (pools.outside, pools.used, pools.unused, pools.built):
            pool[:] = [one for one in pool if one not in (parcel, beside)]


def _same_shape(planter: Planter) -> None:
    """Send one shape under a second code, as a copy that nobody took away."""
    sent, copies = planter.file("parcels"), []
    one_part = planter.seek(planter.pools.outside, lambda one: len(shapely.get_parts(one)) == 1)
    for number, parcel in enumerate(one_part):
        row = dict(sent.rows.loc[parcel])
        code = f"{row['宗地代码'][:14]}{98001 + number}"
        more = {
            "宗地代码": code,
            "一码管地编码": f"虞码-9{number:07d}",
            "不动产权证号": f"虚构（2020）上虞区不动产权第9{number:06d}号",
        }
        label = sent.append(row | more)
        for one in (parcel, label):
            sent.plant(one, "geometry:identical_geometry")
        planter.spoiled.add(parcel)
        stated = planter.parcels.loc[[parcel]].assign(parcel_id=code)
        copies.append(stated.set_axis([label]))
    planter.parcels = pd.concat([planter.parcels, *copies])
