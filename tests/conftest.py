"""Settings for every test: how hard hypothesis looks, by HYPOTHESIS_PROFILE."""

import os

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]

settings.register_profile(
    "ci", max_examples=100, deadline=None, derandomize=False, suppress_health_check=_SLOW
)
settings.register_profile(
    "nightly", max_examples=3000, deadline=None, derandomize=False, suppress_health_check=_SLOW
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
