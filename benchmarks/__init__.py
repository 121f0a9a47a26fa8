"""How fast the hot parts are: naive, best peer, ours, physical limit, all from one run.

``python -m benchmarks NAME [--json]``; a benchmark is a module here with ``run(json) -> dict``.
"""
