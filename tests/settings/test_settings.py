"""The environment becomes settings, or everything that is wrong with it at once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugin.errors import BadSettings
from plugin.settings.environment import OperatorSettings, read_settings

KEY = "0123456789abcdef0123456789abcdef"
FOUR = {
    "STRAVA_CLIENT_ID": "12345",
    "STRAVA_CLIENT_SECRET": "shh-this-is-stravas",
    "SECRET_KEY": KEY,
    "PUBLIC_URL": "https://run.example.org",
}


def read(**variables: str) -> OperatorSettings:
    return read_settings(variables, env_file=None)


def problems(**variables: str) -> list[str]:
    with pytest.raises(BadSettings) as wrong:
        read(**variables)
    return list(wrong.value.problems)


def test_the_defaults_are_those_of_the_contract():
    settings = read(**FOUR)
    assert settings.strava_api_url == "https://www.strava.com/api/v3"
    assert settings.strava_oauth_url == "https://www.strava.com/oauth"
    assert settings.database_url is None
    assert str(settings.data_dir) == "var"
    assert (settings.smtp_url, settings.mail_from, settings.metrics_token) == (None, None, None)
    assert settings.allowed_athletes is None
    assert settings.athlete_limit == 10
    assert (settings.settle_seconds, settings.reread_hours) == (120, 3)
    assert (settings.check_hour, settings.digest_day) == (20, "sunday")
    assert settings.comments is False
    assert settings.operator_athletes == frozenset()
    assert (settings.log_format, settings.log_level) == ("text", "info")
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)


def test_with_the_four_set_nothing_is_missing():
    assert read(**FOUR).missing == ()
    read(**FOUR).need()


def test_without_anything_the_four_are_missing_but_nothing_is_wrong():
    settings = read()
    assert settings.missing == ("STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET", "SECRET_KEY", "PUBLIC_URL")
    with pytest.raises(BadSettings) as wrong:
        settings.need()
    assert [line.split(":")[0] for line in wrong.value.problems] == list(settings.missing)


def test_there_is_no_default_secret():
    assert read().secret_key == ""


def test_an_empty_variable_counts_as_not_set():
    assert read(**{**FOUR, "SECRET_KEY": " ", "CHECK_HOUR": ""}).missing == ("SECRET_KEY",)


def test_every_problem_is_told_at_once_with_its_variable():
    told = problems(
        SECRET_KEY="short", PUBLIC_URL="http://run.example.org", CHECK_HOUR="25", DIGEST_DAY="Sonntag", PORT="http"
    )
    wrong = ["SECRET_KEY", "PUBLIC_URL", "CHECK_HOUR", "DIGEST_DAY", "PORT"]
    assert [line.split(":")[0] for line in told] == [*wrong, "STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET"]
    assert [": must be " in line for line in told] == [True] * 5 + [False] * 2


@pytest.mark.parametrize("empty", ["", "  "])
def test_an_empty_key_is_named_beside_what_is_wrong(empty):
    told = problems(**{**FOUR, "SECRET_KEY": empty, "PORT": "http"})
    assert [line.split(":")[0] for line in told] == ["PORT", "SECRET_KEY"]
    assert "secrets.token_urlsafe" in told[1]


@pytest.mark.parametrize("mark", ["'", '"'])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *FOUR.items(),
        ("SECRET_KEY_FALLBACKS", f"{KEY},{KEY}"),
        ("DATA_DIR", "/data"),
        ("SMTP_URL", "smtp://mail.example.org"),
        ("CHECK_HOUR", "20"),
        ("COMMENTS", "on"),
        ("ALLOWED_ATHLETES", "*"),
        ("METRICS_TOKEN", "a-token"),
        ("LOG_FORMAT", "json"),
    ],
)
def test_quotation_marks_that_docker_passes_on_are_named_as_such(name, value, mark):
    (told,) = problems(**{**FOUR, "MAIL_FROM": "a@example.org", name: f"{mark}{value}{mark}"})
    assert told.startswith(f"{name}: must be without the quotation marks around it, which `docker run --env-file`")
    assert KEY not in told
    assert ("SECRET_KEY_FALLBACKS" in told) == (name in ("SECRET_KEY", "SECRET_KEY_FALLBACKS"))


def test_a_key_that_was_used_with_its_quotation_marks_can_still_be_an_earlier_one():
    assert read(**FOUR, SECRET_KEY_FALLBACKS=f'"{KEY}"').secret_key_fallbacks == (f'"{KEY}"',)


def test_a_name_in_quotation_marks_is_part_of_an_address():
    assert read(**FOUR, MAIL_FROM='"Footnote" <notes@example.org>').mail_from


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STRAVA_CLIENT_ID", "my app"),
        ("STRAVA_CLIENT_SECRET", "two words"),
        ("PUBLIC_URL", "run.example.org"),
        ("PUBLIC_URL", "https://run.example.org/footnote"),
        ("PUBLIC_URL", "https://run.example.org/?a=b"),
        ("PUBLIC_URL", "https://someone:else@run.example.org"),
        ("PUBLIC_URL", "http://localhost.example.org"),
        ("PUBLIC_URL", "https://[::1"),
        ("PUBLIC_URL", "https://run.example.org:port"),
        ("PUBLIC_URL", "ftp://run.example.org"),
        ("STRAVA_API_URL", "http://www.strava.com/api/v3"),
        ("STRAVA_OAUTH_URL", "strava"),
        ("DATABASE_URL", "mysql://localhost/footnote"),
        ("DATABASE_URL", "postgres://"),
        ("DATABASE_URL", "sqlite:///var/x.db"),
        ("SMTP_URL", "mail.example.org:25"),
        ("SMTP_URL", "smtp://"),
        ("SMTP_URL", "smtp://runner@mail.example.org"),
        ("SMTP_URL", "smtp://mail.example.org:none"),
        ("SMTP_URL", "http://mail.example.org"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@example.org, b@example.org"),
        ("MAIL_FROM", "a@example.org\nBcc: b@example.org"),
        ("ALLOWED_ATHLETES", "12, me"),
        ("ALLOWED_ATHLETES", "*,12"),
        ("ATHLETE_LIMIT", "0"),
        ("ATHLETE_LIMIT", "ten"),
        ("SETTLE_SECONDS", "-1"),
        ("SETTLE_SECONDS", "nan"),
        ("SETTLE_SECONDS", "inf"),
        ("REREAD_HOURS", "-0.1"),
        ("CHECK_HOUR", "24"),
        ("CHECK_HOUR", "8.5"),
        ("DIGEST_DAY", "day"),
        ("COMMENTS", "maybe"),
        ("OPERATOR_ATHLETES", "*"),
        ("SECRET_KEY_FALLBACKS", "short"),
        ("SECRET_KEY_FALLBACKS", "long-enough-to-be-a-key,short"),
        ("METRICS_TOKEN", "two words"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "loud"),
        ("PORT", "0"),
        ("PORT", "70000"),
    ],
)
def test_a_wrong_value_is_refused_by_name(name, value):
    told = problems(**{**FOUR, name: value, **({"MAIL_FROM": "a@example.org"} if name == "SMTP_URL" else {})})
    assert len(told) == 1
    assert told[0].startswith(f"{name}: must be ")


def test_mail_without_a_sender_is_refused():
    assert [line.split(":")[0] for line in problems(**FOUR, SMTP_URL="smtp://localhost:1025")] == ["MAIL_FROM"]


def test_secrets_stand_neither_in_a_complaint_nor_in_a_repr():
    told = problems(SECRET_KEY="tiny-secret", DATABASE_URL="mysql://u:pass-word@h/d", SMTP_URL="smtp://u:pass-word@")
    assert not [line for line in told if "tiny-secret" in line or "pass-word" in line]
    for name in ("PUBLIC_URL", "STRAVA_API_URL", "STRAVA_OAUTH_URL"):
        for url in ("https://u:pass-word@run.example.org", "https://:pass-word@run.example.org"):
            assert "pass-word" not in problems(**{name: url})[0]
    shown = repr(read(**{**FOUR, "DATABASE_URL": "postgres://u:pass-word@h/d", "METRICS_TOKEN": "met-token"}))
    assert not [secret for secret in (KEY, "shh-this-is-stravas", "pass-word", "met-token") if secret in shown]


@pytest.mark.parametrize(
    "url", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000", "https://run.example.org"]
)
def test_http_is_good_enough_for_this_machine_only(url):
    assert read(PUBLIC_URL=url).public_url == url


def test_addresses_lose_their_trailing_slash():
    settings = read(PUBLIC_URL="https://Run.Example.org/", STRAVA_API_URL="http://127.0.0.1:8001/api/v3/")
    assert settings.public_url == "https://run.example.org"
    assert settings.strava_api_url == "http://127.0.0.1:8001/api/v3"


def test_a_look_alike_of_strava_may_run_next_door():
    assert read(STRAVA_OAUTH_URL="http://sandbox:8001/oauth").strava_oauth_url == "http://sandbox:8001/oauth"


@pytest.mark.parametrize("url", ["postgres://u:p@h:5432/d", "postgresql://h/d?sslmode=require", "postgresql:///d"])
def test_postgres_goes_by_two_names(url):
    assert read(DATABASE_URL=url).database_url == url


@pytest.mark.parametrize("url", ["smtp://localhost", "smtp+starttls://u:p%40ss@mail.example.org:587", "smtps://u:p@h"])
def test_a_mail_server_is_given_as_one_address(url):
    assert read(SMTP_URL=url, MAIL_FROM="Footnote <notes@example.org>").smtp_url == url


def test_who_may_connect_is_everybody_or_a_list():
    assert read(ALLOWED_ATHLETES="*").allowed_athletes is None
    assert read(ALLOWED_ATHLETES=" 12, 34 ,").allowed_athletes == {12, 34}


def test_fractions_are_fine_for_waiting():
    settings = read(SETTLE_SECONDS="0.25", REREAD_HOURS="0.5")
    assert (settings.settle_seconds, settings.reread_hours) == (0.25, 0.5)


@pytest.mark.parametrize(("value", "on"), [("on", True), ("ON", True), ("1", True), ("off", False), ("no", False)])
def test_comments_are_switched_by_a_word(value, on):
    assert read(COMMENTS=value).comments is on


def test_words_are_read_whatever_their_case():
    settings = read(DIGEST_DAY="Monday", LOG_FORMAT="JSON", LOG_LEVEL="Debug")
    assert (settings.digest_day, settings.log_format, settings.log_level) == ("monday", "json", "debug")


def test_on_a_dyno_every_address_is_listened_on_and_the_router_is_trusted():
    settings = read(DYNO="web.1", PORT="5000")
    assert (settings.host, settings.port, settings.trusted_proxies) == ("0.0.0.0", 5000, 1)
    assert read(DYNO="web.1", HOST="127.0.0.1").host == "127.0.0.1"


WIPED = ("DYNO", "RENDER", "RAILWAY_ENVIRONMENT_NAME", "FLY_APP_NAME", "KOYEB_APP_NAME")


@pytest.mark.parametrize("sign", WIPED)
def test_where_the_disk_is_wiped_a_database_is_needed_unless_told_otherwise(sign):
    settings = read(**FOUR, **{sign: "one"})
    assert settings.missing == ("DATABASE_URL",)
    with pytest.raises(BadSettings, match="wipes its disk") as wrong:
        settings.need()
    assert "ALLOW_EPHEMERAL_DISK=on" in wrong.value.problems[0]
    read(**FOUR, **{sign: "one"}, DATABASE_URL="postgres:///d").need()
    read(**FOUR, **{sign: "one"}, ALLOW_EPHEMERAL_DISK="on").need()
    told = problems(**FOUR, **{sign: "one"}, PORT="http")
    assert [line.split(":")[0] for line in told] == ["PORT", "DATABASE_URL"]


@pytest.mark.parametrize(
    ("variables", "url"),
    [
        ({"DYNO": "web.1", "HEROKU_APP_DEFAULT_DOMAIN_NAME": "run-1a2b3c.herokuapp.com"}, "https://run-1a2b3c.herokuapp.com"),
        ({"RENDER": "true", "RENDER_EXTERNAL_URL": "https://run.onrender.com"}, "https://run.onrender.com"),
        ({"RAILWAY_ENVIRONMENT_NAME": "production", "RAILWAY_PUBLIC_DOMAIN": "run.up.railway.app"}, "https://run.up.railway.app"),
        ({"FLY_APP_NAME": "run"}, "https://run.fly.dev"),
        ({"KOYEB_APP_NAME": "run", "KOYEB_PUBLIC_DOMAIN": "run-me.koyeb.app"}, "https://run-me.koyeb.app"),
        ({"DYNO": "web.1"}, ""),
        ({"RENDER_EXTERNAL_URL": "https://elsewhere.example.org"}, ""),
    ],
)  # fmt: skip
def test_the_address_that_the_platform_tells_counts_until_another_is_set(variables, url):
    assert read(**variables).public_url == url
    assert read(**variables, PUBLIC_URL="https://run.example.org").public_url == "https://run.example.org"


def test_a_file_is_read_too_and_the_environment_wins(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# ours\nSECRET_KEY='from the file, $HOME stays as it is'\nCHECK_HOUR=7\nUNKNOWN=x\n")
    settings = read_settings({"CHECK_HOUR": "9"}, env_file=file)
    assert settings.secret_key == "from the file, $HOME stays as it is"
    assert settings.check_hour == 9


def test_a_file_that_is_not_there_is_no_matter(tmp_path):
    assert read_settings({}, env_file=tmp_path / ".env").check_hour == 20


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    file = tmp_path / ".env"
    file.write_bytes(b"SECRET_KEY=\xff\xfe\n")
    with pytest.raises(BadSettings, match=r"\.env: cannot be read"):
        read_settings({}, env_file=file)


def test_a_folder_named_env_holds_python_and_no_settings(tmp_path):
    (tmp_path / ".env").mkdir()
    assert read_settings({"CHECK_HOUR": "9"}, env_file=tmp_path / ".env").check_hour == 9


@given(
    st.dictionaries(
        st.sampled_from([name.upper() for name in OperatorSettings.model_fields]),
        st.text(st.characters(exclude_characters="\x00"), max_size=40),
        max_size=6,
    )
)
def test_whatever_stands_in_the_environment_it_is_read_or_refused_in_words(variables):
    told: tuple[str, ...] = ()
    try:
        read_settings(variables, env_file=None)
    except BadSettings as wrong:
        told = wrong.problems or ("nothing",)
    assert {line.split(":")[0] for line in told} <= {name.upper() for name in OperatorSettings.model_fields}
