"""Writing product pages (编写产品网页) on the desk: the editor, the preview, what changed."""
