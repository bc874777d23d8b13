"""The Chinese words for the answers that landgov gives."""

from __future__ import annotations

import pandas as pd

from landgov import schema


def answer_word(values: pd.Series, kind: str) -> pd.Series:
    """Put answers into Chinese words (中文用语).

    Parameters
    ----------
    values : Series
        Codes such as ``yes`` or ``to_develop``.
    kind : str
        ``answer``, ``land_state``, ``idle``, ``idle_basis``, ``pathway``,
        ``ownership``, ``platform_level`` or ``land_from``.

    Returns
    -------
    Series
        On the same index; a code without a word stays as it is, missing stays missing.

    Examples
    --------
    >>> answer_word(pd.Series(["yes", "unknown"]), "answer").tolist()
    ['是', '待核']
    """
    return values.map(lambda code: schema.result_word(kind, str(code)), na_action="ignore")
