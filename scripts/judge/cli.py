"""`python scripts/corpus.py [DIR]`: generate a package from every document of a folder and judge it.

For every operation: arguments are built from the document (its examples, values of its schemas, values drawn by Hypothesis),
the generated method is called over a loopback server, openapi-core validates the request against the original document, a
documented answer is sent back, and the value has to be written again as equal JSON, without drift. Documented errors have to
raise with their status and body. Then mypy --strict and pyright check the package, and its cost is measured.

A line per document goes to standard output; every failure, with its reason, to a file of JSON lines. An operation that
nothing valid can be built for is counted as `unjudged`, never as passed.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from . import measure
from .document import DocumentError, find_documents, read_document
from .names import package_name
from .report import HEADER, Result, total


@dataclass(frozen=True, slots=True)
class Options:
    work: Path
    sample: int
    seed: int
    drawing: bool
    tests: bool
    types: bool
    pyright: bool
    timeout: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when nothing failed, 1 when something did, 2 when there is nothing to judge."""
    given = _parser().parse_args(arguments)
    options = Options(
        given.work,
        given.sample,
        given.seed,
        not given.no_drawing,
        given.tests,
        not given.no_types,
        not (given.no_types or given.no_pyright),
        given.timeout,
    )
    try:
        documents = [(name, spec) for name, spec in _documents(given.folder) if not given.only or name in given.only]
    except OSError as error:
        print(f"{given.folder}: {error.strerror}", file=sys.stderr)
        return 2
    if not documents:
        print(f"no OpenAPI documents in {given.folder or 'specs'}", file=sys.stderr)
        return 2
    if given.sample:
        print(f"Sampling: at most {given.sample} operations of each document are called.")
    options.work.mkdir(parents=True, exist_ok=True)
    lock = _claim(options.work)
    if lock is None:
        print(f"another run uses {options.work}: wait for it, or give --work DIR", file=sys.stderr)
        return 2
    print(HEADER, flush=True)
    failures = given.failures or options.work / "failures.jsonl"
    results = list(_judged(documents, options, given.jobs, failures))
    print(total(results))
    print(f"Failures: {failures}")
    lock.close()
    return 0 if all(result.clean and result.fatal is None for result in results) else 1


def _judged(documents: list[tuple[str, Path]], options: Options, jobs: int, failures: Path) -> Iterator[Result]:
    """Judge documents, `jobs` at once, and tell of each as soon as it is its turn."""
    with failures.open("w", encoding="utf-8") as file, ThreadPoolExecutor(jobs) as pool:
        for result in pool.map(lambda one: judge(one[0], one[1], options), documents):
            print(result.line(), flush=True)
            file.writelines(f"{line}\n" for line in result.failures())
            file.flush()
            yield result


def _claim(work: Path) -> TextIO | None:
    """A lock on the folder that lasts until it is closed; None when somebody else has it."""
    lock = (work / ".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


def judge(name: str, spec: Path, options: Options) -> Result:
    """Everything about one document. Never raises for what a document or a package does."""
    result = Result(name, sample=options.sample)
    try:
        result.operations = sum(1 for _ in read_document(spec).operations())
    except DocumentError as error:
        result.fail("read", str(error))
        result.fatal = f"cannot be read: {error}"
        return result
    package = package_name(name)
    folder = options.work / name
    shutil.rmtree(folder, ignore_errors=True)
    if not _generate(result, spec, package, folder, options):
        return result
    _exercise(result, spec, folder, options)
    description = json.loads((folder / "inspect.json").read_text())
    cost = measure.import_cost(folder, package, description["client"])
    if isinstance(cost, str):
        result.fail("import", cost)
    else:
        result.imported = cost
    if options.tests:
        result.tests = measure.own_tests(folder, options.timeout)
    if options.types:
        result.mypy = measure.mypy(folder, package, options.work, options.timeout)
    if options.pyright:
        result.pyright = measure.pyright(folder, package, options.timeout)
    return result


def _generate(result: Result, spec: Path, package: str, folder: Path, options: Options) -> bool:
    within = next(
        (parent for parent in spec.parents if parent.name == result.document), spec.parent
    )  # see find_documents
    done = measure.generate(spec, package, folder, options.timeout, within)
    result.generate_seconds, result.generate_mb = done.seconds, done.megabytes
    if done.code:
        result.fail("generate", done.complaint)
        result.fatal = f"does not generate: {done.complaint}"
        return False
    result.size_mb = measure.size_of(folder)
    described = measure.inspect(spec, package, options.timeout, within)
    try:
        description = json.loads(described.stdout)
    except ValueError:
        result.fail("inspect", described.complaint)
        result.fatal = f"inspect fails: {described.complaint}"
        return False
    (folder / "inspect.json").write_text(json.dumps(description))
    result.generated = len({(one["method"].lower(), one["path"]) for one in description["operations"]})
    result.degraded = sum(bool(one.get("degraded")) for one in description["operations"])
    return True


def _exercise(result: Result, spec: Path, folder: Path, options: Options) -> None:
    job = {
        "spec": str(spec),
        "folder": str(folder),
        "description": str(folder / "inspect.json"),
        "sample": options.sample,
        "seed": options.seed,
        "drawing": options.drawing,
    }
    done = measure.exercise(job, options.timeout)
    if done.code:
        result.fail("exercise", done.complaint)
        return
    result.outcomes = json.loads(done.stdout)["outcomes"]


def _documents(folder: Path | None) -> Iterator[tuple[str, Path]]:
    if folder is not None:
        yield from find_documents(folder)
        return
    for spec in sorted((measure.ROOT / "specs").glob("*/openapi.yaml")):
        yield spec.parent.name, spec


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="corpus.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "folder", nargs="?", type=Path, help="documents, or folders with one root document each (specs/)"
    )
    parser.add_argument("--only", action="append", metavar="NAME", help="this document; may be given several times")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="call at most N operations of a document")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="documents at once (1)")
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn (0)")
    parser.add_argument("--no-drawing", action="store_true", help="no values drawn by Hypothesis")
    parser.add_argument("--tests", action="store_true", help="run the tests that come with each package, too")
    parser.add_argument("--no-types", action="store_true", help="neither mypy nor pyright")
    parser.add_argument("--no-pyright", action="store_true", help="mypy alone, which takes half the time")
    parser.add_argument("--timeout", type=float, default=900, metavar="S", help="seconds for each step (900)")
    work = Path(tempfile.gettempdir()) / "credkit-corpus"
    parser.add_argument("--work", type=Path, default=work, metavar="DIR", help=f"packages and caches ({work.name})")
    parser.add_argument("--failures", type=Path, metavar="FILE", help="where failures go (failures.jsonl in --work)")
    return parser
