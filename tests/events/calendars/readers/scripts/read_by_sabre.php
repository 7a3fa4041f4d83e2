<?php
// sabre/vobject: for each file named, a line of JSON with [uid, start, end] of every event, in seconds of POSIX.
error_reporting(E_ALL & ~E_DEPRECATED); // It is older than the PHP that runs it.
require 'Sabre/VObject/includes.php';

foreach (array_slice($argv, 1) as $path) {
    $events = [];
    foreach (Sabre\VObject\Reader::read(file_get_contents($path))->select('VEVENT') as $one) {
        $events[] = [
            (string) $one->UID,
            $one->DTSTART->getDateTime()->getTimestamp(),
            $one->DTEND->getDateTime()->getTimestamp(),
        ];
    }
    echo json_encode($events), "\n";
}
