"""Every sentence Huiyou says to a person, in Chinese and English.

The engine raises codes and parameters; the command line, the papers and the web ask here for words.
"""

from huiyou.phrases.speaker import LANGUAGES, Speaker

__all__ = ["LANGUAGES", "Speaker"]
