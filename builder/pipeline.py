"""One build: fetch → detect → plan → build → publish. Each step is checked against the claim, and every end has a reason."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import structlog
from sqlmodel import select

from builder import preload, reasons, recipes, static
from builder.control import Control, Stopped
from builder.dockerfile import build as dockerfile
from builder.failpoints import reach
from builder.layers import Layers, space_tag
from builder.log import BuildLog
from builder.orphans import remove_orphans
from builder.plan import Facts, Plan, python_for
from builder.preload import Preload
from spaces import builds, db
from spaces.builds import Claim, RevisionDraft
from spaces.card import SpaceConfig, read_config
from spaces.companions import read_companions
from spaces.errors import EntryNotFound, TooLarge
from spaces.gpus import allocation
from spaces.gpus import reasons as gpu_reasons
from spaces.host import bases
from spaces.host.mirrors import Mirrors, find_mirrors
from spaces.lifecycle import Phase
from spaces.models import EnvEntry, Space
from spaces.models.space import EnvKind
from spaces.repos.export import export_tree
from spaces.repos.tree import Tree
from spaces.settings import get_settings

log = structlog.get_logger()


def run(claim: Claim) -> None:
    """Brings `claim` to an end: published, failed with a reason, or left because it no longer counts."""
    settings = get_settings()
    control = Control(claim, settings.build_timeout)
    path = builds.log_path(claim.space_id, claim.number)
    with closing(BuildLog(path, settings.build_log_limit, _known_secrets())) as out, control.alive():
        try:
            remove_orphans(claim.build_id)
            again = f", attempt {claim.attempt}" if claim.attempt > 1 else ""
            out.line(f"Build {claim.number} of commit {claim.commit[:8]}{again}")
            revision = publish(claim, build(claim, control, out), out)
            log.info("build published", build=claim.build_id, revision=revision)
        except Exception as error:
            _end(claim, control, out, error)
        finally:
            remove_orphans(claim.build_id)


def build(claim: Claim, control: Control, out: BuildLog) -> RevisionDraft:
    """Everything up to what can be published."""
    reach("claimed")
    tree = fetch(claim, out)
    reach("fetched")
    _step(claim, control, Phase.PLANNING)
    config = detect(tree, out, _deploy_file(claim.space_id))
    mirrors = find_mirrors(get_settings())
    plan = recipes.plan(config, facts_of(tree), mirrors, get_settings().base_suite)
    reach("planned")
    _step(claim, control, Phase.BUILDING)
    loaded = preload.take(control, config, out)
    draft = _ACTS[plan.recipe](claim, control, out, tree, config, plan, mirrors, loaded)
    reach("built")
    return draft.model_copy(update={"preload": loaded.folder if loaded else ""})


def fetch(claim: Claim, out: BuildLog) -> Tree:
    """The commit's files, checked; git-lfs pointers resolved."""
    tree = export_tree(claim.space_id, claim.commit)
    for warning in tree.warnings:
        out.line(f"warning: {warning}")
    return tree


def detect(tree: Tree, out: BuildLog, deploy_file: bytes | None = None) -> SpaceConfig:
    """What the card says the Space is; `deploy_file` as for `read_config`."""
    config = read_config(_Reading(tree), deploy_file)
    for warning in config.warnings:
        out.line(f"warning: {warning}")
    return config


def publish(claim: Claim, draft: RevisionDraft, out: BuildLog) -> int:
    """Hands the result to the controller, where this attempt still counts."""
    with db.reading() as session:
        space = session.get(Space, claim.space_id)
        gap = space is not None and allocation.makes_way(session, space)
    revision = builds.publish(claim, draft)
    reach("published")
    if revision is None:
        raise Stopped
    out.line("== Built; starting it")
    if gap:
        out.line(f"== {gpu_reasons.AHEAD}")
    return revision


def facts_of(tree: Tree) -> Facts:
    """What the files beside the card ask to install."""
    beside = read_companions(_Reading(tree))
    return Facts(
        requirements=beside.requirements,
        pre_requirements=beside.pre_requirements,
        packages="\n".join(beside.packages),
        tree=tree.digest,
    )


# -- one way to build for each recipe ----------------------------------------------------------------------------------


def _on_base(
    claim: Claim,
    control: Control,
    out: BuildLog,
    tree: Tree,
    config: SpaceConfig,
    plan: Plan,
    mirrors: Mirrors,
    loaded: Preload | None,
) -> RevisionDraft:
    layers = Layers(control, out, tree, mirrors)
    image, _ = stack(layers, config, plan, out)
    image, dependencies = layers.app(image, plan.command, loaded.links if loaded else b"")
    return RevisionDraft(
        config=config,
        image=image,
        command=plan.command,
        dependencies=dependencies,
        layers=tuple(layers.used),
    )


