"""What applicants and imports write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from huiyou.errors import Fault, InputError
from huiyou.people import Clean
from huiyou.people.companions import pair_up
from huiyou.people.phones import BadPhoneError, read_phone
from huiyou.web.applications.answers import Answers
from huiyou.web.applications.models import ALPHABET, CODE_LENGTH, Application, Companion, new_code
from huiyou.web.gatherings.actions import alone
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.shared.files import forget_old_pages

__all__ = [
    "KEPT_DAYS",
    "apply",
    "change_answers",
    "come_back",
    "confirm_companion",
    "erase",
    "erase_overdue",
    "keep_applications",
    "require_room",
    "withdraw",
]

BATCH = 500
KEPT_DAYS = 180  # after a gathering has ended, its applications are erased
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # no time of submission: before all that have one
_State = Application.State
_TYPED = ("name", "phone", "email", "company", "bio", "wants", "companion_phone")


def apply(gathering: Gathering, answers: Answers, *, once: str, now: datetime) -> str:
    """Keep an application, aside if its phone has applied before; give the token of its link.

    The token is made from ``once``, which the form brought along, and the phone, whatever was found.

    - Somebody new gets the link to their page.
    - Whoever sends the same form twice (an impatient thumb, the back button) gets the same link
      twice, and one application.
    - Whoever fills in a new form with a phone that is known gets the same answer, and a link to a
      page like anybody's: their answers are kept as a repeat, which counts for nothing. Nothing of
      the first application changes.

    So neither the answer nor the link tells whether a phone has applied.
    """
    code = _code_for(gathering, once, answers.phone)
    try:
        with alone(gathering):
            there = dict(
                Application.every.filter(
                    Q(code=code) | Q(phone=answers.phone) & ~Q(state=_State.ERASED),
                    gathering=gathering,
                ).values_list("code", "state")
            )
            if there.get(code) == _State.ERASED:
                code = new_code()  # the form of somebody erased, sent again
            if code not in there:
                kept = Application.every.create(
                    gathering=gathering, code=code, applied_at=now, source="form",
                    repeats=any(state != _State.ERASED for state in there.values()),
                    **asdict(answers),
                )  # fmt: skip
                _link_companions(kept)
    except IntegrityError:  # kept by a writer who took no lock; the constraint is the last judge
        pass
    return Application(code=code).token


def _require_there(application: Application) -> None:
    """Refuse to write what has been erased since it was read.

    Raises
    ------
    Application.DoesNotExist
        If it has.
    """
    Application.every.exclude(state=_State.ERASED).only("pk").get(pk=application.pk)


def _code_for(gathering: Gathering, once: str, phone: str) -> str:
    """Give the code that an application sent with this form and this phone has."""
    mac = salted_hmac(
        "huiyou.applications.once", f"{gathering.pk}\0{once}\0{phone}", algorithm="sha256"
    )
    number = int.from_bytes(mac.digest())
    return "".join(ALPHABET[number // len(ALPHABET) ** k % len(ALPHABET)] for k in range(CODE_LENGTH))  # fmt: skip


def change_answers(application: Application, answers: Answers) -> bool:
    """Keep changed answers; False if somebody of that name is there with the same phone.

    Raises
    ------
    Application.DoesNotExist
        If the application has been erased meanwhile.
    """
    before = application.companion_phone
    for name, value in asdict(answers).items():
        setattr(application, name, value)
    try:
        with alone(application.gathering):
            _require_there(application)
            application.save(update_fields=list(asdict(answers)))
            if application.companion_phone != before:
                _unlink(application, before)
                _link_companions(application)
            _write(application, deed="change_answers")
    except IntegrityError:
        application.refresh_from_db()
        return False
    return True


def withdraw(application: Application) -> None:
    """Take no part any more; everything stays, so that one can come back."""
    _turn(application, _State.WITHDRAWN, deed="withdraw")


def come_back(application: Application) -> None:
    """Take part again."""
    _turn(application, _State.APPLIED, deed="come_back")


def _turn(application: Application, state: _State, *, deed: str) -> None:
    with alone(application.gathering):
        there = Application.every.filter(pk=application.pk)
        if there.exclude(state__in=(state, _State.ERASED)).update(state=state):
            application.state = state
            _write(application, deed=deed)


def _write(application: Application, *, deed: str) -> None:
    """Write what an applicant did into the journal, by code; a repeat counts for nothing."""
    if not application.repeats:
        Entry.write(
            application.gathering,
            at=timezone.now(),
            who="applicant",
            deed=deed,
            code=application.code,
        )


def _link_companions(application: Application) -> None:
    """Make two people companions once each has named the other's phone.

    A repeat is tied like anybody else, or its link would tell that its phone is known; decisions
    leave its ties out.
    """
    if application.companion_phone and application.companion_phone != application.phone:
        other = _only_one(_naming(application, application.companion_phone))
        if other is not None:
            _link(application, other)


def _naming(application: Application, phone: str) -> QuerySet[Application]:
    """Give those with a phone who named ours, repeats too."""
    return Application.every.filter(
        gathering=application.gathering, phone=phone, companion_phone=application.phone,
        state=_State.APPLIED,
    ).exclude(pk=application.pk)  # fmt: skip


def _only_one(named: QuerySet[Application]) -> Application | None:
    """Give who is meant: of those who count the only one, else the first repeat.

    A phone that two people share says not which of them.
    """
    found = list(named.order_by("repeats", "pk")[:2])
    if len(found) > 1 and not found[1].repeats:
        return None
    return found[0] if found else None


def _link(one: Application, other: Application) -> None:
    Companion.objects.bulk_create(
        [Companion(application=one, other=other), Companion(application=other, other=one)],
        ignore_conflicts=True,
    )


def _unlink(application: Application, phone: str) -> None:
    Companion.objects.filter(
        Q(application=application, other__phone=phone)
        | Q(other=application, application__phone=phone)
    ).delete()


def confirm_companion(application: Application, phone: str) -> bool:
    """Become companions with somebody who named us, by their whole phone number.

    Raises
    ------
    Application.DoesNotExist
        If the application has been erased meanwhile.
    """
    with alone(application.gathering):
        _require_there(application)
        other = _only_one(_naming(application, phone))
        if other is not None and not application.named.filter(other=other).exists():
            _link(application, other)
            _write(application, deed="confirm_companion")
    return other is not None


def erase(application: Application) -> None:
    """Blank everything that says who somebody is; the code stays, for records name nobody else.

    The journal says that somebody did, and not by which code: whoever has an old list could tell
    who wanted to be forgotten, and a line of the journal is never taken away.
    """
    with alone(application.gathering):
        if _erase(application) and not application.repeats:
            Entry.write(application.gathering, at=timezone.now(), who="applicant", deed="erase")
        transaction.on_commit(forget_old_pages)


def _erase(application: Application) -> bool:
    """Blank somebody, unless they are already; say whether there was anything left.

    Others who named their phone as a companion's have it blanked too, and links made before are void.
    What came again with their phone goes with them. A repeat takes nothing of the first along, and
    from those who named its phone only what no tie with the first holds: to whoever has its link, all
    looks as if it had been the only one.
    """
    gathering, phone = application.gathering, application.phone
    kept = Application.every.filter(gathering=gathering).exclude(state=_State.ERASED)
    if not kept.filter(pk=application.pk).exists():
        return False
    same = kept.filter(phone=phone).exclude(pk=application.pk)
    if application.repeats:
        firsts = [one.pk for one in same if not one.repeats]
    else:
        firsts = []
        for repeat in same.filter(repeats=True):
            repeat.blank()
    Companion.objects.filter(Q(application=application) | Q(other=application)).delete()
    _forget_phone(gathering, phone, held_by=firsts)
    application.blank()
    return True


def _forget_phone(gathering: Gathering, phone: str, *, held_by: list[int]) -> None:
    """Blank a phone where others typed it, but for companions of those it still belongs to."""
    tied = Companion.objects.filter(application__in=held_by).values("other")
    others = Application.every.filter(gathering=gathering).exclude(companion_phone="")
    region = gathering.facts.gathering.region
    naming = [
        other.pk
        for other in others.exclude(pk__in=tied).only("companion_phone")
        if phone and _names(other.companion_phone, phone, region)
    ]
    Application.every.filter(pk__in=naming).update(companion_phone="")


def erase_overdue(now: datetime) -> int:
    """Erase the applications of gatherings that ended too long ago; give how many.

    An old gathering that was taken in lately is kept as long from that day.
    """
    limit = now - timedelta(days=KEPT_DAYS)
    overdue = [
        gathering
        for gathering in Gathering.objects.filter(starts__lt=limit, kept_since__lt=limit)
        if gathering.facts.occasion.ends < limit
    ]
    count = 0
    for gathering in overdue:
        count += _erase_all(gathering, now)
    return count


def _erase_all(gathering: Gathering, now: datetime) -> int:
    with alone(gathering):
        kept = Application.every.filter(gathering=gathering).exclude(state=_State.ERASED)
        applications = list(kept.order_by("-repeats"))
        for application in applications:
            _erase(application)
        if n := sum(not application.repeats for application in applications):
            Entry.write(gathering, at=now, who="huiyou", deed="erase_overdue", n=n)
            transaction.on_commit(forget_old_pages)
    return len(applications)


def _names(typed: str, phone: str, region: str) -> bool:
    """Say whether what was typed for a companion's phone holds this one."""
    _, pending = pair_up({"who": "", "other": phone}, {"who": typed}, region)
    digits = "".join(filter(str.isdigit, typed))
    return any(wish.other == "other" for wish in pending) or phone[-8:] in digits


