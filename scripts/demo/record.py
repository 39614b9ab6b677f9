"""Records examples/events/demo.ndjson: a real Salt master, five minions, a day and a half of their life.

    python scripts/demo/record.py OUTPUT        (root, Linux; the python of an environment with Salt 3008)

Every event is Salt's own. Each minion sees /etc, /var, /home and /usr/local of its own (overlay mounts), so that
Salt's states write real files there; packages and services are played by `modules/`, the programs below by shell
scripts. The runs follow one another within minutes; in the output they lie hours apart: each run's times (jid,
`_stamp`, `start_time`, `ts`) are moved by the same amount, nothing else is changed.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta

HERE = os.path.dirname(os.path.abspath(__file__))
BIN = os.path.dirname(sys.executable)
MINIONS = ["web-01", "web-02", "app-01", "db-01", "mon-01"]
DOMAIN = "example.com"
OUTPUT = sys.argv[1]
ROOT = tempfile.mkdtemp(prefix="salt-demo-")
TREE = os.path.join(ROOT, "states")
PILLAR = os.path.join(ROOT, "pillar")
CONTROL = os.path.join(ROOT, "control")
EVENTS = os.path.join(ROOT, "events.ndjson")

PROGRAMS = {
    "nginx": r"""#!/bin/sh
at=$(grep -n worker_conections /etc/nginx/nginx.conf | cut -d: -f1)
[ -z "$at" ] && exit 0
echo "nginx: [emerg] unknown directive \"worker_conections\" in /etc/nginx/nginx.conf:$at" >&2
echo "nginx: configuration file /etc/nginx/nginx.conf test failed" >&2
exit 1
""",
    "haproxy": "#!/bin/sh\nexit 0\n",
    "check-page": "#!/bin/sh\nexit 0\n",
    "renew-certificate": r"""#!/bin/sh
host=$1; [ "$1" = --check ] && host=$2
if [ -e CONTROL/expired-$host ] || [ ! -e /etc/ssl/site/$host.pem ]; then
  [ "$1" = --check ] && exit 1
  if [ -e CONTROL/ca-down ]; then
    echo "renew-certificate: POST https://ca.example.com/acme/new-order: 503 Service Unavailable" >&2
    echo "renew-certificate: the certificate of $host expired on Nov 30 05:00:00 2026 GMT" >&2
    exit 1
  fi
  rm -f CONTROL/expired-$host; echo "certificate of $host renewed" | tee /etc/ssl/site/$host.pem
fi
""",
    "base-backup": r"""#!/bin/sh
if [ "$1" = --is-fresh ]; then [ -e /var/lib/demo/backup ] && [ ! -e CONTROL/backup ]; exit; fi
seconds=$(cat CONTROL/backup 2>/dev/null || echo 2)
echo "base backup started"; sleep $seconds; mkdir -p /var/lib/demo; touch /var/lib/demo/backup
echo "base backup of 18,204 MB done"
""",
    "shop": r"""#!/bin/sh
release=$(sed -n s/^SHOP_RELEASE=//p /etc/shop/settings.env)
case $1 in
migrated) [ -e /var/lib/demo/migrated-$release ];;
migrate)
  if [ "$release" = 3.9.0 ]; then
    echo "Applying 0042_orders_add_currency" >&2
    echo 'psycopg2.errors.LockNotAvailable: canceling statement due to lock timeout' >&2
    echo 'CONTEXT: ALTER TABLE orders ADD COLUMN currency char(3) NOT NULL' >&2
    exit 1
  fi
  mkdir -p /var/lib/demo; touch /var/lib/demo/migrated-$release; echo "41 migrations applied";;
