"""A hold that lapsed can become a wish to be accepted"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-22T21:50:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "A hold that lapsed can become a wish to be accepted"

STATEMENTS = [
    # Whoever has answered so far has done so themselves.
    "UPDATE rsvps SET answered_by = person WHERE confirmed_at IS NOT NULL AND status <> 'invited'",
    """
    CREATE OR REPLACE FUNCTION rsvps_keep_to_the_rules() RETURNS trigger LANGUAGE plpgsql AS $$
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
            ('offered', 'going'), ('offered', 'maybe'), ('offered', 'declined'), ('offered', 'requested'),
            ('offered', 'waitlisted'), ('offered', 'withdrawn'), ('offered', 'invited'),
            ('withdrawn', 'going'), ('withdrawn', 'maybe'), ('withdrawn', 'declined'),
            ('withdrawn', 'requested'), ('withdrawn', 'waitlisted'), ('withdrawn', 'invited'),
            -- Together with others: into the line, and at once to its head.
            ('maybe', 'offered'), ('declined', 'offered'), ('requested', 'offered'), ('withdrawn', 'offered')
        ) THEN
            RAISE EXCEPTION 'an rsvp cannot go from % to %', OLD.status, NEW.status
                USING ERRCODE = 'check_violation', CONSTRAINT = 'rsvp_transition';
        END IF;
        RETURN NEW;
    END $$
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="rsvps", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
