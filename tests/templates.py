"""Templates compiled once a worker: a site for each test would compile the same pages again and again."""

from __future__ import annotations

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

_COMPILED: dict[str, bytes] = {}


class _InMemory(BytecodeCache):
    """By jinja's own keys: a template of another name or another text is another one."""

    def load_bytecode(self, bucket: Bucket) -> None:
        if (compiled := _COMPILED.get(f"{bucket.key} {bucket.checksum}")) is not None:
            bucket.bytecode_from_string(compiled)

    def dump_bytecode(self, bucket: Bucket) -> None:
        _COMPILED[f"{bucket.key} {bucket.checksum}"] = bucket.bytecode_to_string()


def compile_once(environment: Environment) -> None:
    """Let this environment share what others of the process have compiled."""
    environment.bytecode_cache = _InMemory()
