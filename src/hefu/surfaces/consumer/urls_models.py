"""Addresses of models (智慧码): what smart codes hold, what people type, and proofs for apps."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from hefu.surfaces.consumer.views import models


class Digits(StringConverter):
    """Digits as people type them into an address: full width, blanks and hyphens between."""

    regex = r"[0-9０-９][0-9０-９ -]{2,28}[0-9０-９]"


class ProofName(StringConverter):
    """The name of a verification file, see ``core.codes.plain_links``."""

    regex = r"[A-Za-z0-9_-]{1,60}\.txt"


register_converter(Digits, "digits")
register_converter(ProofName, "proof")

urlpatterns: list[URLPattern] = [
    path("m/", models.box, name="digits"),
    path("m/<proof:name>", models.proof, name="proof_file"),
    path("m/<digits:digits>/", models.typed, name="model"),
    path("m/<digits:digits>", models.typed),
    path("m/<slug:brand>/<proof:name>", models.proof_of, name="proof_file_of"),
    path("m/<slug:brand>/<digits:digits>/", models.typed_of, name="model_of"),
    path("m/<slug:brand>/<digits:digits>", models.typed_of),
    path("<digits:digits>", models.typed, name="typed_digits"),
    path("<digits:digits>/", models.typed),
]
