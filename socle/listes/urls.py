from django.urls import path

from socle.listes import ecrans

app_name = "listes"

urlpatterns = [
    path("vues/<int:pk>/", ecrans.vue, name="vue"),
    path("vues/<int:pk>/supprimer/", ecrans.supprimer_la_vue, name="supprimer_la_vue"),
    path("exports/<int:pk>/", ecrans.export, name="export"),
    path("exports/<int:pk>/telecharger/", ecrans.telecharger, name="telecharger"),
    path("<str:nom>/enregistrer-une-vue/", ecrans.enregistrer_une_vue, name="enregistrer_une_vue"),
    path("<str:nom>/comptes-des-vues/", ecrans.comptes_des_vues, name="comptes_des_vues"),
    path("<str:nom>/exporter/", ecrans.exporter, name="exporter"),
]
