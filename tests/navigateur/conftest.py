"""Le vrai Chromium des parcours, qui ne peut joindre que cette machine."""

import os
import shutil
from typing import Any

import pytest

# Playwright tourne dans une boucle asyncio : sans ceci, Django refuse la base à tout le fil du test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_context_args, "locale": "fr-FR", "timezone_id": "Europe/Paris"}
