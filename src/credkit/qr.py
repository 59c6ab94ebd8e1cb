"""QR codes."""

from __future__ import annotations

import io

from .extras import of_credkit


def svg(text: str) -> str:
    """A text as a QR code: an SVG document.

    Raises:
        ImportError: segno is not installed.
    """
    try:
        import segno
    except ModuleNotFoundError:
        raise ImportError(f"a QR code needs {of_credkit('qr')}") from None
    out = io.BytesIO()
    segno.make(text, micro=False).save(out, kind="svg", scale=4)
    return out.getvalue().decode()
