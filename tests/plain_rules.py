"""The rules once more, parcel by parcel in plain Python and whole fractions: the oracle.

Written from the plan, the contract and 令53, not from the code: slow, and meant to be read.
Three answers: True, False, None (unknown).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from plain_ledger import Link, books
from rules_world import BAD, World

Answer = bool | None
FOUR = ("no_licence", "no_safety", "no_legal_site", "no_environmental")
NO_SITE = ("illegal_building", "illegal_land", "no_land_papers")
WIDER = (
    *("energy_saving", "product_quality", "industrial_policy", "environment", "safety", "fire"),
    *NO_SITE,
)
FIRST_CATEGORY = ("four_without", "wider_violations", "two_high", "low_efficiency", "collective")
# 三调 0601; 用地用海 1001 and below; GB 50137 M and below: contract, "Scope".
INDUSTRIAL = {
    "GB/T 21010-2017": {"0601"},
    "三调": {"0601"},
    "用地用海-2020": {"1001", "100101", "100102", "100103"},
    "用地用海-2023": {"1001", "100101", "100102", "100103"},
    "GB 50137-2011": {"M", "M1", "M2", "M3"},
}
UPPER_CLASS = {"GB/T 21010-2017": "06", "三调": "06", "用地用海-2020": "10", "用地用海-2023": "10"}


def either(*answers: Answer) -> Answer:
    """Yes if any is yes, else unknown if any is unknown."""
    if any(answer is True for answer in answers):
        return True
    return None if any(answer is None for answer in answers) else False


def both(*answers: Answer) -> Answer:
    """No if any is no, else unknown if any is unknown."""
    if any(answer is False for answer in answers):
        return False
    return None if any(answer is None for answer in answers) else True


def flip(answer: Answer) -> Answer:
    return None if answer is None else not answer


def told(cell: Any) -> Any:
    """What a cell says; what can't be read says nothing."""
    return None if cell is BAD else cell


