"""Judges IAM policies with programs that this project did not write. Reads JSON from stdin and writes JSON to stdout.

`documents` are validated by moto, in IAM's words, and by parliament. `probes` are evaluated by moto, one statement at a
time: its decision on a whole document takes an unmet condition of one statement for a denial by all.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

import parliament  # noqa: E402
from moto.iam.access_control import IAMPolicyStatement, PermissionResult  # noqa: E402
from moto.iam.exceptions import MalformedPolicyDocument  # noqa: E402
from moto.iam.policy_validation import IAMPolicyDocumentValidator  # noqa: E402


def refusals(text):
    try:
        IAMPolicyDocumentValidator(text).validate()
    except MalformedPolicyDocument as error:
        yield f"IAM: {error.message}"
    for finding in parliament.analyze_policy_string(text).findings:
        yield f"parliament: {finding.issue} {json.dumps(finding.detail, default=str)}"


def permitted(statements, probe):
    return any(
        IAMPolicyStatement(statement).is_action_permitted(
            probe["action"], probe["resource"], None, probe["values"]
        )
        == PermissionResult.PERMITTED
        for statement in statements
        if probe["action"] in statement["Action"]
    )


def main():
    asked = json.load(sys.stdin)
    findings = [
        {"of": one["of"], "problem": problem}
        for one in asked["documents"]
        for problem in refusals(json.dumps(one["document"]))
    ]
    allowed = [
        probe["what"]
        for group in asked["groups"]
        for probe in group["probes"]
        if permitted(group["statements"], probe)
    ]
    json.dump({"findings": findings, "allowed": allowed}, sys.stdout)


main()
