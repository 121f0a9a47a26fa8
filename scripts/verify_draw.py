# fmt: off
"""Recompute a published draw (docs/algorithms/draws.md): python verify_draw.py DRAW.json."""
# ruff: noqa: ANN001, ANN002, ANN201, D103, E401, I001 (short, to be read before it is trusted)
# mypy: ignore-errors
import hashlib, hmac, json, pathlib, sys
def sha(*parts):
    return hashlib.sha256(b"".join(p if isinstance(p, bytes) else p.encode() for p in parts))
def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
def number(seed, label):
    return int.from_bytes(hmac.digest(seed, label.encode(), "sha256")[:8], "big")
def choose(seed, label, n):
    values = (number(seed, f"{label}|{counter}") for counter in range(10**6))
    return next(v for v in values if v < 2**64 - 2**64 % n) % n
def root(nodes):
    k = 1 << (len(nodes) - 1).bit_length() - 1 if len(nodes) > 1 else 0
    halves = (b"\1", root(nodes[:k]), root(nodes[k:])) if k else ()
    return nodes[0] if len(nodes) == 1 else sha(*halves).digest()
def slots(seed, t, p):
    span, parts = t["ends"] - t["starts"], p["quantity"] * 2**64
    shift = [number(seed, f"{t['campaign']}|slot|{p['id']}|{u}") for u in range(p["quantity"])]
    return [t["starts"] + (u * 2**64 + r) * span // parts for u, r in enumerate(shift)]
def result(seed, t, e, free, seen):
    keys = [(kind, e[kind], t["cap_" + kind]) for kind in ("person", "device", "code")]
    if e["person"] in t["excluded"]:
        return "excluded"
    if any(cap and key and seen.get((kind, key), 0) >= cap for kind, key, cap in keys):
        return "refused"
    seen.update({(kind, key): seen.get((kind, key), 0) + 1 for kind, key, _ in keys})
    sums = [sum(p["weight"] for p in t["prizes"][:n + 1]) for n in range(len(t["prizes"]))]
    drawn = choose(seed, f"{t['campaign']}|{e['id']}", t["blank_weight"] + max(sums, default=0))
    ids = [p["id"] for n, p in enumerate(t["prizes"]) if drawn < sums[n]]
    ids = ids if t["fallback"] == "next" else ids[:1]
    return next((p for p in ids if free[p] and free[p][0] <= e["at"]), "gone" if ids else "blank")
def instant(d, seed):
    t, head, seen, wrong = d["table"], "0" * 64, {}, []
    free = {p["id"]: slots(seed, t, p) for p in t["prizes"]}
    for e in d["entries"]:
        head = sha(head, canonical({k: e[k] for k in e if k not in ("hash", "got")})).hexdigest()
        got = result(seed, t, e, free, seen)
        wrong += [f"entry {e['id']}"] if (head, got) != (e["hash"], e["got"]) else []
        sys.stdout.write(f"{got} {e['id']}, free at {free[got].pop(0)}\n" if got in free else "")
    return sha(canonical(t)).hexdigest(), wrong
def among(d, seed):
    left = sorted(d["entrants"])
    units = [(p["id"], u) for p in d["prizes"] for u in range(p["quantity"])][:len(left)]
    won = [[p, left.pop(choose(seed, f"{d['campaign']}|{p}#{u}", len(left)))] for p, u in units]
    print("\n".join(" ".join(pair) for pair in won))
    leaves = [sha(b"\0", entrant).digest() for entrant in sorted(d["entrants"])]
    return root(leaves).hex(), [] if won == d["winners"] else ["winners"]
def sealed(d, secret):
    bound, wrong = among(d, sha(secret, d["outside"], d["root"]).digest())
    return sha(canonical(d["prizes"])).hexdigest(), wrong + (["root"] if bound != d["root"] else [])
draw = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
key, kinds = bytes.fromhex(draw["seed"]), {"instant": instant, "among": among, "sealed": sealed}
bound, faults = kinds[draw["kind"]](draw, key)
bound = sha(key, draw["rules_version"], b"\0", bound).hexdigest()
faults += [] if bound == draw["commitment"] else ["commitment"]
sys.exit("DIFFERS: " + ", ".join(faults) if faults else print("as published"))
