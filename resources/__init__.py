"""What ships with the program: models, icons, translations, licences."""
