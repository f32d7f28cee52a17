"""What was measured, for people and programs: tables, figures, film strips, one page."""
