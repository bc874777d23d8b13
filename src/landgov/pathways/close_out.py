"""淘汰出清: which line, enterprise or project is to be closed (二（二）1)."""

from __future__ import annotations

from collections.abc import Mapping

from landgov.pathways.facts import NOTE, Reason, of_enterprises, of_parcels
from landgov.pathways.findings import Unfixable
from landgov.rules import Judgement

CLAUSE = "二（二）1"
_ACCEPTED = ("environment", "fire", "safety")


def outdated_capacity(judged: Judgement) -> Reason:
    """Outdated capacity closes the line concerned (对应产线依法关停), not the parcel.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）1.
    """
    fact = of_enterprises(judged, "outdated_capacity")
    return Reason("outdated_line", "close_out", CLAUSE, "production_line", firms=fact)


def negative_list(judged: Judgement) -> Reason:
    """A project on the negative list of the industrial plan leaves.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）1.
    """
    fact = of_enterprises(judged, "on_negative_list")
    return Reason("negative_list", "close_out", CLAUSE, "project", firms=fact)


def beyond_mending(found: Mapping[str, Unfixable]) -> list[Reason]:
    """An enterprise that can't reach the standards of environment, fire or safety leaves.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）1.
    """
    return [
        Reason(
            f"{kind}_unfixable",
            "close_out",
            CLAUSE,
            "enterprise",
            land=found[kind].land,
            firms=found[kind].firms,
            by_link=found[kind].by_link,
        )
        for kind in _ACCEPTED
    ]


def use_changed(judged: Judgement) -> Reason:
    """Use changed in private is put right within a time (限期整治): an obstacle, no closure.

    References
    ----------
    虞政办发〔2021〕86号, 二（二）1.
    """
    fact = of_parcels(judged, "use_changed")
    return Reason(
        "use_changed", "close_out", CLAUSE, "rectify", NOTE, land=fact, obstacle="use_changed"
    )
