"""Why, category by category (为什么): because, against, the nearest change, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from landgov import schema
from landgov.explain.atoms import USER, enterprise_atoms, parcel_atoms, rules_of
from landgov.explain.nearest import Change, firm_changes, parcel_changes, smallest
from landgov.quality import Checked
from landgov.rules import Judgement
from landgov.rules.contracts import governing_contracts
from landgov.rules.idle import idle_clock
from landgov.sources import Workspace

# Facts that open further questions instead of answering one.
_NEVER_ALONE: Final = (USER, "contracts.contract_no", "enterprises.high_energy_basis")
_IDLE_YES: Final = ("not_started", "suspended")


@dataclass(frozen=True)
class Missing:
    """One fact that is missing of one parcel or enterprise, and what it would decide.

    Parameters
    ----------
    fact, subject, department : str
        Which fact, of whom, and who owes it.
    decides : str
        `either` (it is all that is missing), `yes` or `no` (it can bring that about by
        itself), or `with_others`; `settled` where the category is known without it.
    could_change : bool
        Whether the category is still open.
    """

    fact: str
    subject: str
    department: str
    decides: str
    could_change: bool

    @property
    def alone(self) -> bool:
        """Whether it is all that is missing, so that it decides either way."""
        return self.decides == "either"


@dataclass(frozen=True)
class CategoryChain:
    """Why one category is as it is.

    Parameters
    ----------
    category, answer : str
        Which, and yes, no or unknown.
    because, against, open : DataFrame
        Single answers that are yes, no, unknown.
    nearest : Change or None
        The smallest change of one figure that turns the answer over; if none does, the
        smallest after which no rule answers yes and only what is open remains.
    excuse : str
        The stated cause of a delay that excuses, where the clock has run out.
    days : int or None
        Days until the clock turns it over.
    all_of : tuple of (str, str)
        Rules that answer yes, with whose answer it is, where no single change of a figure
        turns them all over.
    missing : tuple of Missing
        What is not known.
    outside : str
        `in_scope` where the land is not industrial, `ownership` where it is not collective:
        nothing else is asked.
    """

    category: str
    answer: str
    because: pd.DataFrame
    against: pd.DataFrame
    open: pd.DataFrame
    nearest: Change | None = None
    days: int | None = None
    all_of: tuple[tuple[str, str], ...] = ()
    missing: tuple[Missing, ...] = ()
    outside: str = ""
    excuse: str = ""

    @property
    def leaves_open(self) -> bool:
        """Whether the nearest change leads from yes to unknown, and not to no."""
        return self.answer == "yes" and self.nearest is not None and len(self.open) > 0


def why(judged: Judgement, checked: Checked, workspace: Workspace, key: str) -> list[CategoryChain]:
    """Say why a parcel or an enterprise is in each category, or is not, or can't be told.

    Parameters
    ----------
    judged : Judgement
        What the rules found.
    checked : Checked
        For the evidence and the contracts.
    workspace : Workspace
        The policy and the day judged on.
    key : str
        A `parcel_id` or an `enterprise_id`.

    Returns
    -------
    list of CategoryChain
        In the order of the plan.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）.
    """
    if key in judged.parcels.index:
        return list(_of_parcel(judged, checked, workspace, key))
    atoms = enterprise_atoms(judged, checked, key)
    rules = rules_of(judged, parcel=False)
    moves = list(firm_changes(judged.enterprises.loc[[key]], workspace.policy))
    return [
        _chain(name, atoms[atoms["rule"].isin(named)], None, moves) for name, named in rules.items()
    ]


Moves = Sequence[tuple[Change, Mapping[str, Any]]]


def _of_parcel(
    judged: Judgement, checked: Checked, workspace: Workspace, key: str
) -> Iterator[CategoryChain]:
    parcel: pd.Series[Any] = judged.parcels.loc[key]
    rules = rules_of(judged, parcel=True)
    scope = judged.scope.answer.loc[key]
    atoms = parcel_atoms(judged, checked, key)
    if pd.notna(scope) and not scope:
        for name in rules:
            none = atoms.iloc[:0]
            yield CategoryChain(name, "no", none, none, none, outside="in_scope")
        return
    lacks = ()
    if pd.isna(scope) and judged.scope.own is not None:
        lacks = tuple(judged.scope.own.lacks().loc[key].split("|"))
    moves = list(parcel_changes(parcel, atoms, workspace.policy, workspace.as_of))
    known = [one for one in atoms["subject"].unique() if one and one != key]
    for firm in known:
        moves += firm_changes(judged.enterprises.loc[[firm]], workspace.policy)
    for name, named in rules.items():
        mine = atoms[atoms["rule"].isin(named)]
        if name == "idle":
            yield _of_clock(parcel, mine, checked, workspace)
        elif name == "collective" and parcel["ownership"] == "state":
            none = mine.iloc[:0]
            yield CategoryChain(name, "no", none, none, none, outside="ownership")
        else:
            yield _chain(name, mine, lacks, moves)


def _chain(
    name: str, atoms: pd.DataFrame, lacks: tuple[str, ...] | None, moves: Moves
) -> CategoryChain:
    """The chain of a category that any one rule brings about."""
    parts = {word: atoms[atoms["answer"].eq(word)] for word in ("yes", "no", "unknown")}
    either = (
        "yes" if len(parts["yes"]) else "unknown" if len(parts["unknown"]) or atoms.empty else "no"
    )
    answer = "unknown" if lacks and either != "no" else either
    chain = CategoryChain(
        category=name,
        answer=answer,
        because=parts["yes"],
        against=parts["no"],
        open=parts["unknown"],
        missing=tuple(_missing(parts["unknown"], either, lacks or ())),
    )
    if answer == "unknown":
        return chain
    nearest = smallest(move for move, after in moves if _turns(atoms, move, after, answer))
    if answer == "yes" and nearest is None:
        nearest = smallest(move for move, after in moves if _turns(atoms, move, after, "open"))
    all_of: tuple[tuple[str, str], ...] = ()
    if answer == "yes" and nearest is None:
        all_of = _held_by(parts["yes"])
    return CategoryChain(**{**vars(chain), "nearest": nearest, "all_of": all_of})


def _turns(atoms: pd.DataFrame, move: Change, after: Mapping[str, Any], answer: str) -> bool:
    """Whether a change of one subject's figure turns the category over, to a known answer.

    With the answer ``open`` it is enough that no rule answers yes any more.
    """
    mine = atoms["subject"].eq(move.subject)
    doubtful = mine & atoms["missing"].eq("links.to")
    anew = [
        after.get(rule, {"yes": True, "no": False}.get(old))
        if own
        else {"yes": True, "no": False}.get(old)
        for rule, old, own in zip(atoms["rule"], atoms["answer"], mine & ~doubtful, strict=True)
    ]
    if not mine.any():
        return False
    if answer == "no":
        return any(one is not None and pd.notna(one) and bool(one) for one in anew)
    if answer == "open":
        return not any(one is not None and pd.notna(one) and bool(one) for one in anew)
    return all(one is not None and pd.notna(one) and not one for one in anew)


def _held_by(yes: pd.DataFrame) -> tuple[tuple[str, str], ...]:
    return tuple(zip(yes["rule"], yes["subject"], strict=True))


def _missing(unknown: pd.DataFrame, either: str, scope: tuple[str, ...]) -> Iterator[Missing]:
    """Tell what each missing fact would decide: alone, one way, or only with others."""
    rows = unknown.assign(fact=unknown["missing"].astype(object).str.split("|")).explode("fact")
    owed = {
        (fact, subject)
        for fact, subject in zip(rows["fact"], rows["subject"], strict=True)
        if isinstance(fact, str) and fact
    }
    single = {
        (one, subject)
        for one, subject in zip(unknown["missing"], unknown["subject"], strict=True)
        if "|" not in one and one not in _NEVER_ALONE
    }
    whole = owed if either == "unknown" else set()
    for fact, subject in sorted(owed):
        decides = "settled"
        if either == "unknown":
            decides = "yes" if (fact, subject) in single and not scope else "with_others"
            if decides == "yes" and len(whole) == 1:
                decides = "either"
        yield Missing(fact, subject, _owner(unknown, fact), decides, either == "unknown")
    for fact in scope:
        decides = "either" if either == "yes" else "no"
        if len(scope) > 1 or either == "no":
            decides = "with_others" if either != "no" else "settled"
        yield Missing(fact, "", schema.fact_department(fact), decides, either != "no")


def _owner(unknown: pd.DataFrame, fact: str) -> str:
    """Who owes a fact: as the verdict says where it lacks nothing else."""
    alone = unknown.loc[unknown["missing"].eq(fact), "department"].dropna()
    if len(alone):
        return str(alone.iloc[0])
    return schema.fact_department(fact)


def _of_clock(
    parcel: pd.Series, atoms: pd.DataFrame, checked: Checked, workspace: Workspace
) -> CategoryChain:
    """The idle clock: one answer of a contract, and the day on which it turns over."""
    word = str(parcel["idle"])
    answer = "yes" if word in _IDLE_YES else "unknown" if word == "unknown" else "no"
    parts = {one: atoms[atoms["answer"].eq(one)] for one in ("yes", "no", "unknown")}
    settled = "unknown" if answer == "unknown" else "no"
    return CategoryChain(
        category="idle",
        answer=answer,
        because=parts["yes"],
        against=parts["no"],
        open=parts["unknown"],
        days=_days(parcel, checked, workspace) if word == "not_idle" else None,
        all_of=_held_by(parts["yes"]) if answer == "yes" else (),
        missing=tuple(_missing(parts["unknown"], settled, ())),
        excuse=_cause(parcel, checked, workspace) if word == "excused" else "",
    )


def _cause(parcel: pd.Series, checked: Checked, workspace: Workspace) -> str:
    """The cause of the delay as the governing contract states it."""
    table, again = checked.tables["contracts"], checked.tables["parcels"].repeated
    index = pd.Index([parcel.name])
    governing = governing_contracts(table, index, again, workspace.as_of, [])
    cause = governing.contracts["delay_cause"].iloc[0]
    return schema.label("delay_cause", str(cause)) if pd.notna(cause) else ""


def _days(parcel: pd.Series, checked: Checked, workspace: Workspace) -> int | None:
    """Days until the year is full, if the clock, run on that day, says that the land is idle."""
    first, day = parcel["idle_from"], pd.Timestamp(workspace.as_of)
    if pd.isna(first) or first <= day:
        return None
    table, again = checked.tables["contracts"], checked.tables["parcels"].repeated
    index = pd.Index([parcel.name])
    governing = governing_contracts(table, index, again, workspace.as_of, [])
    then = idle_clock(governing.contracts, governing.undated, first.date(), workspace.policy)
    return int((first - day).days) if then.idle.iloc[0] in _IDLE_YES else None