def years_later(day: date, years: int) -> date:
    """The same day some years on; 29 February ends on the 28th (民法典 202)."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


class District:
    """Everything that the tables say, row by row, and what the rules make of it."""

    def __init__(self, world: World, measured: dict[str, Fraction]) -> None:
        self.world, self.on = world, world.as_of
        self.rule = world.numbers
        self.land = {
            row["parcel_id"]: (
                measured[row["parcel_id"]]
                if told(row["area_cert_mu"]) is None
                else row["area_cert_mu"]
            )
            for row in world.parcels
        }
        self.facts = {row["enterprise_id"]: row for row in world.enterprises}
        self.year = {
            row["enterprise_id"]: row for row in world.years if row["year"] == self.on.year
        }
        named = [*self.facts, *self.year, *(row["enterprise_id"] for row in world.links)]
        self.firms = sorted(set(named))
        self.links: dict[str, list[tuple[str, Fraction | None, bool]]] = {}
        self._lay_out_links()
        self.on_land, self.on_firm = self._findings("parcel_id"), self._findings("enterprise_id")
        self.firm_land = self._firm_land()
        self.of_firm = {firm: self._judge_firm(firm) for firm in self.firms}
        self.contracts: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in world.contracts:
            if not (told(row["signed_on"]) and row["signed_on"] > self.on):
                self.contracts[row["parcel_id"]].append(row)
        self.stages = self._by_parcel(world.stages)
        self.promises = self._by_parcel(world.commitments)

    @staticmethod
    def _by_parcel(rows: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            found[row["parcel_id"]].append(row)
        return found

    # ---- who uses which land ---------------------------------------------------------

    def _lay_out_links(self) -> None:
        by_parcel = self._by_parcel(self.world.links)
        for parcel, land in self.land.items():
            rows = [row for row in by_parcel[parcel] if self._may_hold(row)]
            doubt = [row["from"] is BAD or row["to"] is BAD for row in rows]
            links = [
                Link(
                    row["parcel_id"],
                    row["enterprise_id"],
                    row["role"],
                    row["lessor_id"],
                    None if told(row["area_mu"]) is None else row["area_mu"],
                    None if told(row["share"]) is None else row["share"],
                    None,
                    None,
                )
                for row in rows
            ]
            if any(doubt):
                # Whether one holds is not known: its land is not, nor what is left of the parcel.
                mu: list[Fraction | None] = [
                    None if open_ else x.area if x.area is not None else self._part(x, land)
                    for x, open_ in zip(links, doubt, strict=True)
                ]
            else:
                mu = books(links, land).net
            self.links[parcel] = [
                (x.firm, area, open_) for x, area, open_ in zip(links, mu, doubt, strict=True)
            ]

    @staticmethod
    def _part(link: Link, land: Fraction) -> Fraction | None:
        return None if link.share is None else link.share * land

    def _may_hold(self, row: dict[str, Any]) -> bool:
        """Not over and not still to come, as far as can be told."""
        first, last = told(row["from"]), told(row["to"])
        return not (first and first > self.on) and not (last and last < self.on)

    def _firm_land(self) -> dict[str, Fraction | None]:
        """All the land of an enterprise; one missing makes the sum missing."""
        parts: dict[str, list[Fraction | None]] = defaultdict(list)
        for rows in self.links.values():
            for firm, area, _ in rows:
                parts[firm].append(area)
        nothing = Fraction(0) if "links" in self.world.covers["links"] else None
        found: dict[str, Fraction | None] = {}
        for firm in self.firms:
            areas = parts[firm]
            missing = any(area is None for area in areas)
            total = sum((area for area in areas if area is not None), Fraction(0))
            found[firm] = nothing if not areas else None if missing else total
        return found

    def over_users(self, parcel: str, answers: dict[str, Answer]) -> Answer:
        """Any enterprise that uses the parcel; a link in doubt can't say yes."""
        rows = self.links[parcel]
        nobody: Answer = None if self._perhaps_unused(parcel) else False
        return either(
            *(
                None if doubt and answers[firm] is not False else answers[firm]
                for firm, _, doubt in rows
            ),
            nobody,
        )

    def _perhaps_unused(self, parcel: str) -> bool:
        """No link is known to hold, and nobody says that all links are there."""
        sure = any(not doubt for _, _, doubt in self.links[parcel])
        return not sure and "links" not in self.world.covers["links"]

    # ---- an enterprise by its own figures ----------------------------------------------

    def _fact(self, firm: str, name: str) -> Answer:
        """A fact of a list; who is not on a complete list is no, unless the cell can't be read."""
        cell = self.facts.get(firm, {}).get(name)
        if cell is None and name in self.world.covers["enterprises"]:
            return False
        answer: Answer = told(cell)
        return answer

    def _of_year_or_own(self, firm: str, name: str) -> Any:
        value = told(self.year.get(firm, {}).get(name))
        return value if value is not None else told(self.facts.get(firm, {}).get(name))

    def _figure(self, firm: str, name: str) -> Fraction | None:
        value: Fraction | None = told(self.year.get(firm, {}).get(name))
        return value

    def _judge_firm(self, firm: str) -> dict[str, Answer]:
        tax, land = self._figure(firm, "tax_wan"), self.firm_land[firm]
        low: Answer = None
        if tax is not None and land is not None and land > 0:
            low = tax / land <= self.rule["low_efficiency_tax"]
        above: Answer = self._of_year_or_own(firm, "is_above_scale")
        much = None if land is None else land >= self.rule["small_enterprise_land"]
        small = both(flip(above), much)
        grade = self._of_year_or_own(firm, "grade")
        worst = None if grade is None else grade == "D"
        unread = BAD in (
            self.facts.get(firm, {}).get("grade"),
            self.year.get(firm, {}).get("grade"),
        )
        if worst is None and "grade:D" in self.world.covers["enterprises"] and not unread:
            worst = False
        energy = self._fact(firm, "high_energy")
        by_total = told(self.facts.get(firm, {}).get("high_energy_basis")) == "total"
        answers = {
            "low_tax": low,
            "three_low_above_scale": both(low, above),
            "three_low_small": small if self.world.reading == "B" else both(small, low),
            "grade_d": worst,
            "outdated_capacity": self._fact(firm, "outdated_capacity"),
            "high_energy": None if energy and by_total else energy,
            "high_emission": self._fact(firm, "high_emission"),
            "high_use_low_yield": self._fact(firm, "high_use_low_yield"),
            "industry_two_high": industry_within(
                told(self.facts.get(firm, {}).get("industry_code")), self.world.two_high
            ),
        }
        added = self._figure(firm, "value_added_wan")
        for name, figure in (
            ("energy_intensity", "energy_tce"),
            ("emission_intensity", "emission_t"),
        ):
            if name in self.rule:
                used = self._figure(firm, figure)
                known = used is not None and added is not None and added > 0
                answers[name] = used / added > self.rule[name] if known else None  # type: ignore[operator]
        return answers

    # ---- findings ------------------------------------------------------------------------

    def _findings(self, subject: str) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for row in self.world.findings:
            if row[subject] is not None:
                found[row[subject]].append(row)
        return found

    def _open(self, row: dict[str, Any]) -> Answer:
        """Found on or before the day, and not closed on or before it."""
        found = None if told(row["found_on"]) is None else row["found_on"] <= self.on
        if row["closed_on"] is BAD:
            return both(found, None)
        closed = row["closed_on"] is not None and row["closed_on"] <= self.on
        return both(found, not closed)

    def _of_kind(self, rows: list[dict[str, Any]], kind: str, *, major: bool) -> list[Answer]:
        answers: list[Answer] = []
        for row in rows:
            open_ = both(self._open(row), told(row["major"])) if major else self._open(row)
            if row["kind"] is BAD:
                answers.append(both(open_, None))  # it may be of this kind
            elif row["kind"] == kind:
                answers.append(open_)
        return answers

    def _reported(self, rows: list[dict[str, Any]], kind: str) -> Answer:
        """Whether one of a kind stands open: four at once, the others if they are major."""
        covers = self.world.covers["findings"]
        answers = self._of_kind(rows, kind, major=kind not in FOUR)
        complete = kind in covers
        if kind == "no_legal_site":
            for other in NO_SITE:
                answers += self._of_kind(rows, other, major=True)
            # Nobody sends it as such: complete lists of the three that stand for it are complete.
            complete |= set(NO_SITE) <= set(covers)
        return either(*answers, False if complete else None)

    def _papers(self, rows: list[dict[str, Any]]) -> Answer:
        """Missing papers of the land, major or not."""
        complete = "no_land_papers" in self.world.covers["findings"]
        answers = self._of_kind(rows, "no_land_papers", major=False)
        return either(*answers, False if complete else None)

    # ---- a parcel --------------------------------------------------------------------------

    def scope(self, row: dict[str, Any]) -> Answer:
        system, code = told(row["land_use_system"]), told(row["land_use_code"])
        if code is None or system not in INDUSTRIAL:
            return None
        if code in INDUSTRIAL[system]:
            return True
        if UPPER_CLASS.get(system) == code:
            return None
        factory = any(
            section_of(told(self.facts.get(firm, {}).get("industry_code"))) in ("B", "C", "D")
            for firm, _, _ in self.links[row["parcel_id"]]
        )
        return None if factory else False

    def judge(self, row: dict[str, Any]) -> dict[str, Any]:
        """Everything that is told of one parcel."""
        parcel = row["parcel_id"]
        scope = self.scope(row)
        users = sorted({firm for firm, _, _ in self.links[parcel]})
        by_firm = {
            name: {firm: self.of_firm[firm][name] for firm in users} for name in self._firm_rules()
        }
        rules = {
            name: both(self.over_users(parcel, answers), scope) for name, answers in by_firm.items()
        }
        mine = self.on_land[parcel]
        own = {kind: self._reported(mine, kind) for kind in (*FOUR, *WIDER)}
        theirs = {
            kind: {firm: self._reported(self.on_firm[firm], kind) for firm in users}
            for kind in (*FOUR, *WIDER)
        }
        found = {kind: either(own[kind], self.over_users(parcel, theirs[kind])) for kind in own}
        rules |= {kind: both(answer, scope) for kind, answer in found.items()}
        papers = either(
            self._papers(mine),
            self.over_users(parcel, {firm: self._papers(self.on_firm[firm]) for firm in users}),
        )
        symptoms = self._symptoms(row, papers, found)
        owner = told(row["ownership"])
        village = None if owner is None else owner == "collective"
        rules |= {name: both(answer, village, scope) for name, answer in symptoms.items()}
        rules |= {name: both(answer, scope) for name, answer in self._parcel_labels(row).items()}
        answers: dict[str, Any] = {"in_scope": scope}
        members = self._members()
        for category, names in members.items():
            answers[category] = both(either(*(rules[name] for name in names)), scope)
        answers["collective"] = both(either(*symptoms.values()), village, scope)
        answers["collective_priority"] = both(
            answers["collective"], either(told(row["redevelopable"]), told(row["reclaimable"]))
        )
        firsts = [name for name in FIRST_CATEGORY if answers[name] is True]
        answers["primary_category"] = firsts[0] if firsts else None
        tables = {**by_firm, **theirs}
        for category, names in members.items():
            firm_answers = {firm: either(*(tables[name][firm] for name in names)) for firm in users}
            of_land = either(*(own[name] for name in names if name in own), False)
            mu = self._category_land(parcel, firm_answers, of_land, scope)
            answers[f"{category}_mu"], answers[f"{category}_unknown_mu"] = mu
        whole = self.land[parcel]
        for name, said in (("collective_mu", True), ("collective_unknown_mu", None)):
            answers[name] = whole if answers["collective"] is said else Fraction(0)
        answers |= self._states(row, scope, answers["low_efficiency"], rules)
        return answers | {"rules": rules}

    def _firm_rules(self) -> list[str]:
        return list(next(iter(self.of_firm.values())))

    def _members(self) -> dict[str, list[str]]:
        three = ["three_low_above_scale", "three_low_small", "grade_d"]
        high = ["outdated_capacity", "high_energy", "high_emission"]
        high += [name for name in ("energy_intensity", "emission_intensity") if name in self.rule]
        return {
            "low_efficiency": ["low_tax", *three],
            "three_low": three,
            "two_high": high,
            "four_without": list(FOUR),
            "wider_violations": list(WIDER),
        }

    def _symptoms(
        self, row: dict[str, Any], papers: Answer, found: dict[str, Answer]
    ) -> dict[str, Answer]:
        unsafe: Answer = told(row["structure_unsafe"])
        if "collective_building_age" in self.rule:
            year = told(row["building_year"])
            age = None if year is None else self.on.year - year
            unsafe = either(
                unsafe, None if age is None else age > self.rule["collective_building_age"]
            )
        symptoms = {
            "collective_papers": papers,
            "collective_structure": unsafe,
            "collective_hazard": either(found["safety"], found["fire"], found["environment"]),
            "collective_management": told(row["loosely_managed"]),
        }
        if "collective_plot_ratio" in self.rule:
            floor, land = told(row["floor_area_m2"]), self.land[row["parcel_id"]]
            ratio = None if floor is None or land <= 0 else floor / (land * Fraction(2000, 3))
            limit = self.rule["collective_plot_ratio"]
            symptoms["collective_use"] = None if ratio is None else ratio < limit
        if "collective_petitions" in self.rule:
            count = told(row["petitions"])
            limit = self.rule["collective_petitions"]
            symptoms["collective_petitions"] = None if count is None else count >= limit
        return symptoms

    def _category_land(
        self, parcel: str, firms: dict[str, Answer], own: Answer, scope: Answer
    ) -> tuple[Fraction | None, Fraction | None]:
        """Land of the links that answer yes, and of those in doubt; all of it for own facts."""
        whole, nothing = self.land[parcel], Fraction(0)
        sums: dict[Answer, Fraction | None] = {True: nothing, None: nothing, False: nothing}
        for firm, area, doubt in self.links[parcel]:
            answer = None if doubt and firms[firm] is not False else firms[firm]
            before = sums[answer]
            sums[answer] = None if area is None or before is None else before + area
        yes, unknown = sums[True], sums[None]
        if self._perhaps_unused(parcel):
            unknown = whole
        if own is True:
            yes, unknown = whole, nothing
        elif own is None:
            # All the land is in doubt but what is in the category already.
            unknown = None if yes is None else max(nothing, whole - yes)
        if scope is False:
            return nothing, nothing
        if scope is None:
            return nothing, None if yes is None or unknown is None else yes + unknown
        return yes, unknown

    # ---- labels of the parcel ----------------------------------------------------------------

    def _parcel_labels(self, row: dict[str, Any]) -> dict[str, Answer]:
        parcel = row["parcel_id"]
        return {
            "zone_negative": self._against_zone(parcel, "negative"),
            "zone_not_leading": self._against_zone(parcel, "leading"),
            "before_capacity": self._before_capacity(parcel),
            "commitment_breach": self._breach(parcel),
        }

    def _against_zone(self, parcel: str, column: str) -> Answer:
        zone = self.world.zone_of.get(parcel)
        if zone is None:
            return False
        listed = self.world.zones[zone][column]
        answers: dict[str, Answer] = {}
        for firm, _, _ in self.links[parcel]:
            within = None
            if listed is not None:
                industry = told(self.facts.get(firm, {}).get("industry_code"))
                within = industry_within(industry, listed)
            answers[firm] = within if column == "negative" else flip(within)
        return self.over_users(parcel, answers)

    def _before_capacity(self, parcel: str) -> Answer:
        rows = self.stages[parcel]
        if not rows:
            return None
        ended: list[Answer] = []
        for row in rows:
            if row["stage"] in ("at_capacity", "exited"):
                day = row["actual_on"]
                ended.append(None if day is BAD else day is not None and day <= self.on)
        return flip(either(*ended)) if ended else True

    def _breach(self, parcel: str) -> Answer:
        rows = self.promises[parcel]
        return either(*(self._broken(row) for row in rows)) if rows else None

    def _broken(self, row: dict[str, Any]) -> Answer:
        due = None if told(row["due_on"]) is None else row["due_on"] <= self.on
        actual, promised, sense = (told(row[name]) for name in ("actual", "promised", "sense"))
        later = told(row["checked_on"]) is not None and row["checked_on"] > self.on
        short: Answer = None
        if actual is not None and promised is not None and sense is not None and not later:
            short = actual < promised if sense == "at_least" else actual > promised
        return both(due, short)

    # ---- the clock and the state of the land ------------------------------------------------------

    def _governing(self, parcel: str) -> tuple[dict[str, Any] | None, bool]:
        """The contract from which the duty to build comes, and whether that can't be told."""
        rows = self.contracts[parcel]
        if len(rows) < 2:
            return (rows[0] if rows else None), False
        first = [row for row in rows if row["kind"] == "primary"]
        unclear = [row for row in rows if told(row["kind"]) is None]
        if len(first) == 1 and not unclear:
            return first[0], False
        return None, True

    def _clock(self, deal: dict[str, Any]) -> dict[str, Any]:
        """令53 第二条: not started for a full year, or stopped for one with little done."""
        begun = deal["actual_start"]
        started: Answer = None if begun is BAD else begun is not None and begun <= self.on
        due = deal["agreed_start"]
        if due is BAD:
            due = None
        elif due is None and told(deal["delivered_on"]):
            due = years_later(deal["delivered_on"], 1)
        ran_out = None if due is None else self._a_year_after(due) <= self.on
        not_started = both(flip(started), ran_out)
        stop = deal["suspended_on"]
        rest: Answer = None
        if stop is not BAD:
            rest = stop is not None and self._a_year_after(stop) <= self.on
        little = either(
            self._below(deal["developed_m2"], deal["should_develop_m2"], Fraction(1, 3)),
            self._below(deal["invested_wan"], deal["total_investment_wan"], Fraction(1, 4)),
        )
        suspended = both(started, rest, little)
        over = either(not_started, suspended)
        excused = told(deal["delay_cause"]) in ("government", "force_majeure", "preliminary_work")
        word = "not_idle"
        if over is None:
            word = "unknown"
        elif over:
            word = "excused" if excused else "not_started" if not_started else "suspended"
        late = None if due is None else due < self.on
        return {
            "idle": word,
            "not_started": not_started,
            "suspended": suspended,
            "waiting": both(flip(started), flip(ran_out)),
            "late": both(flip(started), late),
            "partly": self._below(deal["developed_m2"], deal["should_develop_m2"], Fraction(1)),
        }

    @staticmethod
    def _a_year_after(day: date) -> date:
        """The first day after a full year; the day it begins on does not count (民法典 201)."""
        return years_later(day, 1) + timedelta(days=1)

    @staticmethod
    def _below(part: Any, whole: Any, line: Fraction) -> Answer:
        part, whole = told(part), told(whole)
        return None if part is None or whole is None or whole <= 0 else part / whole < line

    def _states(
        self, row: dict[str, Any], scope: Answer, low: Answer, rules: dict[str, Answer]
    ) -> dict[str, Any]:
        parcel, status = row["parcel_id"], told(row["supply_status"])
        deal, unclear = self._governing(parcel)
        used = any(not doubt for _, _, doubt in self.links[parcel])
        supplied = None if status is None else status == "supplied"
        if status is None and (deal or unclear or used):
            supplied = True
        if deal:
            clock = self._clock(deal)
        else:
            word = "unknown"
            works = any(
                not doubt
                and ((self._figure(firm, "tax_wan") or 0) > 0
                     or (self._figure(firm, "power_kwh") or 0) > 0)
                for firm, _, doubt in self.links[parcel]
            )  # fmt: skip
            if not unclear and (status in ("reserve", "approved_not_supplied") or works):
                word = "not_idle"
            # Without a contract nothing is agreed; where one can't be told, anything may be.
            test: Answer = None if unclear else False
            tests = dict.fromkeys(("waiting", "late", "partly"), test)
            idle_test: Answer = None if word == "unknown" else False
            clock = {"idle": word, "not_started": idle_test, "suspended": idle_test, **tests}
        idle = clock["idle"]
        rules["idle_not_started"] = clock["not_started"]
        rules["idle_suspended"] = clock["suspended"]
        not_used_started = clock["not_started"] if deal or unclear else False
        unused = both(
            either(both(clock["late"], clock["waiting"]), not_used_started), supplied, scope
        )
        rules["supplied_not_used"] = unused
        rules["partly_used"] = both(clock["partly"], scope)
        state = "in_use"
        for answer, word in (
            (flip(scope), None),
            (None if idle == "unknown" else idle != "not_idle", "idle"),
            (either(flip(supplied), clock["waiting"]), "to_develop"),
            (clock["partly"], "partly_used"),
            (low, "inefficient"),
        ):
            if answer is not False:
                state = "unknown" if answer is None else word  # type: ignore[assignment]
                break
        return {
            "idle": idle,
            "land_state": state,
            "stock": both(scope, supplied),
            "supplied_not_used": unused,
        }


def section_of(code: str | None) -> str | None:
    """Letter of an industry: mining 06–12, manufacturing 13–43, energy and water 44–46."""
    if code is None:
        return None
    letter, digits = (code[0], code[1:]) if code[0].isalpha() else ("", code)
    if not digits:
        return letter
    number = int(digits[:2])
    for name, first, last in (("B", 6, 12), ("C", 13, 43), ("D", 44, 46)):
        if first <= number <= last:
            return name
    return "other"


def industry_within(code: str | None, listed: Iterable[str]) -> Answer:
    """Whether an industry is of a listed class or below it; of a class above, it can't be told."""
    if code is None:
        return None
    own = code.lstrip("BCDG")
    classes = [one.lstrip("BCDG") for one in listed]
    if any(own.startswith(one) for one in classes):
        return True
    return None if any(one.startswith(own) for one in classes) else False
