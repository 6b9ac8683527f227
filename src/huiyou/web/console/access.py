"""Who may open which page of a gathering's desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from huiyou.web.console.models import Membership
from huiyou.web.gatherings.models import Gathering

__all__ = ["AUDITOR", "EVERYONE", "ORGANISER", "STAFF", "Access", "role_required"]

ORGANISER, STAFF, AUDITOR = (
    Membership.Role.ORGANISER,
    Membership.Role.STAFF,
    Membership.Role.AUDITOR,
)
EVERYONE = (ORGANISER, STAFF, AUDITOR)

P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Access:
    """A gathering, and what the person before it may do there."""

    gathering: Gathering
    role: str
    who: str

    @property
    def may_change(self) -> bool:
        """Whether facts, seats and draws are theirs to change."""
        return self.role == ORGANISER

    @property
    def may_see_people(self) -> bool:
        """Whether names are theirs to see."""
        return self.role in (ORGANISER, STAFF)

    @property
    def may_audit(self) -> bool:
        """Whether records and the journal are theirs to read."""
        return self.role in (ORGANISER, AUDITOR)


def role_required(
    *roles: str,
) -> Callable[
    [Callable[Concatenate[HttpRequest, Access, P], HttpResponse]], Callable[..., HttpResponse]
]:
    """Open a page to people with one of ``roles``; for all others the gathering is not there."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, Access, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @login_required
        @wraps(view)
        def opened(request: HttpRequest, slug: str, **parts: Any) -> HttpResponse:
            access = _access(request, slug)
            nul = any("\0" in part for part in parts.values() if isinstance(part, str))
            if access.role not in roles or nul:  # no text of PostgreSQL holds a NUL
                raise Http404
            response = view(request, access, **parts)  # type: ignore[call-arg]  # parts are P's
            response.setdefault("Cache-Control", "private, no-store")
            return response

        return opened

    return decorate


def _access(request: HttpRequest, slug: str) -> Access:
    user: Any = request.user
    if user.is_superuser:
        gathering = Gathering.objects.filter(slug=slug).first()
        if gathering is None:
            raise Http404
        return Access(gathering, ORGANISER, user.get_username())
    membership = (
        Membership.objects.filter(user_id=user.pk, gathering__slug=slug)
        .select_related("gathering")
        .first()
    )
    if membership is None:
        raise Http404
    return Access(membership.gathering, membership.role, user.get_username())
