"""What is left in moto, whether it carries tags or not: the sweep by tag sees only what does."""

from moto.core.base_backend import BackendDict

#: moto's own notes, and the pages of its last answers.
NOTES = {
    "acm._idempotency_tokens",
    "ec2.launch_template_insert_order",
    "ec2.tags",
    "rds.events",
    "resourcegroupstaggingapi._pages",
    "route53.delegation_sets",
    "route53.resource_tags",
}

#: States in which AWS lists something for a while that is gone.
GONE = {"DELETED", "INACTIVE", "deleted", "disassociated", "terminated"}


def leftovers():
    """Yields `service.collection: id` of everything that a backend nobody has used would not hold."""
    for backends in list(BackendDict._instances):
        for account, regions in list(backends.items()):
            for region, backend in list(regions.items()):
                untouched = vars(backends.backend(region, account))
                for name, collection in vars(backend).items():
                    place = f"{backends.service_name}.{name}"
                    left = [] if place in NOTES else list(living(collection))
                    # Those that come with an account are made first.
                    for key in left[len(list(living(untouched.get(name)))) :]:
                        yield f"{place}: {key}"


def living(collection):
    """Yields the keys of what is there, or the things themselves where they have none; of nested ones, the innermost."""
    if hasattr(collection, "items"):
        for key, value in list(collection.items()):
            if isinstance(value, (dict, list)):
                yield from living(value)
            elif not is_gone(value) and not is_of_aws(value):
                yield key
    elif isinstance(collection, (list, set)):
        for value in list(collection):
            if not is_gone(value) and not is_of_aws(value):
                yield value


def is_gone(thing):
    if hasattr(thing, "instances"):
        return all(is_gone(one) for one in thing.instances)
    known = getattr(thing, "__dict__", {})
    state = next((known[name] for name in ("status", "state", "_state") if name in known), None)
    return getattr(state, "name", state) in GONE


def is_of_aws(thing):
    """Made by AWS for itself: it costs nothing, and nobody can or has to delete it."""
    kind = type(thing).__name__
    return (
        (kind == "Role" and thing.path.startswith("/aws-service-role/"))
        or (kind == "DBParameterGroup" and thing.name.startswith("default."))
        # Of a service, made at its first use: alias/aws/rds.
        or (kind == "Key" and any(alias.startswith("alias/aws/") for alias in thing.aliases))
        # Images and regions, in public: read into the account at the first look.
        or (kind == "Parameter" and thing.name.startswith("/aws/service/"))
        # Goes with its VPC.
        or (kind == "NetworkAcl" and thing.default)
    )
