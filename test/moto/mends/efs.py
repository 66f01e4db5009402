import json

from moto.efs.exceptions import AccessPointNotFound, EFSError
from moto.efs.models import EFSBackend as Backend
from moto.efs.models import FileSystem
from moto.efs.responses import EFSResponse as Response

from .mend import adding, mend, wrapping


class AccessPointAlreadyExists(EFSError):
    code = 409

    def __init__(self, access_point_id):
        super().__init__("AccessPointAlreadyExists", f"Access Point {access_point_id} already exists.")


@mend
def an_access_point_is_created_once():
    """CreateAccessPoint with a ClientToken seen before is refused."""

    @wrapping(Backend, "create_access_point")
    def create_access_point(original, self, client_token, *args, **kwargs):
        for one in self.access_points.values():
            if one.client_token == client_token:
                raise AccessPointAlreadyExists(one.access_point_id)
        return original(self, client_token, *args, **kwargs)


@mend
def only_access_points_that_exist_are_deleted():
    """DeleteAccessPoint refuses unknown ones."""

    @wrapping(Backend, "delete_access_point")
    def delete_access_point(original, self, access_point_id):
        if access_point_id not in self.access_points:
            raise AccessPointNotFound(access_point_id)
        return original(self, access_point_id)


@mend
def a_file_system_changes_its_throughput():
    """UpdateFileSystem."""

    @adding(Response)
    def update_file_system(self):
        [file_system] = self.efs_backend.describe_file_systems(file_system_id=self._get_param("FileSystemId"))[1]
        mode = self._get_param("ThroughputMode")
        if mode:
            file_system.throughput_mode = mode
            file_system.provisioned_throughput_in_mibps = self._get_param("ProvisionedThroughputInMibps")
        return json.dumps(file_system.info_json()), {"status": 202, "Content-Type": "application/json"}


@mend
def a_file_system_says_what_replication_may_do():
    """DescribeFileSystems shows FileSystemProtection."""

    @wrapping(FileSystem, "info_json")
    def info_json(original, self):
        return {**original(self), "FileSystemProtection": {"ReplicationOverwriteProtection": "ENABLED"}}
