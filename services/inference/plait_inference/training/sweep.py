"""Recipes compared by Optuna: each trial is an ordinary training, in a folder of its own that is kept."""

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any, Final

from plait_inference.training.search import Plan, Range, Space, described, shown
from plait_inference.training.train import Job, train
from plait_inference.training.trials import JUDGED, Trial
from plait_shared.errors import Misconfigured

STUDY: Final = "study.journal"
NAME: Final = "recipes"
PLAN: Final = "plan"
Report = Callable[[str], None]


def sweep(job: Job, plan: Plan, trials: int, report: Report) -> list[Trial]:
    """Train until there are so many trials in ``job.output``, and return them all; goes on where it was interrupted.

    A trial follows from the plan, its number and the scores of those before it, so that an interrupted sweep makes the
    same ones. Raises ``Misconfigured`` where the folder holds another sweep, or without Optuna.
    """
    optuna = package()
    study = _study(optuna, job, plan)
    while (trial := _next(optuna, study, plan, trials)) is not None:
        settings = {name: trial.params[name] for name in plan.spaces}
        report(f"trial {trial.number} (of {trials}): {shown(settings)}")
        output = job.output / folder_of(trial.number)
        manifest = train(replace(job, output=output), replace(plan.recipe, **settings), report)
        scores = {task: manifest.metrics["all"][task]["model"] for task in JUDGED}
        done = Trial(trial.number, settings, scores)
        study.set_user_attr(str(done.number), scores)
        study.tell(done.number, done.mean)
        report(f"trial {done.number}: {done.mean:.4f}; the best is trial {study.best_trial.number}")
    return [
        Trial(one.number, {name: one.params[name] for name in plan.spaces}, study.user_attrs[str(one.number)])
        for one in study.get_trials(states=(optuna.trial.TrialState.COMPLETE,))
    ]


def folder_of(number: int) -> str:
    """The artefact of a trial, inside the sweep's folder."""
    return f"trial-{number:03d}"


def package() -> Any:
    """The package optuna; raises ``Misconfigured`` where it is not installed."""
    try:
        import optuna
    except ImportError as error:
        raise Misconfigured("a sweep needs the package optuna: pip install 'plait-inference[sweep]'") from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def _study(optuna: Any, job: Job, plan: Plan) -> Any:
    """The study in the sweep's folder, with every combination of a grid waiting in it."""
    job.output.mkdir(parents=True, exist_ok=True)
    file = optuna.storages.journal.JournalFileBackend(str(job.output / STUDY))
    storage = optuna.storages.JournalStorage(file)
    study = optuna.create_study(storage=storage, study_name=NAME, direction="maximize", load_if_exists=True)
    places = {"data": str(job.data.resolve()), "trunk": job.trunk, "public": str(job.public and job.public.resolve())}
    wanted = {**described(plan), **places, "dev_share": job.dev_share, "recipe": asdict(plan.recipe)}
    if study.user_attrs.setdefault(PLAN, wanted) != wanted:
        raise Misconfigured(f"{job.output} holds another sweep: give the same options, or another --output")
    study.set_user_attr(PLAN, wanted)
    if plan.grid:  # its order is that of the lists, so that a part of it is one that was asked for
        for settings in plan.combinations():
            study.enqueue_trial(settings, skip_if_exists=True)
    return study


def _next(optuna: Any, study: Any, plan: Plan, trials: int) -> Any:
    """The trial that was interrupted, or one more, or None when there are enough."""
    state = optuna.trial.TrialState
    for left in study.get_trials(states=(state.RUNNING,)):
        if left.params.keys() == plan.spaces.keys():
            return left
        study.tell(left.number, state=state.FAIL)  # ended before all its settings were written down
        if plan.grid:
            study.enqueue_trial(left.system_attrs["fixed_params"])
    if len(study.get_trials(states=(state.COMPLETE,))) >= trials:
        return None
    # One sampler a trial: one that went on from its seed after an interruption would repeat the first trials.
    study.sampler = optuna.samplers.TPESampler(seed=plan.recipe.seed + len(study.trials))
    return study.ask({name: _distribution(optuna, space) for name, space in plan.spaces.items()})


def _distribution(optuna: Any, space: Space) -> Any:
    kinds = optuna.distributions
    if not isinstance(space, Range):
        return kinds.CategoricalDistribution(space)
    kind = kinds.IntDistribution if isinstance(space.low, int) else kinds.FloatDistribution
    return kind(space.low, space.high, log=space.log)
