"""Who is on a page and of which brand it is: the host decides, else the code, else the last visit.

A member's session holds one sign-in per brand, so that one host may serve several brands without
mixing their members. Nothing here trusts an address parameter.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.accounts.selectors import brands_for
from hefu.apps.members.models import SignIn
from hefu.apps.members.own import device_of
from hefu.apps.members.selectors import visitor
from hefu.apps.members.services.sign_ins import begin_sign_in, end_sign_in, see
from hefu.apps.orders.selectors.articles import mall_for
from hefu.core.actor import Actor, ActorKind, consumer, system
from hefu.core.errors import DomainError, Kind, NotFound
from hefu.surfaces.consumer.browsers import browser_family
from hefu.surfaces.consumer.results import frame
from hefu.surfaces.consumer.sentences import explain, headline
from hefu.surfaces.regions import region_of_address

SURFACE = "consumer"
_MEMBERS = "members"  # session: brand id (as text, JSON knows no other key) -> member id
_TOKENS = "sign_ins"  # session: brand id -> the token of the device's row
_BRAND = "brand_id"  # session: the brand of the last code or sign-in

P = ParamSpec("P")
View = Callable[Concatenate["Visit", P], HttpResponse]
_STATUS = {
    Kind.INVALID: 400, Kind.MISSING: 404, Kind.FORBIDDEN: 403, Kind.CONFLICT: 409,
    Kind.THROTTLED: 429, Kind.UNAVAILABLE: 503,
}  # fmt: skip


class NoBrand(DomainError):
    """Neither the host nor an earlier visit says which brand's page this is: check a code first."""

    code = "consumer.no_brand"
    kind = Kind.MISSING


