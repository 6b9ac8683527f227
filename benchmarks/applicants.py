"""Many people applying at once, each from a connection of their own, as a process of its own."""

from __future__ import annotations

import argparse
import http.client
import json
import queue
import re
import threading
import time
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

FIRST_PHONE = 19_800_000_000
REPEATED = 20  # one in so many applies once more, under another name,
LATER = 100  # when so many others have applied


class Choices(HTMLParser):
    """Picks the first answer of every question that has choices."""

    def __init__(self, page):
        super().__init__()
        self.picked = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input" and given.get("type") == "radio" and given.get("value"):
            self.picked.setdefault(given["name"], given["value"])


class Applicant:
    """One phone: takes the form, fills it in and sends it."""

    def __init__(self, page):
        self.address = urlsplit(page)
        self.connection = http.client.HTTPConnection(self.address.netloc, timeout=60)

    def form(self):
        """Take the form; give it, and the cookie that came along."""
        self.connection.request("GET", self.address.path, headers={"Accept-Language": "zh-CN"})
        answer = self.connection.getresponse()
        page = answer.read().decode()
        assert answer.status == 200, answer.status
        return page, answer.headers["Set-Cookie"].partition(";")[0]

    def send(self, page, cookie, answers):
        """Send the form; give the status and the seconds until it was there."""
        secrets = {
            name: re.search(rf'name="{name}" value="([^"]+)"', page)[1]
            for name in ("csrfmiddlewaretoken", "once")
        }
        body = urlencode({**answers, **secrets, "agree": "on"}).encode()
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        start = time.perf_counter()
        self.connection.request("POST", self.address.path, body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status, time.perf_counter() - start


def apply_all(page, *, people, clients):
    """Let ``clients`` at a time apply until ``people`` have; give statuses and seconds of each."""
    applicant = Applicant(page)
    choices = Choices(applicant.form()[0]).picked
    applicant.connection.close()
    waiting, sent = queue.SimpleQueue(), []
    for number in range(people):
        waiting.put((number, f"申请人{number}"))
        if number >= LATER and number % REPEATED == 0:
            waiting.put((number - LATER, "另一个人"))

    def client():
        while True:
            try:
                number, name = waiting.get_nowait()
            except queue.Empty:
                return
            phone = Applicant(page)
            try:
                answers = {**choices, "name": name, "phone": str(FIRST_PHONE + number)}
                sent.append(phone.send(*phone.form(), answers))
            except (OSError, AssertionError, http.client.HTTPException) as error:
                sent.append((repr(error), 0.0))
            finally:
                phone.connection.close()

    threads = [threading.Thread(target=client) for _ in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"seconds": time.perf_counter() - start, "sent": sent}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("--people", type=int, default=1600)
    parser.add_argument("--clients", type=int, default=32)
    asked = parser.parse_args()
    print(json.dumps(apply_all(asked.page, people=asked.people, clients=asked.clients)))
