"""The Chinese words for the answers that landgov gives."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import pandas as pd


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("landgov.layers").joinpath("words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


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
    table = _words()[kind]
    return values.map(lambda code: table.get(code, code), na_action="ignore")
