from moto.core.responses import ActionResult
from moto.elbv2.exceptions import (
    DuplicateListenerError,
    DuplicateLoadBalancerName,
    DuplicateTargetGroupName,
    ELBClientError,
    RuleNotFoundError,
)
from moto.elbv2.models import ELBv2Backend as Backend
from moto.elbv2.models import FakeAction
from moto.elbv2.responses import ELBV2Response as Response

from .mend import mend, wrapping


def created_once(operation, existing_of, duplicate):
    """Create* of a name that is taken: the existing one when it was asked for in the same words, else an error."""
    given_of = {}

    @wrapping(Response, operation)
    def create(original, self):
        given = {key: value for key, value in self._get_params().items() if key != "Tags"}
        existing = existing_of(self.elbv2_backend, given)
        if existing:
            if given_of.get(existing.arn) != given:
                raise duplicate()
            kind = {"create_load_balancer": "LoadBalancers", "create_target_group": "TargetGroups"}
            return ActionResult({kind.get(operation, "Listeners"): [existing]})
        answer = original(self)
        [(_, [made])] = answer.result.items()
        given_of[made.arn] = given
        return answer


@mend
def load_balancers_are_created_once():
    """CreateLoadBalancer is idempotent by name."""

    def existing(backend, given):
        return next((b for b in backend.load_balancers.values() if b.name == given["Name"]), None)

    created_once("create_load_balancer", existing, DuplicateLoadBalancerName)


@mend
def target_groups_are_created_once():
    """CreateTargetGroup is idempotent by name."""

    def existing(backend, given):
        return next((t for t in backend.target_groups.values() if t.name == given["Name"]), None)

    created_once("create_target_group", existing, DuplicateTargetGroupName)


@mend
def listeners_are_created_once():
    """CreateListener is idempotent by load balancer and port."""

    def existing(backend, given):
        balancer = backend.load_balancers.get(given["LoadBalancerArn"])
        listeners = balancer.listeners.values() if balancer else []
        return next((one for one in listeners if str(one.port) == str(given["Port"])), None)

    created_once("create_listener", existing, DuplicateListenerError)


@mend
def a_single_forward_has_a_forward_config():
    """AWS answers a plain TargetGroupArn with the ForwardConfig it stands for."""

    @wrapping(FakeAction, "__init__")
    def __init__(original, self, data):
        if data.get("TargetGroupArn") and "ForwardConfig" not in data:
            data = {**data, "ForwardConfig": {"TargetGroups": [{"TargetGroupArn": data["TargetGroupArn"]}]}}
        original(self, data)


@mend
def a_deleted_load_balancer_lets_go():
    """DeleteLoadBalancer keeps to deletion protection, and frees the target groups."""

    @wrapping(Backend, "delete_load_balancer")
    def delete_load_balancer(original, self, arn):
        balancer = self.load_balancers.get(arn)
        if balancer and balancer.attrs.get("deletion_protection.enabled") == "true":
            raise ELBClientError(
                "OperationNotPermitted", f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            )
        for group in self.target_groups.values():
            group.load_balancer_arns = [one for one in group.load_balancer_arns if one != arn]
        for listener in balancer.listeners.values() if balancer else []:
            self.tagging_service.delete_all_tags_for_resource(listener.arn)
        self.tagging_service.delete_all_tags_for_resource(arn)
        return original(self, arn)


@mend
def a_target_group_names_a_load_balancer_once():
    """LoadBalancerArns of a target group is a set."""

    @wrapping(Backend, "describe_target_groups")
    def describe_target_groups(original, self, *args, **kwargs):
        groups = list(original(self, *args, **kwargs))
        for group in groups:
            group.load_balancer_arns = list(dict.fromkeys(group.load_balancer_arns))
        return groups


@mend
def only_rules_that_exist_are_deleted():
    """DeleteRule refuses the default rule and unknown ones."""

    @wrapping(Backend, "delete_rule")
    def delete_rule(original, self, arn):
        listeners = [one for balancer in self.load_balancers.values() for one in balancer.listeners.values()]
        rule = next((rule for one in listeners for rule in one.rules.values() if rule.arn == arn), None)
        if rule is None:
            raise RuleNotFoundError
        if getattr(rule, "is_default", False):
            raise ELBClientError("OperationNotPermitted", f"Default rule '{arn}' cannot be deleted")
        return original(self, arn)
