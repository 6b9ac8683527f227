"""Who gets a role, who loses one, and how somebody new comes in."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huiyou.web.console.members import add_member, key_of
from huiyou.web.console.models import Membership

User = get_user_model()
OWN, NEW = "a-long-enough-one", "苹果树下的长椅 7"


@pytest.fixture
def colleague(db):
    """An account with a password that has no role here."""
    return User.objects.create_user("colleague", password=OWN)


def team(gathering):
    return {m.user.username: m.role for m in gathering.memberships.select_related("user")}


def link_in(answer):
    return re.search(r'href="(/console/-/welcome/[^"]+)"', answer.content.decode())[1]


def test_somebody_with_an_account_gets_a_role_and_no_link(organiser, gathering, at, colleague):
    answer = organiser.post(at("roles/"), {"name": "colleague", "role": "auditor"}, follow=True)

    assert team(gathering)["colleague"] == "auditor"
    assert "/welcome/" not in answer.content.decode()
    line = gathering.journal.last()
    assert (line.deed, line.about) == (
        "role",
        {"user": "colleague", "role": "auditor", "made": False},
    )
    assert line.who == f"organiser@{gathering.slug}"


def test_somebody_new_chooses_a_password_behind_a_link_that_works_once(organiser, gathering, at):
    link = link_in(organiser.post(at("roles/"), {"name": "小林", "role": "staff"}))
    new = Client()

    came = new.post(link, {"password": NEW})

    assert came.headers["Location"] == "/console/"
    assert new.get(at("applications/")).status_code == 200
    assert new.get(at("facts/")).status_code == 404
    assert Client().get(link).status_code == 404
    assert Client().login(username="小林", password=NEW)


def test_a_weak_password_is_refused_and_the_link_stays(organiser, at):
    link = link_in(organiser.post(at("roles/"), {"name": "小林", "role": "staff"}))

    answer = Client().post(link, {"password": "12345678"})

    assert answer.status_code == 422
    assert not User.objects.get(username="小林").has_usable_password()
    assert Client().get(link).status_code == 200


def test_a_link_is_shown_once_and_never_again(organiser, at):
    organiser.post(at("roles/"), {"name": "小林", "role": "staff"})

    for page in ("roles/", "journal/"):
        assert "/welcome/" not in organiser.get(at(page)).content.decode()


@pytest.mark.parametrize("key", ["1", "1-", "x-y", "99-abc", "9" * 40 + "-a", "-"])
def test_a_made_up_link_opens_nothing(client, gathering, key):
    answer = client.get(f"/console/-/welcome/{key}/")

    assert answer.status_code == 404
    assert "不能用了" in answer.content.decode()


def test_a_link_never_changes_a_password_that_is_there(client, colleague):
    assert (
        client.post(
            f"/console/-/welcome/{key_of(colleague)}/", {"password": "another-long-one"}
        ).status_code
        == 404
    )
    assert Client().login(username="colleague", password=OWN)


def test_another_link_is_made_while_there_is_no_password(organiser, gathering, at, colleague):
    waiting, _ = add_member(gathering, name="小林", role="staff", who="test")
    settled, _ = add_member(gathering, name="colleague", role="staff", who="test")

    assert Client().get(link_in(organiser.post(at(f"roles/{waiting.pk}/link/")))).status_code == 200
    assert organiser.post(at(f"roles/{settled.pk}/link/")).status_code == 422


def test_nobody_takes_over_an_account_that_waits_elsewhere(organiser, gathering, elsewhere, at):
    add_member(elsewhere, name="小林", role="organiser", who="test")

    here = organiser.post(at("roles/"), {"name": "小林", "role": "staff"}, follow=True)
    member = gathering.memberships.get(user__username="小林")
    again = organiser.post(at(f"roles/{member.pk}/link/"))

    assert "/welcome/" not in here.content.decode()
    assert again.status_code == 422
    assert "/welcome/" not in again.content.decode()


def test_names_of_accounts_elsewhere_are_never_shown(organiser, at, colleague):
    page = organiser.get(at("roles/")).content.decode()
    tried = organiser.post(at("roles/"), {"name": "colleag", "role": "nothing"}).content.decode()

    assert "colleague" not in page
    assert "colleague" not in tried


def test_tries_are_counted(organiser, at):
    answers = [
        organiser.post(at("roles/"), {"name": "a b", "role": "staff"}).status_code
        for _ in range(31)
    ]

    assert answers == [422] * 30 + [429]


@pytest.mark.parametrize(
    ("name", "role"), [("a b", "staff"), ("", "staff"), ("x" * 151, "staff"), ("fine", "chief")]
)
def test_a_wrong_name_or_role_makes_no_account(organiser, gathering, at, name, role):
    before, lines = User.objects.count(), gathering.journal.count()

    assert organiser.post(at("roles/"), {"name": name, "role": role}).status_code == 422

    assert (User.objects.count(), gathering.journal.count()) == (before, lines)


def test_a_role_is_changed_and_taken_away_with_a_line_each(organiser, gathering, at, colleague):
    member, _ = add_member(gathering, name="colleague", role="staff", who="test")

    organiser.post(at(f"roles/{member.pk}/"), {"role": "auditor"})
    assert team(gathering)["colleague"] == "auditor"
    organiser.post(at(f"roles/{member.pk}/"), {"role": "auditor", "remove": "yes"})

    assert "colleague" not in team(gathering)
    assert [line.deed for line in gathering.journal.order_by("-number")[:2]] == ["role_end", "role"]
    assert User.objects.filter(username="colleague").exists()


@pytest.mark.parametrize("change", [{"role": "staff"}, {"remove": "yes"}])
def test_the_last_organiser_stays(organiser, gathering, at, change):
    own = gathering.memberships.get()

    answer = organiser.post(at(f"roles/{own.pk}/"), change)

    assert "这是最后一位主办" in answer.content.decode()
    assert [*team(gathering).values()] == ["organiser"]


def test_an_organiser_leaves_when_there_is_another(organiser, gathering, at, colleague):
    own = gathering.memberships.get()
    add_member(gathering, name="colleague", role="organiser", who="test")

    answer = organiser.post(at(f"roles/{own.pk}/"), {"remove": "yes"})

    assert answer.headers["Location"] == "/console/"
    assert organiser.get(at("facts/")).status_code == 404


def test_who_runs_the_site_may_remove_the_last(signed_in, organiser, gathering, at):
    signed_in("superuser").post(at(f"roles/{gathering.memberships.get().pk}/"), {"remove": "yes"})

    assert not Membership.objects.filter(gathering=gathering).exists()


def test_a_name_with_marks_is_shown_as_text(organiser, gathering, at):
    page = organiser.post(at("roles/"), {"name": "<b>x</b>", "role": "staff"}).content.decode()

    assert "<b>x</b>" not in page
