"""Registers the design system with Django: templates, static files, template tags."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DesignConfig(AppConfig):
    """No models; an app only so that its templates and tags are found."""

    name = "hefu.surfaces.design"
    label = "design"
    verbose_name = _("Design system")
