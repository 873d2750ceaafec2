"""Results as Markdown, HTML and pictures."""
