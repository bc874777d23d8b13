"""Links proposed where none is given, worked by hand: nothing is joined by a proposal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from case import EAST, NORTH, Case
from landgov.crs import transform
from landgov.register.likeness import alike, likeness
from landgov.register.names import PlaceNames, plain_address, plain_name

HOLDER = {"holder_name": "绍兴市上虞区舜江精密机械有限责任公司", "location": "道墟街道工业路12号"}


def _degrees(east: float, north: float) -> dict[str, float]:
    import geopandas as gpd
    import shapely

    point = transform(gpd.GeoSeries([shapely.Point(east, north)], crs=4549), working_crs_4490())
    return {"lon": point.iloc[0].x, "lat": point.iloc[0].y}


def working_crs_4490() -> Any:
    """CGCS2000, degrees."""
    from pyproj import CRS

    return CRS(4490)


def proposed(folder: Path, firm: dict[str, Any], **link: Any) -> pd.DataFrame:
    """Proposals for one enterprise beside two parcels; P2 has a user already."""
    case = Case(folder).parcels(
        {"parcel_id": "P1", "certificate_no": "虞 001 号", "land_code": "L-1", **HOLDER},
        {"parcel_id": "P2", "certificate_no": "虞 002 号"},
    )
    case.table("enterprises", {"enterprise_id": "E1", **firm}, {"enterprise_id": "E2"})
    used = {"parcel_id": "P2", "enterprise_id": "E2", "role": "owner"}
    case.table("links", used, *([{"enterprise_id": "E1", **link}] if link else []))
    result = case.run()
    assert not result.links["enterprise_id"].eq("E1").any() or link
    return result.matches


def test_another_number_of_the_parcel_is_the_surest(tmp_path: Path) -> None:
    found = proposed(tmp_path, {}, parcel_id="虞001号", role="lessee")
    row = found.iloc[0]
    assert (row["parcel_id"], row["method"], row["score"], row["role"]) == (
        "P1",
        "key",
        1,
        "lessee",
    )


@pytest.mark.parametrize(
    ("east", "wanted"),
    [
        (50.0, ("point", 0.9)),  # in the middle of P1
        (-10.0, ("nearest", 0.74)),  # ten metres off: 0.8 less 0.3 · 10/50
        (-50.1, None),
    ],
)
def test_a_point_in_a_parcel_or_near_it(
    tmp_path: Path, east: float, wanted: tuple[str, float] | None
) -> None:
    found = proposed(tmp_path, _degrees(EAST + east, NORTH + 50.0))
    if wanted is None:
        assert found.empty
        return
    assert found["parcel_id"].tolist() == ["P1"]
    assert found["method"].iloc[0] == wanted[0]
    assert found["score"].iloc[0] == pytest.approx(wanted[1], abs=1e-4)


def test_names_match_whatever_the_legal_form_and_place(tmp_path: Path) -> None:
    found = proposed(tmp_path, {"name": "舜江精密机械有限公司"})
    assert (found["parcel_id"].iloc[0], found["method"].iloc[0]) == ("P1", "name")
    assert found["score"].iloc[0] == 0.85  # words never count as much as a number


def test_an_address_with_the_former_name_of_its_town(tmp_path: Path) -> None:
    found = proposed(tmp_path, {"address": "上虞市道墟镇工业路１２号"})
    assert (found["parcel_id"].iloc[0], found["method"].iloc[0]) == ("P1", "address")


def test_an_enterprise_with_land_is_left_alone(tmp_path: Path) -> None:
    found = proposed(tmp_path, {"name": HOLDER["holder_name"]}, parcel_id="P2", role="lessee")
    assert found.empty


HERE = PlaceNames(("浙江省", "绍兴市", "上虞区"), {"道墟镇": "道墟街道"})


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        ("虚构·舜江第2234号机械有限公司", "虚构·舜江第2243号机械有限公司", 0.0),
        ("舜江机械有限公司", "舜江机械股份有限公司", 1.0),
        ("舜江甲新型功能面料织造有限公司", "舜江乙新型功能面料织造有限公司", 0.0),
        ("道墟街道虞舜南路12号", "道墟街道虞舜北路12号", 0.0),
    ],
)
def test_another_numeral_is_another_firm(left: str, right: str, wanted: float) -> None:
    assert likeness(plain_name(left, HERE), plain_name(right, HERE)) == wanted


def test_the_fast_search_loses_no_near_name_and_finds_nothing_that_is_not_alike() -> None:
    names = [
        f"{a}{b}{c}{d}机械" for a in "舜江虞山" for b in "精密通用" for c in "华东" for d in "宏达"
    ]
    left = pd.Series(names[::2], index=[f"E{n}" for n in range(len(names[::2]))])
    right = pd.Series([f"{name}制造" for name in names], index=[f"P{n}" for n in range(len(names))])
    found = alike(left, right, least=0.7)
    score = {
        (e, p): likeness(mine, theirs) for e, mine in left.items() for p, theirs in right.items()
    }
    pairs = set(zip(found["left"], found["right"], strict=True))
    assert all(score[pair] >= 0.7 for pair in pairs)
    best = {e: max((p for p in right.index), key=lambda p: score[e, p]) for e in left.index}
    assert set(best.items()) <= pairs


def test_plain_address_folds_width_and_place() -> None:
    assert plain_address("浙江省绍兴市上虞区 工业路（１２）号", HERE) == "工业路12号"
