"""Libraries that a process loads when it needs them, and not before."""

import subprocess
import sys


def python(source):
    """What a fresh process prints."""
    run = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, check=True, timeout=60
    )
    return run.stdout.split()


def test_the_calendar_library_is_loaded_when_something_is_written_with_it():
    assert python(
        "import sys; from events import calendar; print('icalendar' in sys.modules);"
        "calendar.feed([], name='Walks'); print('icalendar' in sys.modules)"
    ) == ["False", "True"]


def test_what_waits_can_be_loaded_at_leisure():
    assert python(
        "import sys; from server.lazily import lazily, load_all; wave = lazily('wave');"
        "load_all(); print('wave' in sys.modules); print(wave.__name__, wave.open.__module__)"
    ) == ["True", "wave", "wave"]
