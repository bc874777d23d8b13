"""Labels beside the categories (标注): hints and lists of departments that decide no category."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from landgov.policies import Policy
from landgov.quality import CheckedTable
from landgov.rules.commitments import commitment_breach
from landgov.rules.industries import industry_in
from landgov.rules.kleene import answer_from, any_of, constant, text_of
from landgov.rules.ruling import Ruling, missing_facts
from landgov.rules.users import Users

LABEL = "label"
LABELS = (
    "high_use_low_yield",
    "industry_two_high",
    "zone_negative",
    "zone_not_leading",
    "before_capacity",
    "commitment_breach",
)
_INDUSTRY = "enterprises.industry_code"


def label_enterprises(firms: pd.DataFrame, policy: Policy) -> dict[str, Ruling]:
    """Label enterprises: on the list of much use and little yield, in a two-high industry.

    Neither puts land into a category: the plan's 两高 asks for outdated capacity or high use
    per unit, whatever the industry. A label about which nothing was sent is left out.

    Parameters
    ----------
    firms : DataFrame
        Enterprises of the register.
    policy : Policy
        `two_high_industries`; none listed, no label.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）2 and 三（二）.
    """
    rulings = {}
    if firms["high_use_low_yield"].notna().any():
        rulings["high_use_low_yield"] = _of_firms(
            firms, "high_use_low_yield", "三（二）", firms["high_use_low_yield"],
            "high_use_low_yield",
        )  # fmt: skip
    listed = policy.setting("two_high_industries")
    if listed and firms["industry_code"].notna().any():
        rulings["industry_two_high"] = _of_firms(
            firms, "industry_two_high", "二（一）2", industry_in(firms["industry_code"], listed),
            "industry_code",
        )  # fmt: skip
    return rulings


def label_parcels(
    parcels: pd.DataFrame,
    firms: pd.DataFrame,
    users: Users,
    tables: Mapping[str, CheckedTable],
    as_of: date,
) -> dict[str, Ruling]:
    """Label parcels: industry against the zone, project before capacity, promises not kept.

    A label whose table the workspace does not give is left out.

    Parameters
    ----------
    parcels : DataFrame
        Parcels of the register, with `zone_id`.
    firms : DataFrame
        Enterprises of the register.
    users : Users
        Links of parcels to enterprises.
    tables : mapping of str to CheckedTable
        `zones`, `stages`, `commitments`.
    as_of : date
        The day judged on.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）1, 三（一） and 三（六）.
    """
    rulings = {}
    if tables["zones"].given:
        rulings["zone_negative"] = _against_zone(parcels, firms, users, tables["zones"], "negative")
        rulings["zone_not_leading"] = _against_zone(
            parcels, firms, users, tables["zones"], "leading"
        )
    if tables["stages"].given:
        rulings["before_capacity"] = before_capacity(parcels.index, tables["stages"], as_of)
    if tables["commitments"].given:
        rulings["commitment_breach"] = commitment_breach(
            parcels.index, tables["commitments"], as_of
        )
    return rulings


def before_capacity(index: pd.Index, stages: CheckedTable, as_of: date) -> Ruling:
    """Tell projects that have not reached capacity, to be listed apart (达产前).

    A parcel whose stages are reported and that has neither reached capacity (达产验收) nor
    left (项目退出) by `as_of` is before capacity. One without any stage is unknown.

    References
    ----------
    虞政办发〔2021〕86号, 三（六）: 招商落地、竣工验收、投产、达产验收、项目退出.
    """
    frame = stages.frame.reset_index(drop=True)
    ends = frame["stage"].isin(("at_capacity", "exited"))
    over = (frame["actual_on"] <= pd.Timestamp(as_of)).astype("boolean")
    over = over.mask(stages.undated["actual_on"].to_numpy(dtype=bool))
    # A row whose stage can't be read may be one of those that end it.
    over = (over & ends).mask(frame["stage"].isna().to_numpy() & over.fillna(True).to_numpy(bool))
    at = _positions(index, frame["parcel_id"], stages)
    ended, open_ = any_of(over, at, len(index))
    reported = np.bincount(at[at >= 0], minlength=len(index)) > 0
    rows = np.full(len(index), -1, dtype=np.int64)
    decisive = np.flatnonzero((at >= 0) & ends.to_numpy(dtype=bool))
    for chosen in (np.flatnonzero(at >= 0)[::-1], decisive):
        rows[at[chosen]] = chosen
    answer = answer_from(reported & ~ended & ~open_, open_ | ~reported, index)
    return Ruling(
        "before_capacity", LABEL, "三（六）", answer, "stages", "actual_on", rows,
        missing=missing_facts({"stages.actual_on": answer.isna()}),
    )  # fmt: skip


def occupation_class(parcels: pd.DataFrame, without_papers: pd.Series, policy: Policy) -> pd.Series:
    """Class land that is used without papers by the time since when (历史遗留用地分类).

    Parameters
    ----------
    parcels : DataFrame
        `occupied_since`.
    without_papers : Series
        Nullable boolean: whether papers of the land are found to be missing.
    policy : Policy
        `occupation_classes`: the last day of a class → its name; `""` for what comes after.

    Returns
    -------
    Series
        Text; missing where nobody found that papers are missing, `占用时间不明` where the
        time is.

    References
    ----------
    虞政办发〔2021〕86号, 三（七）: 历史遗留问题用地分类处置.
    """
    since = parcels["occupied_since"]
    classes = policy.setting("occupation_classes")
    days = sorted((day for day in classes if day), reverse=True)
    words = ["占用时间不明", classes.get("", ""), *(classes[day] for day in days)]
    named = np.where(since.notna(), 1, 0)
    for number, last in enumerate(days, 2):
        named[(since <= pd.Timestamp(last)).to_numpy()] = number
    told = np.array([word != "" for word in words])[named]
    told &= without_papers.to_numpy(dtype=bool, na_value=False)
    return text_of(np.where(told, named, -1), words, parcels.index)


def _of_firms(
    firms: pd.DataFrame, rule: str, clause: str, answer: pd.Series, column: str
) -> Ruling:
    rows = firms["enterprise_row"].to_numpy()
    return Ruling(rule, LABEL, clause, answer, "enterprises", column, rows)


def _against_zone(
    parcels: pd.DataFrame, firms: pd.DataFrame, users: Users, zones: CheckedTable, column: str
) -> Ruling:
    """Whether an enterprise's industry stands on a zone's negative list, or not on its leading one.

    Land outside the zones has no such list: no hint.
    """
    zone = zones.frame.index.get_indexer(pd.Index(parcels["zone_id"]))
    zone = np.where(parcels["zone_id"].isna(), -1, zone)
    here = zone[users.parcel]
    industry = pd.concat([firms["industry_code"], pd.Series([None], dtype="str")])
    of_link = industry.take(users.firm).reset_index(drop=True)
    answer = constant(of_link.index, value=False)
    for place, listed in enumerate(zones.frame[column]):  # zones are few
        mine = here == place
        if not isinstance(listed, str):
            answer = answer.mask(mine)
            continue
        within = industry_in(of_link[mine], listed.split("|"))
        answer[mine] = within if column == "negative" else ~within
    answer = answer.mask(users.undecided & answer.fillna(value=True).to_numpy(dtype=bool))
    yes, unknown = any_of(answer, users.parcel, len(parcels))
    inside = zone >= 0
    on_land = answer_from(yes, (unknown | users.unlinked_unknown) & inside, parcels.index)
    listless = inside & zones.frame[column].isna().to_numpy()[zone.clip(0)] if len(zones.frame) \
        else np.zeros(len(parcels), dtype=bool)  # fmt: skip
    rule = "zone_negative" if column == "negative" else "zone_not_leading"
    return Ruling(
        rule, LABEL, "二（二）1" if column == "negative" else "三（一）", on_land, "zones", column,
        zone,
        missing=missing_facts(
            {
                f"zones.{column}": pd.Series(listless, index=parcels.index),
                "links.enterprise_id": pd.Series(users.unlinked_unknown, index=parcels.index),
                _INDUSTRY: pd.Series(unknown & ~listless, index=parcels.index),
            }
        ),
    )  # fmt: skip


def _positions(index: pd.Index, named: pd.Series, table: CheckedTable) -> np.ndarray:
    """Position of the parcel of each row; -1 where it joins none."""
    at = np.asarray(index.get_indexer(pd.Index(named)), dtype=np.int64)
    return np.where(named.isna() | table.contested.to_numpy(dtype=bool), -1, at)
