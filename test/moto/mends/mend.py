"""Where the mends are collected. A mend puts back one behaviour of AWS that moto lacks."""

mends = []


def mend(function):
    mends.append(function)
    return function


def wrapping(owner, name):
    """Replaces a method by the decorated function, which gets the method that it replaces first."""

    def decorate(function):
        original = getattr(owner, name)

        def replacement(self, *args, **kwargs):
            return function(original, self, *args, **kwargs)

        setattr(owner, name, replacement)
        return function

    return decorate


def adding(owner):
    """Adds the decorated function as a method; for operations that moto does not have."""

    def decorate(function):
        if hasattr(owner, function.__name__):
            raise RuntimeError(f"moto has {function.__name__} by now: drop the mend")
        setattr(owner, function.__name__, function)
        return function

    return decorate
