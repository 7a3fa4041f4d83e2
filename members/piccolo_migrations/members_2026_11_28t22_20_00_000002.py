"""Find a page of members, or of communities, in their order"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T22:20:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "Find a page of members, or of communities, in their order"

STATEMENTS = [
    # An index over two tables, which PostgreSQL cannot keep by itself: members by role and name, community by
    # community. Not columns of memberships: whoever changes a name would lock those rows, and could deadlock with
    # whoever changes a role.
    """
    CREATE TABLE member_names (
        membership bigint PRIMARY KEY REFERENCES memberships ON DELETE CASCADE,
        community bigint NOT NULL, person bigint NOT NULL, rank integer NOT NULL, name text NOT NULL
    )
    """,
    """
    CREATE FUNCTION role_rank(role text) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_position(ARRAY['owner', 'organiser', 'member'], role)
    """,
    """
    INSERT INTO member_names (membership, community, person, rank, name)
    SELECT memberships.id, community, person, role_rank(role), folded
    FROM memberships JOIN people ON people.id = person
    """,
    "CREATE INDEX member_names_in_order ON member_names (community, rank, name, membership)",
    """
    CREATE FUNCTION member_names_new() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO member_names (membership, community, person, rank, name)
        SELECT new_rows.id, community, person, role_rank(role), folded
        FROM new_rows JOIN people ON people.id = person;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER member_names_new AFTER INSERT ON memberships
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION member_names_new()
    """,
    """
    CREATE FUNCTION member_names_ranked() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE member_names SET rank = role_rank(NEW.role) WHERE membership = NEW.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER member_names_ranked AFTER UPDATE OF role ON memberships FOR EACH ROW
    WHEN (OLD.role <> NEW.role) EXECUTE FUNCTION member_names_ranked()
    """,
    """
    CREATE FUNCTION member_names_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE member_names SET name = NEW.folded
        FROM memberships WHERE memberships.person = NEW.id AND membership = memberships.id;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER member_names_changed AFTER UPDATE OF name, called ON people FOR EACH ROW
    WHEN (OLD.folded <> NEW.folded) EXECUTE FUNCTION member_names_changed()
    """,
    "CREATE INDEX communities_by_name ON communities (fold(name), slug)",
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="members", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
