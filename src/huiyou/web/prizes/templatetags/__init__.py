"""Tags of this step."""
