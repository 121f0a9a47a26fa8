"""Who makes an API key reads what each permission is for."""

from hefu.core.permissions import Permission
from hefu.surfaces.desk.forms_house import permission_text


def test_every_permission_has_words():
    words = [permission_text(one) for one in Permission]
    assert all(words)
    assert len(set(words)) == len(words)
