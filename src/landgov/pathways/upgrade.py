"""整治提升: land that stays industrial and can reach the standards where it lies (二（二）2)."""

from __future__ import annotations

from collections.abc import Mapping

from landgov.pathways.facts import CONDITION, Reason, of_parcels
from landgov.pathways.findings import Unfixable, any_unfixable
from landgov.rules import Judgement

CLAUSE = "二（二）2"


def planned_industrial(judged: Judgement) -> Reason:
    """The land is industrial in the territorial plan.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）2.
    """
    use = judged.parcels["planned_use"]
    answer = use.eq("industrial").astype("boolean").mask(use.isna())
    fact = of_parcels(judged, "planned_use", answer)
    return _condition("planned_industrial", land=fact, obstacle="not_in_plan")


def use_unchanged(judged: Judgement) -> Reason:
    """The land is still used as industrial land.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）2.
    """
    fact = of_parcels(judged, "use_changed", ~judged.parcels["use_changed"])
    return _condition("use_unchanged", land=fact, obstacle="use_changed")


def all_fixable(found: Mapping[str, Unfixable]) -> Reason:
    """Every open finding can be put right.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）2.
    """
    any_ = any_unfixable(found)
    return Reason(
        "all_fixable",
        "upgrade",
        CLAUSE,
        "land",
        CONDITION,
        land=any_.land,
        firms=any_.firms,
        by_link=any_.by_link,
        negated=True,
        obstacle="not_fixable",
    )


def _condition(name: str, **more: object) -> Reason:
    return Reason(name, "upgrade", CLAUSE, "land", CONDITION, **more)  # type: ignore[arg-type]
