"""The application as a WSGI server loads it: settings from the environment, rules from the package."""

import gc

from service.app import create_app
from service.settings import from_environment

app = create_app(from_environment())

# Rules and value sets live as long as the process, and a request's JSON is a tree that counting frees: looking through
# both again and again took a quarter of the time of a large request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
