# What the elasticsearch and splunk returners of the Salt that runs this send for real events, as one JSON document on stdout.
#
#   python old_returners.py EVENTS.ndjson
#
# Their own code runs; only what leaves the machine is caught: the documents on the way to Elasticsearch, the requests to HEC.
import json
import sys

import salt.returners.elasticsearch_return as elasticsearch
import salt.returners.splunk as splunk

OPTIONS = {"states_count": True, "states_single_index": True}

caught = []
options = dict(OPTIONS)
elasticsearch.__opts__ = {}
elasticsearch.__salt__ = {
    "config.option": lambda name, default="": options if name == "elasticsearch" else default,
    "elasticsearch.index_exists": lambda index: True,
    "elasticsearch.document_create": lambda index, body, **_: caught.append({"index": index, **json.loads(body)}),
}
SETTINGS = {"token": "t", "indexer": "splunk.example.com", "sourcetype": "s", "index": "i"}
splunk.__salt__ = {
    "config.get": lambda name, default=None: SETTINGS.get(name.split(":")[1], default)
}


def answer(url, data, **arguments):
    caught.append({"url": url, "verify": arguments["verify"], **json.loads(data)})


splunk.requests.post = answer


def sent(returner, argument):
    """What one call sends: a list of documents, or the name of the exception and its words."""
    caught.clear()
    try:
        returner(argument)
    except Exception as error:  # pylint: disable=broad-except
        return f"{type(error).__name__}: {error}"
    return list(caught)


with open(sys.argv[1], encoding="utf-8") as lines:
    events = [json.loads(line) for line in lines]
event = next(each for each in events if "/ret/" in each["tag"] and each["data"]["fun"] == "state.apply")


def fresh(**members):
    """The return as a minion has it, members replaced; None takes one away."""
    changed = {**json.loads(json.dumps(event["data"])), **members}
    return {name: value for name, value in changed.items() if value is not None}


answers = {
    "elasticsearch": sent(elasticsearch.returner, fresh()),
    "no_retcode": sent(elasticsearch.returner, fresh(retcode=None)),
    "dots": sent(elasticsearch.returner, fresh(**{"return": {"file_|-a.b_|-a.b_|-managed": {"result": True}}})),
    "batch": sent(elasticsearch.event_return, [{"tag": "first", "data": {}}, {"tag": "last", "data": {}}]),
    "splunk": sent(splunk.returner, fresh()),
}
options["states_order_output"] = True
answers["ordered"] = sent(elasticsearch.returner, fresh())
options.update(states_order_output=False, states_count=False)
answers["failed"] = sent(elasticsearch.returner, fresh(**{"return": ["Rendering SLS 'base:web' failed"]}))
json.dump(answers, sys.stdout)
