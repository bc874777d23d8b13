"""Make the demonstration district (示范区): inputs, answers, faults; fictitious and repeatable."""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from landgov.demo import departments, grounds, works, years
from landgov.demo.answers import enterprise_answers, link_answers, parcel_answers, place, totals
from landgov.demo.base_list import settle_grades, state_ledger
from landgov.demo.configuration import POLICY, POLICY_FILE, workspace_text
from landgov.demo.defects import issue_answers, plant
from landgov.demo.deliveries import Delivery, Line, write, write_text, write_vector
from landgov.demo.facts import District, make_facts
from landgov.demo.faults import make_faults
from landgov.demo.forms import plant_forms
from landgov.demo.frame import make_frame
from landgov.demo.leads import lead_answers, plant_leads
from landgov.demo.lots import PLANTED, lots_per_block, make_lots
from landgov.demo.neighbouring import plant_neighbours
from landgov.demo.neighbours import contiguity_answers, earlier_parcels, keystone_answers
from landgov.demo.planter import Planter, plain_pools, spoil_codes
from landgov.demo.shapes import plant_shapes
from landgov.demo.units import plant_unit_report
from landgov.demo.values import plant_values, spoil_values
from landgov.errors import LandgovError

MARKER: Final = ".landgov-demo"
_FEWEST: Final = 20
Progress = Callable[[str], None]


@dataclass(frozen=True)
class DemoReport:
    """What was made.

    Attributes
    ----------
    folder : Path
        The workspace.
    parcels, enterprises, links : int
        Rows sent, repeated ones included.
    planted : int
        Defects of rows in `answers/issues.csv`.
    faults : int
        Small workspaces with a fault of a file.
    """

    folder: Path
    parcels: int
    enterprises: int
    links: int
    planted: int
    faults: int


def make_demo(
    folder: Path,
    *,
    parcels: int = 3000,
    seed: int = 86,
    clean: bool = False,
    progress: Progress | None = None,
) -> DemoReport:
    """Make the demonstration district (示范区) in a folder; everything in it is invented.

    Parameters
    ----------
    folder : Path
        Empty, absent, or an earlier demonstration district, which is replaced whole.
    parcels : int, default 3000
        Parcels to invent, 20 to a million and more.
    seed : int, default 86
        The same seed gives the same bytes.
    clean : bool, default False
        The same district without defects of rows.
    progress : callable, optional
        Is told what is being made (zh and en).

    Returns
    -------
    DemoReport
        Rows sent and defects planted.

    Raises
    ------
    LandgovError
        If the folder holds something else or can't be written, or `parcels` is below 20.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     report = make_demo(Path(place) / "demo", parcels=60, clean=True)
    >>> report.parcels, report.planted
    (60, 0)
    """
    if parcels < _FEWEST:
        raise LandgovError(
            f"a demonstration district needs at least {_FEWEST} parcels, not {parcels}.",
            message_zh=f"示范区至少需要 {_FEWEST} 个地块，不是 {parcels} 个。",
            do=f"landgov demo --parcels {_FEWEST}",
        )
    folder = Path(folder)
    if not folder.name:
        # The folder is replaced whole: one that a program stands in would vanish beneath it.
        raise LandgovError(
            "name a new folder for the demonstration district.",
            message_zh="请为示范区写一个新的文件夹名。",
            do="landgov demo landgov-demo",
        )
    try:
        return _make(folder, parcels, seed, clean, progress or _silent)
    except OSError as error:
        words = error.strerror or str(error)
        raise LandgovError(
            f"the demonstration district can't be written to {folder.absolute()}: {words}.",
            message_zh=f"示范区无法写入 {folder.absolute()}：{words}。",
            do="检查写入权限和磁盘空间、关闭占用其中文件的程序，或换一个文件夹",
        ) from error


