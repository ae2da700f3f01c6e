"""Deux personnes à la fois : seule une base à plusieurs écrivains le montre, la suite la lance aussi sur PostgreSQL."""

import os

collect_ignore = [] if os.environ["BASE_DE_TEST"] == "postgresql" else ["test_concurrence.py"]
