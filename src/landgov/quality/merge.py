"""Several files of one keyed table become one, cell by cell; where they disagree, nobody wins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from landgov import schema
from landgov.quality.authority import Authority
from landgov.quality.issues import issue
from landgov.quality.keys import Keys

# Two files give the same outline if no corner is further apart than this.
_SAME_PLACE_M = 1e-3

if TYPE_CHECKING:
    from landgov.quality.assemble import Part


def merge_cells(
    wanted: schema.Table,
    parts: Sequence[tuple[Part, Keys]],
    issues: list[dict[str, Any]],
    authority: Authority,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.Series, dict[str, frozenset[str]]]:
    """Merge the parts of a table on their keys.

    Returns
    -------
    tuple
        The frame sorted by key, `undated`, `position` (row of the stacked origins for each
        cell), `contested`, and by column the labels on which files disagree. A cell that two files fill differently is missing, with an
        issue of kind `conflict`; where the policy names an authority for the column, its word
        stands, with a `conflict_settled`.
    """
    label = np.concatenate([keys.label for _, keys in parts])
    keep = np.concatenate([keys.keep for _, keys in parts])
    contested = np.concatenate([keys.contested for _, keys in parts])[keep]
    stacked = pd.concat([part.frame for part, _ in parts], ignore_index=True)[keep]
    undated = pd.concat([part.undated for part, _ in parts], ignore_index=True)[keep]
    places = np.flatnonzero(keep)
    label = label[keep]
    if len(parts) == 1:
        order = _order(wanted, stacked, label)
        frame, undated = stacked.iloc[order], undated.iloc[order]
        spread = np.repeat(places[order][:, None], len(frame.columns), axis=1)
        return *_finished(wanted, frame, undated, spread, label[order], contested[order]), {}
    codes, names = pd.factorize(label, sort=True)
    merged = _Merge(wanted, codes, names, places, parts, issues, authority)
    columns = {name: merged.column(stacked[name]) for name in stacked.columns}
    frame = pd.DataFrame({name: values for name, (values, _) in columns.items()})
    spread = np.column_stack([positions for _, positions in columns.values()])
    dated = merged.dated(frame, undated)
    any_contested = np.zeros(len(names), dtype=bool)
    np.logical_or.at(any_contested, codes, contested)
    clashes = {name: frozenset(names[flags].astype(str)) for name, flags in merged.clashes.items()}
    return *_finished(wanted, frame, dated, spread, names, any_contested), clashes


def _order(wanted: schema.Table, frame: pd.DataFrame, label: np.ndarray) -> np.ndarray:
    """Order of rows by label, then by the rest of the key."""
    by = (
        frame[list(wanted.key)].copy()
        if wanted.key
        else frame.drop(columns="geometry", errors="ignore")
    )
    by.insert(0, "_label", label if wanted.key else "")
    by = by.reset_index(drop=True)
    return by.sort_values(list(by.columns), kind="stable").index.to_numpy()


def _finished(
    wanted: schema.Table,
    frame: pd.DataFrame,
    undated: pd.DataFrame,
    spread: np.ndarray,
    label: np.ndarray,
    contested: np.ndarray,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.Series]:
    frame = frame.reset_index(drop=True)
    position = pd.DataFrame(spread, columns=frame.columns)
    if len(wanted.key) == 1:
        key = wanted.key[0]
        frame = frame.drop(columns=key).set_index(pd.Index(label, dtype="str", name=key))
    return (
        frame,
        undated.reset_index(drop=True),
        position,
        pd.Series(contested, index=frame.index),
    )


def _said(value: object) -> str:
    """Write a cell as a person would say it."""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, shapely.Geometry):
        return f"{shapely.area(value):.2f} m2"
    return str(value)


class _Merge:
    """Cell-by-cell merge of stacked rows that share a label."""

    def __init__(
        self,
        wanted: schema.Table,
        codes: np.ndarray,
        names: np.ndarray,
        places: np.ndarray,
        parts: Sequence[tuple[Part, Keys]],
        issues: list[dict[str, Any]],
        authority: Authority,
    ) -> None:
        self.authority = authority
        self.wanted, self.codes, self.names, self.places = wanted, codes, names, places
        self.origins = pd.concat([part.origins for part, _ in parts], ignore_index=True)
        self.issues = issues
        self.clashes: dict[str, np.ndarray] = {}

    def column(self, values: pd.Series) -> tuple[pd.Series, np.ndarray]:
        """First filled cell of each label, and the stacked row it came from."""
        filled = np.flatnonzero(values.notna().to_numpy())
        owners, first = np.unique(self.codes[filled], return_index=True)
        source = np.full(len(self.names), -1, dtype=np.int64)
        source[owners] = filled[first]
        if values.name not in self.wanted.key:
            clash = self._clashes(values, filled, source)
            self.clashes[str(values.name)] = clash
            source = np.where(clash, -1, source)
        merged = values.reset_index(drop=True).reindex(source).reset_index(drop=True)
        positions = np.where(source >= 0, self.places[source.clip(0)], -1)
        return merged, positions

    def _clashes(self, values: pd.Series, filled: np.ndarray, source: np.ndarray) -> np.ndarray:
        """Labels whose files disagree; where one has authority, `source` turns to its cell."""
        mine = values.iloc[filled].reset_index(drop=True)
        theirs = values.iloc[source[self.codes[filled]]].reset_index(drop=True)
        if values.name == "geometry":
            shapes = (shapely.normalize(each.to_numpy(dtype=object)) for each in (mine, theirs))
            differ = ~shapely.equals_exact(*shapes, tolerance=_SAME_PLACE_M)
        else:
            differ = (mine != theirs).to_numpy(dtype=bool)
        clash = np.zeros(len(self.names), dtype=bool)
        clash[self.codes[filled[differ]]] = True
        for code in np.flatnonzero(clash):  # conflicts are few, and each is told in words
            rows = filled[self.codes[filled] == code]
            origins = self.origins.iloc[self.places[rows]]
            words = list(zip(origins["file"], origins["sheet"], values.iloc[rows], strict=True))
            settled = self.authority.settle(str(values.name), words)
            if settled is not None:
                source[code], clash[code] = rows[settled[0]], False
            first = origins.iloc[0 if settled is None else settled[0]]
            self.issues.append(
                issue(
                    "conflict" if settled is None else "conflict_settled",
                    self.wanted.name,
                    file=str(first["file"]),
                    sheet=str(first["sheet"]),
                    row=int(first["row"]),
                    key=str(self.names[code]),
                    field=str(values.name),
                    value="；".join(sorted(f"{file}：{_said(word)}" for file, _, word in words)),
                    allowed="" if settled is None else settled[1],
                    after="" if settled is None else _said(words[settled[0]][2]),
                )
            )
        return clash

    def dated(self, frame: pd.DataFrame, undated: pd.DataFrame) -> pd.DataFrame:
        """Whether each date stays unknown: no file gives it, and none says it did not happen."""
        known = {}
        for name in undated.columns:
            flags = undated[name].to_numpy(dtype=bool)
            if self.wanted.columns[name].event:
                unknown = np.ones(len(self.names), dtype=bool)
                np.logical_and.at(unknown, self.codes, flags)
            else:
                unknown = np.zeros(len(self.names), dtype=bool)
                np.logical_or.at(unknown, self.codes, flags)
            # Two dates for one event: it happened, but when is not known.
            known[name] = (unknown | self.clashes[name]) & frame[name].isna().to_numpy()
        return pd.DataFrame(known, index=range(len(self.names)))
