from moto.cloudwatch.models import CloudWatchBackend as Backend
from moto.cloudwatch.responses import CloudWatchResponse as Response

from .mend import mend, wrapping


@mend
def a_dashboard_has_tags():
    """PutDashboard takes tags for a new dashboard, TagResource for any; they go with it."""

    @wrapping(Response, "put_dashboard")
    def put_dashboard(original, self):
        backend = self.cloudwatch_backend
        name, tags = self._get_param("DashboardName"), self._get_param("Tags") or []
        is_new = name not in backend.dashboards
        answer = original(self)
        if is_new:
            backend.tagger.tag_resource(backend.dashboards[name].arn, tags)
        return answer

    @wrapping(Backend, "tag_resource")
    def tag_resource(original, self, arn, tags):
        if any(one.arn == arn for one in self.dashboards.values()):
            return self.tagger.tag_resource(arn, tags)
        return original(self, arn, tags)

    @wrapping(Backend, "delete_dashboards")
    def delete_dashboards(original, self, dashboards):
        for name in dashboards:
            if name in self.dashboards:
                self.tagger.delete_all_tags_for_resource(self.dashboards[name].arn)
        return original(self, dashboards)
