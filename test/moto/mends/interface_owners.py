from moto.ec2.models import EC2Backend
from moto.efs.models import EFSBackend

from .mend import mend, wrapping


def belongs_to(interface, description):
    interface.description = description
    interface.requester_managed = True


@mend
def an_interface_says_what_it_is_for():
    """CreateNatGateway, CreateVpcEndpoint and CreateMountTarget make interfaces that name them in their description."""

    @wrapping(EC2Backend, "create_nat_gateway")
    def create_nat_gateway(original, self, *args, **kwargs):
        gateway = original(self, *args, **kwargs)
        belongs_to(gateway._eni, f"Interface for NAT Gateway {gateway.id}")
        return gateway

    @wrapping(EC2Backend, "create_vpc_endpoint")
    def create_vpc_endpoint(original, self, *args, **kwargs):
        endpoint = original(self, *args, **kwargs)
        for interface_id in endpoint.network_interface_ids:
            belongs_to(self.enis[interface_id], f"VPC Endpoint Interface {endpoint.id}")
        return endpoint

    @wrapping(EFSBackend, "create_mount_target")
    def create_mount_target(original, self, *args, **kwargs):
        target = original(self, *args, **kwargs)
        interface = self.ec2_backend.enis[target.network_interface_id]
        belongs_to(interface, f"EFS mount target for {target.file_system_id} ({target.mount_target_id})")
        return target
