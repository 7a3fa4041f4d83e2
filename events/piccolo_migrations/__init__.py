"""Migrations, made by Piccolo and kept in order by their names."""
