"""Addresses of the desk: surveys and what they found."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import surveys

urlpatterns: list[URLPattern] = [
    path("surveys/", surveys.surveys, name="surveys"),
    path("surveys/new/", surveys.survey_new, name="survey_new"),
    path("surveys/<int:pk>/", surveys.survey, name="survey"),
    path("surveys/<int:pk>/words/", surveys.survey_words, name="survey_words"),
    path("surveys/<int:pk>/close/", surveys.survey_close, name="survey_close"),
    path("surveys/<int:pk>/answers/", surveys.survey_answers, name="survey_answers"),
    path("surveys/<int:pk>/months/", surveys.survey_months, name="survey_months"),
    path("surveys/<int:pk>/products/", surveys.survey_products, name="survey_products"),
]
