"""Bills as people read them: on the page, on paper and as a workbook."""
