"""Addresses of the desk: requests about personal data."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import data_requests, member_lists, registers

urlpatterns: list[URLPattern] = [
    path("members/list/", member_lists.ask, name="member_list_new"),
    path("members/list/<int:pk>/", member_lists.wish, name="member_list"),
    path("registers/", registers.registers, name="registers"),
    path("registers/new/", registers.add, name="register_new"),
    path("registers/<int:pk>/", registers.register_record, name="register_record"),
    path("data-requests/", data_requests.data_requests, name="data_requests"),
    path("data-requests/new/", data_requests.add, name="data_request_new"),
    path("data-requests/<int:pk>/", data_requests.data_request, name="data_request"),
    path("data-requests/<int:pk>/identity/", data_requests.identity, name="data_request_identity"),
    path("data-requests/<int:pk>/extend/", data_requests.extend, name="data_request_extend"),
    path("data-requests/<int:pk>/answer/", data_requests.answer, name="data_request_answer"),
    path("data-requests/<int:pk>/do/", data_requests.carry_out, name="data_request_do"),
]
