"""The tests of a tool: played through the real gate on a database that is thrown away."""

from builder.scenarios.results import Outcome, Run, ScenarioResult, StepResult
from builder.scenarios.running import run_scenarios

__all__ = ["Outcome", "Run", "ScenarioResult", "StepResult", "run_scenarios"]
