from pathlib import Path

import pytest

from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.proof import Chance
from huiyou.web.applications.models import Application
from huiyou.web.demo import _shown, fill
from huiyou.web.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder():
    return read_folder(Path(str(sample.folder("new"))))


def test_a_filled_demo_opens_at_each_of_its_addresses(client, folder):
    ready = fill(folder)

    assert client.login(username=ready.user, password=ready.password)
    assert {name: client.get(path).status_code for name, path in ready.paths.items()} == dict.fromkeys(ready.paths, 200)  # fmt: skip
    assert "去找这些人" in client.get(ready.paths["person"]).content.decode()
    assert set(Entry.objects.values_list("deed", flat=True)) >= {"import", "publish"}


def test_invented_people_show_a_part_of_themselves(folder):
    fill(folder)
    shown = [set(person.shown) for person in Application.objects.all()]
    names = sum("name" in each for each in shown) / len(shown)

    assert 0.6 <= names < 1
    assert all(each <= {"name", "company", "bio", "wants", "行业", "职位"} for each in shown)


def test_what_they_show_is_the_same_each_time(folder):
    facts = folder.facts

    assert [_shown(facts, Chance("甲")) for _ in range(3)] == [_shown(facts, Chance("甲"))] * 3
    assert len({tuple(_shown(facts, Chance(f"{k}"))) for k in range(40)}) > 5


def test_a_second_filling_keeps_what_is_there_and_gives_a_new_password(client, folder):
    first, people = fill(folder), Application.objects.count()

    second = fill(folder)

    assert (second.paths, Application.objects.count()) == (first.paths, people)
    assert not client.login(username=first.user, password=first.password)
