"""Which browser somebody uses (浏览器), by its family alone: versions would tell people apart."""

#: Families by what their names contain, the more particular ones first.
_FAMILIES = (
    ("MicroMessenger", "WeChat"), ("AlipayClient", "Alipay"), ("QQ/", "QQ"), ("UCBrowser", "UC"),
    ("HuaweiBrowser", "Huawei"), ("MiuiBrowser", "MIUI"), ("Edg", "Edge"), ("Firefox", "Firefox"),
    ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip


def browser_family(agent: str) -> str:
    """Return the family's name, "" for one not known."""
    return next((name for mark, name in _FAMILIES if mark in agent), "")
