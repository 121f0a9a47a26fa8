"""The design system: what every page of Hefu is built from (设计规范).

Tokens and styles in ``static/hefu``, base pages and components in ``templates/design``, the
tags that render them in ``templatetags/hefu_design.py``, the plain values the tags take in
``parts.py``. It knows no app: a page turns its own facts into parts and hands them over.
"""
