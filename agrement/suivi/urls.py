from django.urls import URLPattern

app_name = "suivi"

urlpatterns: list[URLPattern] = []
