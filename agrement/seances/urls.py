from django.urls import path

from agrement.seances.views import bloc, decisions, engagements, points, recours, retours, seances, suites

app_name = "seances"

urlpatterns = [
    path("seances/", seances.ListeDesSeances.as_view(), name="liste"),
    path("seances/planifier/", seances.planifier, name="planifier"),
    path("seances/<int:pk>/", seances.seance, name="seance"),
    path("seances/<int:pk>/modifier/", seances.modifier, name="modifier"),
    path("seances/<int:pk>/presences/", seances.presences, name="presences"),
    path("seances/<int:pk>/points/<int:point>/appeler/", seances.appeler, name="appeler"),
    path("seances/<int:pk>/points/<int:point>/<str:sens>/", seances.deplacer, name="deplacer"),
    path("seances/<int:pk>/decider-en-bloc/", bloc.decider_en_bloc, name="decider_en_bloc"),
    path("seances/<int:pk>/engagements/", engagements.engagements, name="engagements"),
    path("seances/<int:pk>/engagements/retenir/", engagements.retenir, name="retenir_le_scenario"),
    path("seances/<int:pk>/tutelle/", retours.transmettre_a_la_tutelle, name="transmettre_a_la_tutelle"),
    path("seances/<int:pk>/<slug:acte>/", seances.acte, name="acte"),
    path("dossiers/<str:numero>/inscrire/", points.inscrire, name="inscrire"),
    path("dossiers/<str:numero>/desinscrire/", points.desinscrire, name="desinscrire"),
    path("dossiers/<str:numero>/reinscrire/", points.reinscrire, name="reinscrire"),
    path("dossiers/<str:numero>/repondre-a-l-instance/", points.repondre, name="repondre"),
    path("dossiers/<str:numero>/revenir-en-negociation/", points.repondre_et_negocier, name="repondre_et_negocier"),
    path("dossiers/<str:numero>/donner-l-avis/", points.avis, name="avis"),
    path("dossiers/<str:numero>/deporter/", points.deporter, name="deporter"),
    path("dossiers/<str:numero>/deports/<int:pk>/retirer/", points.retirer_le_deport, name="retirer_le_deport"),
    path("dossiers/<str:numero>/voter/", points.voter, name="voter"),
    path("dossiers/<str:numero>/accorder/", decisions.accorder, name="accorder"),
    path("dossiers/<str:numero>/refuser/", decisions.refuser, name="refuser"),
    path("dossiers/<str:numero>/ajourner/", decisions.ajourner, name="ajourner"),
    path("dossiers/<str:numero>/notifier/", suites.notifier, name="notifier"),
    path("dossiers/<str:numero>/lettre/", suites.lettre, name="lettre"),
    path("dossiers/<str:numero>/lettres/<int:pk>/", suites.lettre_gardee, name="lettre_gardee"),
    path("dossiers/<str:numero>/dater-la-reception/", suites.dater_la_reception, name="reception"),
    path(
        "dossiers/<str:numero>/enregistrer-un-recours/", recours.enregistrer_un_recours, name="enregistrer_un_recours"
    ),
    path("dossiers/<str:numero>/accueillir-le-recours/", recours.accueillir_le_recours, name="accueillir_le_recours"),
    path("dossiers/<str:numero>/rejeter-le-recours/", recours.rejeter_le_recours, name="rejeter_le_recours"),
    path("dossiers/<str:numero>/recours/<int:pk>/dater-la-reponse/", recours.dater_la_reponse, name="dater_la_reponse"),
    path("dossiers/<str:numero>/recours/<int:pk>/<slug:sorte>/", recours.fichier_de_recours, name="fichier_de_recours"),
    path("dossiers/<str:numero>/opposition/", retours.enregistrer_une_opposition, name="enregistrer_une_opposition"),
    path(
        "dossiers/<str:numero>/revenir-sur-la-decision/",
        retours.revenir_sur_la_decision,
        name="revenir_sur_la_decision",
    ),
    path("dossiers/<str:numero>/renoncer-au-retour/", retours.renoncer_au_retour, name="renoncer_au_retour"),
]
