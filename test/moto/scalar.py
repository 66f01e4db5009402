"""Reads single values off the wire."""

import base64
from datetime import datetime


def scalar(shape, text):
    """The typed value of a text, or the text itself where it is not of that type: the check then says so."""
    try:
        match shape.type_name:
            case "boolean":
                return {"true": True, "false": False}.get(text, text)
            case "integer" | "long":
                return int(text)
            case "float" | "double":
                return float(text)
            case "timestamp":
                return datetime.fromisoformat(text.replace("Z", "+00:00"))
            case "blob":
                return base64.b64decode(text)
    except ValueError:
        pass
    return text
