"""Consumers who gave us their address: members (会员), sign-in and consent."""
