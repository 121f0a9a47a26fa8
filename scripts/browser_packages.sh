#!/usr/bin/env bash
# Chromium and a CJK font for the browser tests. Without root the tests skip with one clear line.
set -u
if command -v chromium >/dev/null && fc-list :lang=zh 2>/dev/null | grep -q .; then
    exit 0
fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "chromium or a Chinese font is missing; as root: apt-get install chromium fonts-noto-cjk"
    echo "(browser tests will be skipped)"
    exit 0
fi
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fontconfig fonts-noto-cjk >/dev/null \
    || echo "could not install chromium; browser tests will be skipped"
