"""Addresses of questions; ``community.selectors.public.page_path`` knows a question's own one."""

from django.urls import path

from hefu.surfaces.consumer.views import questions, questions_deeds

urlpatterns = [
    path("questions/mine/", questions_deeds.mine, name="my_questions"),
    path("questions/mine/<int:pk>/stop/", questions_deeds.stop, name="question_stop"),
    path("questions/of/<slug:brand>/", questions.of_brand, name="questions_of"),
    path("questions/of/<slug:brand>/<path:item_no>/", questions.of_product, name="questions"),
    path("questions/ask/<slug:brand>/<path:item_no>/", questions.new, name="question_ask"),
    path(
        "questions/similar/<slug:brand>/<path:item_no>/",
        questions.similar,
        name="questions_similar",
    ),
    path("questions/<slug:brand>/<int:pk>/", questions.question, name="question"),
    path("questions/<slug:brand>/<int:pk>/answer/", questions_deeds.answer, name="question_answer"),
    path("questions/<slug:brand>/<int:pk>/report/", questions_deeds.abuse, name="question_report"),
    path(
        "questions/<slug:brand>/answers/<int:pk>/helpful/", questions_deeds.helpful, name="helpful"
    ),
    path("questions/<slug:brand>/answers/<int:pk>/solved/", questions_deeds.solved, name="solved"),
]
