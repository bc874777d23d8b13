"""All rules on all parcels, in the order in which they rest on one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from landgov import schema
from landgov.policies import Policy
from landgov.quality import Checked
from landgov.register import Register
from landgov.rules.added import AddedRules, check_rules_off, judge_added
from landgov.rules.brought import in_order, label_columns
from landgov.rules.categories import (
    MEMBERS,
    Category,
    ParcelRuling,
    categorise,
    category_columns,
    members_of,
    primary_category,
)
from landgov.rules.collective import judge_collective, priority
from landgov.rules.contracts import Governing, governing_contracts
from landgov.rules.enforcement import Enforcement, enforcement_on
from landgov.rules.enterprises import judge_enterprises
from landgov.rules.exempt import Exemptions, exemptions_on
from landgov.rules.findings import HAZARDS, OpenFindings, open_findings
from landgov.rules.idle import Clock, idle_clock, idle_of_parcels, idle_rulings
from landgov.rules.kept import findings_on, keep
from landgov.rules.kleene import in_words
from landgov.rules.labels import LABEL, label_enterprises, label_parcels, occupation_class
from landgov.rules.land_state import StateFacts, land_state, state_rulings
from landgov.rules.plain_labels import joined_in_order, plain_labels
from landgov.rules.ruling import Ruling
from landgov.rules.scope import factory_users, in_scope
from landgov.rules.users import Users, users_of
from landgov.rules.verdicts import Asked, enterprise_rows, own_rows, verdict_rows
from landgov.sources import Workspace

# What a rule can belong to.
CATEGORIES = (*MEMBERS, "collective", LABEL)


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
    members : mapping of str to tuple of str
        Rules of each category of which any one suffices; collective land has its symptoms.
    exemptions : Exemptions
        Exemptions that hold on `as_of`: the answers stay, and are labelled.
    enforcement : Enforcement
        Who acts on open findings.
    on_firms, on_land : mapping of str to Ruling
        What the rules found on enterprises, and on the parcels' own facts, by rule.
    """

    parcels: gpd.GeoDataFrame
    enterprises: pd.DataFrame
    scope: ParcelRuling
    rulings: tuple[ParcelRuling, ...]
    users: Users
    findings: OpenFindings
    members: Mapping[str, tuple[str, ...]]
    exemptions: Exemptions
    enforcement: Enforcement
    on_firms: Mapping[str, Ruling]
    on_land: Mapping[str, Ruling]

    def verdicts(self, checked: Checked, only: np.ndarray | None = None) -> pd.DataFrame:
        """Write the long table of verdicts, of all parcels or of some by position."""
        return verdict_rows(self.rulings, self.scope, self._asked(checked), only)

    def enterprise_verdicts(self, checked: Checked, only: np.ndarray | None = None) -> pd.DataFrame:
        """Write what the rules say of enterprises themselves, with land or without."""
        return enterprise_rows(self.rulings, self._asked(checked), only)

    def own_verdicts(self, checked: Checked, only: np.ndarray) -> pd.DataFrame:
        """Write what some parcels' own facts say, their enterprises left out."""
        return own_rows(self.rulings, self.scope, self._asked(checked), only)

    def _asked(self, checked: Checked) -> Asked:
        states = pd.DataFrame(self.parcels[["idle", "land_state"]])
        rest = (self.members, self.exemptions, states, self.enforcement)
        return Asked(self.users, checked.tables, *rest)


