"""Each test of members' rights has a data folder of its own: what others left is not theirs."""

import pytest


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.HEFU_DATA = tmp_path
