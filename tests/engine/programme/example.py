"""A day of three sessions in two rooms, and one on the day after."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from huiyou.programme import Occasion, Session, Speaker

SHANGHAI = ZoneInfo("Asia/Shanghai")
STARTS = datetime(2024, 5, 25, 13, 30, tzinfo=SHANGHAI)
OCCASION = Occasion(
    "shenzhen-2024",
    "一起AI，交个朋友",
    "宴会厅",
    STARTS,
    STARTS + timedelta(days=1),
    "Asia/Shanghai",
)
SESSIONS = [
    Session("icebreaker", "交个朋友", STARTS, 30),
    Session("talk", "AI < 艺术 & 设计", STARTS + timedelta(minutes=30), 45, (Speaker("陈妍", "设计专家"), Speaker("汗青"))),
    Session("roundtable", "我们怎么看AI？", STARTS + timedelta(minutes=30), 90, (Speaker("竺迪", "投资人", "moderator"),), "B厅"),
    Session("talk", "下一站", STARTS + timedelta(days=1), 60),
]  # fmt: skip
