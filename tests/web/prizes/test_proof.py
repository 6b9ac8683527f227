import json

import pytest

from huiyou.web.prizes.actions import check_draw
from huiyou.web.prizes.models import Draw


@pytest.fixture
def draw(decided):
    return Draw.objects.get()


def test_only_who_kept_the_fingerprint_can_say_that_it_was_published_before(draw):
    verdict = check_draw(draw)

    assert verdict.status == "CONSISTENT"
    assert {"rehearsal", "fingerprint_not_given"} <= set(verdict.reasons)


def test_the_proof_of_another_draw_is_refused(draw):
    draw.fingerprint = "0" * 64

    assert check_draw(draw).reasons == ("fingerprint_differs",)


def test_before_it_is_drawn_there_is_a_fingerprint_to_keep_and_no_winner(client, decided, draw):
    draw.proof = ""
    draw.save(update_fields=["proof"])
    draw.tickets.update(won="")

    page = client.get(f"/g/{decided.slug}/proof/draw/").content.decode()

    assert check_draw(draw) is None
    assert draw.fingerprint in page
    assert "尚未开奖" in page
    assert client.get(f"/g/{decided.slug}/proof/draw/draw.json").status_code == 404


def test_winning_tickets_are_shown_and_no_other(client, decided, draw):
    page = client.get(f"/g/{decided.slug}/proof/draw/").content.decode()

    shown = {ticket.code for ticket in draw.tickets.all() if ticket.code in page}
    assert shown == set(draw.tickets.exclude(won="").values_list("code", flat=True))


def test_the_file_is_the_proof_to_the_byte(client, decided, draw):
    answer = client.get(f"/g/{decided.slug}/proof/draw/draw.json")

    assert answer.content.decode() == draw.proof
    assert json.loads(answer.content)["commit"] == draw.commitment
