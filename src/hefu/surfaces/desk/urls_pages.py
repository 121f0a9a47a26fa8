"""Addresses of the desk: the pages of products."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import page, page_editor, pages

urlpatterns: list[URLPattern] = [
    path("pages/", pages.pages, name="pages"),
    path("pages/without/", pages.pageless, name="pages_without"),
    path("pages/new/", pages.create, name="page_new"),
    path("pages/submit/", pages.submit_many, name="pages_submit"),
    path("pages/approve/", pages.approve_many, name="pages_approve"),
    path("pages/<int:pk>/", page.show, name="page"),
    path("pages/<int:pk>/edit/", page_editor.edit, name="page_edit"),
    path("pages/<int:pk>/edit/preview/", page_editor.try_out, name="page_try"),
    path("pages/<int:pk>/versions/<int:number>/", page_editor.look, name="page_look"),
    path("pages/<int:pk>/versions/<int:number>/restore/", page.restore, name="page_restore"),
    path("pages/<int:pk>/history/", page.history, name="page_history"),
    path("pages/<int:pk>/submit/", page.submit, name="page_submit"),
    path("pages/<int:pk>/withdraw/", page.withdraw, name="page_withdraw"),
    path("pages/<int:pk>/discard/", page.discard, name="page_discard"),
    path("pages/<int:pk>/decide/", page.decide, name="page_decide"),
    path("pages/<int:pk>/cancel/", page.cancel, name="page_cancel"),
    path("pages/<int:pk>/retire/", page.retire, name="page_retire"),
]