def require_room(clean: Clean) -> None:
    """Refuse applicants who wrote more than a field has room for.

    Raises
    ------
    InputError
        ``cell_long``, for each row and column.
    """
    limits = {field.name: field.max_length for field in Application._meta.fields}
    columns = clean.columns["fields"]
    faults = [
        Fault(
            "cell_long",
            clean.source["file"],
            who.rows[0],
            columns.get(name, name),
            {"limit": limit},
        )
        for who in clean.people
        for name in _TYPED
        if (limit := limits[name]) and len(getattr(who, name)) > limit
    ]
    if faults:
        raise InputError(faults)


def keep_applications(gathering: Gathering, clean: Clean) -> tuple[int, dict[str, str]]:
    """Keep every cleaned applicant that is not there yet; give how many are new, and all codes by id.

    Who is there, by phone and name, stays as they are: they may have changed it themselves.

    Raises
    ------
    InputError
        If somebody wrote more than there is room for; nothing is kept then.
    """
    require_room(clean)
    region = gathering.facts.gathering.region
    with transaction.atomic():
        Gathering.objects.select_for_update().get(pk=gathering.pk)
        there = {(a.phone, a.name): a for a in gathering.applications.exclude(state="erased")}
        fresh = {
            who.id: Application(
                gathering=gathering, name=who.name, phone=who.phone, email=who.email,
                company=who.company, bio=who.bio, wants=who.wants,
                companion_phone=_one_phone(who.companion_phone, region),
                traits={trait: list(values) for trait, values in who.traits.items()},
                applied_at=datetime.fromisoformat(who.submitted_at) if who.submitted_at else _LONG_AGO,
                source=f"{clean.source['file'][:24]} · {who.rows[0]}",
            )
            for who in clean.people
            if (who.phone, who.name) not in there
        }  # fmt: skip
        Application.objects.bulk_create(fresh.values(), batch_size=BATCH)
        kept = {who.id: fresh.get(who.id) or there[who.phone, who.name] for who in clean.people}
        Companion.objects.bulk_create(
            [Companion(application=kept[a], other=kept[b]) for a, b in _both_ways(clean.companions)],
            batch_size=BATCH,
            ignore_conflicts=True,
        )  # fmt: skip
    return len(fresh), {id_: one.code for id_, one in kept.items()}


def _one_phone(typed: str, region: str) -> str:
    """Write a companion's phone as phones are written here, if it is one that can be read."""
    try:
        return read_phone(typed, region).number
    except BadPhoneError:
        return typed


def _both_ways(groups: Iterable[Iterable[str]]) -> list[tuple[str, str]]:
    return sorted(
        {(one, other) for group in groups for one in group for other in group if one != other}
    )
