"""The hot path: resolve, verify and record a scan, plain ASGI."""
