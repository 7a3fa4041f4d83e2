"""Libraries that a process loads when it needs them, and not before."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def python(source):
    """What a fresh process prints."""
    run = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    )
    return run.stdout.split()


def test_the_calendar_library_is_loaded_when_something_is_written_with_it():
    assert python(
        "import sys; from events.calendars import calendar; print('icalendar' in sys.modules);"
        "calendar.feed([], name='Walks'); print('icalendar' in sys.modules)"
    ) == ["False", "True"]


def test_what_waits_can_be_loaded_at_leisure():
    assert python(
        "import sys; from server.lazily import lazily, load_all; wave = lazily('wave');"
        "load_all(); print('wave' in sys.modules); print(wave.__name__, wave.open.__module__)"
    ) == ["True", "wave", "wave"]


def test_what_works_apart_starts_without_what_only_its_parent_needs():
    assert python("import sys, server.apart; print('asyncio' in sys.modules)") == ["False"]


def test_what_other_libraries_import_is_loaded_when_one_of_them_uses_it():
    assert python(
        "import sys; from server.lazily import when_used; when_used('wave');"
        "import wave; print(wave.__spec__);"
        "print(wave.open.__module__, sys.modules['wave'].__spec__.name)"
    ) == ["None", "wave", "wave"]


def test_a_web_process_starts_without_what_only_commands_and_forms_need():
    assert python(
        "import sys, server.app; print([name for name in"
        " ('black.mode', 'psutil', 'email_validator', 'icalendar', 'piccolo.apps.migrations.commands.new')"
        " if name in sys.modules])"
    ) == ["[]"]
