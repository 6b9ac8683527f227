"""axe-core finds nothing that shuts people out, on any page, light or dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.live.conftest import log_in

pytestmark = [pytest.mark.needs("chromium")]

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
}
PUBLIC = "/g/shenzhen-2024/"
EVERYONE = ["/", "/series/s-2024/", PUBLIC, f"{PUBLIC}calendar/", f"{PUBLIC}find/", f"{PUBLIC}apply/", f"{PUBLIC}proof/seats/", f"{PUBLIC}proof/tables/", f"{PUBLIC}proof/draw/", f"{PUBLIC}screen/timer/", "/me/erased/", "/me/none/", "/console/-/login/"]  # fmt: skip
REFUSING = {f"{PUBLIC}apply/": 403, "/me/none/": 404}  # closed; no such link: pages nevertheless
MINE = ["", "data/", "withdraw/", "erase/"]
DESK = [f"/console/shenzhen-2024/{page}" for page in ("", "facts/", "facts/text/", "times/", "roles/", "import/", "applications/", "seats/", "seats/pools/", "audit/", "records/", "journal/")]  # fmt: skip
FACTS = [f"/console/shenzhen-2024/facts/{section}/" for section in ("basics", "programme", "guests", "sponsors", "form", "quotas", "tables", "draw", "files")]  # fmt: skip
LOOKS = [("light", "zh", "phone"), ("dark", "zh", "laptop"), ("light", "en", "laptop"), ("dark", "en", "phone")]  # fmt: skip


def faults(page, address):
    """Give what axe minds of a page: the rule, and where."""
    path = "/" + address.split("/", 3)[3]
    assert page.goto(address).status == REFUSING.get(path, 200)
    return seen(page)


def seen(page):
    found = Axe().run(page, options=WCAG).response["violations"]
    return [
        (page.url.split("/", 3)[-1][:40], rule["id"], node["html"][:160])
        for rule in found
        for node in rule["nodes"][:3]
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_nothing_shuts_visitors_out(demo, opened, look):
    scheme, language, size = look
    page = opened(size, language, scheme=scheme)
    own = [demo.told["person"] + each for each in MINE]

    assert [fault for path in [*EVERYONE, *own] for fault in faults(page, demo(path))] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_shuts_organisers_out(demo, opened, scheme):
    page = opened("laptop", "zh", scheme=scheme)
    log_in(page, demo, demo.told["user"], demo.told["password"])
    pages = ["/console/", "/console/-/new/", *DESK, *FACTS, f"{PUBLIC}screen/"]

    assert [fault for path in pages for fault in faults(page, demo(path))] == []


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("look", LOOKS)
def test_nothing_shuts_applicants_out(evening, opened, look):
    scheme, language, size = look
    page = opened(size, language, scheme=scheme)
    pages = ["/g/my-first-stop/", "/g/my-first-stop/apply/"]

    assert [fault for path in pages for fault in faults(page, evening(path))] == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<input>", "label"),
        ("<p><a href='/'></a></p>", "link-name"),
        ("<p id='pale'>你好</p>", "color-contrast"),
    ],
)
def test_what_shuts_people_out_is_noticed(opened, body, rule):
    page = opened()
    style = "<style>#pale { color: #ddd; background: #fff }</style>"
    page.set_content(f"<html lang='zh'><head><title>x</title>{style}</head><body>{body}</body></html>")  # fmt: skip

    assert [found for _, found, _ in seen(page)] == [rule]
