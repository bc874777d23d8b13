"""Defects of rows (数据缺陷) beyond those that scenarios carry, each noted with its row.

A defect strikes a parcel that is otherwise plain, so that the answer it leaves is the one the
contract states; where the contract leaves it open, the answer is struck out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from landgov.demo.deliveries import Delivery, Line
from landgov.demo.planter import Planter

SEVERITY: Final = {
    "identical_row": "note",
    "invalid_geometry": "warning",
    "bad_credit_code": "warning",
    "bad_parcel_code": "warning",
    "factory_outside_scope": "warning",
    "no_land_use_system": "warning",
    "dates_out_of_order": "warning",
    "outside_towns": "warning",
    **dict.fromkeys(
        ("spike", "tiny_geometry", "bad_organisation_code", "parcel_code_district"), "warning"
    ),
    **dict.fromkeys(
        ("parcel_code_ownership", "area_mismatch", "right_type_ownership", "contradiction"),
        "warning",
    ),
    **dict.fromkeys(("hidden_cells", "reported_none"), "warning"),
    **dict.fromkeys(("duplicate_points", "multipart", "ring_order", "totals_row"), "note"),
    **dict.fromkeys(("merged_cells", "heading_row", "heading_rows"), "note"),
    **dict.fromkeys(("mended_code", "serial_date"), "note"),
}  # all others are errors
_FIRM_RULES: Final = ("low_efficiency", "three_low", "two_high")
_PARCEL, _FIRM = "宗地代码", "统一社会信用代码"


def plant(planter: Planter, broken: dict[str, list[int]]) -> None:
    """Plant every defect as often as the plain parcels allow."""
    for parcel in broken["parcels"]:
        planter.file("parcels").plant(parcel, "parcel_id:bad_parcel_code")
    for firm in broken["firms"]:
        planter.file("enterprises").plant(firm, "enterprise_id:bad_credit_code")
    for kind in KINDS:
        kind(planter)


def _repeated_parcels(planter: Planter) -> None:
    """Repeat a parcel's row with another 坐落: ID#1 and ID#2, and references stay unjoined."""
    sent, again, gone = planter.file("parcels"), [], []
    for pool in (planter.pools.unused, planter.pools.used):
        for parcel in planter.take(pool):
            row = dict(sent.rows.loc[parcel])
            label = sent.append(row | {"坐落": f"{row['坐落']}（重复上报）"})
            sent.plant(parcel, "parcel_id:duplicate_key")
            sent.plant(label, "parcel_id:duplicate_key")
            if pool is planter.pools.used:
                planter.forget_firm(planter.firm_of(parcel))
            _unjoin(planter, parcel)
            twice = planter.parcels.loc[[parcel, parcel]].copy()
            twice["parcel_id"] = [f"{row[_PARCEL]}#1", f"{row[_PARCEL]}#2"]
            again.append(twice.set_axis([parcel, label]))
            gone.append(parcel)
    # All at once: a district can be large.
    planter.parcels = pd.concat([planter.parcels.drop(index=gone), *again])


def _unjoin(planter: Planter, parcel: int) -> None:
    planter.spoiled.add(parcel)
    unknown = dict.fromkeys((*_FIRM_RULES, "idle", "land_state"), "unknown")
    planter.answer(
        parcel, **unknown, four_without="", wider_violations="", low_efficiency_mu=np.nan
    )


def _identical_rows(planter: Planter) -> None:
    """Send a row twice, cell for cell: one of them counts."""
    for name, pool in (("parcels", planter.pools.used), ("links", planter.pools.used)):
        sent = planter.file(name)
        for parcel in planter.take(pool):
            at = parcel
            if name == "links":
                at = int(np.searchsorted(planter.district.links["parcel"].to_numpy(), parcel))
            label = sent.append(dict(sent.rows.loc[at]))
            sent.plant(label, "parcel_id:identical_row")
            if name == "parcels":
                planter.spoiled.add(parcel)
    sent = planter.file("findings_fire")
    sound = [row for row in range(len(sent.rows)) if row not in sent.issues]
    if sound:
        sent.plant(sent.append(dict(sent.rows.loc[sound[0]])), "finding_id:identical_row")


