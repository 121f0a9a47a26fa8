"""Words that advertising may not use (广告法第九条): absolute praise that nobody can prove.

The law names three and "and the like" (law L01); authorities enforce the rest of this list. A
finding can be overridden with a reason, for example in a quotation or a proper name.
"""

import re

#: In the law's own words.
NAMED = ("国家级", "最高级", "最佳")

#: Enforced as the like of it.
ALIKE = (
    "最好", "最优", "最强", "最大", "最低价", "最便宜", "最先进", "最新技术", "最受欢迎",
    "第一品牌", "全国第一", "全网第一", "销量第一", "世界级", "全球级", "顶级", "顶尖", "极品",
    "极佳", "终极", "独一无二", "绝无仅有", "史无前例", "万能", "唯一", "首选", "领袖品牌",
    "王牌", "冠军", "全网最低", "史上最低", "国家领导人", "永久", "100%有效", "零风险",
)  # fmt: skip

#: English page texts are advertising, too.
ENGLISH = ("best", "no. 1", "number one", "world-class", "cheapest", "lowest price", "unbeatable")

_ENGLISH = re.compile(r"\b(" + "|".join(map(re.escape, ENGLISH)) + r")\b", re.IGNORECASE)


def absolute_terms(text: str) -> tuple[str, ...]:
    """Return the absolute words a text uses, in the order of the lists, each once."""
    found = [word for word in (*NAMED, *ALIKE) if word in text]
    found += [match.group(0) for match in _ENGLISH.finditer(text)]
    return tuple(dict.fromkeys(found))
