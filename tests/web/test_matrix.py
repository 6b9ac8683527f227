"""Who may open what: every route, by every kind of person, in their own gathering and another.

A new route needs a line in ``ROUTES``; without one the first test fails.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from huiyou.web.applications.models import Application
from huiyou.web.console.imports import take_upload
from huiyou.web.console.members import key_of
from huiyou.web.console.models import Membership, Run
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.actions import prepare_lottery
from huiyou.web.seats.lottery import announce, thrown

STAFF = frozenset({"staff", "auditor", "organiser", "superuser"})
EVERYONE = STAFF | {"nobody", "applicant", "stranger"}
ROLES = sorted(EVERYONE)


@dataclass(frozen=True)
class Route:
    """Who may open it, and what it needs.

    ``may``: who gets it of the gathering they belong to; everybody else gets 404, 403 or the way to
    the log-in. ``elsewhere``: who gets it of a gathering they do not belong to.
    ``cookies``: what a GET may set. ``posts``: whether it takes POST. ``free``: whether that POST needs no token.
    """

    may: frozenset[str] = EVERYONE
    elsewhere: frozenset[str] = EVERYONE
    gets: bool = True
    posts: bool = False
    free: bool = False
    cookies: frozenset[str] = frozenset()


FORM = frozenset({"csrftoken"})
ORGANISERS = frozenset({"organiser", "superuser"})
KNOWN = EVERYONE - {"nobody", "applicant"}


def desk(may, **more):
    """A page of the desk: of one's own gathering only, unless one may do everything."""
    return Route(may=may, elsewhere=frozenset({"superuser"}), cookies=FORM, **more)


PUBLIC = Route()
ROUTES = {
    "language": Route(gets=False, posts=True, free=True),  # changes only the reader's own language
    "health": PUBLIC,
    "gatherings:home": PUBLIC,
    "gatherings:series": PUBLIC,
    "gatherings:gathering": PUBLIC,
    "gatherings:calendar": PUBLIC,
    "gatherings:calendar_file": PUBLIC,
    "seats:proof": PUBLIC,
    "seats:kept": PUBLIC,
    "seats:kept_file": PUBLIC,
    "seats:record": PUBLIC,
    "seats:lottery_file": PUBLIC,
    "seats:draw_file": PUBLIC,
    "tables:proof": PUBLIC,
    "tables:kept": PUBLIC,
    "tables:record": PUBLIC,
    "tables:find": Route(posts=True, cookies=FORM),
    "tables:timer": PUBLIC,
    "tables:screen": Route(may=STAFF, elsewhere=frozenset({"superuser"})),
    "prizes:proof": PUBLIC,
    "prizes:kept": PUBLIC,
    "prizes:record": PUBLIC,
    "applications:apply": Route(posts=True, cookies=FORM),
    "applications:applied": PUBLIC,
    # The link itself is the key: whoever holds it may open it, nobody can guess it.
    "me:erased": PUBLIC,
    "me:page": Route(cookies=FORM),
    "me:answers": Route(posts=True, cookies=FORM),
    "me:withdraw": Route(posts=True, cookies=FORM),
    "me:return": Route(gets=False, posts=True),
    "me:accept": Route(gets=False, posts=True),
    "me:decline": Route(posts=True, cookies=FORM),
    "me:waiting": PUBLIC,
    "me:companion": Route(gets=False, posts=True),
    "me:data": PUBLIC,
    "me:data_file": PUBLIC,
    "me:erase": Route(posts=True, cookies=FORM),
    "console:login": Route(posts=True, cookies=FORM),
    "console:logout": Route(gets=False, posts=True),
    "console:home": Route(may=KNOWN, elsewhere=KNOWN, cookies=FORM),
    "console:desk": desk(STAFF),
    # Who organises any gathering may make another.
    "console:new": Route(may=ORGANISERS, elsewhere=ORGANISERS | {"stranger"}, posts=True, cookies=FORM),
    "console:welcome": Route(posts=True, cookies=FORM),  # the link is the key
    "console:facts": desk(ORGANISERS),
    "console:section": desk(ORGANISERS, posts=True),
    "console:text": desk(ORGANISERS, posts=True),
    "console:times": desk(ORGANISERS, posts=True),
    "console:roles": desk(ORGANISERS, posts=True),
    "console:role": desk(ORGANISERS, gets=False, posts=True),
    "console:role_link": desk(ORGANISERS, gets=False, posts=True),
    "console:upload": desk(ORGANISERS, posts=True),
    "console:mapping": desk(ORGANISERS, posts=True),
    "console:read": desk(ORGANISERS, gets=False, posts=True),
    "console:keep": desk(ORGANISERS, gets=False, posts=True),
    "console:start": desk(ORGANISERS, gets=False, posts=True),
    "console:run": desk(STAFF),
    "console:cancel": desk(ORGANISERS, gets=False, posts=True),
    "console:seats": desk(STAFF),
    "console:pools": desk(ORGANISERS, posts=True),
    "console:rules": desk(ORGANISERS, gets=False, posts=True),
    "console:place": desk(ORGANISERS, gets=False, posts=True),
    "console:objective": desk(ORGANISERS, gets=False, posts=True),
    "console:announce": desk(ORGANISERS, gets=False, posts=True),
    "console:roll": desk(ORGANISERS, gets=False, posts=True),
    "console:call_off": desk(ORGANISERS, gets=False, posts=True),
    "console:audit": desk(ORGANISERS | {"auditor"}),
    "console:audit_file": desk(ORGANISERS | {"auditor"}),
    "console:publish": desk(ORGANISERS, gets=False, posts=True),
    "console:records": desk(ORGANISERS | {"auditor"}),
    "console:record": desk(ORGANISERS | {"auditor"}),
    "console:journal": desk(ORGANISERS | {"auditor"}),
    "console:applications": desk(ORGANISERS | {"staff"}),
    "console:application": desk(ORGANISERS | {"staff"}),
    "console:password": Route(may=KNOWN, elsewhere=KNOWN, posts=True, cookies=FORM),
    "console:new_link": desk(ORGANISERS, posts=True),
}  # fmt: skip


