"""Registration with Django."""

from django.apps import AppConfig


class ConsumerConfig(AppConfig):
    """The phone pages behind the printed codes."""

    name = "hefu.surfaces.consumer"
    label = "consumer"
