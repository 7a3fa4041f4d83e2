"""Find words by their stem, and with a letter wrong"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from server import migrating

ID = "2026-11-29T01:10:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "Find words by their stem, and with a letter wrong"

# Of the words of a folded text; the longest word that anybody mistypes has twenty letters.
MISTYPED = "length(word) BETWEEN {} AND {}"

STATEMENTS = [
    # The stems of a folded word that differ from it. A further language is a further line.
    """
    CREATE FUNCTION stems(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN ARRAY(
        SELECT DISTINCT stem FROM unnest(
            ts_lexize('pg_catalog.english_stem'::regdictionary, word)
            || ts_lexize('pg_catalog.german_stem'::regdictionary, word)
        ) AS stem
        WHERE stem <> word AND length(stem) > 1
    )
    """,
    # A word with any one letter left out. Two words that differ by one letter, or by two neighbours in the wrong
    # order, share one of these; a word that lacks a letter is one of these. "~" keeps them apart from words.
    """
    CREATE FUNCTION slips(word text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN ARRAY(
        SELECT DISTINCT '~' || overlay(word PLACING '' FROM letter FOR 1) FROM generate_series(1, length(word)) AS letter
    )
    """,
    # What is searched: the words and stems of both texts, and of the first one what people may mistype.
    f"""
    CREATE FUNCTION searchable(headings text, rest text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN array_to_tsvector(ARRAY(
        SELECT found FROM unnest(string_to_array(findable(headings || ' ' || rest), ' ')) AS word,
            unnest(word || stems(word)) AS found
        UNION
        SELECT found FROM unnest(string_to_array(findable(headings), ' ')) AS word, unnest(slips(word)) AS found
        WHERE {MISTYPED.format(5, 20)}
    ))
    """,
    """
    CREATE FUNCTION any_of(lexemes text[]) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN (SELECT string_agg(' | ' || quote_literal(lexeme), '') FROM unnest(lexemes) AS lexeme)
    """,
    """
    CREATE OR REPLACE FUNCTION all_words(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN (
        SELECT coalesce(
            string_agg('(' || quote_literal(word) || ':*' || coalesce(any_of(stems(word)), '') || ')', ' & '), ''
        )
        FROM unnest((string_to_array(fold(words), ' '))[:8]) AS word
    )::tsquery
    """,
    # The same, with one letter of each longer word wrong, missing, too many, or changed for its neighbour.
    f"""
    CREATE FUNCTION sought_closely(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN (
        SELECT coalesce(string_agg('(' || quote_literal(word) || ':*' || coalesce(any_of(
            stems(word) || CASE WHEN {MISTYPED.format(4, 21)} THEN
                ('~' || word) || slips(word) || ARRAY(
                    SELECT ltrim(slip, '~') FROM unnest(slips(word)) AS slip WHERE length(slip) > 5
                )
            ELSE ARRAY[]::text[] END
        ), '') || ')', ' & '), '')
        FROM unnest((string_to_array(fold(words), ' '))[:8]) AS word
    )::tsquery
    """,
]


async def forwards() -> MigrationManager:
    """Apply."""
    manager = MigrationManager(migration_id=ID, app_name="server", description=DESCRIPTION)

    async def run() -> None:
        await migrating.run_all(STATEMENTS)

    manager.add_raw(run)
    return manager
