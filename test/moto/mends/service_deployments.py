"""Service deployments, which moto's ECS lacks. Each has succeeded as soon as it is there: no task and no traffic moves."""

from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.exceptions import ServiceNotFoundException
from moto.ecs.responses import EC2ContainerServiceResponse as Response

from .mend import adding, mend


def note_deployment(service, number):
    """Notes that the service has been deployed, as the revision of that number."""

    def arn(kind):
        return service.arn.replace(":service/", f":{kind}/")

    now = utcnow()
    target = f"{arn('service-revision')}/{number}"
    service.current_service_deployment = f"{arn('service-deployment')}/{number}"
    service.current_service_revisions = [{"arn": target}]
    service.service_revisions = {
        **getattr(service, "service_revisions", {}),
        target: {
            "serviceRevisionArn": target,
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "taskDefinition": service.task_definition,
            "loadBalancers": service.load_balancers,
            "createdAt": now,
        },
    }
    service.service_deployments = [
        {
            "serviceDeploymentArn": service.current_service_deployment,
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "createdAt": now,
            "startedAt": now,
            "finishedAt": now,
            "updatedAt": now,
            "status": "SUCCESSFUL",
            "target": target,
            "deploymentConfiguration": service.deployment_configuration,
        },
        *getattr(service, "service_deployments", []),
    ]


@mend
def service_deployments_are_told():
    """ListServiceDeployments, newest first, DescribeServiceDeployments and DescribeServiceRevisions."""

    @adding(Response)
    def list_service_deployments(self):
        backend = self.ecs_backend
        cluster = backend._get_cluster(self._get_param("cluster", "default"))
        service = backend.services.get(f"{cluster.name}:{self._get_param('service').split('/')[-1]}")
        if service is None:
            raise ServiceNotFoundException
        listed = [{**one, "targetServiceRevisionArn": one["target"]} for one in service.service_deployments]
        wanted = self._get_param("status", [])
        return ActionResult({"serviceDeployments": [one for one in listed if not wanted or one["status"] in wanted]})

    @adding(Response)
    def describe_service_deployments(self):
        deployments = {
            one["serviceDeploymentArn"]: {**one, "targetServiceRevision": {"arn": one["target"]}}
            for service in self.ecs_backend.services.values()
            for one in service.service_deployments
        }
        arns = self._get_param("serviceDeploymentArns")
        return ActionResult(
            {
                "serviceDeployments": [deployments[arn] for arn in arns if arn in deployments],
                "failures": [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in deployments],
            }
        )

    @adding(Response)
    def describe_service_revisions(self):
        revisions = {
            arn: revision
            for service in self.ecs_backend.services.values()
            for arn, revision in service.service_revisions.items()
        }
        arns = self._get_param("serviceRevisionArns")
        return ActionResult(
            {
                "serviceRevisions": [revisions[arn] for arn in arns if arn in revisions],
                "failures": [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in revisions],
            }
        )