def routes(patterns=None, space=""):
    """Give every named route with the names of its parameters."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from routes(each.url_patterns, inner)
        elif isinstance(each, URLPattern):
            yield f"{space}{each.name}", each.pattern.converters


@pytest.fixture
def elsewhere(decided):
    """A second gathering, with people, seats, tables and a draw of its own."""
    from huiyou.web.prizes.actions import rehearse_prizes  # noqa: PLC0415 -- after Django is set up
    from huiyou.web.seats.actions import rehearse_seats  # noqa: PLC0415 -- likewise
    from huiyou.web.tables.actions import set_tables  # noqa: PLC0415 -- likewise

    other = copy.copy(decided)
    other.pk, other.slug = None, "elsewhere"
    other._state.adding = True
    other.save()
    people = list(decided.applications.all())
    for person in people:
        person.pk, person.gathering, person.code = None, other, f"x{person.code}"
    Application.objects.bulk_create(people)
    round_ = rehearse_seats(other, seed="other")
    set_tables(round_, seed="other")
    rehearse_prizes(round_, seed="other")
    return other


@pytest.fixture
def people(decided, elsewhere):
    """A browser of each kind of person; all belong to ``decided`` but the stranger."""
    Gathering.objects.update(closes=timezone.now() + timedelta(days=1))
    browsers = {role: Client() for role in EVERYONE}
    for role in EVERYONE - {"nobody", "applicant"}:
        user = get_user_model().objects.create_user(role, is_superuser=role == "superuser")
        if role != "superuser":
            Membership.objects.create(
                user=user,
                gathering=elsewhere if role == "stranger" else decided,
                role="organiser" if role == "stranger" else role,
            )
        browsers[role].force_login(user)
    return browsers


def address(name, converters, gathering):
    """Fill a route's parameters with those of a gathering."""
    application = gathering.applications.first()
    run, _ = Run.objects.get_or_create(gathering=gathering, step=Run.Step.SEATS, who="test")
    known = {
        "slug": gathering.series.slug if name == "gatherings:series" else gathering.slug,
        "token": upload_of(gathering).token if "console" in name else application.token,
        "code": application.code,
        "digest": digest_of(name, gathering.rounds.first()),
        "step": "seats",
        "section": "programme",
        "key": key_of(waiting(gathering).user) if name == "console:welcome" else "",
        "kind": "selection",
        "pk": {
            "console:record": gathering.rounds.first().pk,
            "console:role": waiting(gathering).pk,
            "console:role_link": waiting(gathering).pk,
            **dict.fromkeys(OF_LOTTERIES, lottery_of(gathering).pk),
        }.get(name, run.pk),
        "name": "inputs.json",
    }
    return reverse(name, kwargs={key: known[key] for key in converters})


