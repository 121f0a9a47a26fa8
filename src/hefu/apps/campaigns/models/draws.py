"""Draws (抽奖): their terms as published, prizes with release times, entries in a chain, wins."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand


class DrawKind(models.TextChoices):
    """When it is decided who wins."""

    INSTANT = "instant", _("at once, with every entry")
    AT_INSTANT = "at_instant", _("once, among all entrants")


class EntryBy(models.TextChoices):
    """What gives a chance; it never costs money (law: only the state sells lottery tickets)."""

    ACTIVATION = "activation", _("activating a product")
    SCAN = "scan", _("scanning a code")
    MEMBER = "member", _("being a member")


class DrawState(models.TextChoices):
    """Where a draw stands."""

    DRAFT = "draft", _("draft")
    WAITING = "waiting", _("waiting for approval")
    PUBLISHED = "published", _("published")
    RUNNING = "running", _("running")
    CLOSED = "closed", _("closed")
    DRAWN = "drawn", _("drawn")
    ARCHIVED = "archived", _("archived")
    KILLED = "killed", _("stopped")


#: Entries are taken in these, between start and end.
ENTERABLE = (DrawState.PUBLISHED, DrawState.RUNNING)
#: The seed and the list are open in these.
REVEALED = (DrawState.DRAWN, DrawState.ARCHIVED)


class Draw(models.Model):
    """One draw of a brand. What was published stands in its ``terms`` and is never edited."""

    class Fallback(models.TextChoices):
        """What an entry gets whose prize is not free at that moment."""

        NEXT = "next", _("the next lower prize that is free")
        NONE = "none", _("nothing")

    class Forfeiture(models.TextChoices):
        """What becomes of a prize that nobody claims."""

        LAPSE = "lapse", _("it lapses")
        SUBSTITUTE = "substitute", _("the next substitute gets it")

    class TaxBy(models.TextChoices):
        """Who bears the income tax on a prize (law L56)."""

        ORGANISER = "organiser", _("the organiser")
        WINNER = "winner", _("the winner")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="draws", db_index=False)
    slug = models.SlugField(_("short name"), max_length=40)
    title = models.CharField(_("title"), max_length=80)
    kind = models.CharField(_("kind"), max_length=10, choices=DrawKind.choices)
    entry_by = models.CharField(_("a chance comes with"), max_length=10, choices=EntryBy.choices)
    products = models.JSONField(_("products"), default=list, blank=True)  # ids; empty: all
    state = models.CharField(
        _("state"), max_length=9, choices=DrawState.choices, default=DrawState.DRAFT
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    draw_at = models.DateTimeField(_("drawn at"))
    claim_days = models.PositiveSmallIntegerField(_("days to claim"))
    cap_person = models.PositiveSmallIntegerField(_("per person"))
    cap_device = models.PositiveSmallIntegerField(_("per device"), default=0)  # 0: no limit
    cap_code = models.PositiveSmallIntegerField(_("per code"), default=1)
    blank_weight = models.PositiveIntegerField(_("weight of no prize"), default=0)
    fallback = models.CharField(
        _("if a prize is not free"), max_length=4, choices=Fallback.choices, default=Fallback.NEXT
    )
    substitutes = models.PositiveSmallIntegerField(_("substitutes"), default=0)
    forfeiture = models.CharField(
        _("if nobody claims"), max_length=10, choices=Forfeiture.choices, default=Forfeiture.LAPSE
    )
    conditions = models.TextField(_("who may take part"))
    redemption = models.TextField(_("how to claim"))
    delivery = models.TextField(_("delivery"))
    organiser = models.CharField(_("organiser"), max_length=120)
    contact = models.CharField(_("contact"), max_length=120)
    tax_by = models.CharField(
        _("income tax is borne by"), max_length=9, choices=TaxBy.choices, default=TaxBy.ORGANISER
    )
    outside_source = models.CharField(_("value from outside"), max_length=200, blank=True)

    secret = SealedTextField()  # 64 hex characters, open after the end
    version = models.PositiveSmallIntegerField(default=0)  # of the terms in force; 0: none yet
    entered = models.PositiveIntegerField(_("entries"), default=0)  # its row lock orders the chain
    root = models.CharField(max_length=64, blank=True)  # Merkle root of the closed list
    outside = models.CharField(max_length=200, blank=True)
    kill_reason = models.CharField(max_length=300, blank=True)
    archive_sha256 = models.CharField(max_length=64, blank=True)
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(_("published at"), null=True)
    closed_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    killed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            models.UniqueConstraint(fields=["brand", "slug"], name="campaigns_draw_slug"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="campaigns_draw_ends"
            ),
        ]
        indexes = [models.Index(fields=["state", "ends_at"], name="campaigns_draw_due")]

    def __str__(self) -> str:
        return self.title


class DrawPrize(models.Model):
    """So many units of one prize; ``rank`` 1 is the highest."""

    class Kind(models.TextChoices):
        """What the winner gets; what is no thing needs its rules of exchange."""

        GOODS = "goods", _("goods")
        COINS = "coins", _("C-coins")
        VOUCHER = "voucher", _("voucher")
        CASH = "cash", _("cash")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="prizes", db_index=False)
    rank = models.PositiveSmallIntegerField(_("rank"))
    name = models.CharField(_("prize"), max_length=80)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices)
    value_fen = models.PositiveBigIntegerField(_("market price of one"))
    valued_by = models.CharField(_("where the price is from"), max_length=120, blank=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    weight = models.PositiveIntegerField(_("weight"), default=1)
    coins = models.PositiveIntegerField(_("coins"), default=0)
    terms = models.CharField(_("rules of exchange"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        constraints = [
            models.UniqueConstraint(fields=["draw", "rank"], name="campaigns_prize_rank"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="campaigns_prize_some"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def ident(self) -> str:
        """The prize's name in published lists."""
        return f"prize-{self.rank}"


