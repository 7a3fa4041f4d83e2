"""Two pools of seats, and questions that stay as they are"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T21:35:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "Two pools of seats, and questions that stay as they are"

FROZEN = {
    "sent_forms": ["at"],
    "doors": ["public_id", "created_at"],
    "door_marks": ["created_at"],
}
STATEMENTS = [
    "DROP INDEX rsvps_line_by_size",
    "CREATE INDEX rsvps_line_by_size ON rsvps (event, online, guests, queued) WHERE queued IS NOT NULL",
    "CREATE INDEX rsvps_line_by_skips ON rsvps (event, online, skipped DESC, queued) WHERE queued IS NOT NULL",
    "CREATE INDEX rsvps_line_of_pool ON rsvps (event, online, queued) WHERE queued IS NOT NULL",
    "CREATE INDEX sent_forms_by_time ON sent_forms (at)",
    # taken = the sum of 1 + guests over those who are going or hold an open offer, in each pool. Sorted by event,
    # so that two statements over several events cannot deadlock.
    """
    CREATE OR REPLACE FUNCTION rsvps_count_seats() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            UPDATE events SET taken = taken + room, online_taken = online_taken + call FROM (
                SELECT event, coalesce(sum(1 + guests) FILTER (WHERE NOT online), 0) AS room,
                    coalesce(sum(1 + guests) FILTER (WHERE online), 0) AS call
                FROM new_rows WHERE status IN ('going', 'offered') GROUP BY event ORDER BY event
            ) AS added WHERE events.id = added.event;
        ELSIF TG_OP = 'DELETE' THEN
            UPDATE events SET taken = taken - room, online_taken = online_taken - call FROM (
                SELECT event, coalesce(sum(1 + guests) FILTER (WHERE NOT online), 0) AS room,
                    coalesce(sum(1 + guests) FILTER (WHERE online), 0) AS call
                FROM old_rows WHERE status IN ('going', 'offered') GROUP BY event ORDER BY event
            ) AS removed WHERE events.id = removed.event;
        ELSE
            UPDATE events SET taken = taken + room, online_taken = online_taken + call FROM (
                SELECT event, coalesce(sum(chairs) FILTER (WHERE NOT online), 0) AS room,
                    coalesce(sum(chairs) FILTER (WHERE online), 0) AS call
                FROM (
                    SELECT event, online, 1 + guests AS chairs FROM new_rows WHERE status IN ('going', 'offered')
                    UNION ALL
                    SELECT event, online, -1 - guests FROM old_rows WHERE status IN ('going', 'offered')
                ) AS both_sides GROUP BY event ORDER BY event
            ) AS moved WHERE events.id = moved.event AND (room, call) <> (0, 0);
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE FUNCTION questions_stay() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        -- Not when the event itself goes, and its questions with it.
        IF EXISTS (SELECT FROM events WHERE id = coalesce(NEW.event, OLD.event)) AND EXISTS (
            SELECT FROM rsvps WHERE event = coalesce(NEW.event, OLD.event)
                AND confirmed_at IS NOT NULL AND status <> 'invited'
        ) THEN
            RAISE EXCEPTION 'the questions of event % are answered', coalesce(NEW.event, OLD.event)
                USING ERRCODE = 'check_violation', CONSTRAINT = 'questions_stay';
        END IF;
        RETURN coalesce(NEW, OLD);
    END $$
    """,
    """
    CREATE TRIGGER questions_stay BEFORE INSERT OR UPDATE OR DELETE ON questions
    FOR EACH ROW EXECUTE FUNCTION questions_stay()
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
