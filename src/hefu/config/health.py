"""Is the process alive, and can it do its work?"""

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse


def live(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Answer while the process runs at all."""
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Answer 200 while the database answers too, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return JsonResponse({"ready": False, "database": False}, status=503)
    return JsonResponse({"ready": True, "database": True})
