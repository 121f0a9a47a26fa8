"""Address of the one question; part of the phone pages."""

from django.urls import path

from hefu.surfaces.consumer.views import surveys

urlpatterns = [path("survey/<str:key>/", surveys.survey, name="survey")]
