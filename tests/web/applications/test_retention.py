from datetime import timedelta

from django.utils import timezone

from huiyou.web.applications.actions import KEPT_DAYS, erase_overdue
from huiyou.web.applications.models import Application


def test_what_is_kept_too_long_is_erased_and_nothing_before_its_day(gathering):
    gathering.kept_since = gathering.facts.occasion.ends - timedelta(days=30)
    gathering.save(update_fields=["kept_since"])
    day = gathering.facts.occasion.ends + timedelta(days=KEPT_DAYS)
    people = gathering.applications.count()

    early = erase_overdue(day - timedelta(minutes=1))
    late = erase_overdue(day + timedelta(minutes=1))
    again = erase_overdue(timezone.now().replace(year=2030))

    assert (early, late, again) == (0, people, 0)
    assert set(Application.objects.values_list("state", "name", "phone")) == {("erased", "", "")}


def test_an_old_gathering_taken_in_today_is_kept_as_long_from_today(gathering):
    taken_in = gathering.kept_since

    assert erase_overdue(taken_in + timedelta(days=KEPT_DAYS - 1)) == 0
    assert erase_overdue(taken_in + timedelta(days=KEPT_DAYS + 1)) > 0
