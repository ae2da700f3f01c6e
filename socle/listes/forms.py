from typing import Any

from socle.formulaires import FormulaireDeModele
from socle.models import VueEnregistree


class VueForm(FormulaireDeModele[VueEnregistree]):
    """Nommer une vue, la partager, l'ouvrir d'abord."""

    class Meta:
        model = VueEnregistree
        fields = ("nom", "partagee", "par_defaut")
        labels = {"nom": "Nom de la vue"}

    def __init__(self, *args: Any, par: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not par.has_perm("socle.partager_une_vue") and not self.instance.partagee:
            del self.fields["partagee"]
        if self.instance.pk and self.instance.proprietaire_id != par.pk:
            del self.fields["par_defaut"]

    def validate_constraints(self) -> None:
        """L'opération les vérifie : c'est elle qui sait qui enregistre, et qui fait céder l'ancienne vue d'abord."""
