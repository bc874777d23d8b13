"""Invented enterprises (虚构企业): codes with a true check character, names, trades, figures."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgov.demo.catalogue import Bools, Floats, Ints, draw, numbers, scenarios, texts, twins
from landgov.demo.grading import lay_out

Objects = npt.NDArray[np.object_]

#: The 31 characters of a credit code (GB 32100-2015) and the weights of its check character.
ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS: Final = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
#: Weights of the inner check character (GB 11714), characters 9 to 16.
_INNER_WEIGHTS: Final = np.array([3, 7, 9, 10, 5, 8, 4, 2])

#: Industry code of GB/T 4754-2017 and a word for names; the letter is often left out.
FACTORIES: Final = (
    ("C1751", "化纤织造"),
    ("1713", "印染"),
    ("C1819", "服饰"),
    ("C2438", "工艺品"),
    ("C2645", "染料"),
    ("C2669", "精细化工"),
    ("2927", "塑料制品"),
    ("C3021", "水泥制品"),
    ("C3311", "金属结构"),
    ("3329", "五金工具"),
    ("C3411", "锅炉"),
    ("C3464", "制冷设备"),
    ("C3484", "机械零部件"),
    ("3551", "纺织机械"),
    ("C3670", "汽车零部件"),
    ("C3812", "电机"),
    ("C3831", "电线电缆"),
    ("C3874", "照明"),
    ("C3985", "电子材料"),
    ("D4430", "热力"),
)
TRADERS: Final = (("F5171", "贸易"), ("G5990", "仓储"), ("G5430", "物流"), ("F5211", "商贸"))
_TITLES: Final = ("虞舜", "曹娥", "舜江", "东山", "娥江", "凤鸣", "瓷源", "越窑")


def credit_codes(serials: Ints, head: str = "91330604") -> Objects:
    """Compose unified social credit codes (统一社会信用代码) with a true check character.

    Parameters
    ----------
    serials : array of int
        Numbers below ten million; each gives one code. The organisation part begins with X,
        so that no code is that of a real enterprise.
    head : str
        Registration body, kind and region, 8 characters.

    Returns
    -------
    array of str
        18 characters each.

    References
    ----------
    GB 32100-2015; GB 11714 for the inner character.

    Examples
    --------
    >>> credit_codes(np.array([123])).tolist()
    ['91330604X00001230U']
    """
    digits = (serials[:, None] // 10 ** np.arange(6, -1, -1)) % 10
    organisation = np.column_stack([np.full(len(serials), 33), digits])  # X = 33 in GB 11714
    left = (11 - organisation @ _INNER_WEIGHTS % 11) % 11
    values = np.empty((len(serials), 18), dtype=np.int64)
    values[:, :8] = [ALPHABET.index(letter) for letter in head]
    values[:, 8] = ALPHABET.index("X")
    values[:, 9:16] = digits
    values[:, 16] = np.where(left == 10, ALPHABET.index("X"), left)
    values[:, 17] = -(values[:, :17] @ _WEIGHTS) % 31
    letters = np.array(list(ALPHABET), dtype="U1")[values]
    return np.ascontiguousarray(letters).view("U18").ravel().astype(object)


def with_check(head: str) -> str:
    """Complete 17 characters by their check character.

    Parameters
    ----------
    head : str
        The first 17 characters of a credit code.

    References
    ----------
    GB 32100-2015.

    Examples
    --------
    >>> with_check("91330604X00001230")
    '91330604X00001230U'
    """
    values = np.array([ALPHABET.index(letter) for letter in head])
    return head + ALPHABET[int(-(values @ _WEIGHTS) % 31)]


def make_firms(links: pd.DataFrame, count: int, seed: int, *, clean_twins: bool) -> pd.DataFrame:
    """Make the enterprises that the links name.

    Parameters
    ----------
    links : DataFrame
        Of `make_links`: `firm`, `active`, `worked`, `unclear`, `factory`, `low`, `healthy`.
    count : int
        Number of enterprises.
    seed : int
        Seed of the district.
    clean_twins : bool
        Replace scenarios that are defects of a row by their sound twins.

    Returns
    -------
    DataFrame
        One row an enterprise: codes, names, land (亩; missing where it cannot be summed),
        scenario numbers `kind` and `listed`, tax per 亩 and tax (万元).
    """
    rng = np.random.default_rng([seed, 4])
    firms = pd.DataFrame({"serial": rng.permutation(count) + 1})
    firms["code"] = credit_codes(firms["serial"].to_numpy())
    facts = links.groupby("firm", sort=True)[["factory", "low", "healthy", "unclear"]].any()
    firms = firms.join(facts.reindex(range(count), fill_value=False))
    _name(firms, rng)
    _measure(firms, links)
    _draw_kinds(firms, rng, clean_twins=clean_twins)
    return firms


def _name(firms: pd.DataFrame, rng: np.random.Generator) -> None:
    factory = firms["factory"].to_numpy(dtype=bool)
    makers = rng.integers(len(FACTORIES), size=len(firms))
    traders = rng.integers(len(TRADERS), size=len(firms))
    for column, place in (("industry", 0), ("trade", 1)):
        made = np.array([row[place] for row in FACTORIES], dtype=object)[makers]
        sold = np.array([row[place] for row in TRADERS], dtype=object)[traders]
        firms[column] = np.where(factory, made, sold)
    title = np.array(_TITLES, dtype=object)[rng.integers(len(_TITLES), size=len(firms))]
    number = firms["serial"].map("第{:04d}号".format)
    firms["name"] = "虚构·" + title + number + firms["trade"] + "有限公司"


def _measure(firms: pd.DataFrame, links: pd.DataFrame) -> None:
    """Sum the land of each enterprise over its active links; one missing makes it missing."""
    active = links[links["active"]]
    land = np.zeros(len(firms))
    np.add.at(land, active["firm"].to_numpy(), active["worked"].to_numpy())
    used = np.isin(np.arange(len(firms)), active["firm"])
    firms["land"] = np.where(used, np.round(land, 6), np.nan)
    firms["used"] = used


def land_class(firms: pd.DataFrame) -> Objects:
    """Name the class of land for which a scenario's answer holds, clear of the 10 亩 line."""
    land = firms["land"].to_numpy()
    lines = [np.isclose(land, line, atol=1e-7) for line in (9.99, 10.0, 10.01)]
    named: list[Bools] = [firms["unclear"].to_numpy(dtype=bool), np.isnan(land), *lines]
    return np.select(
        [*named, land < 9.9, land > 10.1],
        ["unclear", "missing", "9.99", "10.00", "10.01", "small", "large"],
        default="mid",
    ).astype(object)


