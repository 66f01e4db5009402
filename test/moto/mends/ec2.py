from moto.core.responses import ActionResult
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models import EC2Backend as Backend
from moto.ec2.models.instances import Instance
from moto.ec2.models.vpcs import VPCEndPoint
from moto.ec2.responses.security_groups import SecurityGroups

from .mend import mend, wrapping


@mend
def all_authorised_rules_are_answered():
    """AuthorizeSecurityGroup* answers with the rules of every IpPermission, not only of the last."""

    for direction in ("ingress", "egress"):
        name = f"authorize_security_group_{direction}"

        @wrapping(SecurityGroups, name)
        def authorize(_original, self, name=name):
            self.error_on_dryrun()
            rules = []
            for permission in self._process_rules_from_querystring():
                added, _ = getattr(self.ec2_backend, name)(**permission)
                rules += added
            return ActionResult({"Return": True, "SecurityGroupRules": rules})


@mend
def nat_gateways_are_found_by_tag():
    """DescribeNatGateways honours `tag:` filters, and refuses ids that it never gave out."""

    @wrapping(Backend, "describe_nat_gateways")
    def describe_nat_gateways(original, self, filters, nat_gateway_ids):
        for nat_gateway_id in nat_gateway_ids or []:
            known_nat_gateway(self, nat_gateway_id)
        found = original(self, filters, nat_gateway_ids)
        for name, values in (filters or {}).items():
            if name.startswith("tag"):
                found = [gateway for gateway in found if has_tag(gateway, name, values)]
        return found


def has_tag(resource, name, values):
    tags = {tag["key"]: tag["value"] for tag in resource.get_tags()}
    return any(key in values for key in tags) if name == "tag-key" else tags.get(name.removeprefix("tag:")) in values


def known_nat_gateway(backend, nat_gateway_id):
    if nat_gateway_id not in backend.nat_gateways:
        raise EC2ClientError("NatGatewayNotFound", f"The Nat Gateway {nat_gateway_id} was not found")


@mend
def a_deleted_nat_gateway_lets_go():
    """DeleteNatGateway releases its network interface and its address."""

    @wrapping(Backend, "delete_nat_gateway")
    def delete_nat_gateway(original, self, nat_gateway_id):
        known_nat_gateway(self, nat_gateway_id)
        gateway = original(self, nat_gateway_id)
        for address in gateway.address_set:
            eip = next((a for a in self.addresses if a.allocation_id == address.get("allocationId")), None)
            if eip:
                eip.association_id = eip.eni = None
        self.enis.pop(gateway._eni.id, None)
        return gateway


@mend
def an_address_in_use_stays():
    """ReleaseAddress is refused while the address is associated."""

    @wrapping(Backend, "release_address")
    def release_address(original, self, address=None, allocation_id=None):
        for eip in self.address_by_allocation([allocation_id]) if allocation_id else []:
            if eip.association_id:
                raise EC2ClientError("InvalidIPAddress.InUse", f"The address with allocation id [{allocation_id}] is in use.")
        return original(self, address, allocation_id)


@mend
def routes_need_their_gateway():
    """CreateRoute and ReplaceRoute refuse a NAT gateway that does not exist."""

    for name in ("create_route", "replace_route"):

        @wrapping(Backend, name)
        def route(original, self, *args, **kwargs):
            gateway = kwargs.get("nat_gateway_id")
            if gateway and gateway not in self.nat_gateways:
                raise EC2ClientError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{gateway}' does not exist")
            return original(self, *args, **kwargs)


@mend
def a_subnet_has_one_route_table():
    """AssociateRouteTable refuses a subnet that is associated with another table."""

    @wrapping(Backend, "associate_route_table")
    def associate_route_table(original, self, route_table_id, gateway_id=None, subnet_id=None):
        tables = self.describe_route_tables(filters={"association.subnet-id": [subnet_id]}) if subnet_id else []
        if any(table.id != route_table_id for table in tables):
            raise EC2ClientError(
                "Resource.AlreadyAssociated", "the specified association for the subnet conflicts with an existing association"
            )
        return original(self, route_table_id, gateway_id, subnet_id)


@mend
def an_instance_has_the_groups_of_its_interface():
    """RunInstances with security groups in its primary interface: DescribeInstances shows them of the instance too."""

    @wrapping(Instance, "prep_nics")
    def prep_nics(original, self, nic_spec, *args, **kwargs):
        original(self, nic_spec, *args, **kwargs)
        if not self.security_groups and 0 in self.nics:
            self.security_groups = list(self.nics[0]._group_set)


@mend
def an_interface_goes_with_its_instance():
    """RunInstances makes interfaces that are deleted with the instance, unless they are asked to stay."""

    @wrapping(Instance, "prep_nics")
    def prep_nics(original, self, nic_spec, *args, **kwargs):
        given = {int(one["DeviceIndex"]): one for one in nic_spec}
        original(self, nic_spec, *args, **kwargs)
        for index, interface in self.nics.items():
            asked = given.get(index, {})
            if "NetworkInterfaceId" not in asked and "DeleteOnTermination" not in asked:
                interface.delete_on_termination = True


@mend
def a_gateway_endpoint_has_no_private_dns():
    """CreateVpcEndpoint of a gateway: private DNS names are of interface endpoints only."""

    @wrapping(VPCEndPoint, "__init__")
    def created(original, self, *args, **kwargs):
        original(self, *args, **kwargs)
        if self.vpc_endpoint_type == "Gateway":
            self.private_dns_enabled = False
