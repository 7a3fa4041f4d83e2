"""`python -m server check`: is everything there that Kith needs? A line each."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from redis.asyncio import Redis

from server import about, assets, clock, db, deliverability, schema, smtp, timezones, watching
from server.progress import complain, say
from server.settings import settings

PATIENCE = 10.0  # seconds for each


@dataclass(frozen=True)
class Fault(Exception):
    """What is missing, as a sentence."""

    sentence: str


@dataclass(frozen=True)
class Doubt(Exception):
    """What works and should not stay as it is, as a sentence."""

    sentence: str


async def checkup() -> bool:
    """Look at everything, say what was found; whether all is well."""
    async with schema.pool():
        found = [await _look(name, question) for name, question in QUESTIONS.items()]
    await smtp.close()
    return all(found)


async def _look(name: str, question: Callable[[], Awaitable[str]]) -> bool:
    try:
        async with asyncio.timeout(PATIENCE):
            say(f"  {name:<12} {await question()}")
    except Doubt as doubt:
        complain(f"? {name:<12} {doubt.sentence}")
        return True
    except Fault as fault:
        complain(f"! {name:<12} {fault.sentence}")
    except Exception as error:
        # DatabaseGone has its reason as its cause.
        complain(f"! {name:<12} not reached: {error.__cause__ or error or type(error).__name__}")
    else:
        return True
    return False


async def _settings() -> str:
    return f"read; people reach us at {settings.base_url}"


async def _operator() -> str:
    if unset := about.missing():
        raise Doubt(f"{', '.join(unset)} not set: the imprint and the page about privacy say so")
    if settings.texts_dir and (strange := about.unread(settings.texts_dir)):
        raise Doubt(f"TEXTS_DIR has files that no page reads: {', '.join(strange)}")
    return f"{settings.operator_name}, {settings.operator_email}"


async def _database() -> str:
    version = await db.value("SHOW server_version")
    return f"PostgreSQL {version}"


async def _migrations() -> str:
    waiting = await schema.unapplied()
    if waiting:
        raise Fault(f"{len(waiting)} not applied yet: run `python -m server migrate`")
    return "all applied"


async def _durability() -> str:
    if risks := await watching.risks():
        raise Doubt(f"{'; '.join(risks)}: turn it on")
    return "what PostgreSQL has confirmed, it keeps"


async def _clock() -> str:
    await watching.set_the_clock()
    difference = round(abs(clock.ahead()), 1)
    if difference >= clock.WORTH_A_LINE:
        raise Doubt(f"this machine's differs from PostgreSQL's by {difference} s; Kith goes by PostgreSQL's")
    return "this machine's and PostgreSQL's agree"


async def _valkey() -> str:
    if not settings.redis_url:
        raise Fault("REDIS_URL is not set")
    async with Redis.from_url(settings.redis_url, socket_timeout=PATIENCE) as client:
        info = await client.info("server")
    return f"{info.get('server_name', 'redis')} {info.get('valkey_version', info['redis_version'])}"


async def _letters() -> str:
    if not settings.smtp_url:
        return "SMTP_URL is not set: letters are kept for /dev/letters"
    try:
        await smtp.check()
    except smtp.NotTaken as fault:
        raise Fault(f"the mail server does not take them from us: {fault}") from fault
    if trouble := await deliverability.trouble():
        raise Fault(str(trouble))
    return "the mail server answers" + await _unsent()


async def _unsent() -> str:
    letters = sum(number for _, number in await deliverability.unsent())
    return f"; {letters} not sent in the last 30 days, their time was past" if letters else ""


async def _zones() -> str:
    return f"by the tz database {timezones.version()}"


async def _styles() -> str:
    if not assets.STYLE_SHEET.exists():
        raise Fault("not built yet: run `python -m server css`")
    return "built"


QUESTIONS: dict[str, Callable[[], Awaitable[str]]] = {
    "Settings": _settings,
    "Operator": _operator,
    "Database": _database,
    "Migrations": _migrations,
    "Durability": _durability,
    "Clock": _clock,
    "Valkey": _valkey,
    "Letters": _letters,
    "Zones": _zones,
    "Styles": _styles,
}
