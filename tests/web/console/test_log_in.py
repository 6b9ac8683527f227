import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huiyou.errors import InputError
from huiyou.web.console.actions import add_user
from huiyou.web.console.models import Membership

LOGIN = "/console/-/login/"


@pytest.fixture
def lin(gathering):
    return add_user("lin", "a good long one", slug=gathering.slug, role="staff")


def test_a_good_password_leads_to_where_one_wanted_to_go(client, lin, at):
    asked = client.get(at(""))

    back = client.post(
        asked.headers["Location"],
        {"name": "lin", "password": "a good long one", "next": at("")},
    )

    assert back.headers["Location"] == at("")
    assert client.get(at("")).status_code == 200


def plain(answer):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(client, lin):
    wrong = client.post(LOGIN, {"name": "lin", "password": "no"})
    unknown = client.post(LOGIN, {"name": "nil", "password": "no"})

    assert wrong.status_code == unknown.status_code == 403
    assert plain(wrong).replace('value="lin"', 'value="nil"') == plain(unknown)


def test_logging_in_leads_nowhere_else(client, lin):
    answer = client.post(
        LOGIN, {"name": "lin", "password": "a good long one", "next": "https://example.com/"}
    )

    assert answer.headers["Location"] == "/console/"


def test_the_eleventh_try_at_a_name_is_refused_even_with_the_right_password(client, lin):
    for _ in range(10):
        client.post(LOGIN, {"name": "LIN", "password": "no"})

    answer = client.post(LOGIN, {"name": "lin", "password": "a good long one"})

    assert answer.status_code == 429
    assert client.get("/console/").status_code == 302


def test_nobody_keeps_the_owner_of_a_name_out_from_elsewhere_nor_tries_from_many_places(
    client, lin
):
    for k in range(20):
        client.post(LOGIN, {"name": "lin", "password": "no"}, REMOTE_ADDR=f"10.0.0.{k % 2}")
    let_in = Client().post(LOGIN, {"name": "lin", "password": "a good long one"})
    for k in range(100):
        client.post(LOGIN, {"name": "lin", "password": "no"}, REMOTE_ADDR=f"10.0.1.{k}")
    after = client.post(LOGIN, {"name": "lin", "password": "no"}, REMOTE_ADDR="10.0.2.1")

    assert (let_in.status_code, after.status_code) == (302, 429)


def test_one_address_may_not_try_many_names(client, lin):
    tries = [client.post(LOGIN, {"name": f"n{k}", "password": "no"}).status_code for k in range(31)]

    assert (tries[29], tries[30]) == (403, 429)


def test_logging_out_is_asked_for_by_post_and_ends_the_session(organiser):
    by_get = organiser.get("/console/-/logout/")

    organiser.post("/console/-/logout/")

    assert by_get.status_code == 405
    assert organiser.get("/console/").status_code == 302


def test_home_lists_only_gatherings_with_a_role(signed_in, gathering, elsewhere):
    elsewhere.title = "Somewhere else"
    elsewhere.save()

    own = signed_in("staff").get("/console/").content.decode()
    everything = signed_in("superuser").get("/console/").content.decode()

    assert gathering.title in own
    assert "Somewhere else" not in own
    assert "Somewhere else" in everything


@pytest.mark.parametrize("more", [0, 2])
def test_home_asks_the_database_as_often_for_one_gathering_as_for_three(
    signed_in, gathering, more, django_assert_num_queries
):
    client = signed_in("superuser")
    for k in range(more):
        gathering.pk, gathering.slug = None, f"stop-{k}"
        gathering.save()

    with django_assert_num_queries(3):
        client.get("/console/")


def test_the_first_user_may_do_everything_and_the_second_what_the_role_says(gathering):
    first = add_user("first", "a good long one")
    second = add_user("second", "a good long one", slug=gathering.slug, role="auditor")

    assert (first.is_superuser, second.is_superuser) == (True, False)
    assert [m.role for m in Membership.objects.filter(user=second)] == ["auditor"]


def test_a_weak_password_and_an_unknown_gathering_are_both_told(gathering):
    with pytest.raises(InputError) as refused:
        add_user("lin", "123", slug="nowhere")

    assert [fault.code for fault in refused.value.faults] == ["gathering_unknown", "password_weak"]
    assert not get_user_model().objects.exists()


def test_a_user_is_added_from_the_command_line_and_can_log_in(tmp_path):
    environment = {**os.environ, "HUIYOU_PASSWORD": "a good long one", "HUIYOU_LANG": "en"}
    environment.pop("HUIYOU_DATABASE_URL", None)
    command = [
        Path(sys.executable).parent / "huiyou",
        "user",
        "add",
        "lin",
        "--data",
        str(tmp_path),
    ]

    good = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    weak = subprocess.run(
        [*command, "--gathering", "nowhere"],
        env={**environment, "HUIYOU_PASSWORD": "123"}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (good.returncode, good.stdout) == (0, "lin\n"), good.stderr
    assert weak.returncode == 2
    assert "there is no gathering “nowhere”" in weak.stderr


def test_one_changes_ones_own_password_and_other_sessions_end(db):
    user = add_user("lin", "a long old password")
    here, there = Client(), Client()
    for browser in (here, there):
        browser.force_login(user)
    page = "/console/-/password/"

    wrong = here.post(page, {"old": "guess", "new": "another long password"})
    weak = here.post(page, {"old": "a long old password", "new": "12345678"})
    done = here.post(page, {"old": "a long old password", "new": "another long password"})

    assert (wrong.status_code, weak.status_code, done.status_code) == (403, 422, 302)
    assert here.get(page).status_code == 200
    assert there.get(page).status_code == 302
    user.refresh_from_db()
    assert user.check_password("another long password")