@dataclass(kw_only=True)
class Visit:
    """One request as the views need it: the brand, the actor, the time, marks of the device."""

    request: HttpRequest
    now: datetime
    brand: Brand | None
    actor: Actor
    #: the brand whose own host this is; None on a host that serves several
    host_brand_id: int | None = None
    #: the device as the signed-in member's list shows it; None for visitors
    sign_in: SignIn | None = None

    @property
    def signed_in(self) -> bool:
        """Whether a member of this brand is signed in."""
        return self.actor.kind is ActorKind.CONSUMER

    @property
    def brand_known(self) -> bool:
        """Whether the pages without a code would know the brand too."""
        remembered = self.request.session.get(_BRAND)
        return self.brand is not None and self.brand.pk in (self.host_brand_id, remembered)

    @property
    def language(self) -> str:
        """``zh-hans`` or ``en``."""
        return "en" if (get_language() or "").startswith("en") else "zh-hans"

    @property
    def address(self) -> str:
        """The network address; behind TLS it is what our own proxy put last."""
        forwarded = str(self.request.META.get("HTTP_X_FORWARDED_FOR", ""))
        if settings.HTTPS and forwarded:
            return forwarded.rpartition(",")[2].strip()
        return str(self.request.META.get("REMOTE_ADDR", ""))

    @property
    def device(self) -> str:
        """What tells devices apart, as the edge does; only keyed marks of it are kept."""
        return f"{self.address}|{self.request.headers.get('User-Agent', '')}"

    def own_brand(self) -> Brand:
        """The page's brand.

        Raises:
            NoBrand: nothing says which.
        """
        if self.brand is None:
            raise NoBrand
        return self.brand

    def turn_to(self, brand_id: int) -> None:
        """Make this visit one of the brand that a code belongs to.

        Raises:
            NotFound: this host is another brand's own.
        """
        if self.brand is not None and self.brand.pk == brand_id:
            return
        if self.host_brand_id is not None:
            raise NotFound
        self.brand = brands_for(system(SURFACE)).get(pk=brand_id)
        self.actor, self.sign_in = _who(self.request, self.brand, now=self.now)

    def remember_brand(self) -> None:
        """Let the pages without a code know the brand next time."""
        if self.brand is not None and self.request.session.get(_BRAND) != self.brand.pk:
            self.request.session[_BRAND] = self.brand.pk

    def page(self, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
        """Render one of our templates within the brand's frame."""
        about = {
            **frame(self.brand),
            "signed_in": self.signed_in,
            "demo": settings.HEFU_DEMO,
            "brand_known": self.brand_known,
            "mall_open": self.brand_known and mall_for(self.actor).open,
        }
        response = render(
            self.request, f"consumer/{template}.html", {**about, **context}, status=status
        )
        # a shared phone's back button must not show the last one's warranty card
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "same-origin"
        return response


def sign_in_session(visit: Visit, *, brand_id: int, member_id: int) -> None:
    """Remember the member of this brand under a new session key (no fixation), and the device."""
    me = consumer(brand_id=brand_id, member_id=member_id, surface=SURFACE)
    agent = visit.request.headers.get("User-Agent", "")
    _row, token = begin_sign_in(
        me, agent=browser_family(agent), region=region_of_address(visit.address), now=visit.now
    )  # fmt: skip
    session = visit.request.session
    session.cycle_key()
    session[_MEMBERS] = {**session.get(_MEMBERS, {}), str(brand_id): member_id}
    session[_TOKENS] = {**session.get(_TOKENS, {}), str(brand_id): token}
    session[_BRAND] = brand_id


def sign_out_session(visit: Visit) -> None:
    """Forget the member of this brand; members of other brands stay signed in."""
    brand_id, session = visit.own_brand().pk, visit.request.session
    if visit.sign_in is not None and visit.signed_in:
        end_sign_in(visit.actor, sign_in_id=visit.sign_in.pk, now=visit.now)
    for kind in (_MEMBERS, _TOKENS):
        session[kind] = {k: v for k, v in session.get(kind, {}).items() if k != str(brand_id)}
    session.cycle_key()


def visit_of(request: HttpRequest) -> Visit:
    """Read a request: the brand of its host, else of the last visit, and who is signed in there."""
    host = split_domain_port(request.get_host())[0]
    brands = brands_for(system(SURFACE))
    own = brands.filter(host=host).first() if host else None
    brand = own or brands.filter(pk=request.session.get(_BRAND, 0)).first()
    now = timezone.now()
    actor, sign_in = _who(request, brand, now=now) if brand else (visitor(0, surface=SURFACE), None)
    return Visit(
        request=request, now=now, brand=brand, actor=actor, sign_in=sign_in,
        host_brand_id=own.pk if own else None,
    )  # fmt: skip


def _who(request: HttpRequest, brand: Brand, *, now: datetime) -> tuple[Actor, SignIn | None]:
    """Read who is signed in; an account closed, or a device signed out, since then is nobody."""
    member_id = request.session.get(_MEMBERS, {}).get(str(brand.pk))
    token = request.session.get(_TOKENS, {}).get(str(brand.pk), "")
    device = (
        device_of(brand_id=brand.pk, member_id=member_id, token=token)
        if member_id is not None
        else None
    )
    if device is None:
        return visitor(brand.pk, surface=SURFACE), None
    see(device, now=now)
    return consumer(brand_id=brand.pk, member_id=device.member_id, surface=SURFACE), device


def page(view: View[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Give a view its ``Visit`` and turn refusals into polite pages."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        visit = visit_of(request)
        try:
            return view(visit, *args, **kwargs)
        except NoBrand:
            messages.info(request, _("Check a code of the product first, to show its maker."))
            return redirect("consumer:check")
        except DomainError as error:
            return refused(visit, error)

    return answer


def refused(visit: Visit, error: DomainError) -> HttpResponse:
    """Say what went wrong and what to do next, under a status that machines understand."""
    status = _STATUS[error.kind]
    response = visit.page("refused", status=status, title=headline(error), text=explain(error))
    if "retry_after" in error.details:
        response["Retry-After"] = str(error.details["retry_after"])
    return response


def members_only(view: View[P]) -> View[P]:
    """Send visitors to sign in first and bring them back."""

    @wraps(view)
    def answer(visit: Visit, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        visit.own_brand()
        if visit.signed_in:
            return view(visit, *args, **kwargs)
        return to_sign_in(visit)

    return answer


def to_sign_in(visit: Visit) -> HttpResponse:
    """Redirect to the sign-in page, with the way back to this one."""
    visit.remember_brand()
    way_back = urlencode({"next": visit.request.get_full_path()})
    return redirect(f"{reverse('consumer:sign_in')}?{way_back}")


def way_back(given: str) -> str:
    """Return ``given`` if it is a page of ours, else the member's products: no open redirect."""
    inside = given.startswith("/") and url_has_allowed_host_and_scheme(given, allowed_hosts=None)
    return given if inside else reverse("consumer:mine")
