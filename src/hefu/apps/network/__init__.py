"""Channels (渠道) and the partners behind them."""
