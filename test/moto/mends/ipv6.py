from moto.ec2.models.subnets import Subnet

from .mend import mend


@mend
def a_subnet_tells_the_state_of_its_ipv6_block():
    """DescribeSubnets answers with a plain state of each IPv6 block, not with the structure around it."""

    original = Subnet.ipv6_cidr_block_association_set.fget

    def ipv6_cidr_block_association_set(self):
        return [{**one, "ipv6CidrBlockState": one["ipv6CidrBlockState"]["state"]} for one in original(self)]

    Subnet.ipv6_cidr_block_association_set = property(ipv6_cidr_block_association_set)
