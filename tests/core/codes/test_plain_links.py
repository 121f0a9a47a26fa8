"""R100: the rule for ordinary links in QR codes, by the cases its publisher gives as mismatches."""

import pytest

from hefu.core.codes.plain_links import fits, read_proof
from hefu.core.errors import Invalid


@pytest.mark.parametrize(
    ("rule", "link", "why"),
    [
        ("http://www.qq.com/a/b", "https://www.qq.com/a/b", "another protocol"),
        ("https://www.qq.com/a/b", "https://www.weixin.qq.com/a/b", "another host"),
        ("https://www.qq.com/a/b?id=123", "https://www.qq.com/a/b?id=132", "another parameter"),
        ("https://www.qq.com/a/b", "https://www.qq.com/a/bc", "no path below"),
        ("https://www.qq.com/a/b", "https://www.qq.com/a/b/123", "the rule does not end with /"),
    ],
)
def test_R100_published_mismatches_do_not_fit(rule, link, why):
    assert not fits(rule, link), why


@pytest.mark.parametrize(
    ("rule", "link"),
    [
        ("http://www.qq.com/a/", "http://www.qq.com/a/123456"),
        ("https://www.qq.com/a/", "https://www.qq.com/a/b"),
        ("https://www.qq.com/a/b?id=123", "https://www.qq.com/a/b?id=1234"),
        ("https://c.example.cn/m/", "https://C.EXAMPLE.CN/m/0218123456/"),
        ("https://wx.qq.com", "https://wx.qq.com/"),
    ],
)
def test_R100_what_the_rule_allows_fits(rule, link):
    assert fits(rule, link)


def test_a_file_of_ownership_is_one_plain_line():
    assert read_proof("gfVBkLOTBd.txt", b"97d4b81a3b0e\n") == ("gfVBkLOTBd.txt", "97d4b81a3b0e")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("../etc.txt", b"abc"), ("a.html", b"abc"), ("a.txt.js", b"abc"), ("校验.txt", b"abc"),
        ("a.txt", b"<script>"), ("a.txt", b""), ("a.txt", b"two lines\nhere"),
        ("a.txt", "内容".encode()), ("a.txt", b"x" * 201),
    ],
)  # fmt: skip
def test_anything_else_is_no_file_of_ownership(name, content):
    with pytest.raises(Invalid):
        read_proof(name, content)
