"""Find uv, or install it into .uv beside the project, with nothing but Python's standard library.

A bare Debian has Python but neither pip nor ensurepip: then the wheel is taken from the package
index directly (UV_DEFAULT_INDEX or PIP_INDEX_URL where set) and its hash is checked.
"""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import urllib.parse
import urllib.request
import zipfile
from io import BytesIO
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / ".uv"
OWN_UV = OWN / "bin" / "uv"
VERSION = "0.13.9"
INDEX = (
    os.environ.get("UV_DEFAULT_INDEX")
    or os.environ.get("PIP_INDEX_URL")
    or "https://pypi.org/simple"
)


def main() -> None:
    """Print where uv is (--where), or make sure that it is there."""
    if "--where" in sys.argv:
        print(shutil.which("uv") or OWN_UV)
        return
    if shutil.which("uv") or OWN_UV.exists():
        return
    print("uv is not installed: getting it into .uv", file=sys.stderr)
    if not _with_pip():
        _with_nothing()
    if not OWN_UV.exists():
        sys.exit("could not install uv; install it (https://docs.astral.sh/uv/) and try again")


def _with_pip() -> bool:
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--target",
        str(OWN),
        f"uv=={VERSION}",
    ]
    done = subprocess.run(command, check=False, stderr=subprocess.DEVNULL)
    return done.returncode == 0 and OWN_UV.exists()


def _with_nothing() -> None:
    request = urllib.request.Request(  # noqa: S310  (the operator's own index)
        f"{INDEX.rstrip('/')}/uv/", headers={"Accept": "application/vnd.pypi.simple.v1+json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310
        files = json.load(answer)["files"]
    machine = {"AMD64": "x86_64", "arm64": "aarch64"}.get(platform.machine(), platform.machine())
    wanted = f"uv-{VERSION}-py3-none-manylinux"
    wheel = next(
        file for file in files
        if file["filename"].startswith(wanted) and file["filename"].endswith(f"{machine}.whl")
    )  # fmt: skip
    address = urllib.parse.urljoin(request.full_url, wheel["url"])
    with urllib.request.urlopen(address, timeout=180) as answer:  # noqa: S310
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != wheel["hashes"]["sha256"]:
        sys.exit("the downloaded uv does not have the hash the index promises")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        name = next(n for n in archive.namelist() if n.endswith("/scripts/uv"))
        OWN_UV.parent.mkdir(parents=True, exist_ok=True)
        OWN_UV.write_bytes(archive.read(name))
    OWN_UV.chmod(0o755)


if __name__ == "__main__":
    main()
