"""What an author of rules works with: browsing, layout, schemas, a first base."""
