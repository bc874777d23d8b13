"""The one place that knows the order: read, check, join, judge, group, propose."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import pandas as pd

from landgov.board import Board, build_board
from landgov.contiguity import blocks, blocks_table, neighbours, site_of, sites, with_barriers
from landgov.decisions import Decided, joined_to, load_decided
from landgov.errors import LandgovError
from landgov.explain import explanation
from landgov.layers import Layer, build_layers
from landgov.pathways import Pathways, propose
from landgov.quality import Checked, check_tables, issue_table, merge_issues, settle_issues
from landgov.register import Register, build_register, links_table, propose_matches
from landgov.report import run_report
from landgov.rules import Judgement, candidates, judge
from landgov.sources import RawTable, Workspace
from landgov.summary import indicator_table, summary_totals, with_summary

Progress = Callable[[str], None]
# Columns of the register that only the rules need.
_WORKINGS = (
    "enterprise_row",
    "year_row",
    "grade_d_covered",
    "grade_of_year",
    "is_above_scale_of_year",
)


@dataclass(frozen=True)
class Result:
    """All that a run worked out, as tables on their keys.

    Parameters
    ----------
    workspace : Workspace
        What was run.
    checked : Checked
        The input tables as checked.
    parcels : GeoDataFrame
        One row a parcel, in the working CRS, indexed by `parcel_id`.
    enterprises, links, issues, places, pairs : DataFrame
        As in the contract; `links` with the residual rows.
    blocks, sites : GeoDataFrame
        Blocks of more than one parcel, and sites that could be developed together.
    summary : DataFrame
        Land by town, platform, category and ownership, each 亩 once.
    indicators : DataFrame
        Indicators of every parcel, block, site, town, platform, unit and of the district.
    matches : DataFrame
        Links that are proposed where none is given, for a person to decide.
    layers : tuple of Layer
        The named layers of the plan.
    board : Board
        What departments, units and images say of the same land, side by side.
    pathways : Pathways
        Pathways proposed for parcels and for parcel × enterprise.
    ready : Prepared
        The workspace as read, checked and joined, to judge it by other numbers or readings.
    report : dict
        What becomes `run.json`.

    References
    ----------
    虞政办发〔2021〕86号, 三（九）.
    """

    workspace: Workspace
    checked: Checked
    judged: Judgement
    parcels: gpd.GeoDataFrame
    enterprises: pd.DataFrame
    links: pd.DataFrame
    issues: pd.DataFrame
    places: pd.DataFrame
    pairs: pd.DataFrame
    blocks: pd.DataFrame
    sites: gpd.GeoDataFrame
    summary: pd.DataFrame
    indicators: pd.DataFrame
    matches: pd.DataFrame
    layers: tuple[Layer, ...]
    board: Board
    pathways: Pathways = field(repr=False)
    ready: Prepared = field(repr=False)
    report: dict[str, Any] = field(repr=False)

    @property
    def verdicts(self) -> pd.DataFrame:
        """Long table of verdicts, built when it is asked for."""
        return self.judged.verdicts(self.checked)

    @property
    def enterprise_verdicts(self) -> pd.DataFrame:
        """Verdicts of the enterprises themselves, built when they are asked for."""
        return self.judged.enterprise_verdicts(self.checked)

    @property
    def pathway_verdicts(self) -> pd.DataFrame:
        """Long table of the reasons of pathways, built when it is asked for."""
        return self.pathways.verdicts(self.checked.tables)

    def explain(self, key: str) -> pd.DataFrame:
        """Verdicts of one parcel, or of one enterprise, whether it uses land or not.

        Parameters
        ----------
        key : str
            A `parcel_id` or an `enterprise_id`.

        Raises
        ------
        LandgovError
            If there is neither.
        """
        users, one = self.judged.users, pd.Index([key])
        if key in self.parcels.index:
            chosen = self.judged.verdicts(self.checked, users.parcels.get_indexer(one))
            return explanation(chosen, self.enterprises["name"])
        if key in self.enterprises.index:
            chosen = self.judged.enterprise_verdicts(self.checked, users.firms.get_indexer(one))
            return explanation(chosen)
        again = [label for label in self.parcels.index if str(label).startswith(f"{key}#")]
        raise LandgovError(
            f"there is no parcel or enterprise {key!r}.",
            do=f"one of {', '.join(again)}" if again else "check the code",
            message_zh=f"没有编号为 {key} 的地块或企业。",
        )


@dataclass(frozen=True)
class Prepared:
    """A workspace read, checked and joined, with every issue so far."""

    workspace: Workspace
    decided: Decided
    checked: Checked
    register: Register
    judged: Judgement
    board: Board
    issues: pd.DataFrame
    timings: Mapping[str, float]

    @property
    def raws(self) -> Sequence[RawTable]:
        """Every file as it was read, before anything that was sent back is applied."""
        return self.decided.sent


class _Stages:
    """Tell the stages as they begin, and time them."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress, self.timings = progress, dict[str, float]()
        self._name, self._start = "", time.perf_counter()

    def begin(self, name: str) -> None:
        """Begin the stage of that name; the one before has ended."""
        now = time.perf_counter()
        if self._name:
            self.timings[self._name] = round(now - self._start, 3)
        self._name, self._start = name, now
        if self._progress and name:
            self._progress(name)


