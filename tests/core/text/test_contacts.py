"""Phones, addresses and chat names in a text that others read are stars (law L36)."""

import pytest

from hefu.core.text import hide_contacts


@pytest.mark.parametrize(
    "text",
    [
        "请打13800138000", "138 0013 8000", "+86-138-0013-8000", "010-62345678",
        "写信到 li.lei@example.com 谢谢", "加微信：lilei_88", "vx lilei88", "QQ号 12345678",
    ],
)  # fmt: skip
def test_contacts_are_hidden(text):
    hidden = hide_contacts(text)
    assert "***" in hidden
    for piece in ("0013", "2345", "lilei", "li.lei", "example"):
        assert piece not in hidden


@pytest.mark.parametrize(
    "text",
    ["PFFN5005 和 PN587", "2026-11-22 买的", "1800W，220V", "大约100000次", "编号A1234567890B"],
)
def test_model_numbers_days_and_amounts_stay(text):
    assert hide_contacts(text) == text
