"""The same fact from two departments side by side (对账): where they differ, and what it moves."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from landgov.board.comparing import far, no_rows, rows_of, taken
from landgov.board.senders import Senders, blank
from landgov.board.subjects import Subjects, first_of

_MONTHS = 12


def compared(subjects: Subjects, senders: Senders, share: float) -> pd.DataFrame:
    """Compare every fact that two departments give (对账).

    Parameters
    ----------
    subjects : Subjects
        Parcels and enterprises.
    senders : Senders
        Who sent what, and when.
    share : float
        Two figures that differ by no more than this share of the larger are the same.

    Returns
    -------
    DataFrame
        One row a fact and subject on which the two sides differ, land in 亩 and money in
        万元; a side without a value is no difference.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）: 与区级相关部门对接.
    """
    makers = (_areas, _taxed_land, _yearly, _holders, _power)
    parts = [part for make in makers for part in make(subjects, senders, share) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else no_rows()


def _areas(subjects: Subjects, senders: Senders, share: float) -> Iterator[pd.DataFrame]:
    """Certificate against drawing, and the parcel against the links on it, in 亩."""
    parcels, facts = subjects.parcels, subjects.facts["parcels"]
    table = subjects.checked.tables["parcels"]

    def cert(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(table, at, "area_cert_mu")

    def drawn(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(table, at, "geometry")

    a, b = parcels["area_cert_mu"], parcels["area_mu"]
    said = ("证载面积", "统计面积先取证载，没有证载的取实测")
    yield rows_of(
        "certificate_measured", "parcels", "area_cert_mu", facts, (a, b), (cert, drawn),
        far(a, b, share), "亩", said,
    )  # fmt: skip
    links, length = subjects.links, len(parcels)
    held = np.bincount(links.parcel, np.nan_to_num(links.land_mu), length).astype(float)
    held[links.parcel[np.isnan(links.land_mu)]] = np.nan
    link = first_of(links.parcel, links.row, length)
    held[link < 0] = np.nan

    def linked(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(subjects.checked.tables["links"], link[at], "area_mu")

    a, b = parcels["land_mu"], pd.Series(held, index=parcels.index)
    said = ("两者都列", "企业用地按用地关系；与地块的差额另立余量，合计仍等于地块")
    yield rows_of(
        "land_links", "parcels", "land_mu", facts, (a, b), (cert, linked),
        far(a, b, share), "亩", said,
    )  # fmt: skip


def _taxed_land(subjects: Subjects, senders: Senders, share: float) -> Iterator[pd.DataFrame]:
    """Land of an enterprise by its links against the tax register's, in 亩."""
    firms, years = subjects.firms, subjects.checked.tables["enterprise_years"]
    rows = firms["year_row"].to_numpy()
    reported = taken(years.frame["land_reported_mu"], rows, firms.index)
    place = first_of(subjects.links.firm, subjects.links.row, len(firms))

    def linked(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(subjects.checked.tables["links"], place[at], "area_mu")

    def taxed(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(years, rows[at], "land_reported_mu")

    sides = (firms["land_mu"], reported)
    said = ("用地关系", "亩均税收按企业全部用地关系之和；税务登记面积只作比对")
    yield rows_of(
        "land_tax", "enterprises", "land_mu", subjects.facts["enterprises"], sides,
        (linked, taxed), far(*sides, share), "亩", said,
    )  # fmt: skip


def _yearly(subjects: Subjects, senders: Senders, _share: float) -> Iterator[pd.DataFrame]:
    """Grade and size of the enterprise table against those of the year, and of the working-out."""
    firms, facts = subjects.firms, subjects.facts["enterprises"]
    tables = subjects.checked.tables
    own, years = tables["enterprises"], tables["enterprise_years"]
    at_own, at_year = firms["enterprise_row"].to_numpy(), firms["year_row"].to_numpy()
    for fact, field in (("grade", "grade"), ("above_scale", "is_above_scale")):
        a = taken(own.frame[field], at_own, firms.index)
        b = taken(years.frame[field], at_year, firms.index)
        both = (a.notna() & b.notna()).to_numpy()
        differ = (a != b).fillna(value=False).to_numpy(dtype=bool) & both

        def left(at: np.ndarray, field: str = field) -> pd.DataFrame:
            return senders.origin(own, at_own[at], field)

        def right(at: np.ndarray, field: str = field) -> pd.DataFrame:
            return senders.origin(years, at_year[at], field)

        said = ("年度表", f"{subjects.year} 年的数优先于不分年度的数")
        yield rows_of(fact, "enterprises", field, facts, (a, b), (left, right), differ, "", said)
    if "grade_worked_out" not in firms.columns:
        return
    a, b = firms["grade"], firms["grade_worked_out"]
    differ = ((a != b) & a.notna() & b.notna()).fillna(value=False).to_numpy(dtype=bool)

    def given(at: np.ndarray) -> pd.DataFrame:
        of_year = firms["grade_of_year"].to_numpy(dtype=bool)[at]
        by_year = senders.origin(years, at_year[at], "grade")
        whole = np.repeat(of_year[:, None], by_year.shape[1], axis=1)
        return by_year.where(whole, senders.origin(own, at_own[at], "grade"))

    def worked(at: np.ndarray) -> pd.DataFrame:
        return blank(len(at), "landgov 测算")

    said = ("给定等级", "测算只供复核，不替代经信局公布的等级")
    yield rows_of(
        "grade_worked_out", "enterprises", "grade", facts, (a, b), (given, worked), differ, "", said
    )


def _holders(subjects: Subjects, senders: Senders, _share: float) -> Iterator[pd.DataFrame]:
    """Holder of the certificate against the owners, else the users, that the links name."""
    parcels, links = subjects.parcels, subjects.links
    owned = np.zeros(len(parcels), dtype=bool)
    owned[links.parcel[links.owner]] = True
    counted = np.flatnonzero(links.owner | (links.user & ~owned[links.parcel]))
    parcel, firm = links.parcel[counted], links.firm[counted]
    holder = parcels["holder_id"]
    holding = subjects.firms.index.get_indexer(pd.Index(holder))
    same, named = np.zeros(len(parcels), dtype=bool), np.zeros(len(parcels), dtype=bool)
    named[parcel] = True
    same[parcel[holding[parcel] == firm]] = True
    differ = holder.notna().to_numpy() & named & ~same
    told = _names(parcel, firm, differ, subjects)
    rows = first_of(parcel, links.row[counted], len(parcels))

    def certificate(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(subjects.checked.tables["parcels"], at, "holder_id")

    def linked(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(subjects.checked.tables["links"], rows[at], "enterprise_id")

    said = ("各用其处", "权属按不动产登记，亩均测算按实际用地关系")
    yield rows_of(
        "holder", "parcels", "holder_id", subjects.facts["parcels"], (holder, told),
        (certificate, linked), differ, "", said,
    )  # fmt: skip


def _names(
    parcel: np.ndarray, firm: np.ndarray, wanted: np.ndarray, subjects: Subjects
) -> pd.Series:
    """Codes of the enterprises of some parcels, joined in their order."""
    told = np.full(len(subjects.parcels), np.nan, dtype=object)
    pairs = pd.DataFrame({"parcel": parcel, "firm": firm})[wanted[parcel]].drop_duplicates()
    pairs = pairs.sort_values(["parcel", "firm"])
    codes = subjects.firms.index[pairs["firm"]].to_numpy(dtype=object)
    several = pairs["parcel"].duplicated(keep=False).to_numpy()
    told[pairs["parcel"].to_numpy()[~several]] = codes[~several]
    for place, rows in pairs[several].groupby("parcel").indices.items():  # few
        told[place] = "、".join(codes[several][rows])
    return pd.Series(told, index=subjects.parcels.index, dtype="str")


def _power(subjects: Subjects, senders: Senders, share: float) -> Iterator[pd.DataFrame]:
    """Electricity of the year against the sum of its twelve months, in kWh."""
    firms, tables = subjects.firms, subjects.checked.tables
    meters, years = tables["meters"].frame, tables["enterprise_years"]
    months = meters["month"].dt
    kept = ((months.year == subjects.year) & meters["power_kwh"].notna()).to_numpy(dtype=bool)
    places = np.flatnonzero(kept)
    firm = firms.index.get_indexer(pd.Index(meters["enterprise_id"].iloc[places]))
    places, firm = places[firm >= 0], firm[firm >= 0]
    month = months.month.to_numpy()[places].astype(np.int64)
    seen = np.unique(firm * (_MONTHS + 1) + month) // (_MONTHS + 1)
    used = meters["power_kwh"].to_numpy(dtype=float)[places]
    total = np.bincount(firm, used, len(firms)).astype(float)
    total[np.bincount(seen, minlength=len(firms)) < _MONTHS] = np.nan
    first = first_of(firm, places, len(firms))
    rows = firms["year_row"].to_numpy()

    def yearly(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(years, rows[at], "power_kwh")

    def metered(at: np.ndarray) -> pd.DataFrame:
        return senders.origin(tables["meters"], first[at], "power_kwh")

    sides = (firms["power_kwh"], pd.Series(total, index=firms.index))
    said = ("年度数", "年度数用于判定；月度合计只作比对，缺月的不比")
    yield rows_of(
        "power", "enterprises", "power_kwh", subjects.facts["enterprises"], sides,
        (yearly, metered), far(*sides, share), "kWh", said,
    )  # fmt: skip
