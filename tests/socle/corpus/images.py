"""Des images, bonnes ou piégées."""

import io
import struct
import zlib

from PIL import Image


def image(format_: str, taille: tuple[int, int] = (60, 40), mode: str = "RGB", **options) -> bytes:
    tampon = io.BytesIO()
    Image.effect_mandelbrot(taille, (-2, -1, 1, 1), 20).convert(mode).save(tampon, format_, **options)
    return tampon.getvalue()


def photo(taille: tuple[int, int] = (4000, 3000), **options) -> bytes:
    """Une photo unie : douze millions de points, peu d'octets."""
    tampon = io.BytesIO()
    Image.new("RGB", taille, "teal").save(tampon, "JPEG", **options)
    return tampon.getvalue()


def photo_couchee() -> bytes:
    """Prise de côté : l'appareil le note (orientation 6) sans tourner les points."""
    notes = Image.Exif()
    notes[0x0112] = 6
    return image("JPEG", exif=notes)


def photo_double() -> bytes:
    """Ce que rendent les téléphones récents : la photo, suivie d'une seconde (format MPO)."""
    tampon = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(tampon, "MPO", save_all=True, append_images=[Image.new("RGB", (32, 24))])
    return tampon.getvalue()


def scan_noir_et_blanc() -> bytes:
    """Une page A4 à 600 points par pouce : trente-cinq millions de points d'un bit."""
    tampon = io.BytesIO()
    Image.new("1", (4961, 7016), 1).save(tampon, "PNG")
    return tampon.getvalue()


def png_immense() -> bytes:
    """Un PNG de quelques octets qui annonce neuf cents millions de points."""

    def bloc(nom: bytes, donnees: bytes) -> bytes:
        return struct.pack("!L", len(donnees)) + nom + donnees + struct.pack("!L", zlib.crc32(nom + donnees))

    en_tete = struct.pack("!2L5B", 30_000, 30_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + bloc(b"IHDR", en_tete) + bloc(b"IDAT", zlib.compress(bytes(999))) + bloc(b"IEND", b"")