OF_LOTTERIES = (
    "console:announce", "console:roll", "console:call_off", "seats:lottery_file", "seats:draw_file",
)  # fmt: skip


def lottery_of(gathering):
    """Give a gathering's lottery: announced, and with a proof to look at."""
    if (there := gathering.lotteries.first()) is None:
        there, now = prepare_lottery(gathering, seed="x"), timezone.now()
        announce(there, at=now + timedelta(minutes=9), now=now, who="test")
        there.refresh_from_db()
        gathering.lotteries.update(proof=thrown(there, "0" * 21).decode())
    return there


def digest_of(name, round_):
    """Give the digest of the record that a route keeps."""
    if name.startswith("prizes"):
        return round_.draws.first().fingerprint
    if name in OF_LOTTERIES:
        return lottery_of(round_.gathering).record["digest"]
    made = round_.plans.first() if name.startswith("tables") else round_
    return made.record["digest"]


def waiting(gathering):
    """Give a member who has not chosen a password yet."""
    user, made = get_user_model().objects.get_or_create(username=f"waiting@{gathering.slug}")
    if made:
        user.set_unusable_password()
        user.save()
    there, _ = Membership.objects.get_or_create(user=user, gathering=gathering, role="staff")
    return there


def upload_of(gathering):
    """Give a gathering's upload, handed in once."""
    there = gathering.uploads.first()
    table = resources.files("huiyou.sample") / "new" / "applicants.csv"
    return there or take_upload(
        gathering, SimpleUploadedFile("a.csv", table.read_bytes()), who="test"
    )


def opened(answer):
    """Whether somebody got in: neither refused, nor sent to log in, nor told that it is not there."""
    to_log_in = answer.status_code in (301, 302) and "login" in answer.headers["Location"]
    return answer.status_code not in (401, 403, 404) and not to_log_in


def test_every_route_has_its_line():
    assert sorted({name for name, _ in routes()} ^ ROUTES.keys()) == []


def test_every_route_opens_for_those_who_may_and_for_nobody_else(people, decided, elsewhere):
    wrong = []
    for name, converters in routes():
        route = ROUTES[name]
        if not route.gets:
            continue
        for gathering in (decided, elsewhere):
            link = address(name, converters, gathering)
            for role, browser in people.items():
                at_home = (role == "stranger") == (gathering == elsewhere)
                who = "organiser" if role == "stranger" and at_home else role
                entitled = who in (route.may if at_home else route.elsewhere)
                if opened(browser.get(link)) != entitled:
                    wrong.append((name, gathering.slug, role, not entitled))
    assert wrong == []


def test_what_only_takes_forms_gives_no_page(people, decided):
    for name, converters in routes():
        if not ROUTES[name].gets:
            assert people["superuser"].get(address(name, converters, decided)).status_code == 405


def test_a_form_without_its_token_is_refused_everywhere(people, decided):
    wrong = []
    for name, converters in routes():
        route = ROUTES[name]
        for browser in people.values():
            browser.handler.enforce_csrf_checks = True
            status = browser.post(address(name, converters, decided), {}).status_code
            if not route.free and status != 403:
                wrong.append((name, status))
    assert wrong == []


def test_only_routes_with_a_form_take_one(people, decided):
    wrong = []
    for name, converters in routes():
        status = people["superuser"].post(address(name, converters, decided), {}).status_code
        if (status != 405) != ROUTES[name].posts:
            wrong.append((name, status))
    assert wrong == []


