"""Places and units as a finding names them, in the reader's language."""

PLACES = {
    "text": ("the text", "le texte"),
    "version": ("the {} version", "la version {}"),
    "alt": ("the alternative text of image {}", "le texte alternatif de l'image {}"),
    "ocr": ("the text shown in image {}", "le texte visible dans l'image {}"),
    "qr": ("the QR code of image {}", "le code QR de l'image {}"),
    "captions": ("the captions of medium {}", "les sous-titres du média {}"),
    "transcript": ("the transcript of medium {}", "la transcription du média {}"),
    "file": ("the file name of medium {}", "le nom de fichier du média {}"),
    "link": ("a link", "un lien"),
    "paid": ("the paid declaration", "la déclaration de publicité"),
    "disclaimer": ("the disclaimer", "la mention légale"),
    "repost": ("the reposted text", "le texte repartagé"),
    "live": ("what is live", "ce qui est en ligne"),
    "comment": ("the moderation log", "le journal de modération"),
    "record": ("the record", "le dossier"),
    "account": ("the account", "le compte"),
}
UNITS = {"characters": ("characters", "caractères"), "bytes": ("bytes", "octets")}


def placed(where: str, reader: str) -> str:
    """ "alt:2" as "the alternative text of image 2"."""
    kind, _, which = where.partition(":")
    if kind == "text" and which:
        return f"le texte pour {which}" if reader.startswith("fr") else f"the text for {which}"
    said = PLACES.get(kind, PLACES["text"])
    return said[1 if reader.startswith("fr") else 0].format(which)


def unit(name: str, reader: str) -> str:
    return UNITS[name][1 if reader.startswith("fr") else 0] if name in UNITS else name
