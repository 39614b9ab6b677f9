"""Packages without a package manager: what is installed stands in a file. Salt's own `pkg` states run on it."""
import json
import os

STORE = "/var/lib/demo/packages.json"
VERSIONS = {
    "nginx": "1.22.1-9+deb12u3",
    "postgresql-15": "15.14-0+deb12u1",
    "chrony": "4.3-2+deb12u1",
    "haproxy": "2.6.12-1+deb12u3",
    "prometheus": "2.42.0+ds-5+b5",
    "shop": "3.8.1",
}


def __virtual__():
    return "pkg"


def _read():
    if not os.path.exists(STORE):
        return {}
    with open(STORE) as file:
        return json.load(file)


def list_pkgs(versions_as_list=False, removed=False, purge_desired=False, **kwargs):
    if removed or purge_desired:
        return {}
    return {name: [version] if versions_as_list else version for name, version in _read().items()}


def version(*names, **kwargs):
    have = _read()
    return have.get(names[0], "") if len(names) == 1 else {name: have.get(name, "") for name in names}


def latest_version(*names, **kwargs):
    have = _read()
    newer = {name: "" if have.get(name) == VERSIONS.get(name) else VERSIONS.get(name, "") for name in names}
    return newer[names[0]] if len(names) == 1 else newer


available_version = latest_version


def install(name=None, pkgs=None, sources=None, refresh=False, version=None, **kwargs):
    have = _read()
    wanted = {name: version}
    if pkgs is not None:
        pairs = [each.items() if isinstance(each, dict) else [(each, None)] for each in pkgs]
        wanted = {key: value for pair in pairs for key, value in pair}
    changes = {}
    for each, number in wanted.items():
        new = number or VERSIONS.get(each)
        if new is None:
            continue
        if have.get(each) != new:
            changes[each] = {"old": have.get(each, ""), "new": new}
            have[each] = new
    os.makedirs(os.path.dirname(STORE), exist_ok=True)
    with open(STORE, "w") as file:
        json.dump(have, file)
    return changes


def refresh_db(**kwargs):
    return True


def hold(*args, **kwargs):
    return {}
