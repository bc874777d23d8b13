"""Which pathway is proposed: the first that holds in the policy's order; a doubt before it is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from landgov import schema
from landgov.pathways.facts import CONDITION, NOTE, REASON, Reason, is_
from landgov.rules import constant, from_words

PATHWAYS = ("close_out", "upgrade", "merge", "state_operated")
_CATEGORIES = ("low_efficiency", "two_high", "four_without", "wider_violations", "collective")
Answers = Mapping[str, pd.Series]


def needs_treatment(parcels: pd.DataFrame) -> pd.Series:
    """In a category of 二（一）, or idle, or land that is not used as it should be.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）, 二（二）4.
    """
    needed = constant(parcels.index, value=False)
    for name in _CATEGORIES:
        needed = needed | from_words(parcels[name])
    state = parcels["land_state"]
    unused = state.isin(("idle", "partly_used", "to_develop")).astype("boolean")
    return needed | unused.mask(state.eq("unknown").to_numpy())


def pathways_hold(
    reasons: Sequence[Reason], answers: Answers, index: pd.Index
) -> dict[str, pd.Series]:
    """Whether each pathway holds: all its conditions, and any of its reasons if it has some."""
    held: dict[str, pd.Series] = {}
    for pathway in PATHWAYS:
        mine = [one for one in reasons if one.pathway == pathway]
        speak = [answers[one.name] for one in mine if one.role == REASON]
        answer = constant(index, value=not speak)
        for each in speak:
            answer = answer | each
        for one in mine:
            if one.role == CONDITION:
                answer = answer & answers[one.name]
        held[pathway] = answer
    return held


def proposed(
    reasons: Sequence[Reason],
    answers: Answers,
    needed: pd.Series,
    order: Sequence[str],
) -> pd.DataFrame:
    """Propose a pathway on every row, with all that hold, their reasons, and the obstacles.

    Parameters
    ----------
    reasons : sequence of Reason
        Reasons, conditions and notes of all pathways.
    answers : mapping of str to Series
        Their answers on the rows.
    needed : Series
        Whether each row needs treatment.
    order : sequence of str
        The policy's order of the pathways.

    Returns
    -------
    DataFrame
        `pathway`, `pathway_detail`, `pathway_reasons`, `pathway_obstacles`.
    """
    index = needed.index
    holds = pathways_hold(reasons, answers, index)
    conditions: list[np.ndarray] = [is_(~needed), needed.isna().to_numpy()]
    words = ["keep", "unknown"]
    for name in order:
        conditions += [is_(holds[name]), holds[name].isna().to_numpy()]
        words += [name, "unknown"]
    pathway = pd.Series(np.select(conditions, words, default="other"), index=index)
    treated = ~is_(~needed)
    flags = {schema.result_word("pathway", name): is_(holds[name]) & treated for name in order}
    detail = joined(flags, index, "；").mask((pathway == "other").to_numpy(), other_ways())
    return pd.DataFrame(
        {
            "pathway": pathway,
            "pathway_detail": detail,
            "pathway_reasons": _reasons(reasons, answers, holds, order, treated),
            "pathway_obstacles": _obstacles(reasons, answers, holds, order, treated),
        }
    ).astype("str")


def other_ways() -> str:
    """What may be chosen beside the four batches.

    Examples
    --------
    >>> other_ways()
    '可选：政府收储、征迁、市场运作拆除重建、退二进三、退二优二、复垦'
    """
    ways = schema.result_codes("pathway_way")
    return "可选：" + "、".join(schema.result_word("pathway_way", way) for way in ways)


def _reasons(
    reasons: Sequence[Reason],
    answers: Answers,
    holds: Answers,
    order: Sequence[str],
    treated: np.ndarray,
) -> pd.Series:
    """The facts that speak for each pathway that holds."""
    index = holds[order[0]].index
    each: dict[str, pd.Series] = {}
    for name in order:
        mine = [one for one in reasons if one.pathway == name and one.role != NOTE]
        flags = {
            schema.result_word("pathway_reason", one.name): is_(answers[one.name])
            & is_(holds[name])
            & treated
            for one in mine
        }
        each[name] = joined(flags, index, "、")
    text = np.full(len(index), "", dtype=object)
    for name, said in each.items():
        told = schema.result_word("pathway", name) + "：" + said.to_numpy(dtype=object)
        added = np.where(text == "", told, text + "；" + told)
        text = np.where(said.to_numpy(dtype=object) == "", text, added)
    return pd.Series(text, index=index)


def _obstacles(
    reasons: Sequence[Reason],
    answers: Answers,
    holds: Answers,
    order: Sequence[str],
    treated: np.ndarray,
) -> pd.Series:
    """What stands in the way, and which pathways can't be judged yet."""
    index = holds[order[0]].index
    flags: dict[str, np.ndarray] = {}
    for one in reasons:
        if one.obstacle:
            words = schema.result_word("pathway_obstacle", one.obstacle)
            before = flags.get(words, np.zeros(len(index), dtype=bool))
            flags[words] = before | (one.in_the_way(answers[one.name]) & treated)
    for name in order:
        open_ = holds[name].isna().to_numpy() & treated
        flags[f"{schema.result_word('pathway', name)}待核"] = open_
    return joined(flags, index, "；")


def joined(flags: Mapping[str, np.ndarray], index: pd.Index, between: str) -> pd.Series:
    """Join the words whose flag is set, row by row.

    Examples
    --------
    >>> joined({"甲": np.array([True, False]), "乙": np.array([True, True])}, range(2), "、").tolist()
    ['甲、乙', '乙']
    """
    text = np.full(len(index), "", dtype=object)
    for words, flag in flags.items():
        text = np.where(flag, np.where(text == "", words, text + between + words), text)
    return pd.Series(text, index=index)
