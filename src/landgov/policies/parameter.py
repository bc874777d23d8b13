"""One number of law and how a value is held against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from landgov.errors import LandgovError

OPERATORS = ("<", "<=", ">", ">=", "==")

# A float carries 15 to 16 digits. A quotient of decimals that lies exactly on the line may
# differ from it in the last one or two; two different quotients of figures in 0.01 万元 and
# 0.0001 亩 differ by far more. So what is this close to the line is on the line.
ON_THE_LINE = 1e-12


@dataclass(frozen=True)
class Parameter:
    """One number of law: value, operator, unit, clause, the quoted words and the reading.

    Parameters
    ----------
    name : str
        Its name in the policy file.
    value : Fraction, str or None
        The number, exact; text for grades; None where the text gives no number.
    op : str
        ``<``, ``<=``, ``>``, ``>=`` or ``==``.
    unit, clause, quote, reading, status : str
        What the number is measured in, where it stands, its words, the reading taken, and
        how sure it is: ``in_plan``, ``other_source`` (named in `source`) or ``to_confirm``
        (by the department in `confirm_by`).
    since : date
        First day on which it holds.
    in_force : bool
        Whether it holds on the date for which the policy was loaded.
    """

    name: str
    value: Fraction | str | None
    op: str
    unit: str
    clause: str
    quote: str
    reading: str
    status: str
    since: date
    source: str = ""
    confirm_by: str = ""
    in_force: bool = True

    @property
    def off(self) -> bool:
        """Whether the clause has no number on the date, so that no verdict comes of it."""
        return self.value is None or not self.in_force

    @property
    def number(self) -> float:
        """The value as a float, for display and arithmetic.

        Raises
        ------
        LandgovError
            If the parameter is off, is not in force yet, or is no number.
        """
        self._asked()
        if not isinstance(self.value, Fraction):
            raise LandgovError(
                f"{self.name} has no number on this date.",
                do=f"[{self.name}]\\n       value = …   (a policy that extends this one)",
                message_zh=f"参数 {self.name} 在该日期没有数值。",
            )
        return float(self.value)

    def _asked(self) -> None:
        """Refuse to tell a number before its first day.

        Raises
        ------
        LandgovError
            If the number is not in force on the date for which the policy was loaded.
        """
        if not self.in_force:
            first = self.since.isoformat()
            raise LandgovError(
                f"{self.name} holds from {first} only; it says nothing of the days before.",
                do=f"as_of = {first}   (or later)",
                message_zh=f"参数 {self.name} 自 {first} 起用，此前没有数值。",
            )

    def holds(self, values: pd.Series) -> pd.Series:
        """Hold each value against the line; a missing value stays unknown.

        Parameters
        ----------
        values : Series
            Float, in the parameter's unit; for a text parameter, text.

        Returns
        -------
        Series
            Nullable boolean on the index of `values`.

        Raises
        ------
        LandgovError
            If the number is off, or not in force yet: a clause without a number is not asked.

        Examples
        --------
        >>> from datetime import date
        >>> from landgov.policies import load_policy
        >>> line = load_policy("shangyu-2021-86", on=date(2022, 12, 31))["low_efficiency_tax"]
        >>> line.holds(pd.Series([4.99, 5.0, 5.01, None])).tolist()
        [True, True, False, <NA>]
        """
        if isinstance(self.value, str):
            self._asked()
            answer = (values == self.value).astype("boolean")
            return answer.mask(values.isna())
        numbers = values.to_numpy(dtype=float, na_value=np.nan)
        missing = np.isnan(numbers)
        answer = pd.Series(self._compare(np.where(missing, 0.0, numbers)), index=values.index)
        return answer.astype("boolean").mask(missing)

    def _compare(self, numbers: np.ndarray) -> np.ndarray:
        line = self.number
        on_line = np.abs(numbers - line) <= ON_THE_LINE * max(1.0, abs(line))
        below = (numbers < line) & ~on_line
        if self.op == "<":
            return below
        if self.op == "<=":
            return below | on_line
        if self.op == ">":
            return ~below & ~on_line
        if self.op == ">=":
            return ~below
        return on_line
