"""The record of a run that becomes `run.json`: inputs, versions, policy, totals."""

from __future__ import annotations

import hashlib
import platform as machine
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import geopandas as gpd
import pandas as pd

from landgov.layers import known_of
from landgov.rules import added_rules
from landgov.sources import RasterSpec, RawTable, figures

_LIBRARIES = ("landgov", "geopandas", "shapely", "pyproj", "pandas", "numpy", "pyarrow")


def run_report(
    ready: Any, parcels: gpd.GeoDataFrame, timings: Mapping[str, float]
) -> dict[str, Any]:
    """Gather inputs, versions, policy, date and totals of a run.

    Parameters
    ----------
    ready : Prepared
        A workspace read, checked, joined and judged.
    parcels : GeoDataFrame
        Its judged parcels, with block, site and pathway.
    timings : mapping
        Seconds of each stage; all else is the same for the same input.
    """
    opened, policy = ready.workspace, ready.workspace.policy
    return {
        "project": opened.name,
        "as_of": opened.as_of.isoformat(),
        "year": ready.register.year,
        "policy": {
            "id": policy.id,
            "title": policy.title,
            "off": list(policy.off()),
            "not_in_force": [n for n, p in policy.parameters.items() if not p.in_force],
        },
        "rules": _rules(policy.setting("rules_off")),
        "crs": opened.crs.to_string(),
        "versions": {
            "python": machine.python_version(),
            **{name: version(name) for name in _LIBRARIES},
        },
        "inputs": [_input(raw) for raw in ready.raws if not raw.spec.name.startswith("state/")],
        "mended": ready.decided.report(),
        "matches": ready.decided.match_report(),
        "pathways": ready.decided.pathway_report(),
        "rasters": [_raster(raster) for raster in opened.rasters],
        "known": {one.name: {"parcels": one.count, "of": one.total} for one in known_of(parcels)},
        "totals": _totals(ready, parcels),
        "timings": dict(timings),
    }


def _rules(off: list[str]) -> dict[str, Any]:
    """Rules that the policy switches off, and those that other packages add."""
    added = {name: source for name, source in added_rules().items() if name not in off}
    return {"off": sorted(off), "added": added}


def _input(raw: RawTable) -> dict[str, Any]:
    return {
        "table": raw.spec.table,
        "file": raw.spec.name,
        "sheet": raw.sheet,
        "department": raw.spec.department,
        "unit": raw.spec.unit,
        "date": raw.spec.date.isoformat() if raw.spec.date else None,
        **figures(raw).entries(),
        "encoding": raw.encoding,
        "unused": list(raw.unused),
        "covers": list(raw.spec.covers),
        "sha256": raw.sha256,
    }


def _raster(raster: RasterSpec) -> dict[str, Any]:
    with raster.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": raster.name, "file": raster.path.name, "sha256": digest}


def _totals(ready: Any, parcels: gpd.GeoDataFrame) -> dict[str, Any]:
    """Counts and 亩: what came in, what went out, and each category with its doubt."""
    issues = ready.issues
    same = issues.loc[issues["kind"].eq("identical_row"), "table"].value_counts()
    rows_in = sum(len(raw.frame) for raw in ready.raws if raw.spec.table == "parcels")
    counts: dict[str, Any] = {
        "parcel_rows_in": rows_in,
        "parcels_out": len(parcels),
        "deleted_rows": dict(sorted(ready.decided.deleted.items())),
        "identical_rows": {str(name): int(count) for name, count in sorted(same.items())},
        "land_mu": _mu(parcels["land_mu"]),
        "area_mu": _mu(parcels["area_mu"]),
        "land_unknown": int(parcels["land_mu"].isna().sum()),
        "in_scope": _answers(parcels, "in_scope", None),
    }
    for name in ("low_efficiency", "three_low", "two_high", "four_without", "wider_violations"):
        counts[name] = _answers(parcels, name, f"{name}_mu")
    counts["collective"] = _answers(parcels, "collective", "collective_mu")
    counts["stock"] = _answers(parcels, "stock", None)
    inside = parcels[parcels["in_scope"] != "no"]
    for name in ("land_state", "idle", "pathway"):
        by_word = inside.groupby(name)["land_mu"]
        counts[name] = {
            word: {"parcels": int(size), "mu": _mu(group)}
            for (word, group), size in zip(by_word, by_word.size(), strict=True)
        }
    counts["enterprises"] = len(ready.register.enterprises)
    counts["issues"] = {
        severity: int(issues["severity"].eq(severity).sum())
        for severity in ("error", "warning", "note")
    }
    return counts


def _answers(parcels: gpd.GeoDataFrame, name: str, land: str | None) -> dict[str, Any]:
    """Parcels and 亩 of each answer; 亩 in doubt beside the 亩 known."""
    answers: dict[str, dict[str, float]] = {
        answer: {"parcels": int(parcels[name].eq(answer).sum())}
        for answer in ("yes", "no", "unknown")
    }
    for answer in ("yes", "unknown"):
        if land is None:
            mu = parcels.loc[parcels[name].eq(answer), "land_mu"]
        else:
            mu = parcels[land if answer == "yes" else land.replace("_mu", "_unknown_mu")]
        answers[answer]["mu"] = _mu(mu)
        of_answer = parcels[name].eq(answer)
        answers[answer]["mu_not_summable"] = int(
            (mu.reindex(parcels.index).isna() & of_answer).sum()
        )
    return answers


def _mu(land: pd.Series) -> float:
    return round(float(land.sum()), 6)
