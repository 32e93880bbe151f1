"""The application as a WSGI server loads it: settings from the environment, rules from the package."""

from service.app import create_app
from service.settings import from_environment

app = create_app(from_environment())
