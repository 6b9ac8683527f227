"""Every fact as a field of a form: what the fields are, how they are read, which page they are on."""
