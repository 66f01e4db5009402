from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.elasticache.exceptions import (
    CacheSubnetGroupNotFound,
    ElastiCacheException,
    InvalidParameterCombinationException,
    ReplicationGroupNotFound,
)
from moto.elasticache.models import CacheSubnetGroup
from moto.elasticache.models import ElastiCacheBackend as Backend
from moto.elasticache.responses import ElastiCacheResponse as Response

from .mend import adding, mend, wrapping

#: ModifyReplicationGroup's members that are stored as they are.
GROUP_MEMBERS = {
    "ReplicationGroupDescription": "description",
    "CacheNodeType": "cache_node_type",
    "SnapshotRetentionLimit": "snapshot_retention_limit",
    "SnapshotWindow": "snapshot_window",
    "SnapshottingClusterId": "snapshotting_cluster_id",
    "AutoMinorVersionUpgrade": "auto_minor_version_upgrade",
    "Engine": "engine",
    "EngineVersion": "engine_version",
    "PreferredMaintenanceWindow": "preferred_maintenance_window",
    "CacheParameterGroupName": "cache_parameter_group_name",
    "SecurityGroupIds": "security_group_ids",
}


class Member:
    """A node of a replication group, as DescribeCacheClusters shows it."""

    def __init__(self, group, cluster_id, zone):
        self.cache_cluster_id = cluster_id
        self.replication_group_id = group.replication_group_id
        self.preferred_availability_zone = zone
        self.arn = group.arn.rsplit(":replicationgroup:", 1)[0] + f":cluster:{cluster_id}"
        self.cache_cluster_status = "available"
        self.num_cache_nodes = 1
        self.cache_cluster_create_time = utcnow()
        self.cache_subnet_group_name = group.cache_subnet_group_name
        self.transit_encryption_enabled = group.transit_encryption_enabled
        self.at_rest_encryption_enabled = group.at_rest_encryption_enabled
        self.follow(group)

    def follow(self, group):
        self.cache_node_type = group.cache_node_type
        self.engine = group.engine
        self.engine_version = group.engine_version
        self.snapshot_retention_limit = group.snapshot_retention_limit
        self.snapshot_window = group.snapshot_window
        self.auto_minor_version_upgrade = group.auto_minor_version_upgrade
        self.preferred_maintenance_window = group.preferred_maintenance_window
        self.cache_parameter_group = {
            "CacheParameterGroupName": group.cache_parameter_group_name,
            "ParameterApplyStatus": "in-sync",
            "CacheNodeIdsToReboot": [],
        }
        self.security_groups = [{"SecurityGroupId": id, "Status": "active"} for id in group.security_group_ids or []]


@mend
def a_replication_group_has_members():
    """NumCacheClusters nodes, which DescribeCacheClusters lists, behind a primary and a reader endpoint."""

    @wrapping(Backend, "create_replication_group")
    def create_replication_group(original, self, **given):
        name = given["cache_subnet_group_name"]
        if name and name not in self.cache_subnet_groups:
            raise CacheSubnetGroupNotFound(name)
        count = given["num_cache_clusters"]
        if given["automatic_failover_enabled"] and not given["num_node_groups"] and (count or 1) < 2:
            raise InvalidParameterCombinationException(
                "ReplicationGroup must have at least one read replica to enable automatic failover."
            )
        if count and not given["num_node_groups"]:
            given["replicas_per_node_group"] = count - 1
        if given["auto_minor_version_upgrade"] is None:
            given["auto_minor_version_upgrade"] = True
        if given["at_rest_encryption_enabled"] is None:
            given["at_rest_encryption_enabled"] = given["engine"] == "valkey"
        given["snapshot_window"] = given["snapshot_window"] or "05:00-06:00"
        given["preferred_maintenance_window"] = given["preferred_maintenance_window"] or "sun:23:00-mon:01:30"
        group = original(self, **given)
        major = (group.engine_version or "7").split(".")[0]
        group.engine_version = full_version(group.engine_version)
        group.cache_parameter_group_name = group.cache_parameter_group_name or f"default.{group.engine}{major}"
        for node_group in group.node_groups:
            address = node_group.get("reader_endpoint_address")
            if address:
                node_group["reader_endpoint"] = {"address": address, "port": group.port}
        follow(self, group)
        return group


def full_version(version):
    """AWS completes `7.1` and `8.0` to the patch it runs."""
    parts = (version or "7.1").split(".")
    return ".".join((parts + ["0", "0"])[:3])


def follow(backend, group):
    nodes = {n["cache_cluster_id"]: n for g in group.node_groups for n in g["node_group_members"]}
    group.member_clusters = list(nodes)
    for cluster_id, member in list(backend.cache_clusters.items()):
        if isinstance(member, Member) and member.replication_group_id == group.replication_group_id:
            if cluster_id in nodes:
                member.follow(group)
            else:
                del backend.cache_clusters[cluster_id]
    for cluster_id, node in nodes.items():
        backend.cache_clusters.setdefault(cluster_id, Member(group, cluster_id, node["preferred_availability_zone"]))


