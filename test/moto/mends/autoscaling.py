from moto.autoscaling.exceptions import AutoscalingClientError
from moto.autoscaling.models import FakeAutoScalingGroup as Group
from moto.autoscaling.responses import AutoScalingResponse as Response

from .mend import mend, wrapping


@mend
def a_group_with_instances_goes_by_force_only():
    """DeleteAutoScalingGroup is refused while instances are there; with ForceDelete, protected ones are terminated too."""

    @wrapping(Response, "delete_auto_scaling_group")
    def delete_auto_scaling_group(original, self):
        group = self.autoscaling_backend.autoscaling_groups.get(self._get_param("AutoScalingGroupName"))
        if group and group.instance_states:
            if not self._get_bool_param("ForceDelete"):
                raise AutoscalingClientError(
                    "ResourceInUse",
                    "You cannot delete an AutoScalingGroup while there are instances or pending Spot instance request(s) still in the group.",
                )
            for state in group.instance_states:
                state.protected_from_scale_in = False
        return original(self)


@mend
def an_instance_has_the_groups_of_its_template():
    """A group launches instances with the security groups that its launch template gives their network interface."""

    original = Group.security_groups.fget

    def security_groups(self):
        if not self.ec2_launch_template:
            return original(self)
        template = self.ec2_launch_template.get_version(self.launch_template_version)
        interfaces = template.data.get("NetworkInterfaces", [])
        return [*template.security_groups, *(group for one in interfaces for group in one.get("Groups", []))]

    Group.security_groups = property(security_groups)


@mend
def a_change_leaves_the_rest_as_it_was():
    """UpdateAutoScalingGroup without a policy of mixed instances keeps the one that the group has."""

    @wrapping(Group, "update")
    def update(original, self, **given):
        before = self.mixed_instances_policy
        original(self, **given)
        if not (given["launch_config_name"] or given["launch_template"] or given["mixed_instances_policy"]):
            self.mixed_instances_policy = before
