// ical.js: for each feed, a line of JSON with [uid, start, end] of every event, in seconds of POSIX.
function read(feed) {
  const calendar = new ICAL.Component(ICAL.parse(feed));
  ICAL.TimezoneService.reset(); // It keeps a zone as it first saw it.
  calendar.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));
  return calendar.getAllSubcomponents("vevent").map((one) => {
    const event = new ICAL.Event(one);
    return [event.uid, event.startDate.toUnixTime(), event.endDate.toUnixTime()];
  });
}
document.body.textContent = feeds.map((feed) => JSON.stringify(read(feed))).join("\n");
