"""Making a picture small, in bounded memory. Imported by the child that does it, so it imports little.

What has been decoded and encoded again is only pixels: nothing hidden in the file (a place, a second file) survives.
"""

import io
from base64 import b64encode

from PIL import (
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from server.errors import Refusal
from server.languages.messages import _

MOST_PIXELS = 50_000_000  # what a good camera makes; a bomb has more
LONGEST_SIDE = 16_000  # WebP's own limit is 16,383
MOST_DECODED = 148_000_000  # bytes of a picture that can only be decoded as a whole
# Named by what reads them, which is loaded here: later it would count as memory that the picture takes.
FORMATS = ("JPEG", "PNG", "WEBP")
READERS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
SIZES = {"small": 480, "large": 1600}  # the longer side, in pixels
QUALITY = 80
LETTER = (1052, 526)  # in pixels: twice as many as a letter shows, for screens that draw finely
STRIP = 64  # rows that are shrunk at a time, about

NOT_A_PICTURE = _("That is not a picture we can read. Please choose a JPEG, PNG or WebP.")
TOO_MANY_PIXELS = _("That picture has too many pixels. Please choose one of at most 50 megapixels.")
ONLY_AS_JPEG = _(
    "That picture is too large for us to open as it is. Please save it as a JPEG, or make it smaller."
)
BROKEN = _("We could not read that picture to its end. Please try another one.")

# Bytes a pixel while decoding: how Pillow keeps each mode; WebP's library holds four copies of its own.
_BYTES_A_PIXEL = {"1": 1, "L": 1, "P": 1, "I;16": 2}
_BYTES_A_PIXEL_OF_WEBP = 16
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112

# Pillow's own guard, should anything be decoded before we have looked at its size.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS


def measure(content: bytes) -> tuple[int, int]:
    """Width and height by the header alone. Raises a Refusal for what is no picture, or too large a one."""
    with _opened(content) as image:
        width, height = image.size
        if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE:
            raise Refusal(TOO_MANY_PIXELS)
        if image.format != "JPEG" and width * height * _bytes_a_pixel(image) > MOST_DECODED:
            raise Refusal(ONLY_AS_JPEG)
    return width, height


def resize(original: bytes) -> dict[str, str]:
    """The sizes as WebP in base64, upright, in sRGB, with nothing but pixels in them. Raises a Refusal."""
    measure(original)
    try:
        small = _decoded(original)
        return {name: b64encode(_webp(small, longest)).decode() for name, longest in SIZES.items()}
    except MemoryError as error:
        raise Refusal(ONLY_AS_JPEG) from error
    except Exception as error:
        # Pillow raises whatever its parsers stumble on: OSError, SyntaxError, struct.error, and more.
        raise Refusal(BROKEN) from error


def for_letter(content: bytes) -> str:
    """A size for mail programs: a JPEG in base64, for Outlook draws no WebP.

    `content`: two bytes for the point that stays in view (percent from the left and from the top), then the large size.
    """
    with _opened(content[2:]) as image:
        return b64encode(_jpeg(image, (content[0] / 100, content[1] / 100))).decode()


def _decoded(original: bytes) -> Image.Image:
    """The picture, small and upright. What was decoded as a whole is given back on return."""
    with _opened(original) as image:
        # JPEG can be decoded straight to a fraction of its size.
        image.draft("RGB", (SIZES["large"], SIZES["large"]))
        profile, turned = image.info.get("icc_profile"), image.getexif().get(_ORIENTATION)
        small = _in_srgb(_shrunk(image), profile)
    return small.transpose(_UPRIGHT[turned]) if turned in _UPRIGHT else small


def _opened(content: bytes) -> Image.Image:
    try:
        return Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise Refusal(TOO_MANY_PIXELS) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise Refusal(NOT_A_PICTURE) from error


def _bytes_a_pixel(image: Image.Image) -> int:
    return _BYTES_A_PIXEL_OF_WEBP if image.format == "WEBP" else _BYTES_A_PIXEL.get(image.mode, 4)


def _shrunk(image: Image.Image) -> Image.Image:
    """The picture in RGB or RGBA, hardly larger than the largest size, made strip by strip: no second whole copy."""
    mode = "RGBA" if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info else "RGB"
    factor = max(1, max(image.size) // max(SIZES.values()))
    if image.mode == mode and factor == 1:
        return image.copy()
    width, height = image.size
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    rows = factor * max(1, STRIP // factor)
    for top in range(0, height, rows):
        strip = image.crop((0, top, width, min(top + rows, height)))
        strip = strip if strip.mode == mode else strip.convert(mode)
        small.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return small


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The pixels as every screen reads them: the profile of the camera worked in."""
    if profile and image.mode == "RGB":
        try:
            camera, screen = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(image, camera, screen, outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError):
            pass  # A profile that makes no sense says nothing about the colours.
    return image


def _jpeg(image: Image.Image, point: tuple[float, float]) -> bytes:
    """A copy in the shape of a letter's card, on white; never larger than the picture. `point`: fractions of it."""
    width = min(LETTER[0], image.width, image.height * LETTER[0] // LETTER[1]) // 2 * 2
    size = (width, width * LETTER[1] // LETTER[0])
    copy = ImageOps.fit(image.convert("RGBA"), size, Image.Resampling.LANCZOS, centering=point)
    pixels = Image.new("RGB", size, "white")
    pixels.paste(copy, mask=copy)
    written = io.BytesIO()
    pixels.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return written.getvalue()


def _webp(image: Image.Image, longest: int) -> bytes:
    """A copy whose longer side is at most `longest`, and nothing besides: no EXIF, no profile, no comments."""
    copy = image.copy()
    copy.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    pixels = Image.new(copy.mode, copy.size)
    pixels.paste(copy)
    written = io.BytesIO()
    pixels.save(written, "WEBP", quality=QUALITY, method=4)
    return written.getvalue()
