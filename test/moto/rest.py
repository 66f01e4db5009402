"""Finds the operation that a REST request means, and reads its members from path, query, headers and body."""

import json
import re
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qs, unquote

from scalar import scalar

#: What the SDK adds to every request of S3 for its own logs.
OF_THE_SDK = {"x-id"}


def operation_at(model, method, path, query):
    """Of several operations at one path, such as S3's, the one whose fixed part of the query says most.

    Deprecated ones share their path with what replaced them.
    """
    best = None
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.deprecated or operation.http["method"] != method:
            continue
        uri, _, fixed = operation.http["requestUri"].partition("?")
        wanted = parse_qs(fixed, keep_blank_values=True)
        match = re.fullmatch(pattern_of(uri), path.rstrip("/") or "/")
        if not match or any(query.get(key) != values for key, values in wanted.items()):
            continue
        if best is None or len(wanted) > len(best[2]):
            best = operation, match, wanted
    if best is None:
        raise ValueError(f"{model.service_name} has no operation at {method} {path}")
    return best


def pattern_of(uri):
    pattern = re.sub(r"\{(\w+)\+\}", r"(?P<\1>.+)", uri.rstrip("/") or "/")
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)


def members_of(model, environ, body):
    """Returns the operation, its members, and the wire keys that no member accounts for."""
    query = parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    operation, match, fixed = operation_at(model, environ["REQUEST_METHOD"], environ["PATH_INFO"], query)
    unknown = []
    shape = operation.input_shape
    params = body_of(operation, body, unknown) if shape and body else {}
    for member, member_shape in (shape.members if shape else {}).items():
        place = member_shape.serialization.get("location")
        key = member_shape.serialization.get("name", member)
        header = environ.get("HTTP_" + key.upper().replace("-", "_"))
        if place == "uri":
            params[member] = unquote(match[key])
        elif place == "querystring" and key in query:
            values = query.pop(key)
            params[member] = values if member_shape.type_name == "list" else scalar(member_shape, values[0])
        elif place == "header" and header is not None:
            params[member] = scalar(member_shape, header)
    return operation, params, unknown + [key for key in query if key not in fixed and key not in OF_THE_SDK]


def body_of(operation, body, unknown):
    shape = operation.input_shape
    payload = shape.serialization.get("payload")
    payload_shape = shape.members[payload] if payload else shape
    if payload and payload_shape.type_name in ("blob", "string"):
        return {payload: body.decode() if payload_shape.type_name == "string" else body}
    if operation.service_model.protocol == "rest-json":
        members = json.loads(body)
    else:
        members = structure(payload_shape, ElementTree.fromstring(body), "", unknown)
    return {payload: members} if payload else members


def structure(shape, element, path, unknown):
    result = {}
    rest = {}
    for child in element:
        rest.setdefault(child.tag.split("}")[-1], []).append(child)
    for name, member in shape.members.items():
        if member.serialization.get("xmlAttribute"):
            key = member.serialization["name"].split(":")[-1]
            found = next((text for tag, text in element.attrib.items() if tag.split("}")[-1] == key), None)
            if found is not None:
                result[name] = found
            continue
        children = rest.pop(wire_name(name, member), None)
        if children:
            result[name] = value(member, children, f"{path}.{name}" if path else name, unknown)
    unknown += [f"{path}.{key}" if path else key for key in rest]
    return result


def wire_name(name, shape):
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        return shape.member.serialization.get("name", shape.serialization.get("name", name))
    return shape.serialization.get("name", name)


def value(shape, children, path, unknown):
    if shape.type_name == "structure":
        return structure(shape, children[0], path, unknown)
    if shape.type_name == "list":
        items = children if shape.serialization.get("flattened") else list(children[0])
        return [value(shape.member, [item], f"{path}[{index}]", unknown) for index, item in enumerate(items)]
    return scalar(shape, children[0].text or "")
