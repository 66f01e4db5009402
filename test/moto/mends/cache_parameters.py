import re
from types import SimpleNamespace

from moto.core.responses import ActionResult, EmptyResult
from moto.elasticache.exceptions import ElastiCacheException, InvalidParameterValueException
from moto.elasticache.models import ElastiCacheBackend as Backend
from moto.elasticache.responses import ElastiCacheResponse as Response

from .mend import adding, mend, wrapping

#: What an engine has where nobody has said anything, as far as anyone here asks.
DEFAULTS = {"maxmemory-policy": "volatile-lru", "timeout": "0"}

FAMILY = re.compile(r"redis(2\.[68]|3\.2|4\.0|5\.0|6\.x|7)|valkey[78]")


def groups_of(backend):
    """Kept on the backend, which moto makes anew at a reset."""
    return backend.__dict__.setdefault("cache_parameter_groups", {})


def find(backend, name):
    group = groups_of(backend).get((name or "").lower())
    if group is None:
        raise ElastiCacheException("CacheParameterGroupNotFound", f"CacheParameterGroup {name} not found.")
    return group


@mend
def parameter_groups_come_and_go():
    """CreateCacheParameterGroup; DeleteCacheParameterGroup, which is refused while a replication group uses it."""

    @adding(Response)
    def create_cache_parameter_group(self):
        backend = self.elasticache_backend
        name = self._get_param("CacheParameterGroupName").lower()
        family = self._get_param("CacheParameterGroupFamily")
        if not FAMILY.fullmatch(family):
            message = f"CacheParameterGroupFamily {family} is not a valid parameter group family."
            raise InvalidParameterValueException(message)
        if name in groups_of(backend):
            message = f"Cache parameter group {name} already exists"
            raise ElastiCacheException("CacheParameterGroupAlreadyExists", message)
        group = SimpleNamespace(
            cache_parameter_group_name=name,
            cache_parameter_group_family=family,
            description=self._get_param("Description"),
            arn=f"arn:aws:elasticache:{backend.region_name}:{backend.account_id}:parametergroup:{name}",
            values={},
        )
        groups_of(backend)[name] = group
        backend.tagging_service.tag_resource(group.arn, self._get_param("Tags", []))
        return ActionResult({"CacheParameterGroup": group})

    @adding(Response)
    def delete_cache_parameter_group(self):
        backend = self.elasticache_backend
        group = find(backend, self._get_param("CacheParameterGroupName"))
        name = group.cache_parameter_group_name
        if any(one.cache_parameter_group_name == name for one in backend.replication_groups.values()):
            raise ElastiCacheException(
                "InvalidCacheParameterGroupState",
                "One or more cache clusters are still members of this parameter group, so the group cannot be deleted.",
            )
        del groups_of(backend)[name]
        backend.tagging_service.delete_all_tags_for_resource(group.arn)
        return EmptyResult()


@mend
def parameter_groups_are_read():
    """DescribeCacheParameterGroups; DescribeCacheParameters, of source `user` only those that somebody has set."""

    @adding(Response)
    def describe_cache_parameter_groups(self):
        name = self._get_param("CacheParameterGroupName")
        backend = self.elasticache_backend
        return ActionResult({"CacheParameterGroups": [find(backend, name)] if name else list(groups_of(backend).values())})

    @adding(Response)
    def describe_cache_parameters(self):
        values = find(self.elasticache_backend, self._get_param("CacheParameterGroupName")).values
        shown = values if self._get_param("Source") == "user" else DEFAULTS | values
        parameters = [{"ParameterName": name, "ParameterValue": value} for name, value in shown.items()]
        return ActionResult({"Parameters": parameters})


@mend
def parameters_change():
    """ModifyCacheParameterGroup and ResetCacheParameterGroup, of at most twenty parameters in one call."""

    def named(self):
        named = self._get_param("ParameterNameValues", [])
        if len(named) > 20:
            raise InvalidParameterValueException("Cannot modify more than 20 parameters in one call")
        return named

    @adding(Response)
    def modify_cache_parameter_group(self):
        group = find(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
        group.values |= {one["ParameterName"]: one["ParameterValue"] for one in named(self)}
        return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})

    @adding(Response)
    def reset_cache_parameter_group(self):
        group = find(self.elasticache_backend, self._get_param("CacheParameterGroupName"))
        for one in named(self):
            group.values.pop(one["ParameterName"], None)
        return ActionResult({"CacheParameterGroupName": group.cache_parameter_group_name})


@mend
def a_cache_needs_its_parameter_group():
    """CreateReplicationGroup refuses a parameter group that does not exist."""

    @wrapping(Backend, "create_replication_group")
    def create_replication_group(original, self, **given):
        name = given["cache_parameter_group_name"]
        if name and not name.startswith("default."):
            find(self, name)
        return original(self, **given)


@mend
def parameter_groups_have_tags():
    """ListTagsForResource takes the ARN of a parameter group."""

    @wrapping(Backend, "list_tags_for_resource")
    def list_tags_for_resource(original, self, arn):
        if ":parametergroup:" not in arn:
            return original(self, arn)
        find(self, arn.rsplit(":", 1)[1])
        return self.tagging_service.list_tags_for_resource(arn)
