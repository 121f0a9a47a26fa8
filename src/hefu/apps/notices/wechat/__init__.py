"""A brand's WeChat official account (微信公众号): followers ask it for codes and pages."""
