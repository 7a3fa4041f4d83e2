"""What Jinja compiled is kept for the next process, and never shows what is no longer so."""

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment

from server import compiled_templates, lettering, pages
from server.compiled_templates import CompiledTemplates, compile_all
from server.languages.language import spoken

HELLO = "{{ 'ana'|shout }} is here"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where they are kept, in this test."""
    monkeypatch.setattr(compiled_templates, "FOLDER", tmp_path)
    return tmp_path


def shout(text: str) -> str:
    return text.upper()


def whisper(text: str) -> str:
    return text.lower()


def environment(template: str = HELLO, shout=shout) -> Environment:
    """An environment of a new process, with one page."""
    made = Environment(loader=DictLoader({"hello.html": template}), autoescape=True)
    made.filters["shout"] = shout
    made.bytecode_cache = CompiledTemplates("hello")
    return made


def said(of: Environment) -> str:
    return of.get_template("hello.html").render()


def test_a_page_is_compiled_once_for_all_processes(folder, monkeypatch):
    assert compile_all(environment()) == 1
    second = environment()
    monkeypatch.setattr(second, "_parse", lambda *_: pytest.fail("compiled again"))
    assert said(second) == "ANA is here"


def test_a_page_that_was_changed_shows_it_at_once(folder):
    assert said(environment()) == "ANA is here"
    assert said(environment("{{ 'bo'|shout }} is here")) == "BO is here"


def test_a_filter_that_was_changed_shows_it_at_once(folder, monkeypatch):
    # Jinja has worked out 'ana'|shout already: the word stands in what is kept.
    assert said(environment()) == "ANA is here"
    monkeypatch.setattr(compiled_templates, "fingerprint", lambda: "the code of tomorrow")
    assert said(environment(shout=whisper)) == "ana is here"


def test_every_filter_is_of_the_code_that_is_looked_at():
    for environment in (pages._pages(), lettering._html(), lettering._text()):
        modules = {function.__module__.partition(".")[0] for function in environment.filters.values()}
        assert modules <= {"server", "jinja2", "markupsafe", "builtins", "_operator"}


def test_one_template_is_escaped_in_html_and_not_in_plain_text(folder):
    letters = {}
    for part, escape in (("letters/html", True), ("letters/text", False), ("letters/html", True)):
        made = pages.environment(spoken(), part, "letters", escape=escape)
        made.loader = DictLoader({"hello.jinja": "{{ name }}"})
        letters[part] = made.get_template("hello.jinja").render(name="<Ana>")
    assert letters == {"letters/html": "&lt;Ana&gt;", "letters/text": "<Ana>"}


def test_where_nothing_can_be_written_pages_show_all_the_same(folder):
    (folder / "hello").write_text("no folder")
    assert said(environment()) == "ANA is here"
