"""The 34 provincial regions of China (省级行政区) and one square for each.

Codes are the first two digits of GB/T 2260; letters are those of ISO 3166-2:CN. The squares are
our own arrangement: neighbours stand near each other, no borders are drawn, every region is as
large as every other.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Province:
    """One region: its names, and the column and row of its square (from 0, top left)."""

    code: str
    zh: str
    short: str
    en: str
    letters: str
    column: int
    row: int


# code, name, one-character name, English name, letters, column, row
_ROWS = """
11 北京 京 Beijing BJ 5 2
12 天津 津 Tianjin TJ 6 2
13 河北 冀 Hebei HE 4 2
14 山西 晋 Shanxi SX 3 2
15 内蒙古 蒙 Inner~Mongolia NM 3 1
21 辽宁 辽 Liaoning LN 6 1
22 吉林 吉 Jilin JL 7 1
23 黑龙江 黑 Heilongjiang HL 7 0
31 上海 沪 Shanghai SH 6 4
32 江苏 苏 Jiangsu JS 5 4
33 浙江 浙 Zhejiang ZJ 5 5
34 安徽 皖 Anhui AH 4 4
35 福建 闽 Fujian FJ 4 6
36 江西 赣 Jiangxi JX 4 5
37 山东 鲁 Shandong SD 4 3
41 河南 豫 Henan HA 3 3
42 湖北 鄂 Hubei HB 3 4
43 湖南 湘 Hunan HN 3 5
44 广东 粤 Guangdong GD 3 6
45 广西 桂 Guangxi GX 2 6
46 海南 琼 Hainan HI 2 7
50 重庆 渝 Chongqing CQ 2 4
51 四川 川 Sichuan SC 1 4
52 贵州 黔 Guizhou GZ 2 5
53 云南 滇 Yunnan YN 1 5
54 西藏 藏 Xizang XZ 0 4
61 陕西 陕 Shaanxi SN 2 3
62 甘肃 甘 Gansu GS 1 3
63 青海 青 Qinghai QH 0 3
64 宁夏 宁 Ningxia NX 2 2
65 新疆 新 Xinjiang XJ 0 2
71 台湾 台 Taiwan TW 6 6
81 香港 港 Hong~Kong HK 4 7
82 澳门 澳 Macao MO 3 7
"""


def _read() -> dict[str, Province]:
    regions = {}
    for line in _ROWS.split("\n"):
        if line:
            code, zh, short, en, letters, column, row = line.split()
            regions[code] = Province(
                code=code,
                zh=zh,
                short=short,
                en=en.replace("~", " "),
                letters=letters,
                column=int(column),
                row=int(row),
            )
    return regions


#: All regions by their two-digit code.
PROVINCES: dict[str, Province] = _read()
