"""Defects of values (数值缺陷): codes of elsewhere, cells that contradict each other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd

from landgov.demo.catalogue import scenarios, texts
from landgov.demo.facts import District
from landgov.demo.firms import ALPHABET, with_check
from landgov.demo.planter import Planter, Pools

_PARCEL, _FIRM, _CERT = "宗地代码", "统一社会信用代码", "发证面积_亩"
_WIDE: Final = str.maketrans(
    "0123456789.ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "０１２３４５６７８９．ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ",
)


def spoil_values(district: District, pools: Pools, each: int) -> dict[str, list[int]]:
    """Write codes wrongly before the files are written: they are wrong everywhere and still join.

    Returns
    -------
    dict
        Kind of defect → rows of `parcels`, or of `firms` for `bad_organisation_code`.
    """
    parcels, firms = district.parcels, district.firms
    spoiled: dict[str, list[int]] = {"parcel_code_district": [], "parcel_code_ownership": []}
    spoiled["bad_organisation_code"] = _organisations(district, each)
    for firm in spoiled["bad_organisation_code"]:
        code = str(firms["code"].iloc[firm])
        wrong = ALPHABET[(ALPHABET.index(code[16]) + 3) % 10]
        firms.loc[firm, "code"] = with_check(code[:16] + wrong)
    owner = texts(scenarios("collective"), "ownership", parcels["collective"].to_numpy())
    for kind, wanted in (
        ("parcel_code_district", "state"),
        ("parcel_code_ownership", "collective"),
    ):
        chosen = [one for one in pools.outside[::-1] if owner[one] == wanted][:each]
        pools.outside[:] = [one for one in pools.outside if one not in chosen]
        for number, parcel in enumerate(chosen):
            code = str(parcels["id"].iloc[parcel])
            code = (
                f"{code[:12]}GB{97001 + number}" if wanted == "collective" else "330602" + code[6:]
            )
            parcels.loc[parcel, "id"] = code
            spoiled[kind].append(parcel)
    return spoiled


def _organisations(district: District, each: int) -> list[int]:
    """Choose enterprises whose area is stated; no other defect takes them."""
    links = district.links
    mine = links["firm"].to_numpy()[(links["pattern"] == "owner_stated").to_numpy()]
    sound = scenarios("firms")["id"].isin(["healthy_above", "healthy_below"]).to_numpy()
    firms = district.firms
    fit = sound[firms["kind"]] & ((firms["finding"] < 0) & (firms["listed"] == 0)).to_numpy()
    found = np.flatnonzero(fit & np.isin(np.arange(len(firms)), mine))[:each]
    return [int(firm) for firm in found]


def plant_values(planter: Planter, spoiled: dict[str, list[int]]) -> None:
    """Plant every defect of values as often as the plain parcels allow."""
    for kind, rows in spoiled.items():
        name = "enterprises" if kind == "bad_organisation_code" else "parcels"
        key = "enterprise_id" if name == "enterprises" else "parcel_id"
        for row in rows:
            planter.file(name).plant(row, f"{key}:{kind}")
    for plant in VALUES:
        plant(planter)


def _wrong_certificates(planter: Planter) -> None:
    """Certify a fifth more than the outline holds: the certificate counts, somebody has to look."""
    sent = planter.file("parcels")
    land = sent.rows[_CERT].to_numpy()
    large = [one for one in planter.pools.outside[::-1] if land[one] > 5][: planter.each]
    planter.pools.outside[:] = [one for one in planter.pools.outside if one not in large]
    for parcel in large:
        cert = round(float(sent.rows[_CERT].loc[parcel]) * 1.2, 2)
        sent.rows.loc[parcel, _CERT] = cert
        sent.plant(parcel, "area_cert_mu:area_mismatch")
        planter.answer(parcel, land_mu=cert)


def _wrong_rights(planter: Planter) -> None:
    """Let state land carry a right that only collective land can carry."""
    sent = planter.file("parcels")
    owner = sent.rows["土地所有权性质"]
    state = owner.isin(["国有", "20"]).to_numpy()
    for parcel in [one for one in planter.pools.outside[::-1] if state[one]][: planter.each]:
        planter.pools.outside.remove(parcel)
        sent.put(parcel, "权利类型", "集体建设用地使用权")
        sent.plant(parcel, "right_type:right_type_ownership")


def _contradictions(planter: Planter) -> None:
    """More floor vacant than there is, and a default on land that is not mortgaged."""
    sent = planter.file("parcels")
    for parcel in planter.take(planter.pools.outside):
        floor = float(sent.rows["总建筑面积"].loc[parcel])
        sent.rows.loc[parcel, "闲置厂房面积"] = floor + 1000
        sent.plant(parcel, "vacant_floor_m2:contradiction")
    for parcel in planter.take(planter.pools.outside):
        sent.put(parcel, "是否银行抵押", "否")
        sent.put(parcel, "抵押是否违约", "是")
        sent.plant(parcel, "collateral_in_default:contradiction")


def _dates_turned(planter: Planter) -> None:
    """Sign a contract after the land was handed over, and end a use before it began."""
    contracts, links = planter.file("contracts"), planter.file("links")
    ids = planter.district.parcels["id"]
    for parcel in planter.take(planter.pools.built):
        row = int(contracts.rows.index[contracts.rows[_PARCEL] == ids.iloc[parcel]][0])
        contracts.put(row, "签订日期", "2012-10-15")  # handed over on 2012-08-01
        contracts.plant(row, "delivered_on:dates_out_of_order")
    for parcel in planter.take(planter.pools.outside):
        code = _shop(planter)
        began: str | pd.Timestamp = "2019-06-01"
        ended: str | pd.Timestamp = "2018-05-31"
        if pd.api.types.is_datetime64_any_dtype(links.rows["起始日期"].dtype):
            began, ended = pd.Timestamp("2019-06-01"), pd.Timestamp("2018-05-31")
        label = links.append(
            {
                _PARCEL: ids.iloc[parcel], _FIRM: code, "用地关系": "承租",
                "起始日期": began, "终止日期": ended,
            }
        )  # fmt: skip
        links.plant(label, "to:dates_out_of_order")


def _shop(planter: Planter) -> str:
    """Enter a shop, which no rule on industry concerns, among the enterprises."""
    code = planter.new_code()
    planter.file("enterprises").append(
        {
            _FIRM: code,
            "企业名称": f"虚构·街市第{planter.fresh:04d}号百货商店",
            "行业代码": "F5211",
            "是否规上": "否",
        }
    )
    return code


def _shares_over_one(planter: Planter) -> None:
    """Let two shops hold 0.7 and 0.6 of one parcel: more than the whole."""
    sent, ids = planter.file("links"), planter.district.parcels["id"]
    for parcel in planter.take(planter.pools.outside):
        for share in (0.7, 0.6):
            row = {_PARCEL: ids.iloc[parcel], _FIRM: _shop(planter), "用地关系": "承租"}
            sent.append(row | {"用地比例": share})
        code = str(ids.iloc[parcel])
        # The shares are why the links exceed the parcel: that is said once, not twice.
        planter.rowless.append(("links", code, "share", "share_over_one"))


def _odd_writing(planter: Planter) -> None:
    """Write what can still be read: full-width figures, a month, a day as a serial number."""
    parcels, contracts = planter.file("parcels"), planter.file("contracts")
    links, ids = planter.file("links"), planter.district.parcels["id"]
    for parcel in planter.take(planter.pools.outside):
        # A month is no day, and which day is not guessed.
        parcels.put(parcel, "占用起始日期", "2021.3")
        parcels.plant(parcel, "occupied_since:bad_date")
    for parcel in planter.take(planter.pools.built):
        row = int(contracts.rows.index[contracts.rows[_PARCEL] == ids.iloc[parcel]][0])
        contracts.put(row, _PARCEL, str(ids.iloc[parcel]).translate(_WIDE))
        contracts.plant(row, "parcel_id:mended_code")
        contracts.put(row, "交付土地日期", "41122")  # 2012-08-01 in a spreadsheet
        contracts.plant(row, "delivered_on:serial_date")
    stated = np.flatnonzero((planter.district.links["pattern"] == "owner_stated").to_numpy())
    for row in map(int, stated[-planter.each :]):
        area = f"{float(links.rows['用地面积'].loc[row]):.2f}"
        links.put(row, "用地面积", area.translate(_WIDE))
        code = str(links.rows.loc[row, _FIRM])
        links.put(row, _FIRM, code.translate(_WIDE))
        links.plant(row, "enterprise_id:mended_code")


VALUES: Final[tuple[Callable[[Planter], None], ...]] = (
    _wrong_certificates,
    _wrong_rights,
    _contradictions,
    _dates_turned,
    _shares_over_one,
    _odd_writing,
)
