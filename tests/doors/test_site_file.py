"""What a site's file may turn, switch off and keep in the shadow, and what it refuses with a sentence."""

import dataclasses
import re
from pathlib import Path

import pytest

from cards import catalog
from cards.chart import Site
from cards.concepts.adherence import Adherence
from cards.concepts.bone_density import Precision
from cards.concepts.denosumab_schedule import DenosumabSchedule
from cards.concepts.fracture_risk import VeryHighRisk
from cards.rule import Days, Density, Fraction, Percent, TScore
from service import sitefile
from service.errors import Misconfigured
from service.settings import Settings, from_environment

TOP = Path(__file__).resolve().parent.parent.parent
OVERDUE = "rule.denosumab-overdue"
SCHEDULE = "concept.denosumab-schedule"


def taken(folder: Path, *lines: str) -> Site:
    path = folder / "site.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return from_environment({"OSTEOHOOKS_SITE": str(path)}).site


def refused(folder: Path, *lines: str) -> str:
    with pytest.raises(Misconfigured) as told:
        taken(folder, *lines)
    assert str(told.value).startswith(f"{folder / 'site.toml'}")
    return str(told.value)


def test_the_shipped_file_is_the_head_of_the_printed_one_and_changes_nothing() -> None:
    shipped = TOP / "deploy" / "site.toml"
    assert shipped.read_text(encoding="utf-8") == sitefile.head()
    assert sitefile.text().startswith(sitefile.head())
    assert from_environment({"OSTEOHOOKS_SITE": str(shipped)}) == Settings()


def test_the_example_of_the_readme_is_taken(tmp_path: Path) -> None:
    example = (TOP / "README.md").read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    site = taken(tmp_path, example)
    assert site.stages == {"very-high-risk": "shadow"}
    assert site.rule_dials == {"denosumab-overdue": {"critical_after": Days(84)}}
    assert site.dials == {Precision: Precision(lumbar_spine=Percent("2.8"), total_hip=Density("0.032"))}


def test_the_printed_file_changes_nothing_as_it_is_or_with_every_line_taken_in(tmp_path: Path) -> None:
    assert taken(tmp_path, sitefile.text()) == Site(stages={}, rule_dials={}, dials={})
    site = taken(tmp_path, re.sub(r"^#(?! )", "", sitefile.text(), flags=re.MULTILINE))
    rules = catalog.declared()
    assert site.stages == {rule.id: "on" for rule in rules}
    assert site.rule_dials == {rule.id: rule.dials for rule in rules if rule.dials}
    assert site.dials == {kind: kind() for kind in catalog.concept_dials()}
    assert dataclasses.replace(site, stages={}, rule_dials={}, dials={}) == Site()


def test_the_printed_file_tells_what_every_number_means() -> None:
    numbers = {f"{rule.id}.{name}": usual for rule in catalog.declared() for name, usual in rule.dials.items()}
    for concept, kind in sitefile.concepts().items():
        numbers |= {f"{concept}.{each.name}": getattr(kind(), each.name) for each in dataclasses.fields(kind)}
    assert len(numbers) > 50
    assert [name for name, usual in numbers.items() if not usual.meaning] == []


def test_a_dial_of_a_rule_is_turned(tmp_path: Path) -> None:
    site = taken(tmp_path, f"[{OVERDUE}]", 'critical_after = "100 days"')
    assert site.rule_dials == {"denosumab-overdue": {"critical_after": Days(100)}}
    turned, usual = catalog.load(site)["denosumab-overdue"], catalog.load()["denosumab-overdue"]
    assert (turned.dials["critical_after"], usual.dials["critical_after"]) == (100, 112)
    assert turned.dials["rebound_after"] == usual.dials["rebound_after"]


def test_a_dial_of_a_concept_is_turned_and_the_others_stay(tmp_path: Path) -> None:
    site = taken(
        tmp_path, f"[{SCHEDULE}]", 'grace = "21 days"', "[concept.very-high-risk]", 't_score = "\N{MINUS SIGN}3.0 SD"'
    )
    assert site.dials == {
        DenosumabSchedule: DenosumabSchedule(grace=Days(21)),
        VeryHighRisk: VeryHighRisk(t_score=TScore("-3.0")),
    }


def test_the_scanners_precision_is_taken_in_percent_or_as_a_density(tmp_path: Path) -> None:
    site = taken(
        tmp_path, "[concept.precision]", 'lumbar_spine = "3.2%"', 'total_hip = "0.032 g/cm²"', 'femoral_neck = "4 %"'
    )
    assert site.dials == {
        Precision: Precision(lumbar_spine=Percent("3.2"), total_hip=Density("0.032"), femoral_neck=Percent(4))
    }
    assert isinstance(site.dials[Precision].total_hip, Density)  # type: ignore[attr-defined]