class DrawTerms(models.Model):
    """What was published, from an instant on; ``head`` is its chain of entries so far.

    ``rules`` is the rule page's content, ``page`` its Chinese text and ``page_hash`` the SHA-256 of
    that, which the commitment covers. ``table`` is what the draw computes with.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="terms", db_index=False)
    version = models.PositiveSmallIntegerField()
    from_at = models.DateTimeField()
    table = models.JSONField()
    rules = models.JSONField()
    page = models.TextField()
    page_hash = models.CharField(max_length=64)
    commitment = models.CharField(max_length=64)
    entries = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "version"], name="campaigns_terms_version")
        ]


class DrawEntry(models.Model):
    """One chance taken. ``person``, ``device`` and ``code`` are keyed pseudonyms, as published.

    The unique keys on the n-th of each are the caps.
    """

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="entries", db_index=False)
    terms = models.ForeignKey(DrawTerms, models.PROTECT, related_name="+", db_index=False)
    seq = models.PositiveIntegerField()
    name = models.CharField(max_length=40)
    key = models.CharField(max_length=36)  # the request's; a repeated one finds its entry
    at = models.DateTimeField(_("at"))  # whole seconds, as in the chain
    member_id = models.BigIntegerField()
    unit_id = models.BigIntegerField(null=True)
    person = models.CharField(max_length=32)
    person_n = models.PositiveSmallIntegerField()
    device = models.CharField(max_length=32, blank=True)
    device_n = models.PositiveSmallIntegerField(null=True)
    code = models.CharField(max_length=32, blank=True)
    code_n = models.PositiveSmallIntegerField(null=True)
    got = models.CharField(max_length=20, blank=True)  # a prize's ident or an Outcome
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["draw", "seq"], name="campaigns_entry_seq"),
            models.UniqueConstraint(fields=["draw", "name"], name="campaigns_entry_name"),
            models.UniqueConstraint(fields=["draw", "key"], name="campaigns_entry_key"),
            models.UniqueConstraint(
                fields=["draw", "person", "person_n"], name="campaigns_entry_person"
            ),
            models.UniqueConstraint(
                fields=["draw", "device", "device_n"], name="campaigns_entry_device"
            ),
            models.UniqueConstraint(fields=["draw", "code", "code_n"], name="campaigns_entry_code"),
        ]
        indexes = [models.Index(fields=["member_id", "-at"], name="campaigns_entry_member")]


class PrizeSlot(models.Model):
    """One unit of a prize, free from ``release_at`` on, taken by at most one entry."""

    prize = models.ForeignKey(DrawPrize, models.PROTECT, related_name="slots", db_index=False)
    version = models.PositiveSmallIntegerField()
    unit = models.PositiveIntegerField()
    release_at = models.DateTimeField()
    entry = models.OneToOneField(DrawEntry, models.PROTECT, null=True, related_name="slot")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["prize", "version", "unit"], name="campaigns_prizeslot_unit"
            )
        ]
        indexes = [
            models.Index(
                fields=["prize", "version", "release_at"], condition=Q(entry__isnull=True),
                name="campaigns_prizeslot_free",
            )
        ]  # fmt: skip


class Win(models.Model):
    """A prize and who it fell to. ``rank`` orders substitutes, who have no prize yet."""

    class State(models.TextChoices):
        """Where it stands."""

        OFFERED = "offered", _("to be claimed")
        CLAIMED = "claimed", _("claimed")
        DELIVERED = "delivered", _("delivered")
        FORFEITED = "forfeited", _("not claimed")
        SUBSTITUTE = "substitute", _("substitute")

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="wins", db_index=False)
    entry = models.OneToOneField(DrawEntry, models.PROTECT, related_name="win")
    prize = models.ForeignKey(DrawPrize, models.PROTECT, null=True, related_name="wins")
    instead_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="passed_to")
    rank = models.PositiveIntegerField(default=0)
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    member_id = models.BigIntegerField()
    masked_name = models.CharField(_("winner"), max_length=80)
    won_at = models.DateTimeField(_("won at"))
    claim_by = models.DateTimeField(_("claim by"), null=True)
    claimed_at = models.DateTimeField(_("claimed at"), null=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    forfeited_at = models.DateTimeField(null=True)
    deliver_to = SealedTextField(blank=True, default="")
    proof = models.CharField(_("proof of delivery"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("win")
        verbose_name_plural = _("wins")
        indexes = [
            models.Index(fields=["draw", "state", "rank"], name="campaigns_win_draw"),
            models.Index(fields=["member_id", "-won_at"], name="campaigns_win_member"),
            models.Index(
                fields=["claim_by"], condition=Q(state="offered"), name="campaigns_win_due"
            ),
        ]


class Chance(models.Model):
    """An activation gave a member a chance; taken by entering."""

    draw = models.ForeignKey(Draw, models.PROTECT, related_name="chances", db_index=False)
    unit_id = models.BigIntegerField()
    member_id = models.BigIntegerField()
    activation_id = models.BigIntegerField()
    given_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draw", "unit_id"], name="campaigns_chance_once")
        ]
        indexes = [models.Index(fields=["member_id"], name="campaigns_chance_member")]
