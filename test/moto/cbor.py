"""CloudWatch speaks CBOR to the SDK for JavaScript, and moto speaks JSON: translates between the two."""

import io
import json
import re

from botocore.parsers import RpcV2CBORParser
from botocore.serialize import CBORSerializer
from request import model_of

OPERATION_PATH = re.compile(r"/service/(\w+)/operation/(\w+)")


def loads(body):
    parser = RpcV2CBORParser()
    return parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))


def dumps(shape, value):
    serialized = bytearray()
    CBORSerializer()._serialize_data_item(serialized, value, shape)
    return bytes(serialized)


class CborBridge:
    """Wraps a WSGI application that knows JSON only."""

    def __init__(self, application):
        self.application = application

    def __call__(self, environ, start_response):
        match = OPERATION_PATH.fullmatch(environ["PATH_INFO"])
        if not match:
            return self.application(environ, start_response)
        target, name = match.groups()
        operation = model_of("cloudwatch").operation_model(name)
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        translated = json.dumps(loads(body) if body else {}, default=lambda time: time.timestamp()).encode()
        status, answer = self.ask(
            {
                **environ,
                "PATH_INFO": "/",
                "REQUEST_URI": "/",
                "RAW_URI": "/",
                "HTTP_X_AMZ_TARGET": f"{target}.{name}",
                "CONTENT_TYPE": "application/x-amz-json-1.0",
                "CONTENT_LENGTH": str(len(translated)),
                "wsgi.input": io.BytesIO(translated),
            }
        )
        headers = [("Content-Type", "application/cbor"), ("smithy-protocol", "rpc-v2-cbor")]
        start_response(status, headers)
        if status.startswith("200"):
            return [dumps(operation.output_shape, answer) if operation.output_shape else b"\xa0"]
        return [dump_error(answer)]

    def ask(self, environ):
        started = []
        parts = self.application(environ, lambda status, *_: started.append(status))
        text = b"".join(parts)
        return started[0], json.loads(text or b"{}")


def dump_error(answer):
    """A map of two texts, which is all the SDK needs to know an error."""
    texts = ["__type", answer.get("__type", "InternalFailure"), "message", answer.get("message", answer.get("Message", ""))]
    return b"\xa2" + b"".join(b"\x79" + len(t.encode()).to_bytes(2, "big") + t.encode() for t in texts)
