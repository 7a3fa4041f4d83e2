<?php
// AWL, with which DAViCal reads: for each file named, a line of JSON with [uid, start, end] of every event, in
// seconds of POSIX.
error_reporting(E_ALL & ~E_DEPRECATED);
set_include_path('/usr/share/awl/inc');
require 'AWLUtilities.php';
require 'vCalendar.php';

function seconds($said): int
{
    $zone = new DateTimeZone($said->GetParameterValue('TZID') ?? 'UTC');
    return (new DateTime($said->Value(), $zone))->getTimestamp();
}

foreach (array_slice($argv, 1) as $path) {
    $calendar = new vCalendar(file_get_contents($path));
    $events = [];
    foreach ($calendar->GetComponents('VEVENT') as $one) {
        $events[] = [
            $one->GetPValue('UID'),
            seconds($one->GetProperty('DTSTART')),
            seconds($one->GetProperty('DTEND')),
        ];
    }
    echo json_encode($events), "\n";
}
