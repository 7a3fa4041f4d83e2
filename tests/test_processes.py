"""What tests rely on has to be true itself: the mail server shows each letter it took, once."""

import smtplib
from concurrent.futures import Future, ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.processes import mail_server

SENDERS = 4
LETTERS = 25  # from each of them, every one over a connection of its own


LONG = "Hello, Bo.\n" * 2000  # takes a while to read


def _send(smtp_url: str, sender: int) -> None:
    url = urlsplit(smtp_url)
    for number in range(LETTERS):
        with smtplib.SMTP(str(url.hostname), int(url.port or 0)) as connection:
            head = f"Subject: {sender}-{number}\nMessage-ID: <{sender}-{number}@example.org>"
            connection.sendmail("ana@example.org", "bo@example.org", f"{head}\n\n{LONG}")


@pytest.mark.slow
def test_each_letter_is_seen_once_while_others_arrive() -> None:
    with mail_server() as (server, smtp_url), ThreadPoolExecutor(SENDERS) as senders:
        sending: list[Future[None]] = [senders.submit(_send, smtp_url, n) for n in range(SENDERS)]
        while not all(each.done() for each in sending):
            server.letters()
        for each in sending:
            each.result()
        subjects = [str(letter["Subject"]) for letter in server.letters()]
    assert sorted(subjects) == sorted(f"{sender}-{n}" for sender in range(SENDERS) for n in range(LETTERS))
