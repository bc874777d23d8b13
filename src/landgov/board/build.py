"""The reconciliation board (对账板): what departments say of the same land, and what they don't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from landgov.board.ages import STALE, ages
from landgov.board.comparing import LABELS
from landgov.board.denials import denials, laid
from landgov.board.disputes import disputes
from landgov.board.facts import compared
from landgov.board.images import looks_built, told_two_ways
from landgov.board.senders import Senders
from landgov.board.silence import by_unit, never_sent
from landgov.board.subjects import Subjects, subjects
from landgov.quality import Checked, issue, unmatched
from landgov.register import Register
from landgov.rules import Judgement
from landgov.sources import RawTable, Workspace


@dataclass(frozen=True)
class Board:
    """All sheets of the board (对账板), as tables.

    Parameters
    ----------
    facts : DataFrame
        The same fact from two departments, most land first (对账).
    totals : DataFrame
        Differences, 亩 and 万元 by fact.
    ages : DataFrame
        The age of each file (时效).
    never : DataFrame
        What no department has sent (漏报).
    units : DataFrame
        What each unit lacks of what departments owe (漏报).
    denials : DataFrame
        A unit says none, another says yes (瞒报线索).
    unmatched : DataFrame
        Rows of either side that found no partner (未匹配).
    """

    facts: pd.DataFrame
    totals: pd.DataFrame
    ages: pd.DataFrame
    never: pd.DataFrame
    units: pd.DataFrame
    denials: pd.DataFrame
    unmatched: pd.DataFrame

    def summary(self) -> dict[str, Any]:
        """Count what stands on each sheet, for the console and for programs."""
        return {
            "differences": len(self.facts),
            "differences_mu": round(float(self.facts["stake_mu"].sum()), 6),
            "differences_wan": round(float(self.facts["stake_wan"].sum()), 6),
            "stale_files": int(self.ages["state"].eq(STALE).sum()),
            "never_sent": len(self.never),
            "unit_gaps": len(self.units),
            "unit_nothing": int(self.units["nothing"].sum()),
            "reported_none": len(self.denials),
            "unmatched": len(self.unmatched),
        }


def build_board(
    workspace: Workspace,
    raws: Sequence[RawTable],
    checked: Checked,
    register: Register,
    judged: Judgement,
    issues: list[dict[str, Any]],
) -> Board:
    """Set side by side what departments, units and images say (对账).

    Parameters
    ----------
    workspace : Workspace
        Gives `as_of`, the settings of the policy, and the images.
    raws : sequence of RawTable
        Every file as read.
    checked, register, judged : Checked, Register, Judgement
        The workspace as checked, joined and judged.
    issues : list of dict
        A `reported_none` for each denial, an `unknown_unit` for each block of nobody.

    References
    ----------
    虞政办发〔2021〕86号, 三（二）, 四（二）.
    """
    settings = workspace.policy.settings
    senders = Senders(raws)
    those = subjects(checked, register, judged.parcels)
    share = float(settings.get("reconcile_share", 0))
    parts = [compared(those, senders, share), disputes(checked.issues, senders, those.facts)]
    facts = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    order = ["stake_mu", "stake_wan", "fact", "table", "key", "field"]
    facts = facts.sort_values(order, ascending=[False, False, *[True] * 4], kind="stable")
    _say_unknown_units(those, raws, issues)
    denied = [
        denials(those, raws, senders, judged.findings.open, issues),
        told_two_ways(those, checked.issues, senders, issues),
    ]
    line = settings.get("built_share_evidence")
    image = next((one for one in workspace.rasters if one.name == "built_up"), None)
    if image is not None and line is not None:
        denied.append(looks_built(those, raws, senders, image, float(line), issues))
    return Board(
        facts=facts.reset_index(drop=True),
        totals=_totals(facts),
        ages=ages(raws, workspace.as_of, settings.get("stale_after_days")),
        never=never_sent(those, raws),
        units=by_unit(those),
        denials=laid(denied),
        unmatched=unmatched(
            checked.tables, as_of=workspace.as_of, in_scope=judged.parcels["in_scope"]
        ),
    )


def _totals(facts: pd.DataFrame) -> pd.DataFrame:
    """Differences of each fact, with the 亩 and 万元 that hang on them."""
    by_fact = facts.groupby("fact", sort=False)
    table = pd.DataFrame(
        {
            "count": by_fact.size(),
            "stake_mu": by_fact["stake_mu"].sum(min_count=1),
            "stake_wan": by_fact["stake_wan"].sum(min_count=1),
        }
    )
    table = table.reindex([name for name in LABELS if name in table.index])
    return table.rename_axis("fact").reset_index()


def _say_unknown_units(
    those: Subjects, raws: Sequence[RawTable], issues: list[dict[str, Any]]
) -> None:
    """Name each block whose unit is the unit of no parcel."""
    known = sorted(those.parcels["unit"].dropna().unique())
    for raw in raws:  # one a file
        unit = raw.spec.unit
        if unit is not None and unit not in known:
            issues.append(
                issue(
                    "unknown_unit",
                    raw.spec.table,
                    file=raw.spec.name,
                    sheet=raw.sheet,
                    key=raw.spec.where,
                    value=unit,
                    allowed="、".join(known) or "—",
                    department=unit,
                )
            )
