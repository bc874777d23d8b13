"""Enterprises that no link joins to their land (待匹配): look-alike names, points, other numbers."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
import pyproj
import shapely

from landgov.demo.catalogue import Bools, scenarios
from landgov.demo.frame import CRS
from landgov.demo.planter import Planter

_PARCEL, _FIRM, _NAME = "宗地代码", "统一社会信用代码", "企业名称"
_FEWEST: Final = 100
_FIRST: Final = "恒瑞泰鑫盛祥隆昌嘉德"
_SECOND: Final = "源丰华茂顺康宁安达和"
_WIDE: Final = str.maketrans("0123456789", "０１２３４５６７８９")
#: How far a point lies beside its parcel, m, and how far others are at least.
_BESIDE, _CLEAR = 5.0, 7.0


def plant_leads(planter: Planter, *, clean: bool) -> None:
    """Enter enterprises without links, and state to which parcel each belongs, or does not.

    Parcels out of scope without a user are taken, so that no category changes. A link that
    names a parcel by another of its numbers is a defect, which a clean district has not.
    """
    if len(planter.pools.outside) < _FEWEST:
        return
    _namesakes(planter)
    _points(planter)
    if not clean:
        _numbers(planter)


def lead_answers(planter: Planter) -> pd.DataFrame:
    """State which pairs are the same: `enterprise_id`, `parcel_id`, `kind`, `method`, `same`."""
    columns = ["enterprise_id", "parcel_id", "kind", "method", "same"]
    return pd.DataFrame(planter.leads, columns=columns)


def _take(planter: Planter) -> int:
    """Take a parcel from the other end than defects do."""
    return planter.pools.outside.pop(0)


def _enter(planter: Planter, name: str, **cells: Any) -> str:
    """Enter an enterprise that makes something; it has no figures."""
    code = planter.new_code()
    row = {_FIRM: code, _NAME: name, "行业代码": "C3329", "是否规上": "否"}
    planter.file("enterprises").append(row | cells)
    return code


def _trunk(number: int) -> tuple[str, str]:
    """Invent a name, and one that differs from it by its last letter."""
    first, second = _FIRST[number % 10], number // 10 % 10
    return first + _SECOND[(number + second) % 10], first + _SECOND[(number + second + 1) % 10]


def _namesakes(planter: Planter) -> None:
    sent, number = planter.file("parcels"), 0
    for _ in range(planter.each):
        for row in scenarios("namesakes").to_dict("records"):
            trunk, other = _trunk(number)
            house = str(1001 + number)
            words = {"t": trunk, "u": other, "n": house, "w": house.translate(_WIDE)}
            told, written = (str(row[side]).format(**words) for side in ("enterprise", "parcel"))
            parcel = _take(planter)
            if row["by"] == "name":
                code = _enter(planter, told)
                sent.put(parcel, "权利人", written)
                sent.put(parcel, "权利人代码", "")
            else:
                code = _enter(planter, f"虚构·{trunk}木业包装有限公司", 企业地址=told)
                sent.put(parcel, "坐落", written)
            _state(planter, code, parcel, str(row["id"]), str(row["by"]), same=row["same"] == "yes")
            number += 1


def _state(
    planter: Planter, code: str, parcel: int, kind: str, method: str, *, same: bool = True
) -> None:
    name = str(planter.district.parcels["id"].iloc[parcel])
    planter.leads.append((code, name, kind, method, "yes" if same else "no"))


def _points(planter: Planter) -> None:
    """Tell where an enterprise is: in its parcel, and 5 m beside it."""
    shapes = planter.file("parcels").rows.geometry.to_numpy()
    tree = shapely.STRtree(shapes)
    to_degrees = pyproj.Transformer.from_crs(CRS, 4490, always_xy=True)
    for number in range(2 * planter.each):
        inside = number % 2 == 0
        for parcel in list(planter.pools.outside):
            spot = shapely.point_on_surface(shapes[parcel]) if inside else _beside(shapes[parcel])
            near = tree.query(spot, predicate="dwithin", distance=0.5 if inside else _CLEAR)
            if spot.is_empty or not np.array_equal(near, [parcel]):
                continue
            planter.pools.outside.remove(parcel)
            lon, lat = to_degrees.transform(spot.x, spot.y)
            name = f"虚构·{_trunk(number)[0]}塑料模具有限公司"
            code = _enter(planter, name, 经度=round(lon, 7), 纬度=round(lat, 7))
            kind = "inside" if inside else "beside"
            _state(planter, code, parcel, kind, "point" if inside else "nearest")
            break


def _beside(shape: shapely.Geometry) -> shapely.Point:
    """Find a point 5 m outside the longest side of a parcel in one part."""
    parts = shapely.get_parts(shape)
    if len(parts) > 1:
        return shapely.Point()
    ring = shapely.get_coordinates(shapely.get_exterior_ring(parts[0]))
    along = np.diff(ring, axis=0)
    length = np.hypot(along[:, 0], along[:, 1])
    side = int(np.argmax(length))
    across = np.array([along[side, 1], -along[side, 0]]) / length[side] * _BESIDE
    middle = (ring[side] + ring[side + 1]) / 2
    spots = shapely.points([middle + across, middle - across])
    out: Bools = ~shapely.intersects(spots, shape)
    return spots[np.argmax(out)]


def _numbers(planter: Planter) -> None:
    """Name a parcel in a link by its certificate, and by the code of its unit (28 characters)."""
    sent, parcels = planter.file("links"), planter.file("parcels").rows
    for number in range(2 * planter.each):
        parcel = _take(planter)
        if number % 2:
            named, kind = f"{planter.district.parcels['id'].iloc[parcel]}F00010001", "unit"
        else:
            named, kind = str(parcels["不动产权证号"].loc[parcel]), "certificate"
        code = _enter(planter, f"虚构·{_trunk(number)[0]}仪表阀门有限公司")
        row = {_PARCEL: named, _FIRM: code, "用地关系": "承租", "用地面积": 1.5}
        label = sent.append(row)
        sent.plant(label, "parcel_id:unknown_reference")
        if kind == "certificate":
            # Its full-width brackets are folded, as those of any code.
            sent.plant(label, "parcel_id:mended_code")
        _state(planter, code, parcel, kind, "key")
