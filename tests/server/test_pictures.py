"""Pictures: what they are is checked, what was hidden in them is gone."""

import io
import random
import re
import struct
import zlib
from datetime import timedelta

import httpx
import psutil
import pytest
import time_machine
from PIL import Image, PngImagePlugin
from starlette.datastructures import Headers, UploadFile

from members.tables import Person
from server import apart, clock, db, jobs, pictures, resizing
from server.errors import Refusal
from server.pictures import PictureRefused
from server.settings import settings
from tests.ground import forget_what_has_had_its_time, work_off

pytestmark = pytest.mark.slow


def image_file(kind: str = "JPEG", size: tuple[int, int] = (900, 600), **options: object) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    written = io.BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()


def upload(content: bytes, name: str = "me.jpg", kind: str = "image/jpeg") -> UploadFile:
    return UploadFile(io.BytesIO(content), filename=name, headers=Headers({"content-type": kind}))


def exif(**tags: object) -> bytes:
    written = Image.Exif()
    written[0x0112] = tags.get("orientation", 1)
    written[0x010F] = "Secret Camera"
    written.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return written.tobytes()


async def made(content: bytes) -> Image.Image:
    """The large size of a picture that was given."""
    number = await pictures.keep(upload(content))
    await work_off()
    return Image.open(io.BytesIO(await db.value("SELECT large FROM pictures WHERE id = $1", number)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_picture_is_made_small_and_large(kind: str) -> None:
    number = await pictures.keep(upload(image_file(kind, (3000, 2000))))
    assert (await pictures.shown_one(number)).coming  # type: ignore[union-attr]
    await work_off()
    row = await db.row("SELECT * FROM pictures WHERE id = $1", number)
    assert row and row["original"] is None and row["ready_at"]
    assert (row["width"], row["height"]) == (3000, 2000)
    assert [Image.open(io.BytesIO(row[size])).size for size in ("small", "large")] == [
        (480, 320),
        (1600, 1067),
    ]
    assert Image.open(io.BytesIO(row["small"])).format == "WEBP"


async def test_a_small_picture_is_not_blown_up() -> None:
    assert (await made(image_file(size=(90, 60)))).size == (90, 60)


async def in_a_letter(content: bytes) -> Image.Image:
    """What a letter shows of a picture that was given."""
    number = await pictures.keep(upload(content))
    await jobs.later(pictures.make_letter_size, number)
    await work_off()
    return Image.open(io.BytesIO(await db.value("SELECT letter FROM pictures WHERE id = $1", number)))


@pytest.mark.parametrize("size", [(3000, 2000), (2000, 3000), (4000, 1000)])
async def test_a_letter_gets_a_jpeg_of_its_cards_shape(size: tuple[int, int]) -> None:
    shown = await in_a_letter(image_file(size=size))
    assert shown.format == "JPEG" and shown.width == 2 * shown.height and shown.width <= 1052
    assert not {"exif", "icc_profile", "comment"} & set(shown.info)
    left, right = [shown.getpixel((x, shown.height // 2)) for x in (10, shown.width - 10)]
    assert left[0] > 200 > 60 > left[2] and right[2] > 200 > 60 > right[0]  # type: ignore[index]


@pytest.mark.parametrize(("point", "seen"), [((50, 0), "top"), ((50, 100), "bottom"), ((50, 50), "heads")])
async def test_a_letter_keeps_in_view_what_was_chosen(point: tuple[int, int], seen: str) -> None:
    """Of a picture that is black above and white below, a line between them at two fifths."""
    picture = Image.new("RGB", (500, 500), "white")
    picture.paste("black", (0, 0, 500, 200))
    written = io.BytesIO()
    picture.save(written, "PNG")
    number = await pictures.keep(upload(written.getvalue()))
    await jobs.later(pictures.make_letter_size, number, *point)
    await work_off()
    shown = Image.open(
        io.BytesIO(await db.value("SELECT letter FROM pictures WHERE id = $1", number))
    ).convert("L")
    black = sum(shown.getpixel((250, y)) < 128 for y in range(250)) / 250  # type: ignore[operator,misc]
    assert black == pytest.approx({"top": 0.8, "bottom": 0.0, "heads": 0.4}[seen], abs=0.03)


async def test_what_is_seethrough_is_white_in_a_letter() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(written, "PNG")
    shown = await in_a_letter(written.getvalue())
    assert shown.size == (50, 25) and min(shown.getpixel((20, 12))) > 250  # type: ignore[type-var, arg-type]


async def test_a_mail_program_gets_it_without_signing_in(client: httpx.AsyncClient) -> None:
    number = await pictures.keep(upload(image_file()))
    assert await pictures.for_letter(number) == ""
    await jobs.later(pictures.make_letter_size, number)
    await work_off()
    address = await pictures.for_letter(number)
    assert address.startswith(f"{settings.base_url}/pictures/") and address.endswith("/letter.jpg")
    shown = await client.get(address)
    assert shown.status_code == 200 and shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-robots-tag"] == "noindex" and "set-cookie" not in shown.headers
    assert shown.headers["cross-origin-resource-policy"] == "cross-origin"
    on_a_page = await client.get(address.replace("letter.jpg", "small.webp"))
    assert on_a_page.headers["cross-origin-resource-policy"] == "same-origin"
    await pictures.rename(number)
    assert (await client.get(address)).status_code == 404


async def test_one_that_is_not_ready_yet_is_waited_for() -> None:
    number = await pictures.keep(upload(image_file()))
    with pytest.raises(jobs.TemporaryFailure):
        await pictures.make_letter_size(number)
    await db.run("UPDATE pictures SET refused = 'No.' WHERE id = $1", number)
    await pictures.make_letter_size(number)
    assert await pictures.for_letter(number) == ""


async def test_where_it_was_taken_and_with_what_is_gone() -> None:
    content = image_file(exif=exif(), comment=b"secret comment", icc_profile=srgb())
    assert b"Secret Camera" in content
    large = await made(content)
    assert not large.getexif() and not {"exif", "icc_profile", "xmp", "comment"} & set(large.info)


async def test_text_in_a_png_is_gone() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "a secret author")
    number = await pictures.keep(upload(image_file("PNG", pnginfo=text)))
    await work_off()
    assert b"secret" not in await db.value("SELECT small || large FROM pictures WHERE id = $1", number)


async def test_a_picture_taken_sideways_stands_upright() -> None:
    large = await made(image_file(size=(600, 300), exif=exif(orientation=6)))
    assert large.size == (300, 600)
    red, _, blue = large.convert("RGB").getpixel((150, 20))  # type: ignore[misc]
    assert red > 200 and blue < 60


async def test_what_is_seethrough_stays_so() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(written, "PNG")
    assert (await made(written.getvalue())).mode == "RGBA"


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16"])
async def test_pictures_of_all_colours_are_read(mode: str) -> None:
    written = io.BytesIO()
    Image.new(mode, (40, 40)).save(written, "JPEG" if mode == "CMYK" else "PNG")
    assert (await made(written.getvalue())).size == (40, 40)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a picture",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"GIF89a" + bytes(50),
        b"%PDF-1.7",
        b"\xff\xd8\xff",
        b"\x89PNG\r\n\x1a\n",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"PK\x03\x04" + bytes(100),
    ],
)
async def test_what_is_no_picture_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(PictureRefused) as refused:
        await pictures.keep(upload(content))
    assert refused.value.field == "picture"
    assert "JPEG, PNG or WebP" in str(refused.value.sentence)


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PDF"])
async def test_other_formats_are_refused_under_any_name(kind: str) -> None:
    with pytest.raises(PictureRefused):
        await pictures.keep(upload(image_file(kind, (64, 64)), "picture.jpg"))


async def test_its_content_counts_and_not_its_name() -> None:
    number = await pictures.keep(upload(image_file("PNG"), "evil.svg", "image/svg+xml"))
    await work_off()
    assert (await pictures.shown_one(number)).ready  # type: ignore[union-attr]


async def test_more_than_ten_megabytes_are_refused() -> None:
    with pytest.raises(PictureRefused, match="10 MB"):
        await pictures.keep(upload(image_file() + bytes(pictures.LARGEST)))


@pytest.mark.parametrize("size", [(20_000, 20_000), (65_000, 65_000), (60_000, 4), (2**31 - 1, 2**31 - 1)])
async def test_a_bomb_of_pixels_is_refused_by_its_header(size: tuple[int, int]) -> None:
    with pytest.raises(PictureRefused):
        await pictures.keep(upload(png_bomb(*size)))


async def test_a_picture_that_breaks_off_is_refused_by_the_worker_and_forgotten() -> None:
    content = image_file("PNG", (500, 500), compress_level=0)
    number = await pictures.keep(upload(content[: len(content) // 2]))
    await work_off()
    shown = await pictures.shown_one(number)
    assert shown and not shown.ready and not shown.coming and "another" in str(shown.refused)
    assert await db.value("SELECT original FROM pictures WHERE id = $1", number) is None


async def test_a_second_file_hidden_behind_the_picture_is_gone() -> None:
    number = await pictures.keep(upload(image_file() + b"<script>alert(1)</script>PK\x03\x04"))
    await work_off()
    assert b"<script>" not in await db.value("SELECT small || large FROM pictures WHERE id = $1", number)


async def test_whatever_is_mangled_never_breaks_the_worker() -> None:
    dice = random.Random(7)
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = image_file(kind, (120, 80), exif=exif())
        for _ in range(60):
            mangled = bytearray(whole)
            for _ in range(dice.randint(1, 12)):
                mangled[dice.randrange(len(mangled))] = dice.randrange(256)
            try:
                resizing.resize(bytes(mangled))
            except Refusal:
                continue


@pytest.mark.slow
async def test_a_large_png_takes_its_memory_along() -> None:
    large = Image.new("RGBA", (6000, 6100), (200, 10, 10, 255))
    written = io.BytesIO()
    large.save(written, "PNG", compress_level=1)
    del large
    before = psutil.Process().memory_info().rss
    assert (await made(written.getvalue())).height == 1600
    assert psutil.Process().memory_info().rss - before < 50_000_000  # this is the worker
    peak = await apart.do(
        "tests.server.apart_work:resizes", written.getvalue(), memory=pictures.MEMORY, seconds=20
    )
    assert peak < 200_000  # kilobytes, with Python


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
async def test_what_could_only_be_opened_in_much_memory_is_refused_at_once(kind: str) -> None:
    content = png_bomb(7000, 7100) if kind == "PNG" else image_file("WEBP", (4000, 3000))
    with pytest.raises(PictureRefused, match="JPEG"):
        await pictures.keep(upload(content))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "why"),
    [("takes_memory", "memory"), ("takes_time", "time"), ("ends", "crash"), ("says_nonsense", "no JSON")],
)
async def test_who_works_apart_is_bounded(function: str, why: str) -> None:
    with pytest.raises(apart.Ended):
        await apart.do(f"tests.server.apart_work:{function}", b"", memory=100, seconds=1)


async def test_who_works_apart_knows_no_secret_and_writes_no_file() -> None:
    told = await apart.do("tests.server.apart_work:tells", b"", memory=100, seconds=5)
    assert not {"SECRET_KEY", "DATABASE_URL", "REDIS_URL", "SMTP_URL"} & set(told["environment"])
    assert not told["writes"]


async def test_a_refusal_apart_is_a_refusal_here() -> None:
    with pytest.raises(Refusal, match="No"):
        await apart.do("tests.server.apart_work:refuses", b"", memory=100, seconds=5)


async def test_a_picture_is_to_be_had_by_its_name_once_it_is_ready(client: httpx.AsyncClient) -> None:
    number = await pictures.keep(upload(image_file()))
    name = await db.value("SELECT public_id FROM pictures WHERE id = $1", number)
    assert re.fullmatch("[0-9a-f]{32}", name)  # 128 bits
    before = await client.get(pictures.address(name))
    assert before.status_code == 404 and "no-store" in before.headers["cache-control"]
    await work_off()
    after = await client.get(pictures.address(name))
    assert after.status_code == 200 and after.headers["content-type"] == "image/webp"
    assert (await client.get(f"/pictures/{name}/original.webp")).status_code == 404
    assert (await client.get("/pictures/222222222222/small.webp")).status_code == 404


async def test_a_browser_asks_each_time_whether_it_is_still_there(client: httpx.AsyncClient) -> None:
    number = await pictures.keep(upload(image_file()))
    await work_off()
    address = pictures.address(await db.value("SELECT public_id FROM pictures WHERE id = $1", number))
    first = await client.get(address)
    assert (
        first.headers["cache-control"] == "private, no-cache" and first.headers["x-robots-tag"] == "noindex"
    )
    known = {"if-none-match": first.headers["etag"]}
    again = await client.get(address, headers=known)
    assert again.status_code == 304 and not again.content and again.headers["etag"] == first.headers["etag"]
    other_size = await client.get(address.replace("small", "large"), headers=known)
    assert other_size.status_code == 200
    await db.run("DELETE FROM pictures WHERE id = $1", number)
    assert (await client.get(address, headers=known)).status_code == 404


async def test_making_the_sizes_twice_is_harmless() -> None:
    number = await pictures.keep(upload(image_file()))
    await work_off()
    before = await db.row("SELECT * FROM pictures WHERE id = $1", number)
    await pictures.make_sizes(number)
    assert await db.row("SELECT * FROM pictures WHERE id = $1", number) == before


async def test_what_nobody_shows_any_more_is_gone_after_a_day(ana: Person) -> None:
    kept, unused = [await pictures.keep(upload(image_file())) for _ in range(2)]
    await ana.update_self({Person.picture: kept})
    await forget_what_has_had_its_time()
    assert set(await pictures.shown([kept, unused])) == {kept, unused}
    with time_machine.travel(clock.now() + timedelta(days=1, minutes=1), tick=True):
        await forget_what_has_had_its_time()
    assert set(await pictures.shown([kept, unused])) == {kept}


def srgb() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def png_bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body
