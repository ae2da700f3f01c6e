# ARGS, PORT et les autres variables d'une cible se donnent à la suite : make test ARGS='-k agrement'
.DEFAULT_GOAL := aide
.PHONY: aide run test qualite verapdf bench verrous propre

aide: ## Affiche cette liste
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 12

run: ## Démarre l'application et sa démonstration (PORT=8000)
	@sh outils/run.sh

test: ## Lance toute la suite : SQLite, PostgreSQL, Chromium (ARGS : arguments de pytest)
	@sh outils/test.sh

qualite: ## Vérifie le code : ruff, mypy, djlint, étages, migrations, réglages
	@sh outils/qualite.sh

verapdf: ## Valide les contrats par veraPDF : PDF/A-3a et PDF/UA-1 (ou ARGS='3a,ua1 fichier.pdf')
	@sh outils/verapdf.sh $(ARGS)

bench: ## Mesure les temps de réponse
	@sh outils/bench.sh

verrous: ## Refait requirements/*.txt (ARGS=--upgrade pour prendre les nouvelles versions)
	@sh outils/verrous.sh

propre: ## Efface tout ce qui se refabrique, jamais les données
	@rm -rf .venv .outils .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis captures
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
