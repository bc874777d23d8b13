"""Which of the four batches (四个一批) a parcel could take: a proposal with its reasons.

A proposal is no decision. Where the order of the batches can't be settled because a fact is
missing, the pathway is unknown, and the batches that do hold are listed all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies import Policy
from landgov.rules import (
    Judgement,
    answer_from,
    any_of,
    constant,
    finding_kinds,
    from_words,
)

OTHER_WAYS = "可选：收储、征迁、市场运作、退二进三、退二优二、复垦"
_CATEGORIES = ("low_efficiency", "two_high", "four_without", "wider_violations", "collective")
_CLOSING = ("environment", "fire", "safety")


@dataclass(frozen=True)
class Reason:
    """One fact that speaks for a pathway, on every parcel, with its words."""

    answer: pd.Series
    zh: str


def propose(
    parcels: pd.DataFrame, judged: Judgement, pairs: pd.DataFrame, policy: Policy
) -> pd.DataFrame:
    """Propose a pathway for each industrial parcel, with reasons and obstacles.

    Parameters
    ----------
    parcels : DataFrame
        Judged parcels.
    judged : Judgement
        Rulings on enterprises, and their links to parcels.
    pairs : DataFrame
        Neighbouring parcels, `left` and `right`.
    policy : Policy
        `pathway_order`.

    Returns
    -------
    DataFrame
        `pathway`, `pathway_detail` (all that hold), `pathway_reasons`,
        `pathway_obstacles`; missing out of scope.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）.
    """
    reasons = {
        "close_out": _close_out(judged),
        "state_operated": _state_operated(parcels),
        "merge": _merge(judged, pairs),
        "upgrade": [_upgrade(parcels, judged)],
    }
    holds = {name: _any(listed) for name, listed in reasons.items()}
    # 国资运作 asks for value in redevelopment beside any of its kinds of land.
    holds["state_operated"] = holds["state_operated"] & parcels["redevelopable"]
    needed = _needs_treatment(parcels)
    order = [name for name in policy.setting("pathway_order") if name in holds]
    conditions: list[np.ndarray] = [_is(~needed), needed.isna().to_numpy()]
    words = ["keep", "unknown"]
    for name in order:
        conditions += [_is(holds[name]), holds[name].isna().to_numpy()]
        words += [name, "unknown"]
    pathway = pd.Series(np.select(conditions, words, default="other"), index=parcels.index)
    treated = ~_is(~needed)
    out = parcels["in_scope"].eq("no").to_numpy()
    columns = {
        "pathway": pathway,
        "pathway_detail": _detail(holds, order, pathway, treated),
        "pathway_reasons": _reasons(reasons, holds, treated),
        "pathway_obstacles": _obstacles(parcels, holds, order, treated),
    }
    return pd.DataFrame({name: text.astype("str").mask(out) for name, text in columns.items()})


def _is(answer: pd.Series) -> np.ndarray:
    return answer.to_numpy(dtype=bool, na_value=False)


def _any(reasons: list[Reason]) -> pd.Series:
    answer = constant(reasons[0].answer.index, value=False)
    for reason in reasons:
        answer = answer | reason.answer
    return answer


def _needs_treatment(parcels: pd.DataFrame) -> pd.Series:
    """In a category, or idle, or land that is not used as it should be."""
    needed = constant(parcels.index, value=False)
    for name in _CATEGORIES:
        needed = needed | from_words(parcels[name])
    state = parcels["land_state"]
    unused = state.isin(("idle", "partly_used", "to_develop")).astype("boolean")
    return needed | unused.mask(state.eq("unknown").to_numpy())


def _close_out(judged: Judgement) -> list[Reason]:
    """Outdated capacity, negative list, or a violation that can't be put right: 二（二）1."""
    firms = judged.enterprises
    unfixable = _unfixable(judged, _CLOSING)
    return [
        Reason(judged.users.any(firms["outdated_capacity"]), "存在落后产能（关停对应产线）"),
        Reason(judged.users.any(firms["on_negative_list"]), "属于产业规划负面清单项目"),
        Reason(unfixable, "有未销号的环保、消防或安全问题，报送为不可整改"),
    ]