def _make(folder: Path, parcels: int, seed: int, clean: bool, say: Progress) -> DemoReport:
    _refuse_foreign(folder)
    fresh = folder.with_name(f".{folder.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        report = _fill(fresh, folder, parcels, seed, clean, say)
        _put_in_place(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return report


def _silent(_words: str) -> None:
    """Say nothing."""


def _refuse_foreign(folder: Path) -> None:
    if folder.is_dir() and (folder / MARKER).exists():
        return
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LandgovError(
            f"{folder} is not empty and is no earlier demonstration district; nothing was written.",
            message_zh=f"{folder} 不是空文件夹，也不是先前生成的示范区，未写入任何内容。",
            do="landgov demo <new folder / 新文件夹>",
        )


def _put_in_place(fresh: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def plan_district(parcels: int, seed: int, *, clean: bool) -> District:
    """Invent the district in memory, before any department writes it down."""
    planted = len(PLANTED) if parcels >= 300 else 2
    blocks = math.ceil(parcels / lots_per_block() * 1.1) + 12
    frame = make_frame(blocks, seed)
    return make_facts(frame, make_lots(frame, parcels, seed, planted=planted), seed, clean=clean)


def _fill(
    fresh: Path, folder: Path, parcels: int, seed: int, clean: bool, say: Progress
) -> DemoReport:
    say("虚构地块与企业 · inventing parcels and enterprises")
    district = plan_district(parcels, seed, clean=clean)
    placement = place(district)
    straddling = np.isin(np.arange(parcels), placement.shared["shape"])
    pools = plain_pools(district, straddling)
    each = int(np.clip(parcels // 1500, 1, 20))
    broken = {"parcels": [], "firms": []} if clean else spoil_codes(district, pools.used, each)
    strange = {} if clean else spoil_values(district, pools, each)
    say("部门报送 · writing what departments send")
    sent: list[Delivery] = []
    lines: list[Line] = []
    # A file that no further defect touches is written at once: a district can be large.
    for delivery in _untouched(district):
        write(delivery, fresh)
        lines += delivery.lines()
        delivery.rows = delivery.rows.iloc[:0]
        sent.append(delivery)
    touched = {delivery.file: delivery for delivery in _touched(district)}
    stated = parcel_answers(district, placement)
    firms, links = enterprise_answers(district), link_answers(district)
    planter = Planter(district, touched, stated, firms, links, pools, each)
    plant_unit_report(planter, clean=clean)
    plant_leads(planter, clean=clean)
    if not clean:
        plant(planter, broken)
        plant_values(planter, strange)
        plant_neighbours(planter)
        plant_shapes(planter)
        plant_forms(planter)
    state_ledger(planter)
    settle_grades(planter)
    planter.files |= {sent.file: sent for sent in departments.grade_files(district)}
    rows = []
    for delivery in planter.files.values():
        delivery.settle()
        write(delivery, fresh)
        lines += delivery.lines()
        rows.append(len(delivery.rows))
        delivery.rows = delivery.rows.iloc[:0]
    say("标准答案 · writing the right answers")
    planted = _write_answers(planter, placement.shared, lines, fresh)
    say("文件故障 · writing faults of files")
    faults = make_faults(fresh / "faults")
    write_text(faults, fresh / "answers/faults.csv")
    _write_words(fresh, [*planter.files.values(), *sent], parcels, seed)
    return DemoReport(folder, rows[0], rows[1], rows[2], planted, len(faults))


def _touched(district: District) -> Iterator[Delivery]:
    """Write the files that further defects may touch: parcels, enterprises and links first."""
    yield departments.parcels_file(district)
    yield departments.enterprise_file(district)
    yield departments.links_file(district)
    yield works.contracts_file(district)
    yield from works.findings_files(district)
    yield years.power_file(district)


def _untouched(district: District) -> Iterator[Delivery]:
    for make in (
        departments.list_files,
        years.year_files,
        works.promise_files,
        grounds.boundary_files,
    ):
        yield from make(district)
    yield grounds.buildings_file(district)


def _write_answers(planter: Planter, shared: pd.DataFrame, lines: list[Line], fresh: Path) -> int:
    (fresh / "answers").mkdir()
    issues = issue_answers(planter, lines)
    earlier, lineage = earlier_parcels(planter.district)
    ids = planter.district.parcels["id"].to_numpy(dtype=object)
    kept = shared[~shared["shape"].isin(planter.spoiled)]
    straddlers = kept.drop(columns="shape").round({"share": 6})
    straddlers.insert(0, "parcel_id", ids[kept["shape"]])
    tables = {
        "parcels": planter.parcels,
        "enterprises": planter.firms,
        "links": planter.links,
        "issues": issues,
        "issues_later": pd.DataFrame(planter.later, columns=["table", "file", "key", "defect"]),
        "land_in_tax_register": _stale(planter.district),
        "totals": totals(planter.parcels),
        "places": straddlers,
        "contiguity": contiguity_answers(planter.district, planter.spoiled),
        "keystones": keystone_answers(planter.district),
        "lineage": lineage,
        "matches": lead_answers(planter),
    }
    for name, table in tables.items():
        write_text(table, fresh / f"answers/{name}.csv")
    (fresh / "earlier").mkdir()
    write_vector(earlier, fresh / "earlier/parcels_2021.gpkg", "宗地")
    return len(issues)


def _stale(district: District) -> pd.DataFrame:
    """List enterprises whose land the tax register tells otherwise (亩)."""
    firms = np.empty(0, dtype=np.int64) if district.clean else years.stale_firms(district)
    return pd.DataFrame(
        {
            "enterprise_id": district.firms["code"].to_numpy(dtype=object)[firms],
            "land_mu": district.firms["land"].to_numpy()[firms].round(6),
            "land_reported_mu": years.registered_land(district)[firms],
        }
    )


def _write_words(fresh: Path, sent: list[Delivery], parcels: int, seed: int) -> None:
    (fresh / MARKER).write_text(f"parcels = {parcels}\nseed = {seed}\n", encoding="utf-8")
    text = (files(__package__) / "README.txt").read_text(encoding="utf-8")
    (fresh / "README.txt").write_text(text, encoding="utf-8")
    (fresh / "landgov.toml").write_text(workspace_text(sent), encoding="utf-8")
    (fresh / POLICY_FILE).write_text(POLICY, encoding="utf-8")
