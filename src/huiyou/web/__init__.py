"""The site: what is decided is remembered here, and every page reads it."""