def test_a_share_is_written_in_percent(tmp_path: Path) -> None:
    assert taken(tmp_path, "[concept.adherence]", 'covered = "75 %"').dials == {
        Adherence: Adherence(covered=Fraction("0.75"))
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("28", 'a number with its unit in quotation marks, as "28 days"'),
        ('"28"', 'a number with its unit in quotation marks, as "28 days"'),
        ('"four weeks"', 'a number with its unit in quotation marks, as "28 days"'),
        ('"4 weeks"', 'days, as "28 days"'),
        ('"-28 days"', "7 days to 112 days (usual: 28 days)"),
        ('"0 days"', "7 days to 112 days (usual: 28 days)"),
        ('"6 days"', "7 days to 112 days (usual: 28 days)"),
        ('"113 days"', "7 days to 112 days (usual: 28 days)"),
        ('"28.5 days"', 'steps of 1 day, as "28 days"'),
        ("true", 'a number with its unit in quotation marks, as "28 days"'),
    ],
)
def test_a_dial_that_cannot_hold_is_refused_with_how_to_write_it(tmp_path: Path, written: str, expected: str) -> None:
    told = refused(tmp_path, f"[{SCHEDULE}]", f"grace = {written}")
    assert f"[{SCHEDULE}]: grace = " in told
    assert told.endswith(f"cannot hold: expected {expected}.")


@pytest.mark.parametrize("written", ['"7 days"', '"112 days"'])
def test_the_ends_of_what_may_be_set_are_taken(tmp_path: Path, written: str) -> None:
    assert taken(tmp_path, f"[{SCHEDULE}]", f"grace = {written}").dials


@pytest.mark.parametrize(
    ("table", "line", "sentence"),
    [
        ("rule.denosumab-overdu", "", "[rule]: no rule is called 'denosumab-overdu'; did you mean denosumab-overdue"),
        ("rule.data-gap", "", "this card tells what could not be read; it has no stage and no dials"),
        (OVERDUE, 'critcal_after = "100 days"', "no dial is called 'critcal_after'; did you mean critical_after"),
        (OVERDUE, 'stage = "shadows"', "expected 'on', 'shadow' or 'off'"),
        (OVERDUE, "stage = true", "expected 'on', 'shadow' or 'off'"),
        ("concept.denosumab-shedule", "", "no concept with dials is called 'denosumab-shedule'; did you mean"),
        (SCHEDULE, 'graze = "3 days"', "no dial is called 'graze'; did you mean grace?"),
        (SCHEDULE, 'stage = "off"', "no dial is called 'stage'"),
        ("rule", "allergy = 3", "[rule.allergy] must be a table"),
        ("concept.precision", 'total_hip = "0.2 g/cm2"', "expected 0.005 g/cm2 to 0.1 g/cm2"),
        ("concept.precision", 'total_hip = "3 mm"', "expected % or g/cm2"),
        ("rules.allergy", 'stage = "off"', "has [rules]; it takes [site], [rule] or [concept]"),
        ("site", 'optional_fracture_sites = ["rib"]', "a list of 'ribs', 'humerus', 'femoral shaft' or 'distal femur'"),
    ],
)
def test_a_name_or_value_that_nothing_knows_is_refused_with_the_nearest(
    tmp_path: Path, table: str, line: str, sentence: str
) -> None:
    assert sentence in refused(tmp_path, f"[{table}]", line)


def test_a_rule_that_is_off_is_not_in_force_and_those_that_yield_to_it_are(tmp_path: Path) -> None:
    site = taken(tmp_path, "[rule.denosumab-discontinuation]", 'stage = "off"')
    ids = {rule.id for rule in catalog.load(site).rules}
    assert ids == {rule.id for rule in catalog.declared()} - {"denosumab-discontinuation"}
    assert "denosumab-discontinuation" in catalog.load(site)["denosumab-overdue"].yields_to


def test_a_rule_in_the_shadow_is_in_force_and_marked(tmp_path: Path) -> None:
    rules = catalog.load(taken(tmp_path, "[rule.allergy]", 'stage = "shadow"')).rules
    assert [rule.id for rule in rules if rule.stage == "shadow"] == ["allergy"]
    assert {rule.stage for rule in rules} == {"on", "shadow"}


def test_a_site_that_names_no_rule_of_ours_cannot_be_loaded() -> None:
    with pytest.raises(TypeError, match="no rule is called 'none'"):
        catalog.load(Site(stages={"none": "off"}))
    with pytest.raises(TypeError, match="rule 'allergy' has no dial 'grace'; it has: none"):
        catalog.load(Site(rule_dials={"allergy": {"grace": Days(3)}}))
