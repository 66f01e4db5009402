import json

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend as ScalingBackend
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as ScalingResponse
from moto.cloudwatch.responses import CloudWatchResponse

from .mend import adding, mend, wrapping


@mend
def scalable_targets_carry_tags():
    """moto drops the tags of RegisterScalableTarget and has no call that shows them."""

    @wrapping(ScalingResponse, "register_scalable_target")
    def register(original, self):
        answer = original(self)
        arn = json.loads(answer)["ScalableTargetARN"]
        tags_of(self.applicationautoscaling_backend).setdefault(arn, {}).update(self._get_param("Tags") or {})
        return answer

    @adding(ScalingResponse)
    def list_tags_for_resource(self):
        arn = self._get_param("ResourceARN")
        return json.dumps({"Tags": tags_of(self.applicationautoscaling_backend).get(arn, {})})

    @adding(ScalingResponse)
    def tag_resource(self):
        arn = self._get_param("ResourceARN")
        tags_of(self.applicationautoscaling_backend).setdefault(arn, {}).update(self._get_param("Tags"))
        return json.dumps({})


def tags_of(backend: ScalingBackend):
    if not hasattr(backend, "tags_by_arn"):
        backend.tags_by_arn = {}
    return backend.tags_by_arn


@mend
def dashboards_carry_tags():
    """moto drops the tags of PutDashboard."""

    @wrapping(CloudWatchResponse, "put_dashboard")
    def put(original, self):
        answer = original(self)
        dashboard = self.cloudwatch_backend.dashboards[self._get_param("DashboardName")]
        self.cloudwatch_backend.tagger.tag_resource(dashboard.arn, self._get_param("Tags", []))
        return answer
