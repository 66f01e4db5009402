from moto.ec2.models import ec2_backends
from moto.ecr.models import ecr_backends
from moto.ecs.models import ecs_backends
from moto.elasticache.models import elasticache_backends
from moto.elbv2.models import elbv2_backends
from moto.rds.models import rds_backends
from moto.resourcegroupstaggingapi.models import ResourceGroupsTaggingAPIBackend as Backend

from .cache_parameters import groups_of
from .mend import mend, wrapping


@mend
def resources_are_found_by_tag():
    """GetResources knows every kind that carries tags, and forgets clusters and services once they are inactive."""

    @wrapping(Backend, "_get_resources_generator")
    def generator(original, self, tag_filters=None, resource_type_filters=None):
        place = self.account_id, self.region_name
        gone = set(inactive(ecs_backends[place[0]][place[1]]))
        for found in original(self, tag_filters=tag_filters, resource_type_filters=resource_type_filters):
            if found["ResourceARN"] not in gone:
                yield found
        for arn, tags in missing_in_moto(*place):
            service, kind = arn.split(":")[2], arn.split(":")[5].split("/")[0]
            if resource_type_filters and not {service, f"{service}:{kind}"} & set(resource_type_filters):
                continue
            if all(any(matches(tag, wanted) for tag in tags) for wanted in tag_filters or []) and tags:
                yield {"ResourceARN": arn, "Tags": tags}


def matches(tag, wanted):
    return tag["Key"] == wanted["Key"] and (not wanted.get("Values") or tag["Value"] in wanted["Values"])


def inactive(ecs):
    for one in [*ecs.clusters.values(), *ecs.services.values()]:
        if one.status == "INACTIVE":
            yield one.arn


def missing_in_moto(account, region):
    ec2 = ec2_backends[account][region]
    for address in ec2.addresses:
        tags = [{"Key": tag["key"], "Value": tag["value"]} for tag in address.get_tags()]
        yield f"arn:aws:ec2:{region}:{account}:elastic-ip/{address.allocation_id}", tags
    ecr = ecr_backends[account][region]
    for repository in ecr.repositories.values():
        yield repository.arn, ecr.tagger.list_tags_for_resource(repository.arn)["tags"]
    elbv2 = elbv2_backends[account][region]
    for balancer in elbv2.load_balancers.values():
        for listener in balancer.listeners.values():
            for arn in [listener.arn, *(rule.arn for rule in listener._non_default_rules.values())]:
                yield arn, elbv2.tagging_service.list_tags_for_resource(arn)["Tags"]
    rds = rds_backends[account][region]
    for group in [*rds.subnet_groups.values(), *rds.db_parameter_groups.values()]:
        yield group.arn, group.tags
    caches = elasticache_backends[account][region]
    for group in groups_of(caches).values():
        yield group.arn, caches.tagging_service.list_tags_for_resource(group.arn)["Tags"]
