"""How orders get into a backtest and through it (回测): reading, keeping, several processes."""
