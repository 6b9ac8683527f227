"""How good and how fast, as ratios against a bound or another way, measured in one run."""