check) exit 0;;
esac
""",
}

MASTER = f"""
root_dir: {ROOT}/master
interface: 127.0.0.1
publish_port: 25505
ret_port: 25506
auto_accept: True
user: root
worker_threads: 3
file_roots: {{base: ['{TREE}']}}
pillar_roots: {{base: ['{PILLAR}']}}
event_return: [rawfile_json]
rawfile_json.filename: {EVENTS}
event_return_whitelist: ['salt/job/*/new', 'salt/job/*/ret/*', 'salt/run/*/new', 'salt/run/*/ret']
"""

MINION = """
root_dir: {root}
id: {id}
master: 127.0.0.1
master_port: 25506
publish_port: 25505
module_dirs: ['{modules}']
providers: {{pkg: demo_pkg, service: demo_service}}
user: root
mine_enabled: False
grains: {{os: Debian, os_family: Debian, oscodename: bookworm}}
"""

ENTER = """
for each in etc var home usr/local; do
  mkdir -p {root}/over/$each {root}/work/$each
  mount -t overlay overlay -o lowerdir=/$each,upperdir={root}/over/$each,workdir={root}/work/$each /$each
done
cp {root}/../programs/* /usr/local/bin/
hostname {id}
exec {bin}/salt-minion -c {root}/conf
"""


def write(path, text, mode=0o644):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    os.chmod(path, mode)


def edit(path, *pairs):
    with open(path) as file:
        text = file.read()
    for old, new in pairs:
        assert old in text, (path, old)
        text = text.replace(old, new)
    write(path, text)


def prepare():
    shutil.copytree(os.path.join(HERE, "salt"), TREE)
    shutil.copytree(os.path.join(HERE, "modules"), os.path.join(ROOT, "modules"))
    os.makedirs(CONTROL)
    for name, text in PROGRAMS.items():
        write(os.path.join(ROOT, "programs", name), text.replace("CONTROL", CONTROL), 0o755)
    write(os.path.join(PILLAR, "top.sls"), "base:\n  '*':\n    - shop\n")
    write(os.path.join(PILLAR, "shop.sls"), "release: 3.8.1\n")
    write(os.path.join(ROOT, "master/conf/master"), MASTER)
    for name in MINIONS:
        root = os.path.join(ROOT, name)
        conf = MINION.format(root=root, id=f"{name}.{DOMAIN}", modules=os.path.join(ROOT, "modules"))
        write(os.path.join(root, "conf/minion"), conf)


def start(command):
    log = open(os.path.join(ROOT, "log"), "a")
    return subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)


def stop(process):
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def start_minion(name):
    root = os.path.join(ROOT, name)
    script = ENTER.format(root=root, id=f"{name}.{DOMAIN}", bin=BIN)
    return start(["unshare", "--mount", "--uts", "sh", "-ec", script])


def salt(*words, timeout=20):
    command = [f"{BIN}/salt", "-c", f"{ROOT}/master/conf", "-t", str(timeout), *words]
    return subprocess.run(command, capture_output=True, text=True).stdout


def events():
    return os.path.getsize(EVENTS) if os.path.exists(EVENTS) else 0


STEPS = []


class Step:
    """What is run in it happens at `at` in the output."""

    def __init__(self, at):
        self.at = datetime.strptime(at, "%Y-%m-%d %H:%M:%S")

    def __enter__(self):
        self.started, self.begin = datetime.utcnow(), events()

    def __exit__(self, *_):
        time.sleep(3)
        STEPS.append((self.begin, events(), self.at - self.started))
        print(self.at, events() - self.begin, "bytes", flush=True)


def scenario(processes):
    nginx = os.path.join(TREE, "files/nginx.conf")
    with Step("2026-11-29 06:00:00"):  # all is installed
        salt("*", "state.highstate", timeout=120)
    with Step("2026-11-29 12:00:00"):  # and stays
        salt("*", "state.highstate", timeout=120)
    # Somebody edits files by hand.
    config = "/etc/postgresql/15/main/postgresql.conf"
    salt("db-01*", "file.replace", config, "max_connections = 200", "max_connections = 500")
    salt("app-01*", "file.remove", "/etc/sudoers.d/deploy")
    with Step("2026-11-29 18:00:00"):
        salt("*", "state.highstate", "test=True", timeout=120)
    # A commit breaks the web servers.
    edit(nginx, ("worker_connections 1024", "worker_conections 4096"))
    with Step("2026-11-30 00:00:00"):
        salt("*", "state.highstate", timeout=120)
    # The certificate authority is away, and one minion falls silent.
    write(os.path.join(CONTROL, "ca-down"), "")
    write(os.path.join(CONTROL, f"expired-app-01.{DOMAIN}"), "")
    stop(processes.pop("mon-01"))
    with Step("2026-11-30 06:00:00"):
        salt("*", "state.highstate", timeout=30)
    edit(nginx, ("worker_conections 4096", "worker_connections 4096"))
    with Step("2026-11-30 07:10:00"):
        salt("web-*", "state.highstate", timeout=120)
    # A release, by an orchestration: the migration fails.
    write(os.path.join(PILLAR, "shop.sls"), "release: 3.9.0\n")
    with Step("2026-11-30 08:30:00"):
        run = [f"{BIN}/salt-run", "-c", f"{ROOT}/master/conf", "state.orchestrate", "orch.deploy"]
        subprocess.run([*run, 'pillar={"release": "3.9.0"}'], capture_output=True)
    with Step("2026-11-30 08:45:00"):  # pillar that nobody wrote: the SLS does not render
        salt("app-01*", "state.apply", "contractors", timeout=60)
    # A backup takes long, and somebody's second run is refused.
    write(os.path.join(CONTROL, "backup"), "41")
    with Step("2026-11-30 09:00:00"):
        first = start([f"{BIN}/salt", "-c", f"{ROOT}/master/conf", "-t", "120", "*", "state.highstate"])
        time.sleep(20)
        salt("db-01*", "state.apply", "database", timeout=60)
        first.wait()
        time.sleep(20)


def moved(line, by):
    """The event, each of its times later by `by`."""
    def stamp(text, form):
        return (datetime.strptime(text, form) + by).strftime(form)

    line = re.sub(r"\b20\d{18}\b", lambda m: stamp(m[0], "%Y%m%d%H%M%S%f"), line)
    line = re.sub(r"\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", lambda m: stamp(m[0], "%Y-%m-%dT%H:%M:%S.%f"), line)
    line = re.sub(r'(?<="start_time": ")[\d:.]{15}', lambda m: stamp(m[0], "%H:%M:%S.%f"), line)
    line = re.sub(r"\b20\d\d, \w{3} \d\d \d\d:\d\d:\d\d\.\d{6}", lambda m: stamp(m[0], "%Y, %b %d %H:%M:%S.%f"), line)
    return re.sub(r'(?<="ts": )\d+', lambda m: str(int(m[0]) + int(by.total_seconds())), line)


def output():
    with open(EVENTS, "rb") as file:
        data = file.read()
    lines = [
        moved(line, by)
        for begin, end, by in STEPS
        for line in data[begin:end].decode().splitlines()
        if not re.search(r'"fun": "(saltutil\.find_job|mine\.update)"', line)
    ]
    for line in lines:
        json.loads(line)
        assert ROOT not in line and BIN not in line, line
    with open(OUTPUT, "w") as file:
        file.writelines(line + "\n" for line in lines)
    print(len(lines), "events,", os.path.getsize(OUTPUT), "bytes")


def main():
    prepare()
    master = start([f"{BIN}/salt-master", "-c", f"{ROOT}/master/conf"])
    processes = {name: start_minion(name) for name in MINIONS}
    try:
        for _ in range(60):
            if salt("*", "test.ping", timeout=5).count("True") == len(MINIONS):
                break
        else:
            sys.exit(f"not all minions answer: see {ROOT}/log")
        scenario(processes)
        output()
    finally:
        for each in [master, *processes.values()]:
            stop(each)


main()
