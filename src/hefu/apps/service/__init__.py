"""Service after the sale (售后服务); for now, whether people are content: one-question surveys."""
