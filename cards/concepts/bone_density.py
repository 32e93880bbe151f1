"""Which bone density results may be compared, what they changed by, and the latest T-scores (R-BMD-01 to -05)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from cards import phrases
from cards.chart import BoneDensity, Chart, Dials, concept
from cards.rule import Days, Density, Percent
from cards.verdict import Because
from cards.when import YES, add_days

COMPARED_SITES: Final = ("lumbar spine", "total hip", "femoral neck")
"""Sites whose change counts; a forearm, a heel or a hip of unknown region is never compared (R-BMD-01)."""

HIP_SITES: Final = ("total hip", "femoral neck", "hip, region unspecified")
THRESHOLD_SITES: Final = ("lumbar spine", *HIP_SITES, "1/3 radius", "site unspecified")
"""Sites whose T-score counts for a threshold; where the site is not told the card says so."""

DAYS_A_YEAR: Final = Decimal("365.25")


@dataclass(frozen=True, slots=True)
class Precision(Dials):
    """The facility's least significant change of each site, and the least time between two scans (R-BMD-04)."""

    lumbar_spine: Percent | Density = Percent("5.3", "the scanner's least significant change at the lumbar spine")
    total_hip: Percent | Density = Percent("5.0", "the scanner's least significant change at the total hip")
    femoral_neck: Percent | Density = Percent("6.9", "the scanner's least significant change at the femoral neck")
    between_scans: Days = Days(335, "the least time between two scans that are compared")

    def of(self, site: str) -> Percent | Density:
        """The least significant change at one of the compared sites, in percent of the earlier value or in g/cm2."""
        return {"lumbar spine": self.lumbar_spine, "total hip": self.total_hip, "femoral neck": self.femoral_neck}[site]

    def told(self, site: str) -> str:
        """The same as a card tells it: "5.3%" or "0.032 g/cm²"."""
        limit = self.of(site)
        return f"{phrases.number(limit)}{' g/cm²' if isinstance(limit, Density) else '%'}"

    def met(self, pair: Pair) -> bool:
        """The loss equals or exceeds the least significant change of the pair's site (ISCD)."""
        limit = self.of(pair.later.site)
        return (pair.lost if isinstance(limit, Density) else pair.loss) >= limit


@dataclass(frozen=True, slots=True)
class Pair:
    """Two comparable results in g/cm2; a rate asks that both are dated to the day."""

    earlier: BoneDensity
    later: BoneDensity

    @property
    def site(self) -> str:
        """The site, with its side where both scans tell it."""
        side = self.earlier.side if self.earlier.side == self.later.side else None
        return f"{side} {self.later.site}" if side else self.later.site

    @property
    def loss(self) -> Decimal:
        """Percent of the earlier value that was lost, one decimal; negative for a gain."""
        return phrases.one_decimal(self._loss)

    @property
    def lost(self) -> Decimal:
        """What was lost in g/cm2, three decimals; negative for a gain."""
        return (_density(self.earlier) - _density(self.later)).quantize(Decimal("0.001"), ROUND_HALF_UP)

    @property
    def rate(self) -> Decimal:
        """Percent lost a year, rounded half up to one decimal: the figure that is shown and compared (R-BMD-03)."""
        return phrases.one_decimal(self._loss * DAYS_A_YEAR / (self.later.when.latest - self.earlier.when.latest).days)

    @property
    def _loss(self) -> Decimal:
        before, after = _density(self.earlier), _density(self.later)
        return (before - after) / before * 100

    @property
    def because(self) -> tuple[Because, ...]:
        """Both results as facts of a card."""
        return tuple(because_density(each, self.site) for each in (self.earlier, self.later))

    @property
    def caveats(self) -> tuple[str, ...]:
        """What must be checked before the two are compared, as sentences."""
        found = [f"{phrases.capital(each.caveat)}." for each in (self.earlier, self.later) if each.caveat]
        if self.earlier.device is None or self.later.device is None:
            found.append("The scanner is not recorded for both scans: confirm that it is the same.")
        if (self.earlier.side is None) != (self.later.side is None):
            found.append("The side of the hip is not recorded for both scans: confirm that it is the same.")
        if (self.earlier.region is None) != (self.later.region is None):
            found.append("The vertebrae measured are not recorded for both scans: confirm that they are the same.")
        return tuple(found)


def _told(result: BoneDensity) -> str:
    """The density to three decimals, as it is reported."""
    return phrases.number(_density(result).quantize(Decimal("0.001"), ROUND_HALF_UP))


def because_density(result: BoneDensity, site: str = "") -> Because:
    """A density as a fact of a card."""
    return Because(f"{phrases.capital(site or result.site)} {_told(result)} g/cm²", result.when, result.ref)


def _density(result: BoneDensity) -> Decimal:
    assert result.g_cm2 is not None
    return result.g_cm2


@concept
def latest_results(chart: Chart, site: str) -> tuple[BoneDensity, ...]:
    """The newest result in g/cm2 of each region and side of the site, dated to the day."""
    found = dated_results(chart, site)
    return tuple(
        each
        for each in found
        if not any(_same_place(each, other) and other.when.latest > each.when.latest for other in found)
    )


@concept
def baselines(chart: Chart, later: BoneDensity) -> tuple[BoneDensity, ...]:
    """Results long enough before `later` at the same place, the oldest first, whatever their scanner."""
    before = add_days(later.when.latest, -chart.dials(Precision).between_scans)
    return tuple(
        each for each in dated_results(chart, later.site) if _same_place(each, later) and each.when.latest <= before
    )


