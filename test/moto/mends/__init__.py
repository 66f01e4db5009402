"""What AWS does and moto does not, as far as it stands in the way of a stack's life."""

from . import (  # noqa: F401  each registers its mends
    application_autoscaling,
    autoscaling,
    cache_parameters,
    cloudwatch,
    ec2,
    ecs,
    efs,
    elasticache,
    elbv2,
    filters,
    iam,
    interface_owners,
    interfaces,
    ipv6,
    rds,
    s3,
    tagging,
)
from .mend import mends


def mend_everything():
    for apply in mends:
        apply()
