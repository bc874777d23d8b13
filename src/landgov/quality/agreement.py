"""Cells that contradict each other (相互矛盾): nothing is changed, somebody has to look.

Certificate against measured area
    `area_mismatch`, beyond both tolerances of the policy. A parcel whose outline could not be
    repaired has no measured area that could be held against it.
Type of right against ownership
    `right_type_ownership`, by the list `right_ownership`; words that name both or neither, or
    that both kinds of land know (出让, 租赁, 入股), say nothing.
Rows that contradict themselves
    `contradiction`, only where both can't be true:

    - more vacant floor than floor: the one is part of the other;
    - floor for a plot ratio that no works has: a slip of unit or of a place;
    - the mortgage in default, but none to a bank;
    - approved and not supplied, but a first-supply contract is signed;
    - land developed, or works suspended, that have not begun;
    - developed far more than should be, invested a multiple of the total: a slip of unit;
    - 规上 or grade of the enterprise other than of the year that ended on `as_of`;
    - a basis of high energy for an enterprise said not to be high in it;
    - a tenant that is its own lessor.

    Not among them, because both can be true: land in reserve with an old contract (bought
    back), supplied land that the plan makes farmland (to be reclaimed), value added above
    revenue (stock), an owner with a lessor (land leased from the state).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies import Parameter, Policy
from landgov.quality.cells import plain
from landgov.quality.tables import CheckedTable
from landgov.quality.telling import Issues, Places, tell
from landgov.units import to_m2

Tables = Mapping[str, CheckedTable]

# Two floor areas rounded apart differ by up to this.
_ROUNDING_M2 = 1.0


def check_agreement(tables: Tables, policy: Policy, as_of: date, year: int, issues: Issues) -> None:
    """Warn of areas, rights and rows that contradict each other.

    Parameters
    ----------
    tables : mapping of str to CheckedTable
        All tables.
    policy : Policy
        Tolerances; one that it does not state, or that is off, checks nothing.
    as_of : date
        The date judged on.
    year : int
        The year whose figures count.
    issues : list of dict
        `area_mismatch`, `right_type_ownership`, `contradiction` are added.
    """
    parcels = tables["parcels"]
    measured = parcels.measured_mu if len(parcels.frame) else pd.Series(dtype="float64")
    _areas(parcels, measured, policy, issues)
    _rights(parcels, issues)
    _parcel_rows(tables, measured, policy, as_of, issues)
    _contract_rows(tables["contracts"], policy, issues)
    _enterprise_rows(tables, as_of, year, issues)
    links = tables["links"].frame
    own = links["lessor_id"].eq(links["enterprise_id"]) & links["role"].isin(("lessee", "user"))
    _contradict(
        tables["links"], own, "lessor_id", _Words("与用地企业相同", "is the tenant itself"), issues
    )


@dataclass(frozen=True)
class _Words:
    """What a cell contradicts (zh, en), and figures to fill in, one for each row."""

    zh: str
    en: str
    other: pd.Series | None = None


def _number(policy: Policy, name: str) -> Parameter | None:
    found = policy.parameters.get(name)
    return None if found is None or found.off else found


def _holds(line: Parameter | None, values: pd.Series) -> np.ndarray:
    """Where a value is beyond a line; nowhere without one."""
    if line is None:
        return np.zeros(len(values), dtype=bool)
    return line.holds(values).fillna(value=False).to_numpy(dtype=bool)


def _areas(parcels: CheckedTable, measured: pd.Series, policy: Policy, issues: Issues) -> None:
    share, land = (_number(policy, f"area_mismatch_{name}") for name in ("share", "land"))
    certificate = parcels.frame["area_cert_mu"]
    apart = (certificate - measured).abs()
    wide = _holds(share, apart / measured.where(measured > 0)) & _holds(land, apart)
    places = np.flatnonzero(wide)
    drawn, gap = measured.iloc[places], (certificate - measured).iloc[places]
    said = [f"{area:.4f} 亩，相差 {more:+.4f} 亩" for area, more in zip(drawn, gap, strict=True)]
    told = [f"{area:.4f} mu, off by {more:+.4f} mu" for area, more in zip(drawn, gap, strict=True)]
    value = [f"{area:.4f}" for area in certificate.iloc[places]]
    tell(
        issues,
        "area_mismatch",
        parcels,
        places,
        "area_cert_mu",
        value=value,
        allowed=said,
        allowed_en=told,
    )


def _rights(parcels: CheckedTable, issues: Issues) -> None:
    """Hold the type of right against the ownership; each different wording is read once."""
    codes, words = pd.factorize(parcels.frame["right_type"])
    meaning = np.array([_owner_of(str(word)) for word in words] + [""], dtype=object)[codes]
    owner = parcels.frame["ownership"].to_numpy(dtype=object, na_value="")
    places = np.flatnonzero((meaning != "") & (owner != "") & (meaning != owner))
    tell(
        issues,
        "right_type_ownership",
        parcels,
        places,
        "right_type",
        value=parcels.frame["right_type"].iloc[places].tolist(),
        allowed=[schema.label("ownership", word) for word in owner[places]],
        allowed_en=[schema.label("ownership", word, "en") for word in owner[places]],
    )


def _owner_of(word: str) -> str:
    """Ownership that a type of right presupposes; empty where it presupposes none.

    Examples
    --------
    >>> [_owner_of(word) for word in ("国有建设用地使用权", "7", "出让", "102", "宅基地使用权")]
    ['state', 'collective', '', 'state', 'collective']
    """
    text = plain(word)
    fit = {
        entry.code
        for entry in schema.codes("right_ownership")
        if text in entry.official or any(part in text for part in entry.synonyms)
    }
    return fit.pop() if len(fit) == 1 else ""


def _contradict(
    checked: CheckedTable, where: pd.Series | np.ndarray, field: str, words: _Words, issues: Issues
) -> None:
    flags = np.asarray(pd.Series(where).fillna(value=False).to_numpy(dtype=bool))
    places: Places = np.flatnonzero(flags)
    if not len(places):
        return
    column = schema.table(checked.name).columns[field]
    cells = checked.frame[field].iloc[places]
    others = ["" for _ in places] if words.other is None else words.other.iloc[places].map(_shown)
    tell(
        issues,
        "contradiction",
        checked,
        places,
        field,
        value=[_said(cell, column) for cell in cells],
        allowed=[words.zh.format(other) for other in others],
        allowed_en=[words.en.format(other) for other in others],
    )


def _said(cell: object, column: schema.Column) -> str:
    if column.codes:
        return schema.label(column.codes, str(cell))
    return _shown(cell)


def _shown(cell: object) -> str:
    if isinstance(cell, bool | np.bool_):
        return "是" if cell else "否"
    if isinstance(cell, pd.Timestamp):
        return cell.date().isoformat()
    return f"{cell:.10g}" if isinstance(cell, float) else str(cell)


def _parcel_rows(
    tables: Tables, measured: pd.Series, policy: Policy, as_of: date, issues: Issues
) -> None:
    checked = tables["parcels"]
    frame = checked.frame
    floor, vacant = frame["floor_area_m2"], frame["vacant_floor_m2"]
    more = _Words("大于“总建筑面积”（{}）", "exceeds floor_area_m2 ({})", floor)
    _contradict(checked, vacant > floor + _ROUNDING_M2, "vacant_floor_m2", more, issues)
    certificate = frame["area_cert_mu"]
    land = certificate.where(certificate.notna(), measured)
    ratio = floor / to_m2(land.where(land > 0))
    dense = _Words("折合容积率 {}", "makes a plot ratio of {}", ratio.round(2))
    too_dense = _holds(_number(policy, "plot_ratio_possible"), ratio)
    _contradict(checked, too_dense, "floor_area_m2", dense, issues)
    unsecured = frame["collateral_in_default"] & ~frame["mortgaged_to_bank"]
    without = _Words("而“是否银行抵押”为否", "but mortgaged_to_bank is no")
    _contradict(checked, unsecured, "collateral_in_default", without, issues)
    contracts = tables["contracts"].frame
    signed = contracts["kind"].eq("primary") & (contracts["signed_on"] <= pd.Timestamp(as_of))
    supplied = pd.Index(contracts.loc[signed.to_numpy(dtype=bool), "parcel_id"].dropna()).unique()
    waiting = frame["supply_status"].eq("approved_not_supplied").to_numpy(dtype=bool)
    waiting = waiting & (supplied.get_indexer(frame.index) >= 0)
    contract = _Words("而出让合同已经签订", "but its first supply contract is signed")
    _contradict(checked, waiting, "supply_status", contract, issues)


def _contract_rows(checked: CheckedTable, policy: Policy, issues: Issues) -> None:
    frame = checked.frame
    if not len(frame):
        return
    unknown = checked.undated["actual_start"].to_numpy(dtype=bool)
    never = frame["actual_start"].isna().to_numpy() & ~unknown
    start = _Words("而没有“实际开工日期”", "but actual_start is empty")
    developed = frame["developed_m2"]
    _contradict(checked, never & (developed > 0).to_numpy(), "developed_m2", start, issues)
    stopped = never & frame["suspended_on"].notna().to_numpy()
    _contradict(checked, stopped, "suspended_on", start, issues)
    for field, whole, line in (
        ("developed_m2", "should_develop_m2", "developed_over_should"),
        ("invested_wan", "total_investment_wan", "invested_over_total"),
    ):
        times = frame[field] / frame[whole].where(frame[whole] > 0)
        zh = schema.table("contracts").columns[whole].zh
        over = _Words(f"是“{zh}”的 {{}} 倍", f"is {{}} times {whole}", times.round(2))
        where = _holds(_number(policy, line), times)
        if field == "developed_m2":
            where &= ~(never & (developed > 0).to_numpy())  # told above
        _contradict(checked, where, field, over, issues)


def _enterprise_rows(tables: Tables, as_of: date, year: int, issues: Issues) -> None:
    """Hold the facts of an enterprise against those of the year that ended on `as_of`."""
    checked, years = tables["enterprises"], tables["enterprise_years"]
    frame = checked.frame
    listed = frame["high_energy_basis"].notna() & frame["high_energy"].eq(other=False)
    said = _Words("而“是否高能耗”为否", "but high_energy is no")
    _contradict(checked, listed, "high_energy_basis", said, issues)
    # After the year's end both may have moved on: only on the day itself must they agree.
    if as_of != date(year, 12, 31) or not len(frame) or not len(years.frame):
        return
    usable = ~years.contested.to_numpy(dtype=bool)
    usable = usable & years.frame["year"].eq(year).fillna(value=False).to_numpy(dtype=bool)
    of_year = years.frame[usable].set_index("enterprise_id")
    for field in ("is_above_scale", "grade"):
        theirs = of_year[field].dropna()
        if theirs.empty:
            continue
        both = theirs[~theirs.index.duplicated()].reindex(frame.index)
        differ = both.notna() & frame[field].notna() & (both != frame[field])
        if field == "grade":
            both = both.map(lambda code: schema.label("grade", code), na_action="ignore")
        words = _Words(
            f"与{year}年年度数据（{{}}）不同", f"differs from that of {year} ({{}})", both
        )
        _contradict(checked, differ, field, words, issues)
