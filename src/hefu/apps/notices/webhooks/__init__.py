"""Webhooks (事件推送): what happens here, told to a brand's own systems as it happens."""