def test_every_answer_says_what_may_run_and_sets_no_cookie_unasked(people, decided):
    wrong = []
    for name, converters in routes():
        route = ROUTES[name]
        for browser in (people["nobody"], people["organiser"]):
            answer = browser.get(address(name, converters, decided))
            policy = answer.headers.get("Content-Security-Policy", "")
            sniffing = answer.headers.get("X-Content-Type-Options")
            if "default-src 'none'" not in policy or "unsafe-" in policy:
                wrong.append((name, policy))
            if sniffing != "nosniff":
                wrong.append((name, "may be sniffed"))
            if not set(answer.cookies) <= route.cookies:
                wrong.append((name, sorted(answer.cookies)))
    assert wrong == []


def test_no_page_holds_an_inline_script_or_style(people, decided):
    for name, converters in routes():
        if ROUTES[name].gets:
            page = people["superuser"].get(address(name, converters, decided)).content.decode()
            assert [mark for mark in (" style=", "<style", "<script>", " onclick=", "javascript:") if mark in page] == []  # fmt: skip


# What somebody may send who read the page's source: everything that any form of the desk takes.
FILLED_IN = {
    "name": "evil", "role": "organiser", "remove": "1", "listed": "on", "opens": "2020-01-01T00:00",
    "closes": "2040-01-01T00:00", "shown": "yes", "sheet": "x", "column-0": "姓名", "sure": "1",
    "toml": "[gathering]", "quotas": "feature,value,min,max\n", "prizes": "", "seen": "", "title": "evil",
    "slug": "evil", "password": "a good long one",
}  # fmt: skip
PASSING = {"sessions_session", "django_session", "shared_tally", "huiyou_cache"}


def whole_database():
    """Give every row of every table, but for what any request leaves behind."""
    with connection.cursor() as cursor:
        tables = sorted(set(connection.introspection.table_names(cursor)) - PASSING)
        rows = {}
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- our own tables
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


def test_a_form_from_whoever_may_not_send_it_changes_nothing(people, decided, elsewhere):
    sent = [
        (browser, address(name, converters, gathering), (name, gathering.slug, role))
        for name, converters in routes()
        if name.startswith("console:") and ROUTES[name].posts and "slug" in converters
        for gathering in (decided, elsewhere)
        for role, browser in people.items()
        if not entitled(name, role, gathering, elsewhere)
    ]
    before = whole_database()

    wrong = [what for browser, link, what in sent if opened(browser.post(link, FILLED_IN))]

    assert wrong == []
    assert whole_database() == before
    assert len(sent) > 100


def entitled(name, role, gathering, elsewhere):
    at_home = (role == "stranger") == (gathering == elsewhere)
    who = "organiser" if role == "stranger" and at_home else role
    return who in (ROUTES[name].may if at_home else ROUTES[name].elsewhere)


def test_what_belongs_to_one_gathering_is_not_found_at_the_desk_of_another(
    people, decided, elsewhere
):
    links = []
    for name, converters in routes():
        if name.startswith("console:") and "slug" in converters and set(converters) & {"token", "code", "pk"}:  # fmt: skip
            theirs = address(name, converters, elsewhere)
            links.append((name, theirs.replace("/elsewhere/", f"/{decided.slug}/")))
    before = whole_database()

    answers = [
        (name, method, role, people[role].generic(method, link, urlencode(FILLED_IN), FORM_TYPE).status_code)
        for name, link in links
        for method in ("GET", "HEAD", "POST")
        for role in ("organiser", "superuser")
    ]  # fmt: skip

    assert [answer for answer in answers if answer[-1] not in (404, 405)] == []
    assert whole_database() == before
    assert len(links) >= 9


FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
def test_no_other_method_opens_a_page_or_changes_anything(people, decided, elsewhere, method):
    links = [(name, address(name, converters, decided)) for name, converters in routes()]
    before = whole_database()

    for name, link in links:
        for role, browser in people.items():
            answer = browser.generic(method, link)
            if method == "HEAD" and ROUTES[name].gets:
                assert opened(answer) == entitled(name, role, decided, elsewhere), (name, role)
            else:
                assert answer.status_code in (302, 403, 404, 405), (name, role)
            assert not answer.content or answer.status_code in (403, 404), (name, role)

    assert whole_database() == before
