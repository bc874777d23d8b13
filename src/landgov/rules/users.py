"""From enterprises to parcels: the enterprises that use each parcel, and what they decide."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgov.register import Register
from landgov.rules.kleene import answer_from, any_of


@dataclass(frozen=True)
class Users:
    """Active links of parcels to enterprises, as arrays sorted by parcel, land and code.

    Parameters
    ----------
    parcels, firms : Index
        Labels of parcels and enterprises.
    parcel, firm : ndarray of int
        Position of each link's parcel and enterprise; firm -1 where it is not known.
    undecided : ndarray of bool
        Whether the link holds on `as_of` is not known.
    land_mu : ndarray of float
        Land of each link, 亩.
    has_link : ndarray of bool
        Whether a parcel has any.
    unlinked_unknown : ndarray of bool
        Parcels without a link that is known to hold, whose users are unknown; where the
        links are reported completely, no link means no user.
    parcel_mu : ndarray of float
        Land of each parcel, 亩.
    """

    parcels: pd.Index
    firms: pd.Index
    parcel: np.ndarray
    firm: np.ndarray
    undecided: np.ndarray
    land_mu: np.ndarray
    has_link: np.ndarray
    unlinked_unknown: np.ndarray
    parcel_mu: np.ndarray

    def answers(self, firm_answer: pd.Series) -> pd.Series:
        """Answer of each link: its enterprise's; a link in doubt can't say yes."""
        padded = pd.concat([firm_answer, pd.Series([None], dtype="boolean")], ignore_index=True)
        answer = padded.take(self.firm).reset_index(drop=True)
        doubt = self.undecided & answer.fillna(value=True).to_numpy(dtype=bool)
        return answer.mask(doubt)

    def any(self, firm_answer: pd.Series) -> pd.Series:
        """Kleene OR of the enterprises' answers over the links of each parcel."""
        yes, unknown = any_of(self.answers(firm_answer), self.parcel, len(self.parcels))
        return answer_from(yes, unknown | self.unlinked_unknown, self.parcels)

    def land(self, firm_answer: pd.Series) -> tuple[np.ndarray, np.ndarray]:
        """Land of the links that answer yes, and of those that can't answer, 亩 by parcel.

        Missing where a link's land is. Without any link that could answer, all the land of
        the parcel is unknown.
        """
        answer = self.answers(firm_answer)
        yes = self._sum(answer.to_numpy(dtype=bool, na_value=False))
        unknown = self._sum(answer.isna().to_numpy())
        return yes, np.where(self.unlinked_unknown, self.parcel_mu, unknown)

    def decisive(self, firm_answer: pd.Series) -> np.ndarray:
        """The link that decides each parcel: yes before unknown before no, then most land.

        Returns
        -------
        ndarray of int
            Position of the link; -1 where the parcel has none.
        """
        answer = self.answers(firm_answer)
        rank = np.where(answer.isna(), 1, np.where(answer.fillna(value=False), 0, 2))
        count = len(rank)
        order = rank.astype(np.int64) * max(count, 1) + np.arange(count)
        best = np.full(len(self.parcels), np.iinfo(np.int64).max)
        np.minimum.at(best, self.parcel, order)
        return np.where(self.has_link, best % max(count, 1), -1)

    def certainly_used(self) -> np.ndarray:
        """Parcels with a link that is known to hold on `as_of`."""
        certain = self.parcel[~self.undecided]
        return np.bincount(certain, minlength=len(self.parcels)) > 0

    def _sum(self, chosen: np.ndarray) -> np.ndarray:
        land = np.where(chosen, np.nan_to_num(self.land_mu), 0.0)
        total = np.bincount(self.parcel, weights=land, minlength=len(self.parcels))
        lacking = chosen & np.isnan(self.land_mu)
        open_ = np.bincount(self.parcel[lacking], minlength=len(self.parcels)) > 0
        return np.where(open_, np.nan, total)


def users_of(register: Register, repeated: frozenset[str]) -> Users:
    """Lay out the active links of a register for the rules.

    Parameters
    ----------
    register : Register
        The base list.
    repeated : frozenset of str
        Parcel ids that stand for several rows: links on them stay unjoined, and those
        parcels' users are unknown.
    """
    parcels, firms = register.parcels.index, register.enterprises.index
    named = register.links["parcel_id"].notna()
    links = register.links[named & register.links["joined"].eq(other=True)]
    links = links.sort_values(
        ["place", "area_worked_mu", "enterprise_id"], ascending=[True, False, True], kind="stable"
    )
    # Positions of the ledger; an enterprise that no table holds has a number beyond.
    firm = links["firm"].to_numpy(dtype=np.int64)
    firm = np.where(firm < len(firms), firm, -1)
    parcel = links["place"].to_numpy(dtype=np.int64)
    has_link = np.zeros(len(parcels), dtype=bool)
    has_link[parcel] = True
    undecided = links["undecided"].to_numpy(dtype=bool)
    unjoined = repeated & set(register.links["parcel_id"].dropna()) if repeated else set()
    open_ = np.zeros(len(parcels), dtype=bool)
    if unjoined:
        bases = parcels.to_series().str.replace(r"#\d+$", "", regex=True)
        open_ = bases.isin(unjoined).to_numpy()
    # A link in doubt may not hold: then nobody is known to use the land.
    certain = np.zeros(len(parcels), dtype=bool)
    certain[parcel[~undecided]] = True
    without = (~has_link & open_) | (~certain & (not register.links_covered))
    return Users(
        parcels=parcels,
        firms=firms,
        parcel=parcel,
        firm=firm,
        undecided=undecided,
        land_mu=links["area_worked_mu"].to_numpy(dtype=float),
        has_link=has_link,
        unlinked_unknown=without,
        parcel_mu=register.parcels["land_mu"].to_numpy(dtype=float),
    )
