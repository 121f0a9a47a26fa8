"""Addresses of the desk: the queue of questions, its deeds, stored replies, rules."""

from django.urls import URLPattern, path

from hefu.surfaces.desk.views import questions, questions_deeds, questions_setup

urlpatterns: list[URLPattern] = [
    path("questions/", questions.queue, name="questions"),
    path("questions/replies/", questions_setup.replies, name="replies"),
    path("questions/replies/new/", questions_setup.reply_new, name="reply_new"),
    path("questions/replies/<int:pk>/", questions_setup.reply, name="reply"),
    path("questions/replies/<int:pk>/retire/", questions_setup.retire, name="reply_retire"),
    path("questions/rules/", questions_setup.rules, name="question_rules"),
    path("questions/answers/<int:pk>/edit/", questions_deeds.edit, name="answer_edit"),
    path("questions/answers/<int:pk>/show/", questions_deeds.show_one, name="answer_show"),
    path("questions/answers/<int:pk>/hide/", questions_deeds.hide_one, name="answer_hide"),
    path("questions/<int:pk>/", questions.question, name="question"),
    path("questions/<int:pk>/take/", questions_deeds.take_it, name="question_take"),
    path("questions/<int:pk>/back/", questions_deeds.back, name="question_back"),
    path("questions/<int:pk>/show/", questions_deeds.show_it, name="question_show"),
    path("questions/<int:pk>/hide/", questions_deeds.hide_it, name="question_hide"),
    path("questions/<int:pk>/answer/", questions_deeds.answer_it, name="question_answer"),
    path("questions/<int:pk>/merge/", questions_deeds.merge_it, name="question_merge"),
    path("questions/<int:pk>/split/", questions_deeds.split_it, name="question_split"),
    path("questions/<int:pk>/reports/", questions_deeds.reports, name="question_reports"),
]