def judge(
    workspace: Workspace,
    checked: Checked,
    register: Register,
    issues: list[dict[str, Any]],
    *,
    kept: dict[Any, Any] | None = None,
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
    kept : dict, optional
        Answers only: no labels, no rulings to explain, no exemptions. What no number of the
        policy decides is kept in it, for the next judgement of the same tables on the same
        day, whatever its policy.

    References
    ----------
    虞政办发〔2021〕86号, 二（一）1–4; 闲置土地处置办法（国土资源部令第53号）.
    """
    policy, tables, labelled = workspace.policy, checked.tables, register
    register = plain_labels(register)
    parcels, firms = register.parcels, register.enterprises
    again = tables["parcels"].repeated
    users = users_of(register, again)
    factories = factory_users(register.links, firms, parcels.index, policy)
    scope = in_scope(parcels, factories, policy, tables["parcels"], issues)
    named_twice = {"parcel_id": again, "enterprise_id": tables["enterprises"].repeated}
    found = open_findings(tables["findings"], workspace.as_of, policy, named_twice)
    on_firms, on_land = findings_on(found, firms.index, parcels.index, policy, kept)
    added = _added(register, policy, checked=kept is not None)
    either = _either(users, on_land, on_firms)
    symptoms = {name: one for name, one in added.parcels.items() if one.category == "collective"}
    collective = judge_collective(parcels, either, policy, workspace.as_of, symptoms)
    firm_rulings = _on(
        policy,
        judge_enterprises(firms, policy),
        on_firms,
        label_enterprises(firms, policy) if kept is None else {},
        added.firms,
    )
    land_rulings = _on(
        policy,
        on_land,
        label_parcels(parcels, firms, users, tables, workspace.as_of) if kept is None else {},
        {name: one for name, one in added.parcels.items() if name not in symptoms},
    )
    members = members_of((*added.firms.values(), *added.parcels.values()), policy)
    categories = categorise(users, scope.answer, firm_rulings, land_rulings, collective, members)
    columns = _category_columns(categories, scope, parcels, policy)
    states, clock = _states(workspace, checked, register, users, scope, categories, issues, kept)
    rulings: tuple[ParcelRuling, ...] = ()
    exemptions = Exemptions({}, {})
    if kept is None:
        rulings = in_order(users, scope, firm_rulings, land_rulings, collective, clock, members)
        columns = columns.join(label_columns(rulings, parcels.index))
        columns["occupation_class"] = occupation_class(parcels, either["any_papers"], policy)
        exemptions = _exemptions(workspace, checked, register, rulings, issues)
        columns["exempt"] = exemptions.words(users)
    return Judgement(
        parcels=joined_in_order(labelled.parcels, columns, states),
        enterprises=labelled.enterprises,
        scope=ParcelRuling("in_scope", "in_scope", scope.clause, scope.answer, own=scope),
        rulings=rulings,
        users=users,
        findings=found,
        members=members,
        exemptions=exemptions,
        enforcement=enforcement_on(parcels, policy),
        on_firms=firm_rulings,
        on_land=land_rulings,
    )


def _added(register: Register, policy: Policy, *, checked: bool) -> AddedRules:
    """Rules that a place adds; names of rules that are off are checked once."""
    own, (land, firms) = frozenset(_own_rules()), (register.parcels, register.enterprises)
    if not checked:
        check_rules_off(policy, own)
    return judge_added(firms, land, policy, own, frozenset(CATEGORIES))


def _either(
    users: Users, on_land: Mapping[str, Ruling], on_firms: Mapping[str, Ruling]
) -> dict[str, pd.Series]:
    """Findings that collective land is asked for, on the parcel or on who uses it."""
    asked = ("any_papers", *HAZARDS)
    return {kind: on_land[kind].answer | users.any(on_firms[kind].answer) for kind in asked}


def _category_columns(
    categories: Mapping[str, Category], scope: Ruling, parcels: pd.DataFrame, policy: Policy
) -> pd.DataFrame:
    """Categories in words, with scope, what to treat first and the one of its colour."""
    columns = category_columns(categories)
    columns.insert(0, "in_scope", in_words(scope.answer))
    columns["collective_priority"] = in_words(categories["collective"].answer & priority(parcels))
    columns["primary_category"] = primary_category(categories, policy.setting("category_order"))
    return columns


def _exemptions(
    workspace: Workspace,
    checked: Checked,
    register: Register,
    rulings: Sequence[ParcelRuling],
    issues: list[dict[str, Any]],
) -> Exemptions:
    """Exemptions from any rule or category that there is."""
    named = frozenset((*CATEGORIES, *(ruling.rule for ruling in rulings), *_own_rules()))
    parcels, firms = register.parcels.index, register.enterprises.index
    exempt = checked.tables["exemptions"]
    return exemptions_on(exempt, workspace.as_of, parcels, firms, named, issues)


def _states(
    workspace: Workspace,
    checked: Checked,
    register: Register,
    users: Users,
    scope: Ruling,
    categories: Mapping[str, Any],
    issues: list[dict[str, Any]],
    kept: dict[Any, Any] | None,
) -> tuple[pd.DataFrame, dict[str, Ruling]]:
    """Idle clock and land state of every parcel."""
    parcels, firms, policy = register.parcels, register.enterprises, workspace.policy
    table = checked.tables["contracts"]
    again = checked.tables["parcels"].repeated
    governing: Governing = keep(
        kept,
        "contracts",
        lambda: governing_contracts(table, parcels.index, again, workspace.as_of, issues),
    )
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
    states = idle.join(land_state(parcels, facts, policy))
    if kept is not None:
        return states, {}
    rulings = idle_rulings(
        clock, governing.contracts, governing.undated, governing.rows, governing.contract_open
    )
    settled = {name: _settled(rule, idle["idle"], clock) for name, rule in rulings.items()}
    settled |= state_rulings(parcels, facts, governing.rows, policy)
    return states, settled


def _settled(ruling: Ruling, idle: pd.Series, clock: Clock) -> Ruling:
    """Without a contract the clock's tests say what the parcel's idle word says."""
    answer = ruling.answer.mask(idle.eq("not_idle").to_numpy(), other=False)
    unknown = idle.eq("unknown").to_numpy() & (ruling.rows < 0)
    return replace(ruling, answer=answer.mask(unknown & (len(clock.idle) > 0)))


def _on(policy: Policy, *rulings: Mapping[str, Ruling]) -> dict[str, Ruling]:
    """Rulings together, without the rules that the policy switches off."""
    off = set(policy.setting("rules_off"))
    return {name: one for found in rulings for name, one in found.items() if name not in off}


def _own_rules() -> tuple[str, ...]:
    """Ids of landgov's own rules on enterprises and on parcels."""
    return schema.result_codes("rule")
