"""What no number of the policy decides, kept from one judgement of the same tables to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from landgov.policies import Policy
from landgov.rules.findings import OpenFindings, judge_findings
from landgov.rules.ruling import Ruling


def keep(kept: dict[Any, Any] | None, key: Any, make: Callable[[], Any]) -> Any:
    """Work something out, or take it from what was kept.

    Examples
    --------
    >>> box = {}
    >>> keep(box, "a", lambda: 1), keep(box, "a", lambda: 2), keep(None, "a", lambda: 3)
    (1, 1, 3)
    """
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return kept[key]


def findings_on(
    found: OpenFindings,
    firms: pd.Index,
    parcels: pd.Index,
    policy: Policy,
    kept: dict[Any, Any] | None,
) -> tuple[dict[str, Ruling], dict[str, Ruling]]:
    """Findings on enterprises and on parcels; two readings are all that they rest on.

    Parameters
    ----------
    found : OpenFindings
        Findings as they stand.
    firms, parcels : Index
        Labels of the enterprises and parcels.
    policy : Policy
        `no_legal_site_from_findings`, `four_without_major`.
    kept : dict, optional
        Where to keep both, and take them from.
    """
    read = [policy.setting(name) for name in ("no_legal_site_from_findings", "four_without_major")]
    both: tuple[dict[str, Ruling], dict[str, Ruling]] = keep(
        kept,
        ("findings", *read),
        lambda: (
            judge_findings(found, "enterprise_id", firms, policy),
            judge_findings(found, "parcel_id", parcels, policy),
        ),
    )
    return both
