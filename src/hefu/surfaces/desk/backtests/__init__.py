"""The report of a backtest (回测报告) for people: sentences, charts, page, workbook, paper."""
