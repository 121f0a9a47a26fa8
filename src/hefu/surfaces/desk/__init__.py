"""Where staff and partners work: one page per job."""
