"""Checks parameter files against a JSON Schema: schema.py SCHEMA FILE...
Prints FILE: where and what, for each file that does not fit; exit status 1 if any.
With the package jsonschema, by it; else by what is here, the words that alignode's schema uses."""
import json
import sys

import yaml


class Loader(yaml.SafeLoader):
    """YAML 1.2: 1e-4 is a number."""


Loader.add_implicit_resolver('tag:yaml.org,2002:float',
                             __import__('re').compile(r'^[-+]?[0-9]+(\.[0-9]*)?[eE][-+]?[0-9]+$'), list('-+0123456789'))

TYPES = {'object': dict, 'array': list, 'string': str, 'boolean': bool, 'number': (int, float), 'integer': (int, float)}
KNOWN = {'$schema', '$ref', 'title', 'description', 'default', 'definitions', 'type', 'properties', 'required',
         'additionalProperties', 'items', 'minItems', 'maxItems', 'uniqueItems', 'minimum', 'maximum',
         'exclusiveMinimum', 'exclusiveMaximum', 'enum', 'anyOf', 'oneOf', 'allOf', 'not', 'if', 'then', 'else'}


def is_type(x, name):
    if isinstance(x, bool) and name != 'boolean':
        return False
    return isinstance(x, TYPES[name]) and (name != 'integer' or x == int(x))


def errors(x, schema, root, at=''):
    unknown = set(schema) - KNOWN
    assert not unknown, unknown
    if '$ref' in schema:
        yield from errors(x, root['definitions'][schema['$ref'].split('/')[-1]], root, at)
        return
    fits = lambda s: not any(True for _ in errors(x, s, root, at))
    if 'type' in schema:
        names = schema['type'] if isinstance(schema['type'], list) else [schema['type']]
        if not any(is_type(x, n) for n in names):
            yield f'{at}: {x!r} is no {names}'
            return
    if 'enum' in schema and x not in schema['enum']:
        yield f'{at}: {x!r} is none of {schema["enum"]}'
    if 'anyOf' in schema and not any(fits(s) for s in schema['anyOf']):
        yield f'{at}: {x!r} fits none of {schema["anyOf"]}'
    if 'oneOf' in schema and sum(fits(s) for s in schema['oneOf']) != 1:
        yield f'{at}: {x!r} does not fit one of {schema["oneOf"]}'
    for s in schema.get('allOf', []):
        yield from errors(x, s, root, at)
    if 'not' in schema and fits(schema['not']):
        yield f'{at}: not'
    if 'if' in schema:
        yield from errors(x, schema.get('then' if fits(schema['if']) else 'else', {}), root, at)
    if isinstance(x, (int, float)) and not isinstance(x, bool):
        if (x < schema.get('minimum', x) or x > schema.get('maximum', x)
                or ('exclusiveMinimum' in schema and x <= schema['exclusiveMinimum'])
                or ('exclusiveMaximum' in schema and x >= schema['exclusiveMaximum'])):
            yield f'{at}: {x} is out of range'
    if isinstance(x, list):
        if not schema.get('minItems', 0) <= len(x) <= schema.get('maxItems', len(x)):
            yield f'{at}: {len(x)} items'
        if schema.get('uniqueItems') and len({json.dumps(i) for i in x}) < len(x):
            yield f'{at}: an item is given twice'
        for i, item in enumerate(x):
            yield from errors(item, schema.get('items', {}), root, f'{at}[{i}]')
    if isinstance(x, dict):
        for key in schema.get('required', []):
            if key not in x:
                yield f'{at}: {key} is missing'
        for key, value in x.items():
            if key in schema.get('properties', {}):
                yield from errors(value, schema['properties'][key], root, f'{at}.{key}')
            elif schema.get('additionalProperties') is False:
                yield f'{at}: unknown key {key}'


def main():
    schema = json.load(open(sys.argv[1], encoding='utf-8'))
    try:
        import jsonschema
        jsonschema.Draft7Validator.check_schema(schema)
        find = lambda x: [e.message for e in jsonschema.Draft7Validator(schema).iter_errors(x)]
    except ImportError:
        find = lambda x: list(errors(x, schema, schema))
    bad = 0
    for path in sys.argv[2:]:
        for e in find(yaml.load(open(path, encoding='utf-8'), Loader)):
            print(f'{path}: {e}')
            bad = 1
    return bad


sys.exit(main())
