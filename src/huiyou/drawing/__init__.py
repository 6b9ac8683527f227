"""抽奖: a draw by hydraw/1 that anybody can check."""

from huiyou.drawing.draw import Commitment, DiceTier, Draw, commit, draw, rehearse
from huiyou.drawing.judge import verify
from huiyou.drawing.prizes import Prize, read_prizes

__all__ = [
    "Commitment",
    "DiceTier",
    "Draw",
    "Prize",
    "commit",
    "draw",
    "read_prizes",
    "rehearse",
    "verify",
]