def _state_operated(parcels: pd.DataFrame) -> list[Reason]:
    """Unused land, bank collateral or vacant plant: 二（二）4."""
    idle = parcels["idle"].isin(("not_started", "suspended", "excused")).astype("boolean")
    state = parcels["land_state"]
    partly = state.eq("partly_used").astype("boolean").mask(state.eq("unknown").to_numpy())
    vacant = (parcels["vacant_floor_m2"] > 0).astype("boolean")
    return [
        Reason(idle.mask(parcels["idle"].eq("unknown").to_numpy()), "疑似闲置（供而未用）"),
        Reason(partly, "用而未尽"),
        Reason(parcels["mortgaged_to_bank"], "银行抵押资产"),
        Reason(vacant.mask(parcels["vacant_floor_m2"].isna()), "有闲置厂房"),
    ]


def _merge(judged: Judgement, pairs: pd.DataFrame) -> list[Reason]:
    """A leading enterprise on an adjoining parcel could take the land over: 二（二）3."""
    index = judged.users.parcels
    leads = judged.users.any(judged.enterprises["is_leading"])
    left = index.get_indexer(pd.Index(pairs["left"]))
    right = index.get_indexer(pd.Index(pairs["right"]))
    here = np.concatenate([left, right])
    there = np.concatenate([right, left])
    yes, unknown = any_of(leads.take(there).reset_index(drop=True), here, len(index))
    return [Reason(answer_from(yes, unknown, index), "相邻地块有龙头或优势企业")]


def _upgrade(parcels: pd.DataFrame, judged: Judgement) -> Reason:
    """Stays industrial in plan and use, and every open finding can be put right: 二（二）2."""
    planned = parcels["planned_use"].eq("industrial").astype("boolean")
    planned = planned.mask(parcels["planned_use"].isna())
    hopeless = _unfixable(judged, finding_kinds())
    answer = planned & ~parcels["use_changed"] & ~hopeless
    return Reason(answer, "规划仍为工业用地、未改变用途，问题可以整治")


def _unfixable(judged: Judgement, kinds: tuple[str, ...]) -> pd.Series:
    """Whether an open finding of some kinds that can't be put right concerns each parcel.

    As in the rules: no finding means no only where its kind is reported completely.
    """
    findings, users = judged.findings, judged.users
    hopeless = findings.table.frame["fixable"].eq(other=False)
    answer = constant(users.parcels, value=False)
    for kind in kinds:
        own, _ = findings.of(kind, "parcel_id", users.parcels, hopeless)
        firms, _ = findings.of(kind, "enterprise_id", users.firms, hopeless)
        answer = answer | own | users.any(firms)
    return answer


def _detail(
    holds: Mapping[str, pd.Series], order: list[str], pathway: pd.Series, treated: np.ndarray
) -> pd.Series:
    """All pathways that hold, in their order; the further ways where none does."""
    flags = {schema.result_word("pathway", name): _is(holds[name]) & treated for name in order}
    text = _joined(flags, pathway.index)
    return text.mask((pathway == "other").to_numpy(), OTHER_WAYS)


def _reasons(
    reasons: Mapping[str, list[Reason]], holds: Mapping[str, pd.Series], treated: np.ndarray
) -> pd.Series:
    flags: dict[str, np.ndarray] = {}
    for name, listed in reasons.items():
        for reason in listed:
            words = f"{schema.result_word('pathway', name)}：{reason.zh}"
            flags[words] = _is(reason.answer) & _is(holds[name]) & treated
    return _joined(flags, next(iter(holds.values())).index)


def _obstacles(
    parcels: pd.DataFrame, holds: Mapping[str, pd.Series], order: list[str], treated: np.ndarray
) -> pd.Series:
    """What stands in the way, and which pathways can't be judged yet."""
    changed = _is(parcels["use_changed"])
    farmland = parcels["planned_use"].isin(("farmland", "other")).to_numpy()
    default = _is(parcels["collateral_in_default"])
    flags = {
        "私下变更用途，限期整治": changed & treated,
        "不符合国土空间规划": farmland & treated,
        "抵押贷款已违约": default & treated,
    }
    for name in order:
        flags[f"{schema.result_word('pathway', name)}待核"] = (
            holds[name].isna().to_numpy() & treated
        )
    return _joined(flags, parcels.index)


def _joined(flags: Mapping[str, np.ndarray], index: pd.Index) -> pd.Series:
    """Join the words whose flag is set, by row."""
    text = np.full(len(index), "", dtype=object)
    for words, flag in flags.items():
        text = np.where(flag, np.where(text == "", words, text + "；" + words), text)
    return pd.Series(text, index=index)
