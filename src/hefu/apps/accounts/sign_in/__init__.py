"""Signing in through a brand's identity provider (单点登录): OpenID Connect's code flow, PKCE."""
