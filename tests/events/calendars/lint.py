"""A lint for iCalendar files: what RFC 5545, 7986, 5546 and 6047 ask of ours. It shares no code with the writer."""

import re
from dataclasses import dataclass, field

ONCE = {
    "CREATED", "DTEND", "DTSTAMP", "DTSTART", "LAST-MODIFIED", "LOCATION", "DESCRIPTION", "ORGANIZER", "SEQUENCE",
    "STATUS", "SUMMARY", "TRANSP", "UID", "URL", "VERSION", "PRODID", "METHOD", "CALSCALE", "TZID", "TZOFFSETFROM",
    "TZOFFSETTO", "ACTION", "TRIGGER", "REFRESH-INTERVAL", "SOURCE", "COLOR",
}  # fmt: skip
NEEDED = {
    "VCALENDAR": {"VERSION", "PRODID"},
    "VEVENT": {"UID", "DTSTAMP", "DTSTART"},
    "VTIMEZONE": {"TZID"},
    "STANDARD": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "DAYLIGHT": {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"},
    "VALARM": {"ACTION", "TRIGGER", "DESCRIPTION"},
}
INSIDE = {
    None: {"VCALENDAR"},
    "VCALENDAR": {"VEVENT", "VTIMEZONE"},
    "VTIMEZONE": {"STANDARD", "DAYLIGHT"},
    "VEVENT": {"VALARM"},
}
TEXTS = {"SUMMARY", "DESCRIPTION", "LOCATION", "CONTACT", "NAME", "X-WR-CALDESC", "UID", "CATEGORIES"}
DURATION = r"P(\d+W|(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?)"
SHAPES = {
    "SEQUENCE": r"\d{1,9}",
    "STATUS": "CONFIRMED|TENTATIVE|CANCELLED",
    "TRANSP": "OPAQUE|TRANSPARENT",
    "METHOD": "REQUEST|CANCEL",
    "VERSION": r"2\.0",
    "DTSTAMP": r"\d{8}T\d{6}Z",
    "CREATED": r"\d{8}T\d{6}Z",
    "LAST-MODIFIED": r"\d{8}T\d{6}Z",
    "TZOFFSETFROM": r"[+-]\d{4}(\d\d)?",
    "TZOFFSETTO": r"[+-]\d{4}(\d\d)?",
    "TRIGGER": f"-{DURATION}",
    "REFRESH-INTERVAL": DURATION,
    "X-PUBLISHED-TTL": DURATION,
    "URL": r"https?://[!-~]+",
    "SOURCE": r"https?://[!-~]+",
    "CONFERENCE": r"[a-z]+:[!-~]+",
    "ORGANIZER": r"mailto:[!-~]+@[!-~]+",
    "ATTENDEE": r"mailto:[!-~]+@[!-~]+",
}
LINE = re.compile(r'([A-Z0-9-]+)((?:;[A-Z-]+=(?:"[^"\x00-\x1f]*"|[^";:,\x00-\x1f]*))*):(.*)', re.DOTALL)
PARAMETER = re.compile(r';([A-Z-]+)=(?:"([^"]*)"|([^";:,]*))')


@dataclass
class Property:
    """One line, unfolded."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    """What stands between a BEGIN and its END."""

    kind: str
    properties: list[Property] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def all(self, name):
        """Every property of this name."""
        return [p for p in self.properties if p.name == name]

    def value(self, name):
        """The value of the first property of this name."""
        return self.all(name)[0].value

    def kinds(self, kind):
        """The parts of one kind."""
        return [part for part in self.parts if part.kind == kind]


def read(data):
    """The calendar in a file. Raises AssertionError when it is no well-formed one."""
    assert data.endswith(b"\r\n"), "does not end with CRLF"
    lines = data[:-2].split(b"\r\n")
    for line in lines:
        assert line, "an empty line"
        assert len(line) <= 75, f"{len(line)} octets: {line!r}"
        assert not re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", line), f"a control character: {line!r}"
        assert not re.search("[\x80-\x9f\u2028\u2029\ufeff]", line.decode()), (
            f"a line end in disguise: {line!r}"
        )
    outermost = Component("")
    open_ones = [outermost]
    for line in data[:-2].decode().replace("\r\n ", "").split("\r\n"):
        _take(line, open_ones)
    assert open_ones == [outermost], "something is not closed"
    (calendar,) = outermost.parts
    return calendar


def _take(line, open_ones):
    parsed = LINE.fullmatch(line)
    assert parsed, f"no content line: {line!r}"
    name, parameters, value = parsed.groups()
    if name == "BEGIN":
        allowed = INSIDE.get(open_ones[-1].kind or None, set())
        assert value in allowed, f"{value} inside {open_ones[-1].kind}"
        part = Component(value)
        open_ones[-1].parts.append(part)
        open_ones.append(part)
    elif name == "END":
        assert open_ones.pop().kind == value, f"{value} ends out of turn"
    else:
        known = {key: quoted or plain for key, quoted, plain in PARAMETER.findall(parameters)}
        open_ones[-1].properties.append(Property(name, known, value))


def faults(data):
    """Everything that is wrong with a file, in words. Nothing is wrong with an empty list."""
    try:
        calendar = read(data)
    except AssertionError as fault:
        return [str(fault)]
    return [*_everywhere(calendar), *_of_calendar(calendar), *_of_times(calendar), *_of_letters(calendar)]


def _everywhere(component):
    names = [p.name for p in component.properties]
    yield from (f"{component.kind} without {name}" for name in NEEDED[component.kind] - {*names})
    yield from (f"{name} twice in {component.kind}" for name in ONCE if names.count(name) > 1)
    for p in component.properties:
        if p.name in SHAPES and not re.fullmatch(SHAPES[p.name], p.value):
            yield f"{p.name} is {p.value!r}"
        if p.name in TEXTS and not re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN]|,)*", p.value):
            yield f"{p.name} is badly escaped: {p.value!r}"
        if p.name in TEXTS - {"CATEGORIES"} and re.search(r"(?<!\\)(?:\\\\)*,", p.value):
            yield f"a bare comma in {p.name}: {p.value!r}"
    for part in component.parts:
        yield from _everywhere(part)


def _of_calendar(calendar):
    if not calendar.parts:
        yield "a calendar of nothing"
    uids = [uid.value for event in calendar.kinds("VEVENT") for uid in event.all("UID")]
    if len(uids) != len({*uids}):
        yield "two events with one UID"
    if calendar.all("UID"):
        yield "a UID of the calendar itself"
    for name in calendar.all("NAME") + calendar.all("X-WR-CALNAME"):
        if re.search(r"[\\,;]", name.value):
            yield f"escapes in {name.name}, which readers leave in"


def _of_times(calendar):
    zones = [zone.value("TZID") for zone in calendar.kinds("VTIMEZONE")]
    if len(zones) != len({*zones}):
        yield "one zone twice"
    used = set()
    for event in calendar.kinds("VEVENT"):
        for p in event.all("DTSTART") + event.all("DTEND"):
            used |= {p.parameters["TZID"]} if "TZID" in p.parameters else set()
            if not re.fullmatch(r"\d{8}T\d{6}" + ("" if "TZID" in p.parameters else "Z"), p.value):
                yield f"{p.name} is {p.value!r} in {p.parameters}"
        if event.all("DTEND") and event.all("DURATION"):
            yield "both an end and a duration"
        start, end = event.all("DTSTART")[0], event.all("DTEND")
        if end and start.parameters == end[0].parameters and end[0].value <= start.value:
            yield f"it ends at {end[0].value} and starts at {start.value}"
        if end and start.parameters != end[0].parameters:
            yield "it starts in one zone and ends in another"
    if used != {*zones} and calendar.kinds("VEVENT"):
        yield f"zones used {used}, explained {zones}"
    for zone in calendar.kinds("VTIMEZONE"):
        if not zone.kinds("STANDARD"):
            yield f"{zone.value('TZID')} has no STANDARD part"


def _of_letters(calendar):
    methods = [p.value for p in calendar.all("METHOD")]
    for event in calendar.kinds("VEVENT"):
        parties = [event.all("ORGANIZER"), event.all("ATTENDEE")]
        if not methods and any(parties):
            yield "people's addresses in what is no letter"
        if methods and not all(parties):
            yield "a letter without organiser or attendee"
        if methods and not (event.all("SEQUENCE") and event.all("SUMMARY")):
            yield "a letter without SEQUENCE or SUMMARY"
        status = event.value("STATUS") if event.all("STATUS") else ""
        if (methods == ["REQUEST"] and status == "CANCELLED") or (
            methods == ["CANCEL"] and status != "CANCELLED"
        ):
            yield f"{methods[0]} with status {status}"
