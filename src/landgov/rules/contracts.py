"""Which contract governs a parcel's duty to build, and what is known without one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from landgov.quality import CheckedTable, at, named_among


@dataclass(frozen=True)
class Governing:
    """The governing contract of each parcel.

    Parameters
    ----------
    contracts : DataFrame
        Columns of the contract table on the index of parcels; empty where there is none.
    undated : DataFrame of bool
        Dates that are not known, on the same index; True where there is no contract.
    rows : ndarray of int
        Row of the checked table; -1 where there is none.
    has_contract, contract_open : Series of bool
        Whether one governs, and whether some are named but it can't be told which governs.
    """

    contracts: pd.DataFrame
    undated: pd.DataFrame
    rows: np.ndarray
    has_contract: pd.Series
    contract_open: pd.Series


def governing_contracts(
    table: CheckedTable,
    parcels: pd.Index,
    repeated: frozenset[str],
    as_of: date,
    issues: list[dict[str, Any]],
) -> Governing:
    """Pick the contract that the duty to build comes from.

    The first supply (primary) of several contracts governs: on transfer, auction or lease
    the duty passes along with the land. Where several could govern, none does, and what
    they decide is unknown. A contract signed after `as_of` is not there yet.

    Parameters
    ----------
    table : CheckedTable
        Contracts as checked.
    parcels : Index
        Labels of the parcels.
    repeated : frozenset of str
        Parcel ids that stand for several rows.
    as_of : date
        The date judged on.
    issues : list of dict
        Parcels with several contracts that could govern are added.

    References
    ----------
    浙江省土地管理条例 第35条; 闲置土地处置办法（国土资源部令第53号）.
    """
    frame = table.frame
    later = (frame["signed_on"] > pd.Timestamp(as_of)).to_numpy(dtype=bool)
    candidates = frame.assign(row=np.arange(len(frame)), contested=table.contested.to_numpy())
    candidates = candidates[~later & frame["parcel_id"].notna().to_numpy()]
    count = candidates.groupby("parcel_id")["row"].transform("size")
    primary = candidates["kind"].eq("primary").fillna(value=False).astype(bool)
    # One whose kind is missing may be the first supply as well.
    perhaps = primary | candidates["kind"].isna()
    primaries = perhaps.groupby(candidates["parcel_id"]).transform("sum")
    governs = (count == 1) | (primary & (primaries == 1))
    governs &= ~candidates["contested"].astype(bool)
    chosen = candidates[governs].set_index("parcel_id")
    settled = chosen.index.get_indexer(pd.Index(candidates["parcel_id"])) >= 0
    contested = set(candidates.loc[~settled, "parcel_id"])
    unjoined = np.zeros(len(parcels), dtype=bool)
    if repeated:
        bases = parcels.to_series().str.replace(r"#\d+$", "", regex=True)
        named = candidates.loc[candidates["parcel_id"].isin(list(repeated)), "parcel_id"]
        unjoined = bases.isin(sorted(set(named))).to_numpy()
    several = named_among(parcels, contested)
    open_ = pd.Series(several | unjoined, index=parcels)
    first = candidates.drop_duplicates("parcel_id").set_index("parcel_id")["row"]
    for parcel, row in first.loc[parcels[several].sort_values()].items():
        issues.append({**at(table, int(row), "repeated_contract", "kind"), "key": parcel})
    rows = chosen["row"].reindex(parcels).fillna(-1).astype("int64").to_numpy()
    has = pd.Series(rows >= 0, index=parcels)
    undated = table.undated.iloc[chosen["row"]].set_axis(chosen.index).reindex(parcels)
    undated = undated.astype("boolean").fillna(value=True).astype(bool)
    contracts = chosen.drop(columns=["row", "contested"]).reindex(parcels)
    return Governing(contracts, undated, rows, has, open_)
