"""The pathways of a run: asked on every parcel, and on every parcel × enterprise (一地一企一策)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from landgov.decisions import Decision
from landgov.pathways import decided
from landgov.pathways.close_out import beyond_mending, negative_list, outdated_capacity, use_changed
from landgov.pathways.facts import Reason, is_
from landgov.pathways.findings import unfixable
from landgov.pathways.merge import leading_neighbour
from landgov.pathways.proposal import needs_treatment, pathways_hold, proposed
from landgov.pathways.rows import pathway_rows
from landgov.pathways.state_operated import (
    adjoining_stock,
    bank_collateral,
    redevelopable,
    unused,
    vacant_plant,
)
from landgov.pathways.totals import pathway_totals, totals_entry
from landgov.pathways.upgrade import all_fixable, planned_industrial, use_unchanged
from landgov.policies import Policy
from landgov.quality import CheckedTable
from landgov.rules import Judgement


@dataclass(frozen=True)
class Pathways:
    """Pathways proposed, and all that is needed to ask why.

    Parameters
    ----------
    parcels : DataFrame
        `pathway`, `pathway_detail` (all that hold), `pathway_reasons`,
        `pathway_obstacles` of each parcel; missing out of scope.
    links : DataFrame
        The same of each parcel × enterprise, under `parcel_id` and `enterprise_id`.
    treated : ndarray of int
        Parcels in scope that need treatment or may.
    """

    parcels: pd.DataFrame
    links: pd.DataFrame
    treated: np.ndarray
    _judged: Judgement = field(repr=False)
    _reasons: tuple[Reason, ...] = field(repr=False)
    _answers: Mapping[str, pd.Series] = field(repr=False)
    _held: tuple[decided.Held, decided.Held] = field(repr=False)

    def with_decisions(self, decisions: Sequence[Decision], order: Sequence[str]) -> Pathways:
        """Put what people decided beside what is proposed.

        Parameters
        ----------
        decisions : sequence of Decision
            Those that stand, on parcels and links that there are.
        order : sequence of str
            The policy's order of the pathways.
        """
        of_parcels, of_links = self._held
        links = self.links.join(decided.of_links(decisions, self.links, of_links))
        pathway = self.parcels["pathway"]
        mine = decided.of_parcels(decisions, pathway, of_parcels, links, order)
        return replace(self, parcels=self.parcels.join(mine), links=links)

    def of_links(self, links: pd.DataFrame) -> pd.DataFrame:
        """Put the pathway of each parcel × enterprise beside the links of a run."""
        pair = ["parcel_id", "enterprise_id"]
        rows = links.merge(self.links, on=pair, how="left", validate="m:1", sort=False)
        return rows.set_axis(links.index)

    def totals(self, parcels: pd.DataFrame) -> pd.DataFrame:
        """Land and enterprises by town and pathway, of the parcels of a run."""
        return pathway_totals(parcels, self.links)

    def report(self, parcels: pd.DataFrame) -> dict[str, Any]:
        """Entry of `run.json` under `totals`."""
        return totals_entry(self.totals(parcels), self.links)

    def verdicts(self, tables: Mapping[str, CheckedTable]) -> pd.DataFrame:
        """Write the long table of reasons; built only to be written or explained."""
        return pathway_rows(
            self._reasons,
            self._answers,
            self._judged.users,
            self.treated,
            tables,
            self._judged.parcels["exempt"],
        )


def propose(
    parcels: pd.DataFrame,
    judged: Judgement,
    pairs: pd.DataFrame,
    joined: pd.DataFrame,
    policy: Policy,
) -> Pathways:
    """Propose a pathway for each industrial parcel and each enterprise on it.

    Parameters
    ----------
    parcels : DataFrame
        Judged parcels with `is_candidate` and `site`.
    judged : Judgement
        Rulings on enterprises, and their links to parcels.
    pairs : DataFrame
        Neighbouring parcels, `left` and `right`.
    joined : DataFrame
        Those of them that land can be joined across.
    policy : Policy
        `pathway_order`, `site_land`.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）.
    """
    reasons = _reasons(parcels, judged, pairs, joined, policy)
    users = judged.users
    order: Sequence[str] = policy.setting("pathway_order")
    needed = needs_treatment(parcels)
    out = parcels["in_scope"].eq("no").to_numpy()
    of_parcels = {one.name: one.of_parcels(users) for one in reasons}
    answer = proposed(reasons, of_parcels, needed, order)
    of_links = {one.name: one.of_links(users) for one in reasons}
    links = pd.RangeIndex(len(users.parcel))
    by_link = proposed(reasons, of_links, needed.take(users.parcel).set_axis(links), order)
    ids = np.append(users.firms.to_numpy(dtype=object), np.nan)[users.firm]
    by_link.insert(0, "parcel_id", users.parcels.to_numpy()[users.parcel])
    by_link.insert(1, "enterprise_id", ids)
    pairs_at = by_link[(users.firm >= 0) & ~out[users.parcel]]
    pairs_at = pairs_at.drop_duplicates(["parcel_id", "enterprise_id"])
    held = pathways_hold(reasons, of_links, links)
    of_pairs = {name: held[name].iloc[pairs_at.index].reset_index(drop=True) for name in held}
    return Pathways(
        answer.mask(np.repeat(out[:, None], answer.shape[1], axis=1)),
        pairs_at.reset_index(drop=True),
        np.flatnonzero(~out & ~is_(~needed)),
        judged,
        reasons,
        of_parcels,
        (pathways_hold(reasons, of_parcels, parcels.index), of_pairs),
    )


def _reasons(
    parcels: pd.DataFrame,
    judged: Judgement,
    pairs: pd.DataFrame,
    joined: pd.DataFrame,
    policy: Policy,
) -> tuple[Reason, ...]:
    """Every reason, condition and note, in the order of the plan."""
    found = unfixable(judged)
    return (
        outdated_capacity(judged),
        *beyond_mending(found),
        negative_list(judged),
        use_changed(judged),
        planned_industrial(judged),
        use_unchanged(judged),
        all_fixable(found),
        leading_neighbour(judged, pairs),
        *unused(judged),
        *bank_collateral(judged),
        adjoining_stock(parcels, joined, policy["site_land"].number),
        vacant_plant(judged),
        redevelopable(judged),
    )