def _from_dockerfile(
    claim: Claim,
    control: Control,
    out: BuildLog,
    tree: Tree,
    config: SpaceConfig,
    plan: Plan,
    mirrors: Mirrors,
    loaded: Preload | None,
) -> RevisionDraft:
    image, command, layers = dockerfile.build(control, out, tree, _variables(claim.space_id, config), mirrors)
    if loaded:
        layers = (*layers, image)
        image = preload.put_on(control, image, space_tag(control), loaded)
    return RevisionDraft(config=config, image=image, command=command, layers=layers)


def _files(
    claim: Claim,
    control: Control,
    out: BuildLog,
    tree: Tree,
    config: SpaceConfig,
    plan: Plan,
    mirrors: Mirrors,
    loaded: Preload | None,
) -> RevisionDraft:
    into = static.draft_path(claim)
    if not plan.steps:
        static.clear(into)
        tree.write(into)
        return RevisionDraft(config=config, static=into)
    layers = Layers(control, out, tree, mirrors)
    image, _ = stack(layers, config, plan.model_copy(update={"steps": plan.steps[:-1]}), out)
    with layers.container(plan.steps[-1], len(plan.steps), image, "none") as box:
        static.run_command(box, plan.steps[-1], layers.env("none") | _variables(claim.space_id, config))
        static.take(box, plan.output or ".", into)
    return RevisionDraft(config=config, static=into, layers=tuple(layers.used))


_ACTS: dict[str, Callable[..., RevisionDraft]] = {
    "gradio": _on_base,
    "streamlit": _on_base,
    "docker": _from_dockerfile,
    "static": _files,
}


def stack(layers: Layers, config: SpaceConfig, plan: Plan, out: BuildLog) -> tuple[str, str]:
    """The base image with the plan's layers on it: image id, and the hash that names it."""
    python = python_for(config, bases.available_pythons())
    image = bases.ensure_base(python, report=out.line)
    chain = image
    layers.used.append(image)
    for number, step in enumerate(plan.steps):
        image, chain = layers.ensure(step, number, image, chain)
    return image, chain


# -- the rest ----------------------------------------------------------------------------------------------------------


class _Reading:
    """A commit's tree as the card reads it: the beginning of a file, None where there is none."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    def exists(self, path: str) -> bool:
        return self.tree.exists(path)

    def read(self, path: str, limit: int) -> bytes | None:
        try:
            return self.tree.read(path, 16 << 20)[:limit]
        except EntryNotFound:
            return None
        except TooLarge as error:
            raise TooLarge(f"{path} is too large to be read.", hint="Keep it below 16 MiB.") from error


def _step(claim: Claim, control: Control, phase: Phase) -> None:
    control.check()
    if not builds.progress(claim, phase):
        raise Stopped


def _end(claim: Claim, control: Control, out: BuildLog, error: Exception) -> None:
    """Whatever went wrong while time was up or the build was stopped, that is why."""
    try:
        control.check()
    except Exception as why:
        error = why
    if isinstance(error, Stopped):
        out.line("== Stopped: cancelled, or replaced by a newer build")
        return
    reason, platform = reasons.explain(error, get_settings().build_memory)
    reason = reason.model_copy(update={key: out.clean(getattr(reason, key)) for key in ("message", "hint")})
    if reason.code in ("internal", "engine"):
        log.error("build broke", build=claim.build_id, exc_info=error)
    out.line(f"== {reason.message} {reason.hint}".rstrip())
    builds.fail(claim, reason, platform)


def _known_secrets() -> list[str]:
    """Values of ours that must not show in a log. Spaces' own secrets never reach a build."""
    settings = get_settings()
    kept = [settings.data / name for name in ("redis-password", "admin-token")]
    return [path.read_text().strip() for path in kept if path.exists()]


def _deploy_file(space_id: int) -> bytes | None:
    """What a Studio's settings say in place of an `ms_deploy.json`."""
    with db.reading() as session:
        space = session.get(Space, space_id)
        return space.studio.deploy_file() if space and space.studio else None


def _variables(space_id: int, config: SpaceConfig) -> dict[str, str]:
    """The Space's variables (never its secrets), its own before the card's."""
    with db.reading() as session:
        rows = session.exec(
            select(EnvEntry).where(EnvEntry.space_id == space_id, EnvEntry.kind == EnvKind.VARIABLE)
        ).all()
    return {**config.variables, **{row.key: row.value for row in rows}}
