"""Les champs que plusieurs formulaires des séances ont en commun."""

from typing import Any

from django import forms


def champ_texte(rangs: int, **options: Any) -> forms.CharField:
    return forms.CharField(widget=forms.Textarea(attrs={"rows": rangs}), **options)