def _draw_kinds(firms: pd.DataFrame, rng: np.random.Generator, *, clean_twins: bool) -> None:
    """Draw tax, scale and grade from the scenarios that hold for the enterprise's land."""
    rows = scenarios("firms")
    allowed = rows["land"].str.split()
    group = land_class(firms)
    group[~firms["used"].to_numpy() & (group == "missing")] = "small"
    group[firms["low"].to_numpy(dtype=bool)] = "low"
    group[firms["healthy"].to_numpy(dtype=bool)] = "healthy"
    kind = np.zeros(len(firms), dtype=np.int64)
    for name in sorted(set(group)):
        here = np.flatnonzero(group == name)
        if name in ("low", "healthy"):
            eligible = (rows["id"] == f"{name}_above").to_numpy()
        elif name == "unclear":
            # Grade D answers whatever the land is.
            eligible = rows["id"].isin(["grade_d_high_tax"]).to_numpy()
        else:
            eligible = np.array([name in classes for classes in allowed])
        kind[here] = draw(rows, eligible, len(here), rng)
    firms["kind"] = twins(rows)[kind] if clean_twins else kind
    listed = scenarios("lists")
    drawn = draw(listed, np.ones(len(listed), dtype=bool), len(firms), rng)
    drawn[(firms["low"] | firms["healthy"]).to_numpy(dtype=bool)] = 0
    firms["listed"] = drawn
    firms["tax_aim"] = numbers(texts(rows, "tax", firms["kind"].to_numpy()), rng)


def settle_tax(firms: pd.DataFrame) -> None:
    """Work the tax out from tax per 亩 and land: exact on the lines, to the cent elsewhere."""
    aim, land = firms["tax_aim"].to_numpy(), firms["land"].to_numpy()
    ranged = scenarios("firms")["tax"].str.contains("..", regex=False).to_numpy()[firms["kind"]]
    land = np.where(np.isnan(land), 12.0, land)
    firms["tax_wan"] = np.where(ranged, np.round(aim * land, 2), np.round(aim * land, 9))


def yearly(firms: pd.DataFrame, seed: int) -> dict[str, Floats]:
    """Make figures of the last year other than tax: 万元, people, tce, kWh, t."""
    rng = np.random.default_rng([seed, 5])
    count = len(firms)
    land = np.nan_to_num(firms["land"].to_numpy(), nan=12.0)
    added = np.round(land * rng.uniform(15, 180, count), 1)
    # At most 0.4 tce/万元, so that no limit of energy intensity that is in use is crossed.
    figures: dict[str, Floats] = {
        "value_added_wan": added,
        "revenue_wan": np.round(added * rng.uniform(2.5, 5, count), 1),
        "employees": np.maximum(3, np.round(added / rng.uniform(14, 40, count))),
        "rd_wan": np.round(added * rng.uniform(0, 0.09, count), 1),
        "energy_tce": np.round(added * rng.uniform(0.05, 0.4, count), 1),
        "power_wan_kwh": np.round(added * rng.uniform(0.02, 0.2, count), 2),
        "emission_t": np.round(added * rng.uniform(0.0001, 0.002, count), 3),
    }
    lay_out(firms, figures, seed)
    return figures
