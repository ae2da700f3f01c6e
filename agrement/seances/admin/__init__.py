"""L'administration des séances : les instances, leurs membres et les lettres se règlent, le passé se lit."""

from agrement.seances.admin.instances import InstanceAdmin, InteretDeclareAdmin
from agrement.seances.admin.lecture import SeanceAdmin
from agrement.seances.admin.lettres import ModeleDeLettreAdmin
from agrement.seances.admin.suites import EnveloppeAdmin

__all__ = ["EnveloppeAdmin", "InstanceAdmin", "InteretDeclareAdmin", "ModeleDeLettreAdmin", "SeanceAdmin"]