def _empty_key(planter: Planter) -> None:
    """Leave the code of one parcel empty."""
    if planter.pools.unused:
        parcel = planter.pools.unused.pop()
        sent = planter.file("parcels")
        sent.put(parcel, _PARCEL, "")
        sent.plant(parcel, "parcel_id:empty_key")
        planter.answer(parcel, parcel_id="?#1")
        planter.spoiled.add(parcel)


def _repeated_enterprises(planter: Planter) -> None:
    """Repeat an enterprise's row under another name: what its links decide is left open."""
    sent = planter.file("enterprises")
    for parcel in planter.take(planter.pools.used):
        firm = planter.firm_of(parcel)
        label = sent.append(
            dict(sent.rows.loc[firm]) | {"企业名称": "虚构·重名第0001号机械有限公司"}
        )
        sent.plant(firm, "enterprise_id:duplicate_key")
        sent.plant(label, "enterprise_id:duplicate_key")
        open_ = dict.fromkeys(
            (*_FIRM_RULES, "four_without", "wider_violations", "idle", "land_state"), ""
        )
        planter.answer(parcel, **open_, low_efficiency_mu=np.nan)
        planter.forget_firm(firm)


def _strange_links(planter: Planter) -> None:
    """Link to a parcel that is not there, to one with two digits exchanged, to an unknown firm."""
    sent, roll = planter.file("links"), planter.file("enterprises")
    ids = planter.district.parcels["id"]
    known = set(ids)
    for number in range(planter.each):
        right = next((str(code) for code in ids if _swap(str(code)) not in known), "")
        for wrong in (f"330604998998GB{number + 1:05d}", _swap(right)):
            known.add(wrong)
            code = planter.new_code()
            roll.append(
                {
                    _FIRM: code,
                    "企业名称": "虚构·无地第0001号五金有限公司",
                    "行业代码": "C3329",
                    "是否规上": "否",
                }
            )
            label = sent.append({_PARCEL: wrong, _FIRM: code, "用地关系": "承租", "用地面积": 3.5})
            sent.plant(label, "parcel_id:unknown_reference")
    for parcel in planter.take(planter.pools.unused):
        label = sent.append(
            {_PARCEL: ids.iloc[parcel], _FIRM: planter.new_code(), "用地关系": "承租"}
        )
        sent.plant(label, "enterprise_id:unknown_reference")
        planter.answer(parcel, idle="", land_state="")


def _swap(code: str) -> str:
    """Exchange two digits, as a typist does; an equal pair leaves the code as it was."""
    return code[:8] + code[9] + code[8] + code[10:]


def _strange_findings(planter: Planter) -> None:
    """Findings about nothing, about a parcel that is not there, and with impossible cells."""
    sent = planter.file("findings_planning")
    base = {
        "是否重大": "是",
        "发现日期": "2022-05-05",
        "是否可整改": "是",
        "提供部门": "自然资源和规划分局",
    }
    for number in range(planter.each):
        label = sent.append(base | {"问题编号": f"PL-X-{number:04d}", "问题类型": "违法用地"})
        sent.plant(label, "parcel_id:no_subject")
        label = sent.append(
            base
            | {
                "问题编号": f"PL-Y-{number:04d}",
                "问题类型": "违法用地",
                _PARCEL: f"330604997997GB{number + 1:05d}",
            }
        )
        sent.plant(label, "parcel_id:unknown_reference")
    ids = planter.district.parcels["id"]
    for number, parcel in enumerate(planter.take(planter.pools.outside)):
        label = sent.append(
            base
            | {"问题编号": f"PL-Z-{number:04d}", "问题类型": "乱停车", _PARCEL: ids.iloc[parcel]}
        )
        sent.plant(label, "kind:bad_code")
    for number, parcel in enumerate(planter.take(planter.pools.outside)):
        label = sent.append(
            base
            | {
                "问题编号": f"PL-W-{number:04d}",
                "问题类型": "违法用地",
                _PARCEL: ids.iloc[parcel],
                "整改完成日期": "2022-01-01",
            }
        )
        sent.plant(label, "closed_on:dates_out_of_order")


