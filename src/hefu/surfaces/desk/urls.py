"""Addresses of the desk."""

from django.urls import path

from hefu.surfaces.desk import (
    urls_billing,
    urls_campaigns,
    urls_codes,
    urls_goods,
    urls_groups,
    urls_house,
    urls_integration,
    urls_materials,
    urls_pages,
    urls_partners,
    urls_promotions,
    urls_questions,
    urls_reach,
    urls_rights,
    urls_sales,
    urls_smart,
    urls_surveys,
)
from hefu.surfaces.desk.views import entrance

app_name = "desk"
urlpatterns = [
    path("sign-in/", entrance.SignIn.as_view(), name="login"),
    path("sign-out/", entrance.leave, name="logout"),
    path("second-factor/", entrance.second_factor, name="second_factor"),
    path("second-factor/begin/", entrance.begin_second_factor, name="begin_second_factor"),
    *urls_billing.urlpatterns,
    *urls_codes.urlpatterns,
    *urls_groups.urlpatterns,
    *urls_house.urlpatterns,
    *urls_integration.urlpatterns,
    *urls_campaigns.urlpatterns,
    *urls_partners.urlpatterns,
    *urls_materials.urlpatterns,
    *urls_goods.urlpatterns,
    *urls_pages.urlpatterns,
    *urls_promotions.urlpatterns,
    *urls_questions.urlpatterns,
    *urls_reach.urlpatterns,
    *urls_rights.urlpatterns,
    *urls_sales.urlpatterns,
    *urls_smart.urlpatterns,
    *urls_surveys.urlpatterns,
]
