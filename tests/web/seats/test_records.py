import html
import re

import pytest

from huiyou.proof import canonical
from huiyou.web.seats.actions import rehearse_seats
from huiyou.web.tables.actions import public_part


def shown(client, address):
    answer = client.get(address)
    text = answer.content.decode()
    found = re.search(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL)
    return answer.status_code, html.unescape(found[1]) if found else "", text


def records(decided):
    round_ = decided.rounds.get()
    plan, draw = round_.plans.get(), round_.draws.get()
    return {
        "seats": (round_.record["digest"], canonical.dumps(round_.record).decode()),
        "tables": (plan.record["digest"], canonical.dumps(public_part(plan)).decode()),
        "draw": (draw.fingerprint, draw.proof),
    }


@pytest.mark.parametrize("step", ["seats", "tables", "draw"])
def test_a_record_is_a_page_to_the_byte(client, decided, step):
    digest, text = records(decided)[step]

    status, told, page = shown(client, f"/g/{decided.slug}/proof/{step}/{digest}/")

    assert (status, told) == (200, text)
    assert digest in page


@pytest.mark.parametrize("step", ["seats", "tables", "draw"])
def test_a_digest_of_no_record_opens_nothing(client, decided, step):
    assert client.get(f"/g/{decided.slug}/proof/{step}/{'0' * 64}/").status_code == 404


@pytest.mark.parametrize("step", ["seats", "tables", "draw"])
def test_what_is_not_published_opens_nothing(client, decided, step):
    digest, _ = records(decided)[step]
    decided.published = None
    decided.save(update_fields=["published"])

    assert client.get(f"/g/{decided.slug}/proof/{step}/{digest}/").status_code == 404


def test_an_earlier_record_stays_open_and_says_so(client, decided):
    digest, text = records(decided)["seats"]
    rehearse_seats(decided, seed="again")

    status, told, page = shown(client, f"/g/{decided.slug}/proof/seats/{digest}/")

    assert (status, told) == (200, text)
    assert "之后又有了新的一份" in page


def test_the_code_opens_the_record_where_the_site_knows_its_address(client, decided, settings):
    digest, _ = records(decided)["seats"]
    page = f"/g/{decided.slug}/proof/seats/"
    alone = client.get(page).content.decode()
    settings.PUBLIC_URL = "https://huiyou.example"

    assert "同一串字的二维码" in alone
    assert "扫码打开这份记录" in client.get(page).content.decode()
    assert f'href="{page}{digest}/"' in alone
