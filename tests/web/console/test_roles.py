"""What each role sees of people; which pages it opens, `tests.web.test_matrix` tries."""

from huiyou.web.applications.models import Application
from huiyou.web.console.tasks import start_run


def test_staff_see_the_last_four_digits_of_a_phone_and_no_mail(signed_in, gathering, at):
    one = Application.objects.first()
    one.phone, one.email = "+8619912345678", "mao@example.com"
    one.save()
    row = at(f"applications/{one.code}/")

    seen = {role: signed_in(role).get(row).content.decode() for role in ("staff", "organiser")}

    assert "+8619912345678" in seen["organiser"]
    assert "mao@example.com" in seen["organiser"]
    assert "•••• 5678" in seen["staff"]
    assert "1991234" not in seen["staff"]
    assert "mao@example.com" not in seen["staff"]


def test_an_auditor_meets_no_name_phone_or_mail_anywhere(signed_in, decided, at):
    client, run = signed_in("auditor"), start_run(decided, "seats", who="test")
    record = decided.rounds.first().pk
    own = ["", f"runs/{run.pk}/", "records/", f"records/selection-{record}.json", "journal/"]
    addresses = [*map(at, own), f"/g/{decided.slug}/screen/"]

    answers = [client.get(address) for address in addresses]

    assert {answer.status_code for answer in answers} == {200}
    pages = [answer.content.decode() for answer in answers]
    for one in Application.objects.all():
        assert not any(one.name in page or one.phone in page for page in pages)
