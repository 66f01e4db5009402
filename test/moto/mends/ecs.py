from moto.core.responses import ActionResult
from moto.core.utils import utcnow
from moto.ecs.exceptions import ClusterNotFoundException, ECSException, InvalidParameterException
from moto.ecs.models import EC2ContainerServiceBackend as Backend
from moto.ecs.responses import EC2ContainerServiceResponse as Response
from moto.moto_api._internal import mock_random

from .mend import adding, mend, wrapping
from .service_deployments import note_deployment

DEPLOYMENT_DEFAULTS = {
    "deploymentCircuitBreaker": {"enable": False, "rollback": False},
    "maximumPercent": 200,
    "minimumHealthyPercent": 100,
    "strategy": "ROLLING",
    "bakeTimeInMinutes": 0,
}

#: Changes of these start a deployment; the others are applied to the running one.
DEPLOYS = (
    "taskDefinition",
    "networkConfiguration",
    "platformVersion",
    "loadBalancers",
    "enableExecuteCommand",
    "capacityProviderStrategy",
)


@mend
def a_created_service_keeps_what_it_was_given():
    """CreateService stores every member and answers with AWS's defaults for the ones left out."""

    @wrapping(Response, "create_service")
    def create_service(original, self):
        given = self._get_params()
        cluster = self.ecs_backend._get_cluster(given.get("cluster", "default"))
        if cluster.status != "ACTIVE":
            raise ClusterNotFoundException
        existing = self.ecs_backend.services.get(f"{cluster.name}:{given['serviceName']}")
        if existing and existing.status == "ACTIVE":
            raise InvalidParameterException("Creation of service was not idempotent.")
        vpc = (given.get("networkConfiguration") or {}).get("awsvpcConfiguration")
        if vpc is not None:
            vpc.setdefault("securityGroups", [])
            vpc.setdefault("assignPublicIp", "DISABLED")

        service = original(self).result["service"]
        strategy = given.get("capacityProviderStrategy")
        if strategy:
            service.capacity_provider_strategy = strategy
            service.launch_type = None
        on_fargate = service.launch_type == "FARGATE"
        service.platform_version = given.get("platformVersion") or ("LATEST" if on_fargate else None)
        service.platform_family = "Linux" if on_fargate else None
        service.deployment_configuration = DEPLOYMENT_DEFAULTS | (given.get("deploymentConfiguration") or {})
        service.enable_execute_command = given.get("enableExecuteCommand", False)
        service.enable_ecs_managed_tags = given.get("enableECSManagedTags", False)
        service.placement_strategy = given.get("placementStrategy", [])
        service.created_at = utcnow()
        if service.load_balancers:
            service.health_check_grace_period_seconds = given.get("healthCheckGracePeriodSeconds", 0)
        deploy(service)
        return ActionResult({"service": service})


@mend
def an_updated_service_deploys():
    """UpdateService makes a new PRIMARY deployment of the new task definition, and drains the old one."""

    @wrapping(Response, "update_service")
    def update_service(original, self):
        given = self._get_params()
        backend = self.ecs_backend
        name = given["service"].split("/")[-1]
        existing = backend.services.get(f"{backend._get_cluster(given.get('cluster', 'default')).name}:{name}")
        if existing and existing.status != "ACTIVE":
            raise ECSException("ServiceNotActiveException", "Service was not ACTIVE.")
        before = dict(getattr(existing, "deployment_configuration", None) or DEPLOYMENT_DEFAULTS)

        service = original(self).result["service"]
        service.deployment_configuration = before | (given.get("deploymentConfiguration") or {})
        if given.get("taskDefinition"):
            service.task_definition = backend.describe_task_definition(given["taskDefinition"]).arn
        if given.get("forceNewDeployment") or any(given.get(member) is not None for member in DEPLOYS):
            deploy(service)
        if given.get("placementStrategy") is not None:
            service.placement_strategy = given["placementStrategy"]
        count(service)
        return ActionResult({"service": service})


def deploy(service):
    now = utcnow()
    number = mock_random.randint(10**18, 10**19 - 1)
    # Where ECS shifts the traffic, only the service deployment has a state.
    rolling = service.deployment_configuration["strategy"] == "ROLLING"
    service.deployments = [
        {
            "id": f"ecs-svc/{number}",
            "status": "PRIMARY",
            "taskDefinition": service.task_definition,
            "createdAt": now,
            "updatedAt": now,
            "failedTasks": 0,
            "launchType": service.launch_type,
            "platformVersion": service.platform_version,
            "platformFamily": service.platform_family,
            "networkConfiguration": service.network_configuration or None,
            "rolloutState": "COMPLETED" if rolling else None,
            "rolloutStateReason": f"ECS deployment ecs-svc/{number} completed." if rolling else None,
        }
    ]
    note_deployment(service, number)
    count(service)


def count(service):
    service.running_count, service.pending_count = service.desired_count, 0
    for deployment in service.deployments:
        deployment |= {"desiredCount": service.desired_count, "runningCount": service.desired_count, "pendingCount": 0}


@mend
def a_deleted_service_runs_nothing():
    """An INACTIVE service has no deployments and no tasks."""

    @wrapping(Backend, "delete_service")
    def delete_service(original, self, cluster_name, service_name, force):
        service = original(self, cluster_name, service_name, force)
        service.desired_count = service.running_count = 0
        service.deployments = []
        return service


@mend
def a_cluster_is_created_once():
    """CreateCluster with the name of an ACTIVE cluster answers with that one, unchanged."""

    @wrapping(Backend, "create_cluster")
    def create_cluster(original, self, cluster_name, tags=None, *args, **kwargs):
        existing = self.clusters.get(cluster_name)
        if existing and existing.status == "ACTIVE":
            return existing
        return original(self, cluster_name, tags or [], *args, **kwargs)


@mend
def a_cluster_with_services_stays():
    """DeleteCluster is refused while a service in it is ACTIVE."""

    @wrapping(Backend, "delete_cluster")
    def delete_cluster(original, self, cluster_str):
        cluster = self._get_cluster(cluster_str)
        if any(s.cluster_arn == cluster.arn and s.status == "ACTIVE" for s in self.services.values()):
            message = "The Cluster cannot be deleted while Services are active."
            raise ECSException("ClusterContainsServicesException", message)
        return original(self, cluster_str)


@mend
def cluster_settings_change():
    """UpdateClusterSettings."""

    @adding(Response)
    def update_cluster_settings(self):
        cluster = self.ecs_backend._get_cluster(self._get_param("cluster"))
        cluster.settings = self._get_param("settings")
        return ActionResult({"cluster": cluster})


@mend
def a_task_definition_is_answered_in_full():
    """RegisterTaskDefinition answers with its tags, and fills in protocol and, for awsvpc, the host port."""

    @wrapping(Response, "register_task_definition")
    def register_task_definition(original, self):
        for container in self._get_param("containerDefinitions"):
            for mapping in container.get("portMappings", []):
                mapping.setdefault("protocol", "tcp")
                if self._get_param("networkMode") == "awsvpc":
                    mapping.setdefault("hostPort", mapping["containerPort"])
            container.setdefault("systemControls", [])
        definition = original(self).result["taskDefinition"]
        definition.registered_at = utcnow()
        return ActionResult({"taskDefinition": definition, "tags": definition.tags})
