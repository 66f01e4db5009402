import json

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend as Backend
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Response
from moto.core.exceptions import JsonRESTError

from .mend import adding, mend, wrapping


def target_of(self, arn=None):
    arn = arn or self._get_param("ResourceARN")
    targets = self.applicationautoscaling_backend.targets.values()
    target = next((one for by_id in targets for one in by_id.values() if one.arn == arn), None)
    if target is None:
        raise JsonRESTError("ResourceNotFoundException", f"The specified resource doesn't exist: {arn}")
    return target


@mend
def a_changed_policy_has_its_alarms_once():
    """PutScalingPolicy of a policy that exists leaves no alarms of its former self."""

    @wrapping(Backend, "put_scaling_policy")
    def put_scaling_policy(original, self, **given):
        before = dict(self.policies)
        policy = original(self, **given)
        for key, former in before.items():
            if self.policies[key] is not former:
                former.delete_alarms(self.account_id, self.region_name)
        return policy


@mend
def a_scalable_target_has_tags():
    """RegisterScalableTarget takes tags for a new target; ListTagsForResource, TagResource and UntagResource."""

    @wrapping(Response, "register_scalable_target")
    def register_scalable_target(original, self):
        answer = original(self)
        target = target_of(self, json.loads(answer)["ScalableTargetARN"])
        target.tags = getattr(target, "tags", self._get_param("Tags") or {})
        return answer

    @adding(Response)
    def list_tags_for_resource(self):
        return json.dumps({"Tags": target_of(self).tags})

    @adding(Response)
    def tag_resource(self):
        target_of(self).tags |= self._get_param("Tags")
        return json.dumps({})

    @adding(Response)
    def untag_resource(self):
        target = target_of(self)
        for key in self._get_param("TagKeys"):
            target.tags.pop(key, None)
        return json.dumps({})
