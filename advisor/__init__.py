"""An explainable policy advisor: facts in, recommendations out, each with its whole reasoning.

The names below are loaded when they are first used, so that the command starts quickly.
"""

TYPE_CHECKING = False  # whatever is imported here is imported before Ctrl-C is guarded

if TYPE_CHECKING:
    from typing import Any

    from advisor.answers.explanation import Step
    from advisor.answers.recommendation import Advice, Recommendation
    from advisor.answers.whatif import Comparison, Flips
    from advisor.answers.whynot import WhyNot
    from advisor.api import Explanation, advise, explain, flip, load, stress, what_if, why_not
    from advisor.futures.result import Stress
    from advisor.model.errors import AdvisorError, Problem
    from advisor.reasoning.evaluate import Outcome

__version__ = "0.1.0"
__distribution__ = "policy-advisor-cli"  # as package indexes know it; "advisor" there is another's
__all__ = [
    "Advice",
    "AdvisorError",
    "Comparison",
    "Explanation",
    "Flips",
    "Outcome",
    "Problem",
    "Recommendation",
    "Step",
    "Stress",
    "WhyNot",
    "advise",
    "explain",
    "flip",
    "load",
    "stress",
    "what_if",
    "why_not",
]


def __getattr__(name: str) -> "Any":
    """One of the public names, from the module that defines it."""
    import importlib  # noqa: PLC0415

    if name not in __all__:
        raise AttributeError(f"module 'advisor' has no attribute '{name}'")
    module = "advisor.answers.advice" if name == "Recommendation" else "advisor.api"
    return getattr(importlib.import_module(module), name)


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
