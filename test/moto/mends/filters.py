from moto.ec2.models.network_acls import NetworkAcl
from moto.ec2.models.vpcs import VPCEndPoint

from .mend import mend, wrapping


@mend
def parts_of_a_network_are_found_by_a_filter_on_their_id():
    """DescribeNetworkAcls and DescribeVpcEndpoints filter by id; an unknown id is an empty answer, not an error."""

    for kind, id_filter in (NetworkAcl, "network-acl-id"), (VPCEndPoint, "vpc-endpoint-id"):

        @wrapping(kind, "get_filter_value")
        def get_filter_value(original, self, filter_name, method_name=None, id_filter=id_filter):
            return self.id if filter_name == id_filter else original(self, filter_name, method_name)
