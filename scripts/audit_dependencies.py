"""Ask for known vulnerabilities of the locked packages; says so plainly when it cannot ask.

A finding fails the build. An index without advisories, or one that does not answer, does not,
since a build must not depend on the weather; but then the line says that nothing was checked.
"""

import json
import os
import subprocess
import sys


def main() -> int:
    """Run pip-audit over the exported lock file."""
    locked = subprocess.run(
        [os.environ.get("UV", "uv"), "export", "--frozen", "--no-dev", "--no-emit-project",
         "--quiet"],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes",
         "--progress-spinner=off", "--format=json", "-r", "/dev/stdin"],
        input=locked, check=False, capture_output=True, text=True,
    )  # fmt: skip
    if not done.stdout.strip():
        print(f"dependency audit: nothing was checked: {done.stderr.strip()[-300:]}")
        return 0
    packages = json.loads(done.stdout)["dependencies"]
    found = [(p["name"], v["id"]) for p in packages for v in p.get("vulns", [])]
    skipped = sum("skip_reason" in p for p in packages)
    for name, advisory in found:
        print(f"dependency audit: {name}: {advisory}", file=sys.stderr)
    print(
        f"dependency audit: {len(packages) - skipped} packages checked, "
        f"{skipped} without advisories in this index, {len(found)} vulnerabilities"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
