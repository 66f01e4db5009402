"""Holds the members of a request against the constraints of botocore's model."""

import re
from datetime import datetime
from functools import cache

#: Constraints of the model that AWS itself does not keep: (service, member), and why.
FALSE_POSITIVES = {}

TYPES = {
    "string": (str,),
    "character": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (datetime, int, float, str),
    "blob": (bytes, str),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}


def violations_of(request):
    """Yields (path, problem)."""
    for key in request.unknown:
        yield key, "unknown member"
    shape = request.operation.input_shape
    if shape is None:
        return
    for path, problem in check(shape, request.params, ""):
        member = re.sub(r"\[\d+\]", "", path).split(".")[-1]
        if (request.service, member) not in FALSE_POSITIVES:
            yield path, problem


def check(shape, value, path):
    kind = shape.type_name
    expected = TYPES[kind]
    if not isinstance(value, expected) or (isinstance(value, bool) and kind != "boolean"):
        yield path, f"is {type(value).__name__}, not {kind}"
        return
    if kind == "structure":
        yield from check_structure(shape, value, path)
    elif kind == "list":
        yield from check_size(shape, len(value), "items", path)
        for index, item in enumerate(value):
            yield from check(shape.member, item, f"{path}[{index}]")
    elif kind == "map":
        yield from check_size(shape, len(value), "entries", path)
        for key, item in value.items():
            yield from check(shape.key, key, f"{path}.{key} (key)")
            yield from check(shape.value, item, f"{path}.{key}")
    elif kind == "string":
        yield from check_string(shape, value, path)
    elif kind in ("integer", "long", "float", "double"):
        yield from check_size(shape, value, "", path)


def check_structure(shape, value, path):
    def at(name):
        return f"{path}.{name}" if path else name

    # REST bodies are keyed by the wire name, which for our services is the member's own.
    for name in shape.required_members:
        if value.get(name) is None:
            yield at(name), "missing"
    for name, item in value.items():
        if name not in shape.members:
            yield at(name), "unknown member"
        elif item is not None:
            yield from check(shape.members[name], item, at(name))
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield path, f"is a union with {len(value)} members set"


def check_string(shape, value, path):
    yield from check_size(shape, len(value), "characters", path)
    if shape.enum and value not in shape.enum:
        yield path, f"{value!r} is none of {', '.join(shape.enum)}"
    pattern = shape.metadata.get("pattern")
    if pattern and (compiled := compile_pattern(pattern)) and not compiled.fullmatch(value):
        yield path, f"{value!r} does not match {pattern}"


def check_size(shape, size, unit, path):
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and size < low:
        yield path, f"{size} {unit} is less than {low}".replace("  ", " ")
    if high is not None and size > high:
        yield path, f"{size} {unit} is more than {high}".replace("  ", " ")


@cache
def compile_pattern(pattern):
    """None for what only Java can spell, such as \\p{L}: those members are checked for everything else."""
    try:
        return re.compile(pattern, re.DOTALL)
    except re.error:
        return None
