"""兼并重组: a leading enterprise beside it could take the land over (二（二）3)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from landgov.pathways.facts import Fact, Reason, Texts, is_
from landgov.rules import Judgement, Users, answer_from

CLAUSE = "二（二）3"


def leading_neighbour(judged: Judgement, pairs: pd.DataFrame) -> Reason:
    """A leading enterprise uses an adjoining parcel; nobody takes over himself.

    Parameters
    ----------
    judged : Judgement
        Enterprises with `is_leading`, and their links to parcels.
    pairs : DataFrame
        Neighbouring parcels, `left` and `right`.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）3: 鼓励优势企业兼并、入股等方式开发利用周边企业用地.
    """
    users, leads = judged.users, judged.enterprises["is_leading"]
    here, firm, answers = _beside(users, leads, pairs)
    alone = _only_user(users)
    # Where one enterprise has the whole parcel, it is no neighbour of itself.
    other = (firm < 0) | (alone[here] != firm)
    yes, open_ = is_(answers) & other, answers.isna().to_numpy() & other
    size = len(users.parcels)
    decides = np.full(size, len(users.firms), dtype=np.int64)
    np.minimum.at(decides, here[yes], firm[yes])
    found = decides < len(users.firms)
    unknown = np.bincount(here[open_], minlength=size) > 0
    nobody = np.bincount(here[open_ & (firm >= 0)], minlength=size) == 0
    taker = np.where(found, decides, -1)
    rows = np.append(judged.enterprises["enterprise_row"].to_numpy(), -1)[taker]

    def lacks() -> Texts:
        named = np.where(nobody, "links.enterprise_id", "enterprises.is_leading")
        return named.astype(object)

    land = Fact(
        answer_from(found, unknown & ~found, users.parcels),
        "enterprises",
        "is_leading",
        rows,
        lacks,
        taker,
    )
    by_link = _by_link(users, here, firm, answers)
    return Reason("leading_neighbour", "merge", CLAUSE, "enterprise", land=land, by_link=by_link)


def _beside(
    users: Users, leads: pd.Series, pairs: pd.DataFrame
) -> tuple[np.ndarray, np.ndarray, pd.Series]:
    """Parcel, enterprise on an adjoining one, and whether it leads; known no left out, once each.

    Enterprise -1 is one that is not known.
    """
    left = users.parcels.get_indexer(pd.Index(pairs["left"]))
    right = users.parcels.get_indexer(pd.Index(pairs["right"]))
    here, there = np.concatenate([left, right]), np.concatenate([right, left])
    first = np.searchsorted(users.parcel, there, "left")
    count = np.searchsorted(users.parcel, there, "right") - first
    each = np.repeat(np.arange(len(here)), count)
    link = first[each] + np.arange(len(each)) - (np.cumsum(count) - count)[each]
    vague = users.unlinked_unknown[there]
    table = pd.DataFrame(
        {
            "here": np.concatenate([here[each], here[vague]]),
            "firm": np.concatenate([users.firm[link], np.full(vague.sum(), -1)]),
            "answer": pd.concat(
                [
                    users.answers(leads).take(link),
                    pd.Series([None] * int(vague.sum()), dtype="boolean"),
                ]
            ).to_numpy(dtype=object),
        }
    )
    answer = table["answer"].astype("boolean")
    table = table.assign(answer=answer)[~is_(~answer)].drop_duplicates(ignore_index=True)
    return table["here"].to_numpy(), table["firm"].to_numpy(), table["answer"]


def _only_user(users: Users) -> np.ndarray:
    """The one enterprise that uses each parcel; -1 where there are none, several, or a doubt."""
    size = len(users.parcels)
    least = np.full(size, len(users.firms), dtype=np.int64)
    most = np.full(size, -1, dtype=np.int64)
    np.minimum.at(least, users.parcel, users.firm)
    np.maximum.at(most, users.parcel, users.firm)
    return np.where(least == most, most, -1)


def _by_link(users: Users, here: np.ndarray, firm: np.ndarray, answers: pd.Series) -> pd.Series:
    """Whether another enterprise than the link's own leads beside its parcel."""
    size, count = len(users.firms) + 1, len(users.parcels)

    def others(flags: np.ndarray) -> np.ndarray:
        of_parcel = np.bincount(here[flags], minlength=count)[users.parcel]
        keys = here[flags].astype(np.int64) * size + firm[flags]
        own = np.isin(users.parcel * size + users.firm, keys) & (users.firm >= 0)
        return np.asarray(of_parcel - own > 0)

    yes, unknown = others(is_(answers)), others(answers.isna().to_numpy())
    return answer_from(yes, unknown & ~yes, pd.RangeIndex(len(users.parcel)))
