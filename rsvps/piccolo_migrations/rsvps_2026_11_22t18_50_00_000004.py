"""The state machine and its arithmetic"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T18:50:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "The state machine and its arithmetic"

FROZEN = {
    "rsvps": ["public_id", "answered_at", "created_at"],
    "rsvp_changes": ["at"],
    "arrivals": ["arrived_at"],
    "host_letters": ["public_id", "created_at"],
    "no_letters": ["created_at"],
}
STATEMENTS = [
    "CREATE INDEX rsvps_by_status ON rsvps (event, status)",
    "CREATE UNIQUE INDEX rsvps_line ON rsvps (event, queued) WHERE queued IS NOT NULL",
    "CREATE INDEX rsvps_offers ON rsvps (offer_until) WHERE offer_until IS NOT NULL",
    "CREATE INDEX rsvps_line_by_size ON rsvps (event, guests, queued) WHERE queued IS NOT NULL",
    """CREATE INDEX rsvps_unconfirmed ON rsvps (answered_at)
    WHERE confirmed_at IS NULL AND invited_at IS NULL AND status = 'invited'""",
    "CREATE INDEX events_starting ON events (starts_at) WHERE status = 'published'",
    "CREATE INDEX rsvp_changes_in_order ON rsvp_changes (rsvp, at, id)",
    """
    CREATE FUNCTION rsvps_keep_to_the_rules() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF (OLD.status, NEW.status) NOT IN (
            ('invited', 'going'), ('invited', 'maybe'), ('invited', 'declined'),
            ('invited', 'requested'), ('invited', 'waitlisted'), ('invited', 'offered'), ('invited', 'withdrawn'),
            ('going', 'maybe'), ('going', 'declined'), ('going', 'withdrawn'),
            ('maybe', 'going'), ('maybe', 'declined'), ('maybe', 'requested'),
            ('maybe', 'waitlisted'), ('maybe', 'withdrawn'),
            ('declined', 'going'), ('declined', 'maybe'), ('declined', 'requested'),
            ('declined', 'waitlisted'), ('declined', 'withdrawn'), ('declined', 'invited'),
            ('requested', 'going'), ('requested', 'maybe'), ('requested', 'declined'),
            ('requested', 'waitlisted'), ('requested', 'withdrawn'),
            ('waitlisted', 'going'), ('waitlisted', 'offered'), ('waitlisted', 'maybe'),
            ('waitlisted', 'declined'), ('waitlisted', 'withdrawn'),
            ('offered', 'going'), ('offered', 'maybe'), ('offered', 'declined'),
            ('offered', 'waitlisted'), ('offered', 'withdrawn'), ('offered', 'invited'),
            ('withdrawn', 'going'), ('withdrawn', 'maybe'), ('withdrawn', 'declined'),
            ('withdrawn', 'requested'), ('withdrawn', 'waitlisted'), ('withdrawn', 'invited')
        ) THEN
            RAISE EXCEPTION 'an rsvp cannot go from % to %', OLD.status, NEW.status
                USING ERRCODE = 'check_violation', CONSTRAINT = 'rsvp_transition';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER rsvp_transition BEFORE UPDATE OF status ON rsvps FOR EACH ROW
    WHEN (OLD.status <> NEW.status) EXECUTE FUNCTION rsvps_keep_to_the_rules()
    """,
    """
    CREATE FUNCTION rsvps_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- taken = the sum of 1 + guests over those who are going or hold an open offer. Sorted by event, so that
        -- two statements over several events cannot deadlock.
        IF TG_OP = 'INSERT' THEN
            UPDATE events SET taken = taken + chairs FROM (
                SELECT event, sum(1 + guests) AS chairs FROM new_rows
                WHERE status IN ('going', 'offered') GROUP BY event ORDER BY event
            ) AS added WHERE events.id = added.event;
        ELSIF TG_OP = 'DELETE' THEN
            UPDATE events SET taken = taken - chairs FROM (
                SELECT event, sum(1 + guests) AS chairs FROM old_rows
                WHERE status IN ('going', 'offered') GROUP BY event ORDER BY event
            ) AS removed WHERE events.id = removed.event;
        ELSE
            UPDATE events SET taken = taken + chairs FROM (
                SELECT event, sum(chairs) AS chairs FROM (
                    SELECT event, 1 + guests AS chairs FROM new_rows WHERE status IN ('going', 'offered')
                    UNION ALL
                    SELECT event, -1 - guests FROM old_rows WHERE status IN ('going', 'offered')
                ) AS both_sides GROUP BY event HAVING sum(chairs) <> 0 ORDER BY event
            ) AS moved WHERE events.id = moved.event;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER rsvp_seats_added AFTER INSERT ON rsvps
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rsvps_count_seats()
    """,
    """
    CREATE TRIGGER rsvp_seats_removed AFTER DELETE ON rsvps
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION rsvps_count_seats()
    """,
    """
    CREATE TRIGGER rsvp_seats_moved AFTER UPDATE ON rsvps
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION rsvps_count_seats()
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)
        await migrating.drop_frozen_defaults(FROZEN)

    manager.add_raw(run)
    return manager
