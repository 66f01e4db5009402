from moto.ec2.models import ec2_backends
from moto.rds import utils
from moto.rds.exceptions import DBSubnetGroupNotFoundError, InvalidParameterCombination, RDSClientError
from moto.rds.models import DBInstance as Instance
from moto.rds.models import RDSBackend as Backend

from .mend import mend, wrapping


@mend
def a_subnet_group_name_is_taken_once():
    """CreateDBSubnetGroup refuses a name that exists, and subnets in a single availability zone."""

    @wrapping(Backend, "create_subnet_group")
    def create_subnet_group(original, self, subnet_name, description, subnets, tags):
        if subnet_name in self.subnet_groups:
            raise RDSClientError("DBSubnetGroupAlreadyExists", f"The DB subnet group '{subnet_name}' already exists.")
        if len({subnet.availability_zone for subnet in subnets}) < 2:
            raise RDSClientError(
                "DBSubnetGroupDoesNotCoverEnoughAZs",
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement.",
            )
        return original(self, subnet_name, description, subnets, tags)


@mend
def a_changed_subnet_group_stays():
    """ModifyDBSubnetGroup changes the group; moto loses it."""

    @wrapping(Backend, "modify_db_subnet_group")
    def modify_db_subnet_group(original, self, subnet_name, description, subnets):
        if subnet_name not in self.subnet_groups:
            raise DBSubnetGroupNotFoundError(subnet_name)
        group = original(self, subnet_name, description, subnets)
        self.subnet_groups[subnet_name] = group
        return group


@mend
def a_subnet_group_in_use_stays():
    """DeleteDBSubnetGroup is refused while an instance uses it."""

    @wrapping(Backend, "delete_subnet_group")
    def delete_subnet_group(original, self, subnet_name):
        groups = [database.db_subnet_group for database in self.databases.values()]
        if any(group and group.name == subnet_name for group in groups):
            raise RDSClientError(
                "InvalidDBSubnetGroupStateFault",
                f"Cannot delete the subnet group '{subnet_name}' because at least one database instance is still using it.",
            )
        return original(self, subnet_name)


@mend
def the_default_parameters_are_those_of_the_version():
    """An instance without a parameter group of its own shows the default one of its major version."""

    @wrapping(Instance, "default_db_parameter_group_details")
    def default_db_parameter_group_details(original, self):
        parts = str(self.engine_version).split(".")
        family = self.engine.lower() + ".".join(parts[: 2 if self.engine in ("mysql", "mariadb") else 1])
        return family, f"default.{family}"


@mend
def a_parameter_group_in_use_stays():
    """DeleteDBParameterGroup is refused while an instance uses it."""

    @wrapping(Backend, "delete_db_parameter_group")
    def delete_db_parameter_group(original, self, db_parameter_group_name):
        if any(one.db_parameter_group_name == db_parameter_group_name for one in self.databases.values()):
            raise RDSClientError(
                "InvalidDBParameterGroupState",
                "One or more database instances are still members of this parameter group "
                f"{db_parameter_group_name}, so the group cannot be deleted.",
            )
        return original(self, db_parameter_group_name)


@mend
def a_deletion_says_what_becomes_of_the_data():
    """DeleteDBInstance wants either SkipFinalSnapshot or a name for the final snapshot."""

    @wrapping(Backend, "delete_db_instance")
    def delete_db_instance(original, self, db_instance_identifier, **given):
        skip, name = given.get("skip_final_snapshot"), given.get("final_db_snapshot_identifier")
        database = self.databases.get(db_instance_identifier)
        if database and not database.deletion_protection and bool(skip) == bool(name):
            raise InvalidParameterCombination(
                "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."
                if not name
                else "FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot."
            )
        return original(self, db_instance_identifier, **given)


@mend
def an_instance_needs_its_security_groups():
    """CreateDBInstance refuses security groups that do not exist."""

    @wrapping(Backend, "create_db_instance")
    def create_db_instance(original, self, given):
        ec2 = ec2_backends[self.account_id][self.region_name]
        for group_id in given.get("vpc_security_group_ids") or []:
            if not ec2.get_security_group_from_id(group_id):
                raise RDSClientError("InvalidParameterValue", f"Invalid security group , groupId= {group_id}, groupName=.")
        return original(self, given)


@mend
def a_created_instance_is_monitored():
    """CreateDBInstance keeps the interval and the role of enhanced monitoring."""

    @wrapping(Instance, "__init__")
    def __init__(original, self, *args, monitoring_interval=0, monitoring_role_arn=None, **kwargs):
        original(self, *args, **kwargs)
        self.monitoring_interval = monitoring_interval
        self.monitoring_role_arn = monitoring_role_arn


#: Of these a replica has its own, not its source's.
OF_A_REPLICA = {
    "backup_retention_period": 0,
    "deletion_protection": False,
    "monitoring_interval": 0,
    "monitoring_role_arn": None,
    "multi_az": False,
}


@mend
def a_replica_has_settings_of_its_own():
    """CreateDBInstanceReadReplica takes over how the source stores its data, not how it is guarded and watched."""

    @wrapping(Backend, "create_db_instance_read_replica")
    def create_db_instance_read_replica(original, self, db_kwargs):
        for name, value in OF_A_REPLICA.items():
            db_kwargs.setdefault(name, value)
        return original(self, db_kwargs)


@mend
def windows_may_touch():
    """A maintenance window may begin in the minute in which the backup window ends."""

    original = utils.get_overlap_between_two_date_ranges
    utils.get_overlap_between_two_date_ranges = lambda *ranges: original(*ranges) or -1
