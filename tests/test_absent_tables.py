"""A table that is not given is absent: what it would decide is unknown, and nothing fails."""

from __future__ import annotations

from pathlib import Path

from case import Case


def test_parcels_alone_run_and_leave_everything_unknown(tmp_path: Path) -> None:
    result = Case(tmp_path).parcels({"parcel_id": "P1"}, {"parcel_id": "P2"}).run()
    for name in ("low_efficiency", "two_high", "four_without", "land_state", "idle", "stock"):
        assert result.parcels[name].tolist() == ["unknown", "unknown"], name
    assert result.parcels["collective"].tolist() == ["no", "no"]
    assert len(result.explain("P1")) > 20


def test_a_link_without_a_parcel_stays_and_decides_nothing(tmp_path: Path) -> None:
    case = Case(tmp_path).parcels({"parcel_id": "P1"})
    case.table("links", {"parcel_id": "", "enterprise_id": "E1", "area_mu": 3},
               {"parcel_id": "P1", "enterprise_id": "E2"})  # fmt: skip
    result = case.run()
    assert "empty_key" in set(result.issues["kind"])
    assert result.enterprises["land_mu"].isna().tolist() == [True, False]
