"""People with a role, and a gathering of somebody else."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huiyou.web.console.models import Membership
from huiyou.web.gatherings.models import Gathering


@pytest.fixture(autouse=True)
def room(settings, tmp_path):
    """Uploads go where a test may look; tasks are done at once."""
    settings.DATA = tmp_path
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def elsewhere(gathering):
    """Another gathering, in which nobody of this one has a role."""
    other = Gathering.objects.get(pk=gathering.pk)
    other.pk, other.slug = None, "elsewhere"
    other.save()
    return other


@pytest.fixture
def signed_in(gathering):
    """Log somebody with a role in: ``signed_in("staff")``."""

    def log_in(role, there=gathering):
        user, _ = get_user_model().objects.get_or_create(username=f"{role}@{there.slug}")
        if role == "superuser":
            user.is_superuser = True
            user.save()
        elif role != "nobody":
            Membership.objects.get_or_create(user=user, gathering=there, role=role)
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def organiser(signed_in):
    return signed_in("organiser")


@pytest.fixture
def at(gathering):
    """Give the address of a page of the gathering's desk."""
    return f"/console/{gathering.slug}/".__add__
