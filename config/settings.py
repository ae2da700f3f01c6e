"""Réglages de l'application, lus dans l'environnement.

Sans aucune variable, l'application est réglée pour la production sur SQLite, et refuse de démarrer
sans `SECRET_KEY`. `make run` pose `DEBUG=1`. La liste des variables est dans `docs/exploitation.md`.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from environs import Env, validate

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

DEBUG: bool = env.bool("DEBUG", default=False)
CLE_DE_DEVELOPPEMENT = "developpement-seulement-" + "0" * 40
SECRET_KEY: str = env.str("SECRET_KEY", default=CLE_DE_DEVELOPPEMENT) if DEBUG else env.str("SECRET_KEY")
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ADRESSE_PUBLIQUE: str = env.str("ADRESSE_PUBLIQUE", default="http://127.0.0.1:8000").rstrip("/")

# Tout ce que l'application écrit : base SQLite, fichiers déposés, file des tâches.
DONNEES: Path = env.path("DONNEES", default=BASE_DIR / "donnees")
DONNEES.mkdir(parents=True, exist_ok=True)

INSTALLED_APPS = [
    "config.apps.Administration",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "axes",
    "bootstrap",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "huey.contrib.djhuey",
    "agrement.accueil",
    "agrement.suivi",
    "agrement.contrats",
    "agrement.prestations",
    "agrement.seances",
    "agrement.dossiers",
    "evaluation",
    "partenaires",
    "centres",
    "comptes",
    "socle",
]

MIDDLEWARE = [
    "socle.middleware.EnTetes",
    "socle.middleware.AdresseDuClient",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "socle.middleware.RequetePlausible",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "socle.middleware.ActeurDuJournal",
    "socle.middleware.FichiersAlteres",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["socle.templatetags.composants"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "agrement.accueil.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "socle.formulaires.RenduDesChamps"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Base de données -------------------------------------------------------------------------
# SQLite par défaut, réglée pour ne perdre ni une écriture validée ni une transaction concurrente ;
# `socle.checks` refuse d'autres réglages. PostgreSQL dès que DATABASE_URL est donnée.
SQLITE_OPTIONS: dict[str, Any] = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
DATABASES: dict[str, dict[str, Any]] = {
    "default": dict(dj_database_url.parse(env.str("DATABASE_URL", default=f"sqlite:///{DONNEES / 'agrement.sqlite3'}")))
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = env.bool("POSTGRESQL_POOL", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Comptes -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "comptes.Utilisateur"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "comptes.backends.ConnexionParCourriel",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("prenom", "nom", "courriel")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "comptes.validateurs.MotDePassePeuCourant"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "comptes.validateurs.MotDePasseDeLongueurRaisonnable"},
    {"NAME": "comptes.validateurs.MotDePasseVarie"},
    {"NAME": "comptes.validateurs.MotDePassePrive"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accueil:accueil"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "comptes.adaptateurs.ComptesSurInvitation"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "courriel"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {"reset_password": "comptes.forms.MotDePasseOublie"}
# Les échecs d'un compte sont comptés par axes, avec l'adresse IP : un tiers ne peut pas fermer la porte à quelqu'un.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip",
    "avis_de_partenaire": "20/m/ip",
    # Chaque page de signature d'un lien personnel a son compte.
    **{
        f"{page}_par_le_lien": "30/m/ip"
        for page in ("signer", "code", "projet", "a_signer", "certificat", "papier", "refuser", "modification")
    },
    "page_a_signer_par_le_lien": "150/m/ip",  # une image par page du texte, à chaque lecture
    "verification": "100/m/ip",
    "fichier_a_verifier": "10/m/ip",
}
AXES_USERNAME_CALLABLE = "comptes.adaptateurs.courriel_essaye"
AXES_ENABLE_ADMIN = False
AXES_USERNAME_FORM_FIELD = "login"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # heures
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/verrouille.html"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False

# --- Sessions, en-têtes, politique de contenu ------------------------------------------------
SESSION_COOKIE_AGE = 12 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEBUG
if not DEBUG:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-jeton"
    SECURE_HSTS_SECONDS = 63072000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
DERRIERE_UN_MANDATAIRE: bool = env.bool("DERRIERE_UN_MANDATAIRE", default=False)
if DERRIERE_UN_MANDATAIRE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
CSRF_FAILURE_VIEW = "socle.vues.jeton_refuse"

# --- Langue et heure ---------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = USE_TZ = True

# --- Fichiers ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DONNEES / "statiques"
STATICFILES_DIRS: list[Any] = [BASE_DIR / "static"]
# La police est servie depuis son paquet : aucun fichier de tiers n'est recopié dans le projet.
_police = find_spec("font_source_sans_pro")
assert _police is not None and _police.origin is not None
POLICE = Path(_police.origin).parent / "files"
STATICFILES_DIRS.append(("polices", POLICE))
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "socle.fichiers.StockagePrive"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = DONNEES / "fichiers"
FICHIER_TAILLE_MAX: int = env.int("FICHIER_TAILLE_MAX", default=20 * 1024 * 1024)
FICHIER_PAGES_MAX: int = env.int("FICHIER_PAGES_MAX", default=1000)
FICHIER_PIXELS_MAX: int = env.int("FICHIER_PIXELS_MAX", default=40_000_000)
# Le service ClamAV qui contrôle chaque fichier reçu, « hôte:port » ; vide : aucun.
ANTIVIRUS: str = env.str("ANTIVIRUS", default="")
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Signature électronique --------------------------------------------------------------------
# Les clés, hors de la base ; `make run` y écrit une autorité de démonstration.
SIGNATURE_DOSSIER: Path = env.path("SIGNATURE_DOSSIER", default=DONNEES / "signature")
SIGNATURE_MOT_DE_PASSE: str = env.str("SIGNATURE_MOT_DE_PASSE", default="demonstration" if DEBUG else "")
# L'autorité d'horodatage (RFC 3161) ; vide : celle du dossier des clés.
HORODATAGE_URL: str = env.str("HORODATAGE_URL", default="")
HORODATAGE_DELAI: int = env.int("HORODATAGE_DELAI", default=5)  # secondes
# « b-t » : signature horodatée ; « b-lt » : avec les listes de révocation, pour la valider des années plus tard.
SIGNATURE_NIVEAU: str = env.str(
    "SIGNATURE_NIVEAU", default="b-lt" if DEBUG else "b-t", validate=validate.OneOf(("b-t", "b-lt"))
)

# --- Tâches de fond ----------------------------------------------------------------------------
TASKS = {"default": {"BACKEND": "huey.contrib.djhuey.tasks_backend.HueyBackend"}}
HUEY = {
    "name": "agrement",
    "huey_class": "huey.SqliteHuey",
    "filename": str(DONNEES / "taches.sqlite3"),
    "immediate": False,
    "store_intermediate_errors": False,
}

# --- Courriels ---------------------------------------------------------------------------------
DEFAULT_FROM_EMAIL: str = env.str("COURRIEL_EXPEDITEUR", default="agrement@caf.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
EMAIL_HOST: str = env.str("EMAIL_HOST", default="")
if EMAIL_HOST:
    EMAIL_PORT: int = env.int("EMAIL_PORT", default=587)
    EMAIL_HOST_USER: str = env.str("EMAIL_HOST_USER", default="")
    EMAIL_HOST_PASSWORD: str = env.str("EMAIL_HOST_PASSWORD", default="")
    EMAIL_USE_TLS: bool = env.bool("EMAIL_USE_TLS", default=True)
else:  # sans serveur d'envoi, chaque courriel est un fichier que l'on peut lire
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DONNEES / "courriels"

# --- Journalisation ----------------------------------------------------------------------------
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"ligne": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {"sans_jeton": {"()": "socle.traces.SansJeton"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ligne", "filters": ["sans_jeton"]}},
    "root": {"handlers": ["console"], "level": env.str("NIVEAU_DU_JOURNAL", default="INFO")},
}
