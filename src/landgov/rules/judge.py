"""All rules on all parcels, in the order in which they rest on one another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import pandas as pd

from landgov.quality import Checked
from landgov.register import Register
from landgov.rules.categories import (
    LOW_EFFICIENCY,
    MEMBERS,
    TWO_HIGH,
    ParcelRuling,
    categorise,
    category_columns,
    on_parcels,
)
from landgov.rules.collective import judge_collective, priority
from landgov.rules.contracts import governing_contracts
from landgov.rules.enterprises import judge_enterprises
from landgov.rules.findings import OpenFindings, judge_findings, kinds, open_findings
from landgov.rules.idle import Clock, idle_clock, idle_of_parcels, idle_rulings
from landgov.rules.kleene import in_words
from landgov.rules.land_state import StateFacts, land_state, state_rulings
from landgov.rules.ruling import Ruling
from landgov.rules.scope import factory_users, in_scope
from landgov.rules.users import Users, users_of
from landgov.rules.verdicts import verdict_rows
from landgov.sources import Workspace


@dataclass(frozen=True)
class Judgement:
    """What the rules say of every parcel, and all that is needed to ask why.

    Parameters
    ----------
    parcels : GeoDataFrame
        The register's parcels with categories, idle, land state and stock.
    enterprises : DataFrame
        The register's enterprises.
    scope : ParcelRuling
        The rule `in_scope`.
    rulings : tuple of ParcelRuling
        Every rule that is on, brought to parcels, in the order of the plan.
    users : Users
        Links of parcels to enterprises.
    findings : OpenFindings
        Findings as they stand on `as_of`.
    """

    parcels: gpd.GeoDataFrame
    enterprises: pd.DataFrame
    scope: ParcelRuling
    rulings: tuple[ParcelRuling, ...]
    users: Users
    findings: OpenFindings

    def verdicts(self, checked: Checked) -> pd.DataFrame:
        """Write the long table of verdicts; built only to be written or explained."""
        return verdict_rows(self.rulings, self.scope, self.users, checked.tables)


def judge(
    workspace: Workspace, checked: Checked, register: Register, issues: list[dict[str, Any]]
) -> Judgement:
    """Judge every parcel of a register.

    Parameters
    ----------
    workspace : Workspace
        Gives `as_of` and the policy.
    checked : Checked
        The checked tables.
    register : Register
        The base list.
    issues : list of dict
        Land use codes that can't be read, factories on other land and parcels with several
        contracts are added.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1–4; 闲置土地处置办法（国土资源部令第53号）.
    """
    policy, tables = workspace.policy, checked.tables
    parcels, firms = register.parcels, register.enterprises
    again = tables["parcels"].repeated
    users = users_of(register, again)
    factories = factory_users(register.links, firms, parcels.index, policy)
    scope = in_scope(parcels, factories, policy, tables["parcels"], issues)
    named_twice = {"parcel_id": again, "enterprise_id": tables["enterprises"].repeated}
    found = open_findings(tables["findings"], workspace.as_of, policy, named_twice)
    on_firms = judge_findings(found, "enterprise_id", firms.index, policy)
    on_land = judge_findings(found, "parcel_id", parcels.index, policy)
    firm_rulings = {**judge_enterprises(firms, policy), **on_firms}
    either = {kind: on_land[kind].answer | users.any(on_firms[kind].answer) for kind in on_land}
    collective = judge_collective(parcels, either, policy, workspace.as_of)
    categories = categorise(users, scope.answer, firm_rulings, on_land, collective)
    columns = category_columns(categories)
    columns.insert(0, "in_scope", in_words(scope.answer))
    columns["collective_priority"] = in_words(categories["collective"].answer & priority(parcels))
    states, clock_rulings = _states(workspace, checked, register, users, scope, categories, issues)
    rulings = _in_order(users, scope, firm_rulings, on_land, collective, clock_rulings)
    return Judgement(
        parcels=parcels.join([columns, states]),
        enterprises=firms,
        scope=ParcelRuling("in_scope", "in_scope", scope.clause, scope.answer, own=scope),
        rulings=rulings,
        users=users,
        findings=found,
    )


def _states(
    workspace: Workspace,
    checked: Checked,
    register: Register,
    users: Users,
    scope: Ruling,
    categories: Mapping[str, Any],
    issues: list[dict[str, Any]],
) -> tuple[pd.DataFrame, dict[str, Ruling]]:
    """Idle clock and land state of every parcel."""
    parcels, firms, policy = register.parcels, register.enterprises, workspace.policy
    table = checked.tables["contracts"]
    again = checked.tables["parcels"].repeated
    governing = governing_contracts(table, parcels.index, again, workspace.as_of, issues)
    clock = idle_clock(governing.contracts, governing.undated, workspace.as_of, policy)
    reports = ((firms["tax_wan"] > 0) | (firms["power_kwh"] > 0)).astype("boolean")
    idle = idle_of_parcels(
        parcels,
        clock,
        {
            "has_contract": governing.has_contract,
            "contract_open": governing.contract_open,
            "active": users.any(reports).fillna(value=False),
        },
    )
    should = governing.contracts["should_develop_m2"]
    facts = StateFacts(
        in_scope=scope.answer,
        low_efficiency=categories["low_efficiency"].answer,
        idle=idle["idle"],
        has_contract=governing.has_contract,
        contract_open=governing.contract_open,
        has_link=pd.Series(users.certainly_used(), index=parcels.index),
        clock=clock,
        built=governing.contracts["developed_m2"].div(should.where(should > 0)),
    )
    rulings = idle_rulings(
        clock, governing.contracts, governing.undated, governing.rows, governing.contract_open
    )
    settled = {name: _settled(rule, idle["idle"], clock) for name, rule in rulings.items()}
    settled |= state_rulings(parcels, facts, governing.rows, policy)
    return idle.join(land_state(parcels, facts, policy)), settled


def _settled(ruling: Ruling, idle: pd.Series, clock: Clock) -> Ruling:
    """Without a contract the clock's tests say what the parcel's idle word says."""
    answer = ruling.answer.mask(idle.eq("not_idle").to_numpy(), other=False)
    unknown = idle.eq("unknown").to_numpy() & (ruling.rows < 0)
    return replace(ruling, answer=answer.mask(unknown & (len(clock.idle) > 0)))


def _in_order(
    users: Users,
    scope: Ruling,
    firm_rulings: Mapping[str, Ruling],
    on_land: Mapping[str, Ruling],
    collective: Mapping[str, Ruling],
    clock: Mapping[str, Ruling],
) -> tuple[ParcelRuling, ...]:
    """Bring every rule that is on to parcels, in the order of the plan."""
    rulings = [
        on_parcels(name, users, scope.answer, firms=firm_rulings[name])
        for name in (*LOW_EFFICIENCY, *TWO_HIGH)
        if name in firm_rulings
    ]
    rulings += [
        on_parcels(name, users, scope.answer, firms=firm_rulings[name], own=on_land[name])
        for name in kinds()
    ]
    rulings += [
        on_parcels(name, users, scope.answer, own=rule) for name, rule in collective.items()
    ]
    # The clock runs on all land: the scope of the plan does not stop it.
    rulings += [
        ParcelRuling(name, rule.category, rule.clause, rule.answer, own=rule)
        for name, rule in clock.items()
    ]
    return tuple(rulings)


def rules_of(category: str) -> tuple[str, ...]:
    """Rules of which any one puts land into a category.

    Examples
    --------
    >>> rules_of("three_low")
    ('three_low_above_scale', 'three_low_small', 'grade_d')
    """
    return MEMBERS.get(category, ())
