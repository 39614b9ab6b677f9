"""What the 2015 returner did: events through Python's json, one record a state.

Reads NDJSON from stdin. With --records writes the records, one a line; without, one line of JSON with the median time of
PASSES passes over all events and the number of records: {"seconds": ..., "records": ..., "python": ...}.
"""

import json
import platform
import statistics
import sys
import time

PASSES = 3


def flatten(line):
    """The records of one event, a JSON text each."""
    data = json.loads(line)["data"]
    records = []
    for name, state in data["return"].items():
        record = dict(state)
        record["state_name"] = name
        record["state_id"] = state["__id__"] if "__id__" in state else name.split("_|-")[1]
        record["minion_id"] = data["id"]
        record["jid"] = data["jid"]
        record["fun"] = data["fun"]
        record["fun_args"] = data.get("fun_args")
        record["event_type"] = "state_return"
        record["_stamp"] = data["_stamp"]
        records.append(json.dumps(record))
    return records


def measure(lines):
    """The median time of a pass in seconds, and how many records one gave."""
    times = []
    for _ in range(PASSES):
        records = 0
        start = time.perf_counter()
        for line in lines:
            records += len(flatten(line))
        times.append(time.perf_counter() - start)
    return statistics.median(times), records


def main():
    lines = sys.stdin.buffer.read().splitlines()
    if "--records" in sys.argv[1:]:
        for line in lines:
            print("\n".join(flatten(line)))
    else:
        seconds, records = measure(lines)
        print(json.dumps({"seconds": seconds, "records": records, "python": platform.python_version()}))


main()
