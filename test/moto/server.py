"""Starts moto's server with its mends, and checks every request against AWS's own API model.

usage: server.py PORT

Besides AWS's API it answers
  GET  /_calls  every request so far: [{"service", "operation"}]
  GET  /_left   what is there: ["iam.roles: AROA…"]
  GET  /_check  what was wrong with them: [{"service", "operation", "path", "problem"}]
  POST /_reset  forgets both, and every resource
"""

import io
import json
import signal
import sys

from cbor import CborBridge
from check import violations_of
from leftovers import leftovers
from mends import mend_everything
from moto.moto_api._internal.models import moto_api_backend
from moto.server import DomainDispatcherApplication, create_backend_app
from request import read_request
from werkzeug.serving import run_simple


class CheckedAws:
    """moto as a WSGI application, behind a layer that reads along."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.calls = []
        self.violations = []

    def __call__(self, environ, start_response):
        route = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if route == ("GET", "/_calls"):
            return answer(self.calls, start_response)
        if route == ("GET", "/_check"):
            return answer(self.violations, start_response)
        if route == ("GET", "/_left"):
            return answer(list(leftovers()), start_response)
        if route == ("POST", "/_reset"):
            self.calls.clear()
            self.violations.clear()
            moto_api_backend.reset()
            return answer({}, start_response)

        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        self.note(environ, body)
        return self.moto(environ, start_response)

    def note(self, environ, body):
        try:
            request = read_request(environ, body)
        except ValueError as error:
            self.violations.append({"service": "?", "operation": "?", "path": "", "problem": str(error)})
            return
        call = {"service": request.service, "operation": request.operation.name}
        self.calls.append(call)
        for path, problem in violations_of(request):
            self.violations.append({**call, "path": path, "problem": problem})


def answer(value, start_response):
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(value).encode()]


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    mend_everything()
    run_simple("127.0.0.1", int(sys.argv[1]), CborBridge(CheckedAws()), threaded=True)
