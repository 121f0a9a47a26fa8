"""Backup and restore (备份与恢复) that do not care which database they meet.

A backup is one tar.gz: a manifest, one JSON-lines file per table, and the files of the data
folder. Sealed columns stay sealed: the installation's keys (secrets.json) are deliberately not
in it and must be kept elsewhere. It is read from one snapshot while the house goes on working,
and restored into an empty, migrated database in one transaction; then every count and every
ledger sum is compared with the manifest before anything is committed.
"""

import io
import json
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.functions import Cast
from django.utils.module_loading import import_string

from hefu.core.errors import DomainError, Kind

FORMAT = 1
_LEFT_OUT = {"contenttypes.contenttype", "auth.permission", "sessions.session", "admin.logentry"}
_FOLDERS = ("imports", "exports", "appeals", "media", "backtests")
_CHUNK = 500


class BackupRefused(DomainError):
    """A backup cannot be restored here; ``details['rule']`` says why, nothing was changed."""

    code = "audit.backup_refused"
    kind: ClassVar[Kind] = Kind.CONFLICT


def write_backup(target: Path, *, now: datetime) -> dict[str, Any]:
    """Write a backup to ``target`` (a new file) and return its manifest.

    The file appears whole or not at all.
    """
    fresh = target.with_name(target.name + ".part")
    with TemporaryDirectory(dir=target.parent) as folder, _snapshot():
        tables = {}
        for model in _models():
            path = Path(folder) / f"{model._meta.label_lower}.jsonl"
            tables[model._meta.label_lower] = _dump(model, path)
        manifest = {
            "format": FORMAT, "made_at": now.isoformat(), "migrations": _migrations(),
            "tables": tables, "sums": _sums(),
        }  # fmt: skip
        with tarfile.open(fresh, "w:gz") as archive:
            body = json.dumps(manifest, indent=1, ensure_ascii=False).encode()
            entry = tarfile.TarInfo("manifest.json")
            entry.size = len(body)
            archive.addfile(entry, io.BytesIO(body))
            for path in sorted(Path(folder).iterdir()):
                archive.add(path, f"tables/{path.name}")
            for name in _FOLDERS:
                if (Path(settings.HEFU_DATA) / name).is_dir():
                    archive.add(Path(settings.HEFU_DATA) / name, f"files/{name}")
    fresh.chmod(0o600)
    fresh.replace(target)
    return manifest


def restore_backup(source: Path) -> dict[str, Any]:
    """Restore into the configured, empty database; returns the manifest it now equals.

    Raises:
        BackupRefused: not a backup, made by another version, the database is not empty, or what
            was restored does not add up; the database is left as it was.
    """
    with TemporaryDirectory() as folder:
        try:
            with tarfile.open(source, "r:gz") as archive:
                archive.extractall(folder, filter="data")
            manifest = json.loads((Path(folder) / "manifest.json").read_text())
        except (tarfile.TarError, OSError, ValueError) as error:
            raise BackupRefused(field="file", rule="not_a_backup") from error
        if manifest.get("format") != FORMAT or manifest["migrations"] != _migrations():
            raise BackupRefused(field="file", rule="other_version")
        if any(model._base_manager.exists() for model in _models()):
            raise BackupRefused(field="database", rule="not_empty")
        with transaction.atomic():
            for model in _models():
                _load(model, Path(folder) / "tables" / f"{model._meta.label_lower}.jsonl")
            _check(manifest)
        _reset_sequences()
        _put_back_files(Path(folder) / "files")
    return dict(manifest)


def _models() -> list[type[models.Model]]:
    every = apps.get_models(include_auto_created=True)
    return [m for m in every if m._meta.label_lower not in _LEFT_OUT and m._meta.managed]


def _snapshot() -> Any:
    atomic = transaction.atomic()
    if connection.vendor != "postgresql":
        return atomic
    return _RepeatableRead(atomic)


class _RepeatableRead:
    """PostgreSQL shows each statement its own state unless told otherwise."""

    def __init__(self, atomic: Any) -> None:
        self.atomic = atomic

    def __enter__(self) -> None:
        self.atomic.__enter__()
        if len(connection.savepoint_ids) == 0:  # inside a test's transaction it is too late
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")

    def __exit__(self, *error: object) -> None:
        self.atomic.__exit__(*error)


def _columns(model: type[models.Model]) -> list[Any]:
    return list(model._meta.concrete_fields)


def _dump(model: type[models.Model], path: Path) -> dict[str, Any]:
    """Write a table's rows as JSON arrays; sealed columns pass through as ciphertext."""
    columns = _columns(model)
    sealed = {
        f"raw_{f.attname}": Cast(f.attname, models.TextField()) for f in columns if _sealed(f)
    }
    names = [f"raw_{f.attname}" if _sealed(f) else f.attname for f in columns]
    rows = model._base_manager.order_by("pk").annotate(**sealed).values_list(*names)
    digest, count = sha256(), 0
    with path.open("wb") as stream:
        for row in rows.iterator(chunk_size=2000):
            line = json.dumps(row, cls=_Exact, ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            stream.write(line)
            count += 1
    return {"rows": count, "sha256": digest.hexdigest(), "columns": [f.attname for f in columns]}


class _Exact(DjangoJSONEncoder):
    """Django's encoder cuts microseconds to milliseconds; a hash chain would not forgive that."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _sealed(field: Any) -> bool:
    return bool(getattr(field, "sealed", False))


def _load(model: type[models.Model], path: Path) -> None:
    columns = _columns(model)
    chunk: list[models.Model] = []
    for values in _lines(path):
        chunk.append(model(**dict(_restored(columns, values))))
        if len(chunk) == _CHUNK:
            model._base_manager.bulk_create(chunk)
            chunk = []
    model._base_manager.bulk_create(chunk)


def _restored(columns: list[Any], values: list[Any]) -> Iterator[tuple[str, Any]]:
    for field, value in zip(columns, values, strict=True):
        if _sealed(field) and value:
            yield field.attname, models.Value(value, output_field=models.TextField())
        else:
            yield field.attname, field.to_python(value) if not field.is_relation else value


def _lines(path: Path) -> Iterator[list[Any]]:
    if path.exists():
        with path.open() as stream:
            for line in stream:
                yield json.loads(line)


def _check(manifest: Mapping[str, Any]) -> None:
    for model in _models():
        label = model._meta.label_lower
        said = manifest["tables"].get(label, {}).get("rows", 0)
        if model._base_manager.count() != said:
            raise BackupRefused(field=label, rule="counts_differ")
    if json.loads(json.dumps(_sums())) != manifest["sums"]:
        raise BackupRefused(field="ledger", rule="sums_differ")


def _sums() -> Any:
    return import_string(settings.HEFU_SUMS)()


def _migrations() -> list[list[str]]:
    recorded = MigrationRecorder(connection).applied_migrations()
    return sorted([app, name] for app, name in recorded)


def _reset_sequences() -> None:
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _models()):
            cursor.execute(statement)


def _put_back_files(folder: Path) -> None:
    for path in folder.rglob("*") if folder.is_dir() else ():
        if path.is_file():
            target = Path(settings.HEFU_DATA) / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.copyfile(path, target)
            target.chmod(0o600)
