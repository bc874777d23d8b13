"""How far a drawing may be off before somebody has to look (勾绘容差), from the policy."""

from __future__ import annotations

from dataclasses import dataclass

from landgov.policies import Policy


@dataclass(frozen=True)
class Tolerances:
    """Tolerances of drawing; every number comes from the policy.

    Parameters
    ----------
    sliver_m2 : float
        Square metres of the map plane below which a difference is the hand of the drawer.
    change_share, change_mu : float
        A repair that changes the area by more than this share of it, or by more than this
        many 亩, is refused; a change of no more than `sliver_m2` never is.
    spike_degrees, spike_m : float
        A corner sharper than this, with both sides longer than this many metres, is a spike.
    tiny_m2 : float
        A shape smaller than this is a slip of the pen.
    gap_m : float
        A strip between neighbours up to this many metres wide is a gap.
    """

    sliver_m2: float
    change_share: float
    change_mu: float
    spike_degrees: float
    spike_m: float
    tiny_m2: float
    gap_m: float

    @classmethod
    def of(cls, policy: Policy) -> Tolerances:
        """Read the tolerances of a policy.

        Examples
        --------
        >>> from datetime import date
        >>> from landgov.policies import load_policy
        >>> Tolerances.of(load_policy("shangyu-2021-86", on=date(2022, 12, 31))).sliver_m2
        1.0
        """
        return cls(
            sliver_m2=float(policy.setting("sliver_m2")),
            change_share=policy["repair_change_share"].number,
            change_mu=policy["repair_change_mu"].number,
            spike_degrees=float(policy.setting("spike_degrees")),
            spike_m=float(policy.setting("spike_m")),
            tiny_m2=float(policy.setting("tiny_m2")),
            gap_m=float(policy.setting("gap_m")),
        )
