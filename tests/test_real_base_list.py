"""Cambridge: 27,528 tax rows joined onto 13,116 parcels, against plain sums of the two files.

The stand-in workspace takes an appraised dollar as a 元 of tax and a square foot of the tax
file as a thousandth of an 亩, on the certificate of the parcel as on each link: so the land of
the file is whole numbers, and sums must be equal, not near.
"""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections import Counter, defaultdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pandas as pd
import pytest

import landgov as lg
import real_input

pytestmark = [
    pytest.mark.real,
    pytest.mark.acceptance,
    pytest.mark.skipif(not real_input.FOLDER.is_dir(), reason="the real files are not at hand"),
]

_TOML = f"""[project]
name = "Cambridge"
as_of = 2022-06-30
policy = "shangyu-2021-86"
crs = 26986

[[sources.parcels]]
path = "{real_input.PARCELS}"
crs = 4326
columns = {{ parcel_id = "ML" }}

[[sources.parcels]]
path = "certificates.csv"

[[sources.enterprises]]
path = "enterprises.csv"

[[sources.links]]
path = "links.csv"

[[sources.enterprise_years]]
path = "years.csv"
units = {{ tax_wan = "元" }}
"""

# Digits of a square foot that the file prints, and that a thousandth of an 亩 keeps.
_FEET = Decimal("0.001")


class Files:
    """What the two files say by themselves, read with the standard library."""

    def __init__(self) -> None:
        folder = real_input.FOLDER / "parcels"
        topology = json.loads((folder / real_input.PARCELS).read_text(encoding="utf-8"))
        (layer,) = topology["objects"].values()
        self.shapes = Counter(shape["properties"].get("ML") or "" for shape in layer["geometries"])
        with (folder / real_input.TAXES).open(encoding="utf-8-sig", newline="") as stream:
            self.rows = list(csv.DictReader(stream))
        for number, row in enumerate(self.rows):
            row["firm"] = f"T{number:05d}"
        self.of_ml: dict[str, list[dict[str, str]]] = defaultdict(list)
        for row in self.rows:
            self.of_ml[row["ML"]].append(row)

    def feet(self, rows: list[dict[str, str]]) -> Fraction:
        """Square feet of rows, rounded to the thousandth row by row as the links state them."""
        return sum((Fraction(self.row_feet(row)) for row in rows), Fraction(0))

    @staticmethod
    def row_feet(row: dict[str, str]) -> Decimal:
        return Decimal(row["LandArea"]).quantize(_FEET)

    @property
    def joined(self) -> list[dict[str, str]]:
        """Rows whose ML one shape bears."""
        return [row for row in self.rows if row["ML"] and self.shapes[row["ML"]] == 1]


@pytest.fixture(scope="module")
def files() -> Files:
    return Files()


@pytest.fixture(scope="module")
def run(files: Files, tmp_path_factory: pytest.TempPathFactory) -> lg.Result:
    folder = tmp_path_factory.mktemp("cambridge")
    shutil.copyfile(real_input.FOLDER / "parcels" / real_input.PARCELS, folder / real_input.PARCELS)
    # Land of each ML that one shape bears: what its tax rows add up to.
    mus = {
        ml: str(Decimal(sum(files.row_feet(row) for row in rows)) / 1000)
        for ml, rows in files.of_ml.items()
        if ml and files.shapes[ml] == 1
    }
    _write(folder / "certificates.csv", ["parcel_id", "area_cert_mu"], list(mus.items()))
    _write(folder / "enterprises.csv", ["enterprise_id", "name"],
           [(row["firm"], row["firm"]) for row in files.rows])  # fmt: skip
    _write(
        folder / "links.csv",
        ["parcel_id", "enterprise_id", "role", "area_mu"],
        [(row["ML"], row["firm"], "owner", files.row_feet(row) / 1000) for row in files.rows],
    )
    _write(
        folder / "years.csv",
        ["enterprise_id", "year", "tax_wan"],
        [(row["firm"], 2021, row["TotalAppraisedParcelValue"]) for row in files.rows],
    )
    (folder / "landgov.toml").write_text(_TOML, encoding="utf-8")
    return lg.run(folder)


