"""The journal of a gathering: who did what, each line holding on to the one before."""
