# ruby-icalendar: for each file named, a line of JSON with [uid, start, end] of every event, in seconds of POSIX.
require "icalendar"
require "json"
require "stringio"

ARGV.each do |path|
  calendars = Icalendar::Calendar.parse(File.read(path, encoding: "UTF-8"))
  events = calendars.flat_map(&:events)
  puts JSON.generate(events.map { |one| [one.uid.to_s, one.dtstart.to_time.to_i, one.dtend.to_time.to_i] })
end
