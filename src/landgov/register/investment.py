"""What has been invested on each parcel, by its contracts (投资)."""

from __future__ import annotations

from datetime import date

import pandas as pd


def invested_of_parcels(contracts: pd.DataFrame, index: pd.Index, as_of: date) -> pd.Series:
    """Take the amount invested from the last contract of each parcel that states one (已投资额).

    Parameters
    ----------
    contracts : DataFrame
        `parcel_id`, `signed_on` and `invested_wan` (万元, without land price and taxes).
    index : Index
        All parcels.
    as_of : date
        Contracts signed after it do not count.

    Returns
    -------
    Series
        万元. A parcel sold again is not counted twice: its last contract speaks for it; where
        two of the same day (or two without a day) differ, it is missing.

    References
    ----------
    虞政办发〔2021〕86号, 三（三）.

    Examples
    --------
    >>> contracts = pd.DataFrame({
    ...     "parcel_id": ["P", "P", "Q", "Q"],
    ...     "signed_on": pd.to_datetime(["2019-01-01", "2021-01-01", None, None]),
    ...     "invested_wan": [100.0, 300.0, 5.0, 6.0],
    ... })
    >>> invested_of_parcels(contracts, pd.Index(["P", "Q", "R"]), date(2022, 1, 1)).tolist()
    [300.0, nan, nan]
    """
    stated = contracts[contracts["invested_wan"].notna() & contracts["parcel_id"].notna()]
    signed = pd.to_datetime(stated["signed_on"])
    stated = stated[signed.isna() | (signed <= pd.Timestamp(as_of))]
    signed = pd.to_datetime(stated["signed_on"]).fillna(pd.Timestamp("1900-01-01"))
    last = signed.groupby(stated["parcel_id"]).transform("max")
    amounts = stated[signed == last].groupby("parcel_id")["invested_wan"]
    agreed = amounts.max().where(amounts.max() == amounts.min())
    return agreed.reindex(index).astype("float64").rename("invested_wan")