@mend
def a_replication_group_changes():
    """ModifyReplicationGroup, for the members that a group without shards has."""

    @adding(Response)
    def modify_replication_group(self):
        given = self._get_params()
        group = find(self.elasticache_backend, given["ReplicationGroupId"])
        for member, attribute in GROUP_MEMBERS.items():
            if given.get(member) is not None:
                setattr(group, attribute, given[member])
        if "EngineVersion" in given:
            group.engine_version = full_version(given["EngineVersion"])
        failover = self._get_bool_param("AutomaticFailoverEnabled")
        if failover is not None:
            if failover and len(group.member_clusters) < 2:
                raise InvalidParameterCombinationException(
                    "Automatic failover needs at least one read replica."
                )
            group.automatic_failover = "enabled" if failover else "disabled"
        multi_az = self._get_bool_param("MultiAZEnabled")
        if multi_az is not None:
            group.multi_az = "enabled" if multi_az else "disabled"
        follow(self.elasticache_backend, group)
        return ActionResult({"ReplicationGroup": group})


@mend
def replicas_come_and_go():
    """IncreaseReplicaCount and DecreaseReplicaCount."""

    def resize(self):
        group = find(self.elasticache_backend, self._get_param("ReplicationGroupId"))
        count = self._get_int_param("NewReplicaCount") + 1
        nodes = group.node_groups[0]["node_group_members"]
        if count < 2 and group.automatic_failover == "enabled":
            raise InvalidParameterCombinationException("Automatic failover needs at least one read replica.")
        del nodes[count:]
        while len(nodes) < count:
            nodes.append(
                {
                    "cache_cluster_id": f"{group.replication_group_id}-{len(nodes) + 1:0>3}",
                    "cache_node_id": "0001",
                    "current_role": "replica",
                    "preferred_availability_zone": nodes[0]["preferred_availability_zone"],
                    "read_endpoint": nodes[0]["read_endpoint"],
                }
            )
        follow(self.elasticache_backend, group)
        return ActionResult({"ReplicationGroup": group})

    @adding(Response)
    def increase_replica_count(self):
        return resize(self)

    @adding(Response)
    def decrease_replica_count(self):
        return resize(self)


@mend
def a_deleted_replication_group_goes():
    """DeleteReplicationGroup takes the final snapshot, then the group and its nodes disappear."""

    @wrapping(Response, "delete_replication_group")
    def delete_replication_group(original, self):
        backend = self.elasticache_backend
        group = find(backend, self._get_param("ReplicationGroupId"))
        snapshot = self._get_param("FinalSnapshotIdentifier")
        if snapshot:
            backend.create_snapshot(snapshot, group.replication_group_id, None, None, None)
        answer = original(self)
        for cluster_id in group.member_clusters:
            backend.cache_clusters.pop(cluster_id, None)
        del backend.replication_groups[group.replication_group_id]
        backend.tagging_service.delete_all_tags_for_resource(group.arn)
        return answer


def find(backend, group_id):
    group = backend.replication_groups.get(group_id)
    if group is None:
        raise ReplicationGroupNotFound(group_id)
    return group


@mend
def a_subnet_group_changes_and_goes():
    """ModifyCacheSubnetGroup and DeleteCacheSubnetGroup, which is refused while a group uses it."""

    def find_subnet_group(self):
        name = self._get_param("CacheSubnetGroupName")
        group = self.elasticache_backend.cache_subnet_groups.get(name)
        if group is None:
            raise CacheSubnetGroupNotFound(name)
        return group

    @adding(Response)
    def modify_cache_subnet_group(self):
        group = find_subnet_group(self)
        backend = self.elasticache_backend
        changed = CacheSubnetGroup(
            backend.account_id,
            backend.region_name,
            group.cache_subnet_group_name,
            self._get_param("CacheSubnetGroupDescription") or group.cache_subnet_group_description,
            self._get_param("SubnetIds") or group.subnet_ids,
            group.tags,
        )
        backend.cache_subnet_groups[group.cache_subnet_group_name] = changed
        return ActionResult({"CacheSubnetGroup": changed})

    @adding(Response)
    def delete_cache_subnet_group(self):
        group = find_subnet_group(self)
        backend = self.elasticache_backend
        name = group.cache_subnet_group_name
        if any(g.cache_subnet_group_name == name for g in backend.replication_groups.values()):
            message = f"Cache subnet group {name} is currently in use by a cache cluster."
            raise ElastiCacheException("CacheSubnetGroupInUse", message)
        del backend.cache_subnet_groups[name]
        backend.tagging_service.delete_all_tags_for_resource(group.arn)
        return EmptyResult()
