"""Campaigns (营销活动): promotions, coupons, flash sales, draws, the points shop, the backtest."""