def _write(path: Path, heads: list[str], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([heads, *rows])


def exact(numbers: pd.Series) -> Fraction:  # type: ignore[type-arg]
    """Sum of numbers as the decimals that they print as, to a millionth."""
    return sum((Fraction(str(round(number, 6))) for number in numbers.tolist()), Fraction(0))


def of_firms(run: lg.Result) -> pd.DataFrame:
    links = run.links
    return links[links["enterprise_id"].notna() & links["parcel_id"].notna()]


def test_the_plain_files_are_what_is_published_of_them(files: Files) -> None:
    taxed, drawn = set(files.of_ml), set(files.shapes)
    assert (len(files.rows), sum(files.shapes.values())) == (27_528, 13_116)
    assert len(drawn - {""}) == 13_035
    # An empty ML stands on both sides and is one of the 12,976: it names nothing, and 12,975 join.
    assert len(taxed & drawn) == 12_976
    assert "" in taxed & drawn
    assert (len(drawn - taxed), len(taxed - drawn)) == (60, 46)
    # 13 ML are borne by several shapes, 93 of them: 80 more than there are ML.
    repeated = {ml: often for ml, often in files.shapes.items() if often > 1}
    assert (len(repeated), sum(repeated.values()) - len(repeated)) == (13, 80)


def test_each_row_joins_the_one_parcel_of_its_ml_or_none(files: Files, run: lg.Result) -> None:
    given = of_firms(run)
    here = given[given["parcel_id"].isin(run.parcels.index)]
    assert dict(zip(here["enterprise_id"], here["parcel_id"], strict=True)) == {
        row["firm"]: row["ML"] for row in files.joined
    }
    assert len(here) == here["enterprise_id"].nunique() == len(files.joined)
    # The rest: no ML, an ML without shape, an ML of several shapes; nothing is lost or doubled.
    astray = [row for row in files.rows if not (row["ML"] and files.shapes[row["ML"]] == 1)]
    kinds = Counter(
        "none" if not row["ML"] else "several" if files.shapes[row["ML"]] else "no shape"
        for row in astray
    )
    assert kinds == {"none": 1, "several": 18, "no shape": 50}
    assert len(here) + len(astray) == 27_528
    assert len(run.parcels) == 13_116


def test_the_value_is_that_of_the_file_to_the_dollar(files: Files, run: lg.Result) -> None:
    dollars = sum(int(row["TotalAppraisedParcelValue"]) for row in files.rows)
    worked = run.links["tax_worked_wan"].dropna()
    assert exact(worked) * 10_000 == dollars
    # On the parcels: what joins them, to the dollar too.
    there = run.links["parcel_id"].isin(run.parcels.index)
    joined = sum(int(row["TotalAppraisedParcelValue"]) for row in files.joined)
    landless = sum(
        int(row["TotalAppraisedParcelValue"]) for row in files.joined if not files.row_feet(row)
    )
    assert exact(run.links.loc[there, "tax_worked_wan"].dropna()) * 10_000 == joined - landless


def test_the_land_is_that_of_the_file_to_the_thousandth_of_a_square_foot(
    files: Files, run: lg.Result
) -> None:
    stated = [ml for ml in files.of_ml if ml and files.shapes[ml] == 1]
    land = run.parcels.loc[stated, "land_mu"]
    of_joined = files.feet(files.joined)
    assert exact(land) * 1000 == of_joined
    assert (run.parcels.loc[stated, "land_from"] == "certificate").all()
    # The ledger: links and what they leave make the land of every parcel.
    ledger = run.links[run.links["parcel_id"].isin(stated)]
    assert exact(ledger["area_worked_mu"]) * 1000 == of_joined
    by_parcel = ledger.groupby("parcel_id")["area_worked_mu"].agg(math.fsum)
    assert (by_parcel.reindex(stated, fill_value=0.0) - land).abs().max() < 1e-9
    # The enterprises: rows that join a parcel hold its land, the others' land is unknown.
    held = of_firms(run).set_index("enterprise_id")["area_worked_mu"]
    joined = {row["firm"] for row in files.joined}
    assert set(held.index[held.notna()]) == joined
    assert exact(held[held.notna()]) * 1000 == of_joined
    lost = run.enterprises.loc[held.index[held.isna()], "land_mu"]
    assert set(lost.index) == {row["firm"] for row in files.rows if row["ML"]} - joined
    assert lost.isna().all()


def test_a_naive_merge_of_land_onto_the_tax_rows_inflates_it(files: Files, run: lg.Result) -> None:
    land = run.parcels["land_mu"].to_dict()
    merged = math.fsum(land[row["ML"]] for row in files.joined)
    assert merged > 2 * math.fsum(land[ml] for ml in {row["ML"] for row in files.joined})