def prepare(workspace: Workspace | str, progress: Progress | None = None) -> Prepared:
    """Read, check, join and judge a workspace; nothing is written.

    Parameters
    ----------
    workspace : Workspace, str or Path
        A workspace or its folder.
    progress : callable, optional
        Told the name of each stage as it begins.

    Raises
    ------
    WorkspaceError
        With every fault of every file at once.
    """
    stages = _Stages(progress)
    stages.begin("读取 read")
    root = workspace.root if isinstance(workspace, Workspace) else workspace
    opened, decided = load_decided(root)
    stages.begin("检查 check")
    checked = check_tables(opened, decided.raws)
    issues: list[dict[str, Any]] = []
    stages.begin("底数 register")
    register = build_register(opened, checked, issues)
    stages.begin("判定 rules")
    judged = judge(opened, checked, register, issues)
    stages.begin("对账 board")
    board = build_board(opened, decided.raws, checked, register, judged, issues)
    found = [checked.issues, issue_table(issues)]
    decided = joined_to(decided, register.parcels.index, register.links)
    both = settle_issues(merge_issues(found), decided)
    stages.begin("")
    return Prepared(opened, decided, checked, register, judged, board, both, stages.timings)


def run(workspace: Workspace | str, *, progress: Progress | None = None) -> Result:
    """Run the main job: read → check → join → classify → land states → contiguity → pathways.

    Parameters
    ----------
    workspace : Workspace, str or Path
        A workspace or its folder.
    progress : callable, optional
        Told the name of each stage as it begins.

    Returns
    -------
    Result
        Nothing is written.

    Raises
    ------
    WorkspaceError
        With every fault of every file at once.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）–（二）, 三（九）.
    """
    ready = prepare(workspace, progress)
    opened, judged, register = ready.workspace, ready.judged, ready.register
    policy = opened.policy
    stages = _Stages(progress)
    stages.begin("连片 contiguity")
    parcels = judged.parcels.assign(is_candidate=candidates(judged.parcels))
    pairs = neighbours(
        parcels,
        max_gap_m=policy["contiguity_gap"].number,
        min_facing_m=policy["contiguity_facing"].number,
    )
    joined = with_barriers(
        parcels, pairs, ready.checked.frame("barriers"), policy["contiguity_gap"].number
    )
    parcels["block"] = blocks(parcels.index, joined)
    grouped = sites(parcels, joined, min_mu=policy["site_land"].number)
    parcels["site"] = site_of(grouped, parcels.index)
    stages.begin("路径 pathways")
    ways = propose(parcels, judged, pairs, joined, policy)
    ways = ways.with_decisions(ready.decided.pathways, policy.setting("pathway_order"))
    parcels = parcels.join(ways.parcels)
    stages.begin("汇总 summary")
    firms, settled = register.enterprises, ready.decided.matches
    matches = propose_matches(parcels, firms, register.links, policy, settled)
    given = ready.checked.tables["platforms"].given
    parcels, summary = with_summary(parcels, judged, register.places, policy, given)
    stages.begin("图层 layers")
    platforms, towns = (ready.checked.frame(name) for name in ("platforms", "towns"))
    layers = build_layers(
        parcels,
        platforms=platforms if len(platforms) else None,
        towns=towns if len(towns) else None,
    )
    stages.begin("")
    report = run_report(ready, parcels, {**ready.timings, **stages.timings})
    report["totals"]["summary"] = summary_totals(summary)
    report["totals"]["pathways"] = ways.report(parcels)
    return Result(
        workspace=opened,
        checked=ready.checked,
        judged=judged,
        parcels=parcels,
        enterprises=register.enterprises.drop(columns=list(_WORKINGS)),
        links=ways.of_links(links_table(register, ready.decided.in_use())),
        pathways=ways,
        issues=ready.issues,
        places=register.places,
        pairs=pairs,
        blocks=blocks_table(parcels),
        sites=grouped,
        summary=summary,
        indicators=indicator_table(opened, ready.checked, parcels, register),
        matches=matches,
        layers=layers,
        board=ready.board,
        ready=ready,
        report=report,
    )
