"""How an installation is set, and what it refuses with a sentence."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from cards.chart import Site
from service.errors import Misconfigured
from service.settings import Settings, from_environment, today


def refused(**environment: str) -> str:
    with pytest.raises(Misconfigured) as told:
        from_environment({f"OSTEOHOOKS_{name}": value for name, value in environment.items()})
    return str(told.value)


def taken(**environment: str) -> Settings:
    return from_environment({f"OSTEOHOOKS_{name}": value for name, value in environment.items()})


def site_file(folder: Path, text: str) -> str:
    path = folder / "site.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_nothing_set_is_loopback_without_authentication() -> None:
    assert from_environment({"PATH": "/usr/bin"}) == Settings()
    assert Settings().discovery_url == "http://127.0.0.1:8080/cds-services"


def test_each_variable_is_read() -> None:
    settings = taken(
        HOST="::1", PORT="8765", WORKERS="3", AS_OF="2026-01-15", LOG_LEVEL="WARNING", TIMEZONE="Europe/Vienna",
        ALLOWED_ORIGINS="https://Sandbox.cds-hooks.org, http://localhost:3000", MAX_CARDS="11", VHR_PROFILE="aace20",
        SUPPRESS_PALLIATIVE="no", ALLOW_DRAFTS="off", PV_INFO="0", SUGGEST_ABALOPARATIDE="yes",
        OPTIONAL_FRACTURE_SITES="ribs, femoral shaft",
    )  # fmt: skip
    assert (settings.host, settings.port, settings.workers) == ("::1", 8765, 3)
    assert settings.base_url == "http://[::1]:8765"
    assert settings.as_of == date(2026, 1, 15)
    assert settings.log_level == "warning"
    assert str(settings.timezone) == "Europe/Vienna"
    assert settings.allowed_origins == ("https://sandbox.cds-hooks.org", "http://localhost:3000")
    assert settings.site == Site(11, "aace20", False, False, False, True, ("ribs", "femoral shaft"))


def test_the_environment_wins_over_the_site_file(tmp_path: Path) -> None:
    path = site_file(tmp_path, '[site]\nmax_cards = 4\npv_info = false\ntimezone = "America/New_York"\n')
    assert taken(SITE=path).site == Site(max_cards=4, pv_info=False)
    assert taken(SITE=path, MAX_CARDS="7").site == Site(max_cards=7, pv_info=False)
    assert str(taken(SITE=path).timezone) == "America/New_York"


@pytest.mark.parametrize("name", ["MAX_CARD", "MAXCARDS", "TIME_ZONE"])
def test_a_variable_that_nothing_knows_is_refused_with_the_nearest_name(name: str) -> None:
    assert f"no setting is called OSTEOHOOKS_{name}; did you mean OSTEOHOOKS_" in refused(**{name: "3"})


def test_a_key_that_the_site_file_may_not_hold_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    told = refused(SITE=site_file(tmp_path, "[site]\nmax_card = 3\n"))
    assert "no setting is called 'max_card'; did you mean max_cards?" in told
    assert str(tmp_path) in told


@pytest.mark.parametrize("text", ["[site", "site = 3\n"])
def test_a_site_file_that_is_no_table_is_refused(tmp_path: Path, text: str) -> None:
    assert "site.toml" in refused(SITE=site_file(tmp_path, text))


def test_a_site_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refused(SITE=str(tmp_path / "none.toml"))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("MAX_CARDS", "0", "a whole number from 1 to 100"),
        ("MAX_CARDS", "three", "a whole number from 1 to 100"),
        ("OPTIONAL_FRACTURE_SITES", "rib", "a list of 'ribs', 'humerus', 'femoral shaft' or 'distal femur'"),
        ("WORKERS", "1.5", "a whole number from 1 to 64"),
        ("AS_OF", "15.01.2026", "a day as 2026-01-31"),
        ("AS_OF", "2026-02-30", "a day as 2026-01-31"),
        ("TIMEZONE", "Europe/Wien", "an IANA zone"),
        ("TIMEZONE", "../etc/passwd", "an IANA zone"),
        ("VHR_PROFILE", "ACR22", "'acr22' or 'aace20'"),
        ("PV_INFO", "maybe", "yes or no"),
        ("AUTH", "basic", "'none' or 'jwt'"),
        ("BASE_URL", "cds.example.org", "an address as https://cds.example.org"),
        ("ALLOWED_ORIGINS", "*", "'*' is not taken"),
        ("ALLOWED_ORIGINS", "https://ehr.example.org/app", "origins as"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_value_that_cannot_hold_is_refused_with_what_was_expected(name: str, value: str, expected: str) -> None:
    told = refused(**{name: value})
    assert told.startswith(f"OSTEOHOOKS_{name}={value} cannot hold: expected ")
    assert expected in told


@pytest.mark.parametrize(
    "value", ["max_cards = true", 'max_cards = "3"x', "pv_info = 1", "vhr_profile = 3", "timezone = 1"]
)
def test_a_site_value_of_another_kind_is_refused(tmp_path: Path, value: str) -> None:
    refused(SITE=site_file(tmp_path, f"[site]\n{value}\n"))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_loopback_needs_no_leave(host: str) -> None:
    assert taken(HOST=host).host == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "cds.example.org"])  # noqa: S104 - it is refused
def test_beyond_loopback_without_authentication_needs_leave(host: str) -> None:
    assert "OSTEOHOOKS_OPEN_BEYOND_LOOPBACK=yes" in refused(HOST=host)
    for leave in ("yes", "1"):
        assert taken(HOST=host, OPEN_BEYOND_LOOPBACK=leave).host == host


def test_client_tokens_refuse_to_start_until_they_can_be_checked() -> None:
    assert "cannot check a client's token yet" in refused(AUTH="jwt")


def test_a_moved_day_is_refused_beside_client_tokens() -> None:
    assert "AS_OF moves the day for every patient" in refused(AUTH="jwt", AS_OF="2026-01-15")


def test_today_is_the_day_in_the_site_s_zone() -> None:
    assert today(taken(AS_OF="2026-01-15")) == date(2026, 1, 15)
    west, east = today(taken(TIMEZONE="Etc/GMT+12")), today(taken(TIMEZONE="Etc/GMT-14"))
    assert (east - west).days >= 1
    assert west <= datetime.now(UTC).date() <= east  # noqa: TID251 - held against the clock itself
