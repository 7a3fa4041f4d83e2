"""Carry seats and answers over, and keep seats by one trigger"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:58:10:000003"
VERSION = "1.38.0"
DESCRIPTION = "Carry seats and answers over, and keep seats by one trigger"

STATEMENTS = [
    "DROP TRIGGER event_seats_kept ON events",
    "DROP FUNCTION events_keep_seats",
    "DROP TRIGGER event_online_seats_kept ON events",
    "DROP FUNCTION events_keep_online_seats",
    """
    INSERT INTO answer_policies (
        event, guests_allowed, approval, asks_first, answers_open_at, answers_close_at, opens_wall, closes_wall,
        replies_kept
    )
    SELECT id, guests_allowed, approval, asks_first, answers_open_at, answers_close_at, opens_wall, closes_wall,
        replies_kept
    FROM events ORDER BY id
    """,
    """
    INSERT INTO seat_pools (event, online, seats, taken, reserving)
    SELECT id, false, seats, taken, saving FROM events ORDER BY id
    """,
    """
    INSERT INTO seat_pools (event, online, seats, taken, reserving)
    SELECT id, true, online_seats, online_taken, online_saving FROM events
    WHERE mode = 'hybrid' OR online_taken > 0 ORDER BY id
    """,
    # The one guard against overselling, whichever side it is.
    """
    CREATE FUNCTION seat_pools_keep_seats() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'event % has no % more seats', NEW.event, NEW.taken - OLD.taken
            USING ERRCODE = 'check_violation', CONSTRAINT = 'seat_pool_kept';
    END $$
    """,
    """
    CREATE TRIGGER seat_pool_kept BEFORE UPDATE OF taken ON seat_pools FOR EACH ROW
    WHEN (NEW.taken > OLD.taken AND NEW.taken > NEW.seats) EXECUTE FUNCTION seat_pools_keep_seats()
    """,
    # What answers do to the seats: $3 chairs more or fewer of the event in $1, on the side in $2. Sorted by event, so
    # that two statements over several events cannot deadlock. When an event is deleted its pools may go first.
    """
    CREATE FUNCTION seat_pools_take(bigint[], boolean[], bigint[]) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE
        reached bigint;
    BEGIN
        UPDATE seat_pools SET taken = taken + more.chairs
        FROM unnest($1, $2, $3) AS more (event, online, chairs)
        WHERE seat_pools.event = more.event AND seat_pools.online = more.online;
        GET DIAGNOSTICS reached = ROW_COUNT;
        IF reached < cardinality($1) AND EXISTS (
            SELECT FROM unnest($1, $2, $3) AS more (event, online, chairs) WHERE more.chairs > 0 AND NOT EXISTS (
                SELECT FROM seat_pools WHERE seat_pools.event = more.event AND seat_pools.online = more.online
            )
        ) THEN
            RAISE EXCEPTION 'there are no seats on that side' USING ERRCODE = 'check_violation',
                CONSTRAINT = 'seat_pool_there';
        END IF;
    END $$
    """,
    # An event's page shows its seats and how it is answered: it is to be made anew.
    """
    CREATE FUNCTION tell_of_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('kith_changes', 'events:' || OLD.event);
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER seat_pools_tell AFTER UPDATE OR DELETE ON seat_pools
    FOR EACH ROW EXECUTE FUNCTION tell_of_event()
    """,
    """
    CREATE TRIGGER answer_policies_tell AFTER UPDATE OR DELETE ON answer_policies
    FOR EACH ROW EXECUTE FUNCTION tell_of_event()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="events", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
