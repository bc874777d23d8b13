"""Town codes (镇街代码): of this district, in the official list, and in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from landgov.policies import Policy
from landgov.quality.tables import CheckedTable
from landgov.quality.telling import Issues, tell

_SUFFIXES = ("街道", "镇", "乡")


@dataclass(frozen=True)
class TownList:
    """The official towns of a district, and the codes and names that they had before.

    Parameters
    ----------
    towns : mapping of str to str
        Code in force → name.
    codes, names : mapping of str to str
        Former code, former name → code in force.
    districts, aliases : tuple and mapping
        Digits of the district; former digits → those in force.
    """

    towns: Mapping[str, str]
    codes: Mapping[str, str]
    names: Mapping[str, str]
    districts: tuple[str, ...]
    aliases: Mapping[str, str]

    def meaning(self, code: str) -> str:
        """Code in force of a code in force or a former one; empty where there is none.

        Examples
        --------
        >>> one = TownList({"330604004": "道墟街道"}, {"330604100": "330604004"}, {}, (), {})
        >>> one.meaning("330604100"), one.meaning("330604999")
        ('330604004', '')
        """
        for head in (code[:6], self.aliases.get(code[:6], "")):
            written = head + code[6:]
            if written in self.towns:
                return written
            if written in self.codes:
                return self.codes[written]
        return ""

    def named(self, name: str) -> str:
        """Code in force of a name, former or shortened; empty where none or several have it.

        Examples
        --------
        >>> one = TownList({"330604104": "章镇镇"}, {}, {"道墟镇": "330604004"}, (), {})
        >>> one.named("章镇"), one.named("道墟镇"), one.named("别处")
        ('330604104', '330604004', '')
        """
        if name in self.names:
            return self.names[name]
        fit = [code for code, town in self.towns.items() if name in (town, _stem(town))]
        return fit[0] if len(fit) == 1 else ""


def town_list(policy: Policy) -> TownList | None:
    """Towns of the policy's own district; None where it lists none.

    A policy that extends one of another district takes over that district's towns: only
    those of its own digits count.

    Parameters
    ----------
    policy : Policy
        `town_codes`, `former_town_codes`, `former_town_names`, `district_codes`,
        `district_code_aliases` are read.
    """
    districts = tuple(policy.settings.get("district_codes", ()))
    listed = policy.settings.get("town_codes", {})
    towns = {code: name for code, name in listed.items() if code[:6] in districts}
    if not towns:
        return None
    former = [policy.settings.get(f"former_town_{word}", {}) for word in ("codes", "names")]
    codes, names = ({old: new for old, new in one.items() if new in towns} for one in former)
    aliases = policy.settings.get("district_code_aliases", {})
    return TownList(towns, codes, names, districts, aliases)


def check_town_codes(checked: CheckedTable, policy: Policy, issues: Issues) -> None:
    """Warn of town codes that are not of the district's list; note those that were.

    Parameters
    ----------
    checked : CheckedTable
        The towns.
    policy : Policy
        Its list of towns; without one nothing is checked.
    issues : list of dict
        `bad_town_code` and `old_town_code` are added. The stored code is not rewritten.
    """
    official = town_list(policy)
    if official is None or not len(checked.frame):
        return
    names = checked.frame["town"].to_numpy(dtype=object, na_value="")
    for place, code in enumerate(checked.frame.index):  # towns are few: a score or two
        if checked.contested.iloc[place]:
            continue
        kind, zh, en = _judged(str(code), str(names[place]), official)
        if kind:
            where = np.array([place], dtype=np.int64)
            said = {"value": [str(code)], "allowed": zh, "allowed_en": en}
            tell(issues, kind, checked, where, "town_code", **said)


def _judged(code: str, name: str, official: TownList) -> tuple[str, str, str]:
    """Kind of issue and words of one town; an empty kind where all is well."""
    by_name, now = official.named(name), official.meaning(code)
    if not (len(code) == 9 and code.isascii() and code.isdigit()):
        kind, zh, en = "bad_town_code", "不是9位数字", "has not 9 digits"
    elif now and (not by_name or by_name == now):
        town = official.towns[now]
        if code == now and (not by_name or name not in official.names):
            return "", "", ""
        return "old_town_code", f"{now} {town}", f"{now} {town}"
    elif now:
        town = official.towns[now]
        return "bad_town_code", f"是{town}的代码，而名称为{name}", f"is that of {town}, not {name}"
    elif code[:6] not in (*official.districts, *official.aliases):
        district = "、".join(official.districts)
        kind, zh, en = "bad_town_code", f"不属于本区（{district}）", f"is not of {district}"
    else:
        kind, zh, en = "bad_town_code", "不在现行镇街名单中", "is not in the list of towns"
    if by_name:
        zh, en = f"{zh}，{name}现为 {by_name}", f"{en}; {name} is now {by_name}"
    return kind, zh, en


def _stem(town: str) -> str:
    """Name without 街道, 镇 or 乡 at its end: 章镇镇 is 章镇."""
    for suffix in _SUFFIXES:
        if town.endswith(suffix) and len(town) > len(suffix) + 1:
            return town.removesuffix(suffix)
    return town
