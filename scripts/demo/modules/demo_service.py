"""Services without an init system: what runs stands in a file; a service with a broken configuration does not start."""
import json
import os
import subprocess

STORE = "/var/lib/demo/services.json"
CHECKS = {"nginx": ["/usr/local/bin/nginx", "-t"], "haproxy": ["/usr/local/bin/haproxy", "-c"]}


def __virtual__():
    return "service"


def _read():
    if not os.path.exists(STORE):
        return {}
    with open(STORE) as file:
        return json.load(file)


def _write(name, **values):
    have = _read()
    have.setdefault(name, {"running": False, "enabled": False}).update(values)
    os.makedirs(os.path.dirname(STORE), exist_ok=True)
    with open(STORE, "w") as file:
        json.dump(have, file)
    return True


def available(name):
    return True


def missing(name):
    return False


def get_all():
    return sorted(_read())


def status(name, *args, **kwargs):
    return _read().get(name, {}).get("running", False)


def enabled(name, **kwargs):
    return _read().get(name, {}).get("enabled", False)


def disabled(name, **kwargs):
    return not enabled(name)


def enable(name, **kwargs):
    return _write(name, enabled=True)


def start(name, **kwargs):
    check = CHECKS.get(name)
    if check and subprocess.run(check, capture_output=True).returncode:
        return False
    return _write(name, running=True)


def stop(name, **kwargs):
    return _write(name, running=False)


def restart(name, **kwargs):
    return start(name)


reload_ = restart
__func_alias__ = {"reload_": "reload"}
