"""Recomputes the vectors of protocol sealink/1 with Python's standard library alone.

It follows docs/format.md and shares no code with the program. Run without arguments it compares
tokens.json with what it computes; with --write it fills in the computed values.
"""

import hashlib
import hmac
import json
import pathlib
import sys

PATH = pathlib.Path(__file__).with_name("tokens.json")


def lpe(*parts):
    """Length-prefixed encoding."""
    message = bytes([1, len(parts)])
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        message += len(data).to_bytes(2, "big") + data
    return message


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def expand(key, info, length):
    """HKDF-Expand of RFC 5869 with SHA-256."""
    block, out, counter = b"", b"", 1
    while len(out) < length:
        block = mac(key, block + info + bytes([counter]))
        out += block
        counter += 1
    return out[:length]


def recipe_key(key, project, recipe):
    definition = hashlib.sha256(recipe["definition"].encode()).digest()
    return expand(key, lpe("sealink/1/token", project, recipe["id"], definition), 32)


def compute(vectors):
    key = bytes.fromhex(vectors["linkage_key"])
    project = vectors["project"]
    vectors["key_check_value"] = expand(key, lpe("sealink/1/check", project), 16).hex()
    for recipe in vectors["recipes"]:
        own = recipe_key(key, project, recipe)
        for vector in recipe["vectors"]:
            vector["token"] = mac(own, lpe(*vector["parts"]))[:16].hex()
    agency = bytes.fromhex(vectors["agency_key"])
    for vector in vectors["record_refs"]:
        message = lpe("sealink/1/record", project, vector["dataset"], vector["record_id"])
        vector["record_ref"] = mac(agency, message)[:16].hex()
    linker = bytes.fromhex(vectors["linker_key"])
    for vector in vectors["person_ids"]:
        reference = bytes.fromhex(vector["record_ref"])
        own = lpe("sealink/1/linker-person", vector["dataset"], reference)
        vector["linker_person_id"] = hashlib.sha256(own).digest()[:16].hex()
        person = bytes.fromhex(vector["linker_person_id"])
        message = lpe("sealink/1/person", vector["extract"], person)
        vector["person_id"] = mac(linker, message)[:16].hex()
    info = lpe("sealink/1/rekey-check", project)
    vectors["rekeying_check_value"] = expand(linker, info, 16).hex()
    for vector in vectors["rekeyed"]:
        own = expand(linker, lpe("sealink/1/rekey", project, vector["recipe"]), 32)
        vector["rekeyed"] = mac(own, bytes.fromhex(vector["token"]))[:16].hex()
    return vectors


def count(vectors):
    recipes = sum(len(recipe["vectors"]) for recipe in vectors["recipes"])
    made_anew = len(vectors["rekeyed"])
    return 2 + recipes + len(vectors["record_refs"]) + 2 * len(vectors["person_ids"]) + made_anew


if __name__ == "__main__":
    stored = json.loads(PATH.read_text(encoding="utf-8"))
    computed = compute(json.loads(PATH.read_text(encoding="utf-8")))
    if "--write" in sys.argv:
        PATH.write_text(json.dumps(computed, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    elif stored != computed:
        sys.exit("tokens.json differs from what the protocol gives")
    else:
        print(f"{count(computed)} vectors agree")
