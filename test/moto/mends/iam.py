from moto.iam import models
from moto.iam.exceptions import InvalidInput
from moto.iam.models import IAMBackend as Backend

from .mend import mend, wrapping


@mend
def service_linked_roles_have_their_names():
    """AWS spells the service's name its own way in the role's name."""
    models.SERVICE_NAME_CONVERSION.update(
        {
            "ecs": "ECS",
            "elasticloadbalancing": "ElasticLoadBalancing",
            "rds": "RDS",
            "elasticache": "ElastiCache",
            "elasticfilesystem": "AmazonElasticFileSystem",
        }
    )


@mend
def a_service_linked_role_is_created_once():
    """CreateServiceLinkedRole for a service that has its role is InvalidInput, not EntityAlreadyExists."""

    @wrapping(Backend, "create_service_linked_role")
    def create_service_linked_role(original, self, service_name, description, suffix):
        if not suffix and any(role.path == f"/aws-service-role/{service_name}/" for role in self.roles.values()):
            raise InvalidInput(
                f"Service role name for {service_name} has been taken in this account, please try a different suffix."
            )
        return original(self, service_name, description, suffix)
