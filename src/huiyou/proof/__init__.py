"""What makes a decision checkable: canonical bytes, hashes, trees, and chance from a seed."""

from huiyou.proof import canonical, merkle
from huiyou.proof.chance import Chance
from huiyou.proof.digest import digest, h
from huiyou.proof.record import Shape, fits, sealed, unseal
from huiyou.proof.verdict import Verdict

__all__ = [
    "Chance",
    "Shape",
    "Verdict",
    "canonical",
    "digest",
    "fits",
    "h",
    "merkle",
    "sealed",
    "unseal",
]
