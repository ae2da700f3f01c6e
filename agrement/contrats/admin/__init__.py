"""L'administration des contrats : tout s'y lit ; les modèles et les délégations s'y écrivent."""

from agrement.contrats.admin import contrats, delegations, modeles, reprises, versions, vie

__all__ = ["contrats", "delegations", "modeles", "reprises", "versions", "vie"]
