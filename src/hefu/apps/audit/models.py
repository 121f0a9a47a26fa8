"""The audit chain (审计链), the transactional outbox and long-running jobs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

PLATFORM = 0  # chain of deeds that belong to no brand


class ChainHead(models.Model):
    """The newest link of one brand's chain; its row lock orders the writers."""

    chain = models.BigIntegerField(primary_key=True)  # brand id, or PLATFORM
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)


class Entry(models.Model):
    """One deed. Never updated, never deleted; no personal data, so erasure leaves it whole."""

    chain = models.BigIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField(_("at"))
    actor_kind = models.CharField(max_length=12)
    actor = models.CharField(_("by"), max_length=120)
    user_id = models.BigIntegerField(null=True)
    surface = models.CharField(max_length=20, blank=True)
    action = models.CharField(_("action"), max_length=60)
    subject = models.CharField(_("subject"), max_length=80)  # "identity.unit:42"
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="audit_entry_seq")]
        indexes = [
            models.Index(fields=["chain", "subject", "seq"], name="audit_entry_subject"),
            models.Index(fields=["chain", "action", "at"], name="audit_entry_action"),
        ]


class Delivery(models.Model):
    """One reaction that an event owes; written by the deed's own transaction (outbox)."""

    class State(models.TextChoices):
        """Where the delivery stands."""

        DUE = "due", _("due")
        DONE = "done", _("done")
        DEAD = "dead", _("given up")

    brand_id = models.BigIntegerField(null=True)
    event = models.CharField(max_length=120)
    payload = models.JSONField()
    reaction = models.CharField(max_length=160)
    state = models.CharField(max_length=4, choices=State.choices, default=State.DUE)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [models.Index(fields=["state", "due_at"], name="audit_delivery_due")]


class Job(models.Model):
    """Long work that shows how far it is and goes on where it stopped."""

    class State(models.TextChoices):
        """Where the job stands."""

        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    brand_id = models.BigIntegerField(null=True, db_index=True)
    organisation_id = models.BigIntegerField(null=True)
    kind = models.CharField(_("kind"), max_length=60)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State.choices, default=State.QUEUED)
    total = models.BigIntegerField(default=0)
    done = models.BigIntegerField(default=0)
    cursor = models.JSONField(default=dict)  # where a resumed run goes on
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)
    asked_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [models.Index(fields=["state", "lease_until"], name="audit_job_lease")]

    @property
    def percent(self) -> int:
        """How far, 0 to 100."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0


class Replay(models.Model):
    """The first answer to a request that names an idempotency key."""

    brand_id = models.BigIntegerField()
    actor = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    request = models.CharField(max_length=64)  # SHA-256 of method, path and body
    status = models.PositiveSmallIntegerField()
    body = models.JSONField(null=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand_id", "actor", "key"], name="audit_replay_key")
        ]
