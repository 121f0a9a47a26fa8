"""Headers that hold for every page: nothing from elsewhere, nothing inline, no sniffing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
#: unfold's own pages use inline scripts and Alpine's evaluation
BACKSTAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
)


class ContentPolicy:
    """Send a content security policy with every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the policy, the backstage's own under its path."""
        response = self.get_response(request)
        backstage = request.path.startswith("/backstage/")
        response.headers.setdefault(
            "Content-Security-Policy", BACKSTAGE_POLICY if backstage else POLICY
        )
        return response