def same_scanner(one: BoneDensity, other: BoneDensity) -> bool:
    """Not known to be different scanners (R-BMD-02)."""
    return one.device is None or other.device is None or one.device.casefold() == other.device.casefold()


@concept
def _results(chart: Chart, site: str) -> tuple[BoneDensity, ...]:
    """The results in g/cm2 of a site, however they are dated, the oldest first."""
    found = [each for each in chart.bone_densities if each.site == site and each.g_cm2 is not None]
    return tuple(sorted(found, key=lambda each: (each.when.latest, each.ref)))


@concept
def dated_results(chart: Chart, site: str) -> tuple[BoneDensity, ...]:
    """The results in g/cm2 of a site that are dated to the day, the oldest first."""
    return tuple(each for each in _results(chart, site) if each.when.exact)


@concept
def perhaps_newer(chart: Chart, result: BoneDensity) -> BoneDensity | None:
    """A result of the same place, not dated to the day, that may be newer than this one."""
    return next(
        (
            each
            for each in reversed(_results(chart, result.site))
            if not each.when.exact and _same_place(each, result) and each.when.after(result.when.latest).possibly
        ),
        None,
    )


@concept
def undated_drop(chart: Chart, site: str, since: date) -> Pair | None:
    """A drop beyond measurement error that counts by some day of a scan that is not dated to the day, or None.

    The later scan may lie on or after `since` and no dated one is surely newer.
    """
    dials = chart.dials(Precision)
    found = _results(chart, site)
    for later in reversed(found):
        if later.when.latest < since or any(
            _same_place(each, later) and each.when.earliest > later.when.latest for each in found
        ):
            continue
        for earlier in found:
            if (earlier.when.exact and later.when.exact) or not _same_place(earlier, later):
                continue
            if add_days(earlier.when.earliest, dials.between_scans) > later.when.latest:
                continue
            pair = Pair(earlier, later)
            if same_scanner(earlier, later) and dials.met(pair):
                return pair
    return None


def _same_place(one: BoneDensity, other: BoneDensity) -> bool:
    """Not known to be other vertebrae or the other hip; a spine of untold vertebrae is no single vertebra."""
    if one.region and other.region:
        region = one.region == other.region
    else:
        region = not any(_is_one_vertebra(each) for each in (one, other))
    return region and _may_be_one_side(one, other)


@concept
def t_score_fell(chart: Chart, site: str, since: date) -> tuple[BoneDensity, BoneDensity] | None:
    """Two T-scores of the site a year apart, the later one since that day and lower, or None.

    What they mean in percent is not told: a T-score is never turned into a change (R-BMD-05).
    """
    scores = (each for each in chart.bone_densities if each.site == site and each.t_score is not None)
    found = sorted((each for each in scores if each.when.exact), key=lambda each: (each.when.latest, each.ref))
    for later in reversed(found):
        if later.when.latest < since:
            return None
        before = add_days(later.when.latest, -chart.dials(Precision).between_scans)
        for earlier in found:
            if earlier.when.latest <= before and _same_place(earlier, later) and _t(later) < _t(earlier):
                return earlier, later
    return None


def _t(result: BoneDensity) -> Decimal:
    assert result.t_score is not None
    return result.t_score


@concept
def latest_t_scores(chart: Chart, since: date) -> tuple[BoneDensity, ...]:
    """The latest T-score of each site and side that counts for a threshold, from `since` on; of one day the lower.

    A side that is not told may be either. One vertebra counts only where that day has no range of vertebrae.
    """
    told = [
        each
        for each in chart.bone_densities
        if each.t_score is not None and each.site in THRESHOLD_SITES and each.when.within(since, chart.today) is YES
    ]
    ranges = {each.when for each in told if each.site == "lumbar spine" and not _is_one_vertebra(each)}
    kept = [each for each in told if not (_is_one_vertebra(each) and each.when in ranges)]
    latest = [
        each
        for each in kept
        if not any(
            other.site == each.site and _may_be_one_side(each, other) and _rank(other) > _rank(each) for other in kept
        )
    ]
    return tuple(sorted(latest, key=lambda each: (THRESHOLD_SITES.index(each.site), each.side or "")))


def _rank(score: BoneDensity) -> tuple[date, Decimal, str]:
    return score.when.latest, -_t(score), score.ref


def _is_one_vertebra(result: BoneDensity) -> bool:
    return result.region is not None and len(result.region) <= len("L1")


def _may_be_one_side(one: BoneDensity, other: BoneDensity) -> bool:
    return one.side is None or other.side is None or one.side == other.side


def place(score: BoneDensity) -> str:
    """The site of a T-score in words, with its side and a lone vertebra where they are told."""
    side = f"{score.side} " if score.side else ""
    return f"{side}{score.site}" + (f", {score.region} alone" if _is_one_vertebra(score) else "")


def lowest(scores: Iterable[BoneDensity]) -> BoneDensity | None:
    """The lowest of these T-scores."""
    return min(scores, key=lambda each: (_t(each), each.site, each.side or ""), default=None)


def because_t(result: BoneDensity) -> Because:
    """A T-score as a fact of a card, with its site and the reader's caveat."""
    words = f"T-score {phrases.t_score(_t(result))} at the {place(result)}"
    if result.site == "site unspecified":
        words = f"T-score {phrases.t_score(_t(result))}, site not recorded"
    return Because(words + (f" ({phrases.quote(result.caveat)})" if result.caveat else ""), result.when, result.ref)
