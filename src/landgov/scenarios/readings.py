"""What each reading of the text would change: every alternative of the register tried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from landgov.errors import LandgovError
from landgov.pipeline import Prepared
from landgov.policies import Policy
from landgov.policies.changed import changed_policy
from landgov.policies.readings import Option, Reading, readings
from landgov.rules import Judgement, added_rules
from landgov.scenarios.rejudge import OF_THE_REGISTER, case_of

OWN: Final = "本地政策自定"
# Answers that are words of several kinds: each word is counted by itself.
_STATES: Final[Mapping[str, tuple[str, ...]]] = {
    "idle": ("not_started", "suspended", "excused", "unknown"),
    "land_state": ("idle", "to_develop", "partly_used", "inefficient", "in_use", "unknown"),
}
_SAME_MU: Final = 1e-6
_DIGITS: Final = 6
COLUMNS: Final = (
    *("reading", "question", "clause", "in_use", "alternative", "change", "confirm_by", "state"),
    *("note", "what", "value", "parcels", "mu", "unknown_mu", "other_parcels", "other_mu"),
    *("other_unknown_mu", "flipped"),
)


@dataclass(frozen=True)
class _Count:
    """Parcels and land of one answer: which have it, and the 亩 in it and in doubt."""

    has: np.ndarray
    answer: np.ndarray
    mu: float
    unknown_mu: float | None


@dataclass(frozen=True)
class _Task:
    """One alternative to judge, and the place where what it changes is to stand."""

    reading: Reading
    option: Option
    entry: dict[str, Any]

    @property
    def joins_anew(self) -> bool:
        return not OF_THE_REGISTER.isdisjoint(name.partition(".")[0] for name in self.option.change)


def compare_readings(
    ready: Prepared, register: Sequence[Reading] | None = None
) -> list[dict[str, Any]]:
    """Try out every other reading of the register on one workspace; no file is read again.

    The base list is joined anew only where a reading rests on it. Readings that touch no
    column in common are judged together: each is counted in its own columns.

    Parameters
    ----------
    ready : Prepared
        Read, checked and joined.
    register : sequence of Reading, optional
        The questions; by default all.

    Returns
    -------
    list of dict
        One a question: `id`, `question`, `clause`, `confirm_by`, `in_use`, `needs`, `beyond`
        and `alternatives`, each with what it `says`, its `change`, its `state` and its
        `changes`: `what` and `value`, `parcels`, `mu`, `unknown_mu` as judged, `other_…` by
        the alternative, and `flipped`, the parcels whose answer differs.

        `state` is ``changes``, ``same`` (nothing differs), ``beyond`` (it changes no answer of
        a rule), ``not_given`` (its tables are not there), ``not_in_force`` (its number holds
        from a later day) or ``not_in_policy``.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）–（二）.
    """
    policy = ready.workspace.policy
    told, tasks = [], []
    for reading in readings() if register is None else register:
        entry = _entry(reading, policy)
        told.append(entry)
        for option in reading.others(policy):
            state, lacks = _state(ready, reading, option)
            other: dict[str, Any] = {
                **{"says": option.says, "change": dict(option.change)},
                **{"state": state, "lacks": lacks, "changes": []},
            }
            entry["alternatives"].append(other)
            if state == "changes":
                tasks.append(_Task(reading, option, other))
    if tasks:
        touched = dict.fromkeys(what for task in tasks for what in task.reading.touches)
        before = _counts(ready.judged, touched)
        kept: dict[Any, Any] = {}
        for bundle in _bundles(tasks):
            _judge(ready, bundle, before, kept)
    return told


def reading_rows(told: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Lay the readings out as a table: a row a change, else one that says why there is none.

    Parameters
    ----------
    told : sequence of dict
        From `compare_readings`.

    Examples
    --------
    >>> reading_rows([])["question"].tolist()
    []
    """
    rows: list[dict[str, Any]] = []
    for one in told:
        head = {name: one[name] for name in ("question", "clause", "in_use", "confirm_by")}
        head["reading"] = one["id"]
        if not one["alternatives"]:
            rows.append({**head, "state": "needs", "note": one["needs"]})
        for other in one["alternatives"]:
            written = "；".join(f"{name} = {value}" for name, value in other["change"].items())
            line = {**head, "alternative": other["says"], "change": written}
            line |= {"state": other["state"], "note": _note(one, other)}
            rows += [{**line, **change} for change in other["changes"]] or [line]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _note(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    return one["beyond"] if other["state"] == "beyond" else "、".join(other["lacks"])


def _entry(reading: Reading, policy: Policy) -> dict[str, Any]:
    taken = reading.in_use(policy)
    return {
        "id": reading.id,
        "question": reading.question,
        "clause": reading.clause,
        "confirm_by": reading.confirm_by,
        "in_use": taken.says if taken else OWN,
        "needs": reading.needs,
        "beyond": reading.beyond,
        "alternatives": [],
    }


def _state(ready: Prepared, reading: Reading, option: Option) -> tuple[str, list[str]]:
    """Whether an alternative can be judged, and what it lacks if not."""
    policy = ready.workspace.policy
    numbers = [policy.parameters[name] for name in reading.of if name in policy.parameters]
    early = sorted({one.since.isoformat() for one in numbers if not one.in_force})
    if early:
        return "not_in_force", early
    try:
        changed_policy(policy, option.change)
    except LandgovError:
        return "not_in_policy", []
    if not reading.touches:
        return "beyond", []
    lacks = [name for name in reading.tables if not ready.checked.tables[name].given]
    return ("not_given", lacks) if lacks else ("changes", [])


def _bundles(tasks: Iterable[_Task]) -> list[list[_Task]]:
    """Put those together that touch no column in common; what joins anew stays alone."""
    bundles: list[list[_Task]] = []
    for task in tasks:
        mine = set(task.reading.touches)
        for bundle in bundles:
            alone = task.joins_anew or bundle[0].joins_anew
            if not alone and all(mine.isdisjoint(one.reading.touches) for one in bundle):
                bundle.append(task)
                break
        else:
            bundles.append([task])
    return bundles


def _judge(
    ready: Prepared,
    bundle: Sequence[_Task],
    before: Mapping[tuple[str, str | None], _Count],
    kept: dict[Any, Any],
) -> None:
    """Judge the alternatives of one bundle at once and note what each changes."""
    changes = {name: value for task in bundle for name, value in task.option.change.items()}
    policy = changed_policy(ready.workspace.policy, changes)
    if not added_rules():
        # Grades are worked out beside those given; only a rule of the place could ask for them.
        policy = replace(policy, scheme=None)
    judged = case_of(ready, "", policy, kept=kept).judged
    for task in bundle:
        after = _counts(judged, task.reading.touches)
        found = [_change(*key, before[key], count) for key, count in after.items()]
        task.entry["changes"] = [change for change in found if change]
        if not task.entry["changes"]:
            task.entry["state"] = "same"


def _change(what: str, value: str | None, before: _Count, after: _Count) -> dict[str, Any] | None:
    """What differs in one answer; None where nothing does."""
    flipped = int((before.answer != after.answer).sum())
    doubt = before.unknown_mu is not None and after.unknown_mu is not None
    moved = abs(before.mu - after.mu) > _SAME_MU or (
        doubt and abs(float(before.unknown_mu or 0) - float(after.unknown_mu or 0)) > _SAME_MU
    )
    if not (flipped or moved):
        return None
    return {
        "what": what,
        "value": value,
        **{"parcels": int(before.has.sum()), "mu": before.mu, "unknown_mu": before.unknown_mu},
        "other_parcels": int(after.has.sum()),
        **{"other_mu": after.mu, "other_unknown_mu": after.unknown_mu},
        "flipped": flipped,
    }


def _counts(judged: Judgement, asked: Iterable[str]) -> dict[tuple[str, str | None], _Count]:
    """Count each answer asked for: a category's yes and its doubt, every word of a state."""
    parcels = judged.parcels
    inside = parcels["in_scope"].ne("no").to_numpy(dtype=bool)
    land = parcels["land_mu"].to_numpy(dtype=float)
    found: dict[tuple[str, str | None], _Count] = {}
    for what in asked:
        words = parcels[what].astype(object).where(parcels[what].notna(), "").to_numpy()
        if what in _STATES:
            for value in _STATES[what]:
                has = (words == value) & inside
                found[what, value] = _Count(has, has, _mu(land[has]), None)
            continue
        has, open_ = words == "yes", words == "unknown"
        if f"{what}_mu" in parcels:
            mu = parcels[f"{what}_mu"].to_numpy(dtype=float)
            doubt = parcels[f"{what}_unknown_mu"].to_numpy(dtype=float)
        else:
            mu, doubt = land[has], land[open_]
        found[what, None] = _Count(has, words, _mu(mu), _mu(doubt))
    return found


def _mu(land: np.ndarray) -> float:
    return round(float(np.nansum(land)), _DIGITS)
