"""Bone densities and T-scores: the site as code and words tell it."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from cards.chart import Section
from cards.facts import BoneDensity
from cards.when import When

Read = Callable[..., Section[Any]]
LOINC = "http://loinc.org"
FOREARM_CODE = "38265-5"


def dxa(code: str, value: Any = -2.7, unit: str | None = "{T-score}", /, **more: Any) -> dict[str, Any]:
    quantity = {"value": value, "unit": unit, "code": unit}
    told = {
        "resourceType": "Observation",
        "id": "d1",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "effectiveDateTime": "2026-05-04",
        "valueQuantity": {key: each for key, each in quantity.items() if each is not None},
        **more,
    }
    return {key: each for key, each in told.items() if each is not None}


def named(code: str, *words: str, text: str | None = None) -> dict[str, Any]:
    concept: dict[str, Any] = {"coding": [{"system": LOINC, "code": code, "display": word} for word in words or ("",)]}
    return concept if text is None else {**concept, "text": text}


def the_density(read: Read, *resources: dict[str, Any]) -> BoneDensity:
    (found,) = read("bone_densities", *resources)
    assert isinstance(found, BoneDensity)
    return found


def refusal(read: Read, resource: dict[str, Any]) -> str:
    section = read("bone_densities", resource)
    assert list(section) == []
    (fault,) = section.unusable
    assert fault.ref == "Observation/d1"
    return fault.why


def test_a_t_score_and_a_density_are_told_apart_by_their_codes(read: Read) -> None:
    assert the_density(read, dxa("38267-1")) == BoneDensity(
        "Observation/d1", "lumbar spine", When.on(date(2026, 5, 4)), t_score=Decimal("-2.7")
    )
    assert the_density(read, dxa("24966-4", 0.812, "g/cm2")) == BoneDensity(
        "Observation/d1", "lumbar spine", When.on(date(2026, 5, 4)), g_cm2=Decimal("0.812")
    )


@pytest.mark.parametrize(
    ("code", "site", "side"),
    [
        ("38267-1", "lumbar spine", None), ("104938-6", "lumbar spine", None),
        ("38264-8", "hip, region unspecified", None), ("80946-7", "hip, region unspecified", "left"),
        ("80945-9", "hip, region unspecified", "right"), ("38263-0", "hip, region unspecified", None),
        ("80948-3", "hip, region unspecified", "left"), ("80947-5", "hip, region unspecified", "right"),
        ("80944-2", "forearm", "left"), ("80943-4", "forearm", "right"),
        ("38266-3", "heel", None), ("80950-9", "heel", "left"),
        ("85390-3", "humerus", None), ("85388-7", "humerus", "right"),
    ],
)  # fmt: skip
def test_the_code_tells_site_and_side_of_a_t_score(read: Read, code: str, site: str, side: str | None) -> None:
    found = the_density(read, dxa(code))
    assert (found.site, found.side) == (site, side)


@pytest.mark.parametrize(
    ("code", "site", "side"),
    [
        ("24966-4", "lumbar spine", None), ("38261-4", "hip, region unspecified", None),
        ("46278-8", "hip, region unspecified", "left"), ("24701-5", "hip, region unspecified", None),
        ("80953-3", "hip, region unspecified", "right"), ("24890-6", "forearm", None), ("38262-2", "heel", None),
        ("85386-1", "humerus", "left"), ("46383-6", "site unspecified", None),
    ],
)  # fmt: skip
def test_the_code_tells_site_and_side_of_a_density(read: Read, code: str, site: str, side: str | None) -> None:
    found = the_density(read, dxa(code, 0.7, "g/cm2"))
    assert (found.site, found.side) == (site, side)


@pytest.mark.parametrize(
    ("words", "site"),
    [
        ("Total hip", "total hip"), ("HIP, TOTAL", "total hip"), ("Left hip (total)", "total hip"),
        ("Total femur", "total hip"), ("Femoral neck", "femoral neck"), ("Femur, neck", "femoral neck"),
        ("Neck of left femur", "femoral neck"), ("Neck of femur", "femoral neck"),
        ("Hip", "hip, region unspecified"), ("Subtotal hip", "hip, region unspecified"),
        ("Femoral neck and total hip", "hip, region unspecified"),
    ],
)  # fmt: skip
def test_words_tell_the_region_of_the_hip(read: Read, words: str, site: str) -> None:
    assert the_density(read, dxa("38264-8", bodySite={"text": words})).site == site
    assert the_density(read, dxa("38264-8", code=named("38264-8", text=words))).site == site


@pytest.mark.parametrize("region", ["Trochanter", "Femur intertrochanteric", "Ward's triangle, left femur"])
def test_a_region_of_the_hip_that_no_rule_uses_is_passed_over(read: Read, region: str) -> None:
    section = read("bone_densities", dxa("38263-0", bodySite={"text": region}))
    assert (list(section), section.unusable) == ([], ())


@pytest.mark.parametrize(
    ("words", "region", "caveat"),
    [
        ("Lumbar spine L1-L4", "L1-L4", None), ("AP spine L2 - L4", "L2-L4", None), ("L1–L4", "L1-L4", None),
        ("Spine L1 to L4", "L1-L4", None), ("Spine L1, L2 and L4", "L1, L2, L4", None),
        ("Lumbar spine L3", "L3", "one vertebra only"), ("Lumbar spine", None, None),
        ("L1-L4 and L2-L4", None, None),
    ],
)  # fmt: skip
def test_the_vertebrae_are_told_as_recorded(read: Read, words: str, region: str | None, caveat: str | None) -> None:
    found = the_density(read, dxa("24966-4", 0.8, "g/cm2", bodySite={"text": words}))
    assert (found.site, found.region, found.caveat) == ("lumbar spine", region, caveat)


@pytest.mark.parametrize("words", ["33% radius", "1/3 radius", "Radius, distal one-third", "Left radius 33 %"])
def test_the_third_of_the_radius_is_a_site_of_its_own(read: Read, words: str) -> None:
    assert the_density(read, dxa("80944-2", bodySite={"text": words})).site == "1/3 radius"


@pytest.mark.parametrize(
    "more",
    [
        {"bodySite": {"text": "Left forearm"}},
        {"code": named(FOREARM_CODE, "DXA Radius and Ulna [T-score] Bone density")},
        {"code": named(FOREARM_CODE, text="T-score, ulna")},
    ],
)
def test_the_code_of_the_forearm_is_the_forearm_where_words_say_so(read: Read, more: dict[str, Any]) -> None:
    found = the_density(read, dxa(FOREARM_CODE, **more))
    assert (found.site, found.caveat) == ("forearm", None)


def test_the_code_of_the_forearm_with_a_third_is_the_third_of_the_radius(read: Read) -> None:
    assert the_density(read, dxa(FOREARM_CODE, bodySite={"text": "1/3 radius"})).site == "1/3 radius"


@pytest.mark.parametrize("display", ["", "DXA [T-score] Bone density", "Bone density T-score, lumbar spine"])
def test_the_code_of_the_forearm_alone_tells_no_site(read: Read, display: str) -> None:
    found = the_density(read, dxa(FOREARM_CODE, code=named(FOREARM_CODE, display)))
    assert found.site == "site unspecified"
    assert found.caveat == "the code names the forearm but is often sent for the general T-score"


def test_the_general_code_of_density_is_sited_by_its_words(read: Read) -> None:
    neck = dxa("46383-6", 0.7, "g/cm2", bodySite={"text": "Left femoral neck"})
    assert the_density(read, neck).site == "femoral neck"
    assert not list(read("bone_densities", dxa("46383-6", 0.7, "g/cm2", bodySite={"text": "Whole body"})))


def test_code_and_words_that_name_different_sites_are_not_used(read: Read) -> None:
    why = "a bone density result: its code and its words name different sites"
    assert refusal(read, dxa("38264-8", bodySite={"text": "Lumbar spine"})) == why


@pytest.mark.parametrize(
    ("site", "side"),
    [
        ({"text": "Left hip"}, "left"), ({"text": "Right total hip"}, "right"), ({"text": "Left and right hip"}, None),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "71341001:272741003=7771000"}]}, "left"),
        ({"coding": [{"system": "http://snomed.info/sct", "code": "24028007"}]}, "right"), ({"text": "Hip"}, None),
    ],
)  # fmt: skip
def test_the_side_is_told_by_words_or_by_the_body_site(read: Read, site: dict[str, Any], side: str | None) -> None:
    assert the_density(read, dxa("38264-8", bodySite=site)).side == side


def test_code_and_words_that_name_different_sides_are_not_used(read: Read) -> None:
    why = "a bone density result: its code and its words name different sides"
    assert refusal(read, dxa("80946-7", bodySite={"text": "Right hip"})) == why


def test_a_density_under_a_t_score_code_is_not_used(read: Read) -> None:
    why = "a bone density result: a density in g/cm² stands under a T-score code"
    assert refusal(read, dxa("80948-3", 0.889, "g/cm2")) == why


def test_a_t_score_under_a_density_code_is_not_used(read: Read) -> None:
    why = "a bone density result: a T-score stands under a bone density code"
    assert refusal(read, dxa("46278-8", -2.8, "{T-score}")) == why
    why = "a bone density result: its value is not one a bone density can have"
    assert refusal(read, dxa("46278-8", -2.8, "g/cm2")) == why


def test_a_z_score_is_passed_over(read: Read) -> None:
    section = read("bone_densities", dxa("85394-5"))
    assert (list(section), section.unusable) == ([], ())


def test_a_panel_holds_a_fact_for_each_component(read: Read) -> None:
    def part(code: str, value: float, unit: str) -> dict[str, Any]:
        return {
            "code": {"coding": [{"system": LOINC, "code": code}]},
            "valueQuantity": {"value": value, "unit": unit, "code": unit},
        }

    panel = dxa(
        "83311-1",
        valueQuantity=None,
        bodySite={"text": "Left femoral neck"},
        component=[
            part("80948-3", -2.6, "{T-score}"),
            part("80954-1", 0.65, "g/cm2"),
            part("80940-0", -0.5, "{Z-score}"),
        ],
    )
    facts = list(read("bone_densities", panel))
    assert [(fact.site, fact.side, fact.t_score, fact.g_cm2) for fact in facts] == [
        ("femoral neck", "left", Decimal("-2.6"), None),
        ("femoral neck", "left", None, Decimal("0.65")),
    ]


def test_a_component_that_names_its_own_site_keeps_it(read: Read) -> None:
    spine = {
        "code": named("38267-1", "DXA Lumbar spine T-score"),
        "valueQuantity": {"value": -2.6, "unit": "{T-score}"},
    }
    neck = {"code": named("80948-3", "DXA Femur - left"), "valueQuantity": {"value": -2.1, "unit": "{T-score}"}}
    panel = dxa("83311-1", valueQuantity=None, bodySite={"text": "Left femoral neck"}, component=[spine, neck])
    assert [fact.site for fact in read("bone_densities", panel)] == ["lumbar spine", "femoral neck"]


@pytest.mark.parametrize("written", ["-2.7", "−2.7", "-2.7 SD"])
def test_a_t_score_in_a_string_is_read(read: Read, written: str) -> None:
    assert the_density(read, dxa("38267-1", valueQuantity=None, valueString=written)).t_score == Decimal("-2.7")


@pytest.mark.parametrize("status", ["preliminary", "registered", "cancelled", "entered-in-error", "unknown"])
def test_a_result_that_is_not_final_is_never_used(read: Read, status: str) -> None:
    section = read("bone_densities", dxa("38267-1", status=status))
    assert (list(section), section.unusable) == ([], ())


@pytest.mark.parametrize("status", ["final", "amended", "corrected", "Final"])
def test_a_final_result_is_used(read: Read, status: str) -> None:
    assert the_density(read, dxa("38267-1", status=status))


def test_what_is_missing_is_told(read: Read) -> None:
    assert refusal(read, dxa("38267-1", status=None)) == "a bone density result: its status is not recorded"
    assert refusal(read, dxa("38267-1", effectiveDateTime=None)) == "a bone density result: its day is not recorded"
    unclear = dxa("38267-1", valueQuantity=None, valueCodeableConcept={"text": "osteopenia"})
    assert refusal(read, unclear) == "a bone density result: its value is not a figure"


@pytest.mark.parametrize("more", [{}, {"dataAbsentReason": {"text": "not performed"}}])
def test_a_result_without_a_value_says_nothing(read: Read, more: dict[str, Any]) -> None:
    section = read("bone_densities", dxa("38267-1", valueQuantity=None, **more))
    assert (list(section), section.unusable) == ([], ())


@pytest.mark.parametrize(("day", "count"), [("2026-11-22", 1), ("2026-11-23", 0)])
def test_a_result_of_tomorrow_is_passed_over(read: Read, day: str, count: int) -> None:
    section = read("bone_densities", dxa("38267-1", effectiveDateTime=day))
    assert (len(list(section)), section.unusable) == (count, ())


@pytest.mark.parametrize(("day", "count"), [("2016-11-22", 1), ("2016-11-21", 0)])
def test_a_fault_older_than_ten_years_is_not_told(read: Read, day: str, count: int) -> None:
    assert len(read("bone_densities", dxa("24966-4", 0.8, None, effectiveDateTime=day)).unusable) == count


@pytest.mark.parametrize(
    ("device", "told"),
    [
        ({"reference": "Device/Hologic-1", "display": "Hologic"}, "device/hologic-1"),
        ({"display": "Hologic  Horizon"}, "hologic horizon"),
        ({"identifier": {"value": "SN-42"}, "display": "Lunar"}, "sn-42"),
        ({"reference": "#scanner"}, "ge lunar idxa"),
        (None, None),
        ("Hologic", None),
    ],
)
def test_a_device_is_told_by_what_identifies_it(read: Read, device: Any, told: str | None) -> None:
    scanner = {"resourceType": "Device", "id": "scanner", "manufacturer": "GE Lunar", "modelNumber": "iDXA"}
    assert the_density(read, dxa("24966-4", 0.8, "g/cm2", device=device, contained=[scanner])).device == told


def test_quantitative_computed_tomography_is_not_dxa(read: Read) -> None:
    assert not list(read("bone_densities", dxa("38267-1", method={"text": "QCT"})))


def test_codes_of_two_kinds_of_figure_on_one_result_are_not_used(read: Read) -> None:
    both = {"coding": [{"system": LOINC, "code": "38267-1"}, {"system": LOINC, "code": "24966-4"}]}
    assert refusal(read, dxa("38267-1", code=both)) == "a bone density result: its codes name different kinds of figure"


def test_a_bound_is_no_density_and_no_t_score(read: Read) -> None:
    t_score = {"value": -2.5, "comparator": "<", "unit": "{T-score}"}
    assert refusal(read, dxa("38267-1", valueQuantity=t_score)).endswith("only a bound of the T-score is told")
    bmd = {"value": 0.8, "comparator": "<", "unit": "g/cm2"}
    assert refusal(read, dxa("24966-4", valueQuantity=bmd)).endswith("only a bound of the density is told")


def test_a_t_score_in_an_unknown_unit_is_not_used(read: Read) -> None:
    assert refusal(read, dxa("38267-1", -2.7, "%")) == "a bone density result: its unit is not one known for a T-score"


def test_a_whole_number_is_a_figure(read: Read) -> None:
    assert the_density(read, dxa("38267-1", valueQuantity=None, valueInteger=-3)).t_score == -3


def test_a_resource_of_another_type_is_passed_over(read: Read) -> None:
    section = read("bone_densities", {**dxa("38267-1"), "resourceType": "ImagingStudy"})
    assert (list(section), section.unusable) == ([], ())
