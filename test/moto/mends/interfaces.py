"""Deletions that AWS refuses while something still lives in a subnet or uses a security group."""

from moto.ec2.exceptions import DependencyViolationError
from moto.ec2.models import EC2Backend as Backend
from moto.ecs.models import ecs_backends
from moto.elasticache.models import elasticache_backends
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends

from .mend import mend, wrapping


def neighbours(ec2):
    """Yields (subnet ids, security group ids) of everything that has network interfaces in this account and region."""
    place = ec2.account_id, ec2.region_name

    def of(backends):
        return backends[place[0]][place[1]]

    for interface in ec2.enis.values():
        yield [interface.subnet.id], [group.id for group in interface.group_set]
    for balancer in of(elbv2_backends).load_balancers.values():
        yield [subnet.id for subnet in balancer.subnets], balancer.security_groups or []
    for database in of(rds_backends).databases.values():
        group = database.db_subnet_group
        yield ([subnet["SubnetIdentifier"] for subnet in group.subnets] if group else []), database.vpc_security_group_ids or []
    caches = of(elasticache_backends)
    for cache in caches.replication_groups.values():
        group = caches.cache_subnet_groups.get(cache.cache_subnet_group_name)
        yield (group.subnet_ids if group else []), cache.security_group_ids or []
    for service in of(ecs_backends).services.values():
        if service.running_count:
            vpc = service.network_configuration.get("awsvpcConfiguration", {})
            yield vpc.get("subnets", []), vpc.get("securityGroups", [])


@mend
def a_security_group_in_use_stays():
    """DeleteSecurityGroup is refused while an interface has the group or a rule of another group names it."""

    @wrapping(Backend, "delete_security_group")
    def delete_security_group(original, self, name=None, group_id=None):
        used = any(group_id in groups for _, groups in neighbours(self))
        named = any(
            rule.source_group.get("GroupId") == group_id
            for groups in self.groups.values()
            for group in groups.values()
            if group.id != group_id
            for rule in [*group.ingress_rules, *group.egress_rules]
        )
        if group_id and (used or named):
            raise DependencyViolationError(f"resource {group_id} has a dependent object")
        return original(self, name, group_id)


@mend
def a_subnet_in_use_stays():
    """DeleteSubnet is refused while an interface lives in it; its route table association goes with it."""

    @wrapping(Backend, "delete_subnet")
    def delete_subnet(original, self, subnet_id):
        if any(subnet_id in subnets for subnets, _ in neighbours(self)):
            raise DependencyViolationError(f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
        subnet = original(self, subnet_id)
        for table in self.route_tables.values():
            for association, associated in list(table._associations.items()):
                if associated == subnet_id:
                    del table._associations[association]
        return subnet


@mend
def a_vpc_in_use_stays():
    """DeleteVpc is refused while security groups of its own or an internet gateway are left."""

    @wrapping(Backend, "delete_vpc")
    def delete_vpc(original, self, vpc_id):
        groups = [group for group in self.groups.get(vpc_id, {}).values() if group.name != "default"]
        attached = [gateway for gateway in self.internet_gateways.values() if gateway.vpc and gateway.vpc.id == vpc_id]
        if groups or attached:
            raise DependencyViolationError(f"The vpc '{vpc_id}' has dependencies and cannot be deleted.")
        return original(self, vpc_id)


@mend
def an_internet_gateway_in_use_stays():
    """DetachInternetGateway is refused while the VPC has mapped public addresses or an internet-facing balancer."""

    @wrapping(Backend, "detach_internet_gateway")
    def detach_internet_gateway(original, self, internet_gateway_id, vpc_id):
        balancers = elbv2_backends[self.account_id][self.region_name].load_balancers.values()
        mapped = any(address.eni and address.eni.subnet.vpc_id == vpc_id for address in self.addresses)
        if mapped or any(b.vpc_id == vpc_id and b.scheme == "internet-facing" for b in balancers):
            raise DependencyViolationError(
                f"Network {vpc_id} has some mapped public address(es). "
                "Please unmap those public address(es) before detaching the gateway."
            )
        return original(self, internet_gateway_id, vpc_id)
