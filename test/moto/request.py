"""Reads a request off the wire into the members that botocore's model knows, for each protocol we meet."""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from botocore.loaders import Loader
from botocore.model import ServiceModel
from rest import members_of
from scalar import scalar

MODELS_BY_SIGNING_NAME = {
    "elasticfilesystem": "efs",
    "elasticloadbalancing": "elbv2",
    "es": "opensearch",
    "monitoring": "cloudwatch",
    "tagging": "resourcegroupstaggingapi",
}


@dataclass
class Request:
    service: str
    operation: Any
    params: dict
    #: Wire keys that no member of the model accounts for. JSON and CBOR keep theirs in `params`.
    unknown: list = field(default_factory=list)


@cache
def model_of(service):
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def read_request(environ, body):
    signature = re.search(r"Credential=[^/]+/[^/]+/[^/]+/([^/]+)/", environ.get("HTTP_AUTHORIZATION", ""))
    if not signature:
        raise ValueError(f"not signed: {environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
    service = MODELS_BY_SIGNING_NAME.get(signature[1], signature[1])
    model = model_of(service)
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return Request(service, operation_of(model, target.split(".")[-1]), json.loads(body or b"{}"))
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        return read_query(service, model, body)
    return read_rest(service, model, environ, body)


def operation_of(model, name):
    if name not in model.operation_names:
        raise ValueError(f"{model.service_name} has no operation {name}")
    return model.operation_model(name)


def read_rest(service, model, environ, body):
    operation, params, unknown = members_of(model, environ, body)
    return Request(service, operation, params, unknown)


def read_query(service, model, body):
    pairs = dict(parse_qsl(body.decode(), keep_blank_values=True))
    operation = operation_of(model, pairs.pop("Action"))
    version = pairs.pop("Version")
    flat = Flat("ec2" if model.protocol == "ec2" else "query")
    tree = flat.tree(pairs)
    params = flat.structure(operation.input_shape, tree, "") if operation.input_shape else {}
    if not operation.input_shape:
        flat.unknown += list(pairs)
    if version != model.api_version:
        flat.unknown.append(f"Version={version}")
    return Request(service, operation, params, flat.unknown)


class Flat:
    """Turns `Tags.member.1.Key=a` (query) or `Tag.1.Key=a` (ec2) back into members."""

    def __init__(self, dialect):
        self.dialect = dialect
        self.unknown = []

    def tree(self, pairs):
        root = {}
        for key, value in pairs.items():
            node = root
            for part in key.split("."):
                node = node.setdefault(part, {})
            node[""] = value
        return root

    def key(self, name, shape):
        serialization = shape.serialization
        if self.dialect == "ec2":
            wire = serialization.get("queryName") or serialization.get("name", name)
            return wire if "queryName" in serialization else wire[0].upper() + wire[1:]
        if shape.type_name == "list" and serialization.get("flattened"):
            return shape.member.serialization.get("name", serialization.get("name", name))
        return serialization.get("name", name)

    def structure(self, shape, tree, path):
        result = {}
        rest = dict(tree)
        for name, member in shape.members.items():
            node = rest.pop(self.key(name, member), None)
            if node is not None:
                result[name] = self.value(member, node, f"{path}.{name}" if path else name)
        self.unknown += [f"{path}.{key}" if path else key for key in rest if key]
        return result

    def value(self, shape, node, path):
        if shape.type_name == "structure":
            return self.structure(shape, node, path)
        if shape.type_name == "list":
            if "" in node:
                return []
            if self.dialect != "ec2" and not shape.serialization.get("flattened"):
                wrapper = shape.member.serialization.get("name", "member")
                self.unknown += [f"{path}.{key}" for key in node if key != wrapper]
                node = node.get(wrapper, {})
            indexes = sorted(node, key=int)
            return [self.value(shape.member, node[index], f"{path}[{index}]") for index in indexes]
        if shape.type_name == "map":
            entries = node if shape.serialization.get("flattened") else node.get("entry", {})
            key = shape.key.serialization.get("name", "key")
            value = shape.value.serialization.get("name", "value")
            return {e[key][""]: self.value(shape.value, e[value], path) for e in entries.values()}
        return scalar(shape, node.get("", ""))
