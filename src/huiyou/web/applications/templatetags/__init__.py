"""Django finds tags here."""
