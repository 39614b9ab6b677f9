"""Salt's own library, as the tests of a live session ask it.

session.py CONFIG run JOBS      a JSON list of {fun, arg, kwarg, async, until}: runs each at the minion, one after another;
                                "until": again and again until the answer has that text
session.py CONFIG print DATA    what Salt's own highstate outputter prints of each return: of the job cache, and of DATA, a
                                JSON list of events' data; one JSON object a line
session.py CONFIG hold FILE     holds the lock of the event file, as a slow disk does, until it is ended
"""

import fcntl
import json
import signal
import sys

import salt.client
import salt.config
import salt.minion
import salt.output

CONFIG, TASK, FILE = sys.argv[1:]
MINION = "web-01"


def run():
    client = salt.client.LocalClient(CONFIG)
    for job in json.load(open(FILE)):
        start = client.cmd_async if job.get("async") else client.cmd
        while True:
            answer = start(MINION, job["fun"], job.get("arg", []), kwarg=job.get("kwarg", {}))
            assert answer, f"no answer to {job}"
            if job.get("until", "") in str(answer):
                break


def printed(jid, source, minion, returned):
    """Prints what `salt … --out highstate` prints of a return; of an orchestration its masters' results."""
    if isinstance(returned, dict) and "fun" in returned and "return" in returned:
        returned = returned["return"]  # of salt-ssh the job cache holds the event's data
    if isinstance(returned, dict) and isinstance(returned.get("data"), dict):
        returned = returned["data"]
    else:
        returned = {minion: returned}
    text = salt.output.out_format(returned, "highstate", OPTS)
    print(json.dumps({"jid": jid, "source": source, "minion": minion, "text": text}))


def print_all():
    returners = salt.minion.MasterMinion(OPTS).returners
    for jid in returners["local_cache.get_jids"]():
        for minion, kept in returners["local_cache.get_jid"](jid).items():
            printed(jid, "cache", minion, kept["return"])
    for data in json.load(open(FILE)):
        printed(data["jid"], "events", data.get("id"), data["return"])


def hold():
    with open(FILE, "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        print("held", flush=True)
        signal.pause()


OPTS = salt.config.master_config(CONFIG)
OPTS["color"] = False
{"run": run, "print": print_all, "hold": hold}[TASK]()
