"""The words of everything else: records, grades, English, errors, changes to a scenario."""
