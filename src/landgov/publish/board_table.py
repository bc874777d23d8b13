"""The reconciliation board as one long table for programs (对账板长表)."""

from __future__ import annotations

import pandas as pd

from landgov.board import Board

LONG = (
    "sheet",
    "fact",
    "unit",
    "department",
    "table",
    "key",
    "name",
    "field",
    "a_department",
    "a_value",
    "a_date",
    "a_source",
    "b_department",
    "b_value",
    "b_date",
    "b_source",
    "difference",
    "measure",
    "stake_mu",
    "stake_wan",
    "used",
    "why",
    "missing",
    "count",
    "share",
    "elsewhere",
    "age_days",
    "state",
)
_NUMBERS = (
    "difference",
    "stake_mu",
    "stake_wan",
    "missing",
    "count",
    "share",
    "elsewhere",
    "age_days",
)


def long_table(board: Board) -> pd.DataFrame:
    """Lay all sheets of the board into one long table for programs.

    Parameters
    ----------
    board : Board
        The board.

    Returns
    -------
    DataFrame
        `sheet` (facts, ages, never, units, denials, unmatched) and the columns of the sheets
        under common names; what a sheet does not say is missing.
    """
    never = board.never.rename(columns={"what": "fact"})
    ages = board.ages.rename(columns={"file": "a_source", "date": "a_date", "rows": "count"})
    denied = board.denials.rename(
        columns={
            "says": "a_value",
            "department": "b_department",
            "evidence": "b_value",
            "date": "b_date",
            "source": "b_source",
            "land_mu": "stake_mu",
        }
    )
    lone = board.unmatched.rename(columns={"side": "fact", "file": "a_source"})
    parts = {
        "facts": board.facts,
        "ages": ages,
        "never": never,
        "units": board.units,
        "denials": denied,
        "unmatched": lone,
    }
    laid = [part.assign(sheet=name).reindex(columns=list(LONG)) for name, part in parts.items()]
    kinds = {name: "float64" if name in _NUMBERS else "str" for name in LONG}
    return pd.concat([part.astype(kinds) for part in laid], ignore_index=True)