def _strange_contracts(planter: Planter) -> None:
    """A contract for a parcel that is not there, and one contract told in two ways."""
    sent = planter.file("contracts")
    if not len(sent.rows):
        return
    for number in range(planter.each):
        row = dict(sent.rows.iloc[0]) | {
            "合同编号": f"虚构3306042022X{number:06d}",
            _PARCEL: f"330604996996GB{number + 1:05d}",
        }
        sent.plant(sent.append(row), "parcel_id:unknown_reference")
    ids = planter.district.parcels["id"]
    for parcel in planter.take(planter.pools.built):
        at = int(sent.rows.index[sent.rows[_PARCEL] == ids.iloc[parcel]][0])
        label = sent.append(dict(sent.rows.loc[at]) | {"交付土地日期": "2012-09-01"})
        sent.plant(at, "parcel_id:duplicate_key")
        sent.plant(label, "parcel_id:duplicate_key")
        planter.rowless.append(("contracts", str(ids.iloc[parcel]), "kind", "repeated_contract"))
        planter.answer(parcel, idle="", land_state="", supplied_not_used="")


def _strange_areas(planter: Planter) -> None:
    """Certificates that are no number, or below zero: the measured area counts, as without one."""
    sent = planter.file("parcels")
    lost = np.flatnonzero(planter.district.parcels["lost"].to_numpy()).tolist()
    for cell, issue in (("约十五亩", "bad_number"), ("-3.2", "out_of_range")):
        for parcel in planter.take(lost):
            sent.put(parcel, "发证面积_亩", cell)
            sent.plant(parcel, f"area_cert_mu:{issue}")


def _conflicting_power(planter: Planter) -> None:
    """Let a second file tell another 用电量 of the same year; nothing is decided by it."""
    power = planter.file("years_power")
    firms = [planter.firm_of(parcel) for parcel in planter.take(planter.pools.used)]
    if firms:
        planter.retold.update(firms)
        codes = planter.district.firms["code"].to_numpy()[firms]
        rows = pd.DataFrame({_FIRM: codes, "年度": 2022, "用电量": 1.0})
        second = Delivery("enterprise_years", "inputs/years_power_retold.csv", rows, power.key)
        planter.files[second.file] = second
        for row in range(len(rows)):
            second.plant(row, "power_kwh:conflict")


def _lost_zero(planter: Planter) -> None:
    """Let a workbook take the zero from an industry code (B 0610 → 610)."""
    sent = planter.file("enterprises")
    for parcel in planter.take(planter.pools.used):
        firm = planter.firm_of(parcel)
        sent.put(firm, "行业代码", "610")
        code = str(planter.district.firms["code"].iloc[firm])
        planter.later.append(("enterprises", sent.file, code, "lost_zero: industry_code 0610"))


KINDS: Final[tuple[Callable[[Planter], None], ...]] = (
    _strange_areas,
    _repeated_parcels,
    _empty_key,
    _identical_rows,
    _strange_links,
    _strange_findings,
    _strange_contracts,
    _repeated_enterprises,
    _conflicting_power,
    _lost_zero,
)


def issue_answers(planter: Planter, lines: list[Line]) -> pd.DataFrame:
    """List every defect planted on a row, as the issue table should.

    Parameters
    ----------
    planter : Planter
        Knows the defects of several rows.
    lines : list of tuple
        Of `Delivery.lines`, all files together.
    """
    several = [(table, "", "", key, name, kind) for table, key, name, kind in planter.rowless]
    whole = [(table, file, row, "", "", kind) for table, file, row, kind in planter.sheets]
    lines = lines + several + whole
    excess = planter.district.links[planter.district.links["issue"] == ":over_allocated"]
    codes = planter.district.parcels["id"].to_numpy()[excess["parcel"]]
    lines += [("links", "", "", str(code), "", "over_allocated") for code in codes]
    table = pd.DataFrame(lines, columns=["table", "file", "row", "key", "field", "kind"])
    table["severity"] = table["kind"].map(SEVERITY).fillna("error")
    table = table[(table["kind"] != "conflict") | ~table.duplicated(["table", "key", "field"])]
    order = table["row"].replace("", "0").astype(int)
    return (
        table.assign(order=order)
        .sort_values(["table", "file", "order", "field", "kind", "key"])
        .drop(columns="order")
        .reset_index(drop=True)
    )
