"""Fold and cut words in one way"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-28T18:50:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Fold and cut words in one way"

# What stands within a word and is not written by everybody: accents, vowel points, soft hyphens, joiners.
MARKS = r"[\u00ad\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]"
# Scripts that write no blanks: each character is a word.
UNSPACED = r"[\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
# What joins the parts of a word: O'Brien, l’été, co-op.
JOINERS = "['’ʼ‘`´‐‑-]"

STATEMENTS = [
    "CREATE EXTENSION IF NOT EXISTS unaccent SCHEMA public",
    # COLLATE pg_c_utf8: what is a letter, and its small form, are Unicode's, whatever the database's locale.
    rf"""
    CREATE FUNCTION fold(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN btrim(regexp_replace(regexp_replace(regexp_replace(
        translate(lower(public.unaccent(
            'public.unaccent'::regdictionary,
            normalize(regexp_replace(normalize(words, NFKD), '{MARKS}', '', 'g'), NFKC)
        ) COLLATE pg_c_utf8), 'ς', 'σ'),
        '({UNSPACED})', ' \1 ', 'g'), '[^[:alnum:]]+', ' ', 'g'), '([^ ]{{60}})[^ ]+', '\1', 'g'))
    """,
    rf"""
    CREATE FUNCTION joined(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN regexp_replace(words COLLATE pg_c_utf8, '([[:alnum:]]){JOINERS.replace("'", "''")}+(?=[[:alnum:]])', '\1', 'g')
    """,
    """
    CREATE FUNCTION findable(words text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN CASE WHEN joined(words) = words THEN fold(words) ELSE fold(words) || ' ' || fold(joined(words)) END
    """,
    """
    CREATE FUNCTION all_words(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN (
        SELECT coalesce(string_agg(quote_literal(word) || ':*', ' & '), '')
        FROM unnest((string_to_array(fold(words), ' '))[:8]) AS word
    )::tsquery
    """,
    """
    CREATE FUNCTION sought(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN all_words(words) || all_words(joined(words))
    """,
    """
    CREATE FUNCTION sought_in_names(words text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN (
        SELECT coalesce(array_agg('%' || word || '%'), ARRAY[]::text[])
        FROM unnest((string_to_array(fold(words), ' '))[:8]) AS word
    )
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="server", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
