"""Condense Stripe's own OpenAPI description into the parameter table that `stripe-sim` checks requests against.

Usage: python3 generate.py stripe-openapi-2023-08-16.json > 2023-08-16.json

One line an operation. A type is "string", "integer", "number" or "boolean"; {"enum": […]}, {"array": type},
{"object": {name: type}}, "map" (free keys, string values), or {"any": [types]}.
"""

import json
import sys


def condense(schema):
    if "anyOf" in schema:
        return {"any": [condense(branch) for branch in schema["anyOf"]]}
    kind = schema.get("type", "string")
    if kind == "object":
        properties = schema.get("properties")
        if not properties:
            return "map"
        return {"object": {name: condense(inner) for name, inner in properties.items()}}
    if kind == "array":
        return {"array": condense(schema["items"])}
    if "enum" in schema:
        return {"enum": schema["enum"]}
    return kind


def operation(description):
    body = description.get("requestBody", {}).get("content", {})
    form = body.get("application/x-www-form-urlencoded", {}).get("schema", {})
    params = {name: condense(schema) for name, schema in form.get("properties", {}).items()}
    required = list(form.get("required", []))
    for parameter in description.get("parameters", []):
        if parameter["in"] == "query":
            params[parameter["name"]] = condense(parameter["schema"])
            if parameter.get("required"):
                required.append(parameter["name"])
    return {"required": required, "params": params}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        api = json.load(file)
    lines = []
    for path, methods in sorted(api["paths"].items()):
        for method, description in sorted(methods.items()):
            key = json.dumps(f"{method.upper()} {path}")
            lines.append(f"{key}: {json.dumps(operation(description), separators=(',', ':'))}")
    print("{\n" + ",\n".join(lines) + "\n}")


main()
