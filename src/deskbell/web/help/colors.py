"""The colours of a brand, changed as little as their contrast needs (WCAG 2.2: 4.5 to 1 for text)."""

from typing import Final, TypeAlias

Rgb: TypeAlias = tuple[int, int, int]

_ENOUGH: Final = 4.5
_LIGHT_GROUND: Final = (0xEF, 0xEC, 0xE5)  # --sunken: the darkest ground of the light scheme
_DARK_GROUND: Final = (0x33, 0x30, 0x2B)  # --hairline: lighter than each ground of the dark scheme
_BLACK: Final = (0x12, 0x11, 0x10)
_WHITE: Final = (0xFF, 0xFF, 0xFF)
_STEPS: Final = 50


def brand_style(color: str | None) -> str | None:
    """The style sheet that puts a brand's colour, `#rgb` or `#rrggbb`, in place of the accent. None without a colour."""
    if color is None:
        return None
    light, dark = _legible(read_color(color), _LIGHT_GROUND, _BLACK), _legible(read_color(color), _DARK_GROUND, _WHITE)
    return f":root{{{_names(light)}}}@media (prefers-color-scheme:dark){{:root{{{_names(dark)}}}}}"


def accents(color: str | None) -> dict[str, list[str]] | None:
    """The accent and the colour of text on it, for light and dark. None without a colour."""
    if color is None:
        return None
    light, dark = _legible(read_color(color), _LIGHT_GROUND, _BLACK), _legible(read_color(color), _DARK_GROUND, _WHITE)
    return {"light": [_text(light), _text(_on(light))], "dark": [_text(dark), _text(_on(dark))]}


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _legible(color: Rgb, ground: Rgb, towards: Rgb) -> Rgb:
    """The colour, mixed with black or white in small steps until text in it can be read on the ground."""
    mixed = color
    for step in range(_STEPS + 1):
        share = step / _STEPS
        mixed = (_mixed(color, towards, share, 0), _mixed(color, towards, share, 1), _mixed(color, towards, share, 2))
        if contrast(mixed, ground) >= _ENOUGH:
            break
    return mixed


def _mixed(color: Rgb, towards: Rgb, share: float, part: int) -> int:
    return round(color[part] + (towards[part] - color[part]) * share)


def _names(accent: Rgb) -> str:
    return f"--accent:{_text(accent)};--on-accent:{_text(_on(accent))}"


def _on(accent: Rgb) -> Rgb:
    """The colour of text on an accent."""
    return max((_WHITE, _BLACK), key=lambda each: contrast(each, accent))


def _luminance(color: Rgb) -> float:
    parts = [part / 255 for part in color]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def read_color(color: str) -> Rgb:
    """The parts of a colour, `#rgb` or `#rrggbb`."""
    digits = color.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _text(color: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)
