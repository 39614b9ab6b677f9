// What `--help` says below the options that commander lists: 80 columns, examples aside. `docs/commands.md` has the
// short of it.
import { KINDS, KIND_MEANINGS } from '../core/kinds.js';
import { kindText } from '../text/words.js';
import { FILTER_HELP } from './asked.js';
import { storeRow } from '../stores/registry.js';
import { STORE_NAMES } from '../stores/store.js';

/** Width of a help in columns; the examples may be longer. */
const WIDTH = 80;

/** `lead` and the text beside it, its lines below each other from the column `indent` on. */
function beside(lead: string, text: string, indent: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = `${lines.at(-1)!} ${word}`.trimStart();
    if (indent + longer.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  const [first, ...others] = lines;
  const start = lead.length + 1 < indent ? lead.padEnd(indent) : `${lead}\n${' '.repeat(indent)}`;
  return [start + first!, ...others.map((line) => ' '.repeat(indent) + line)].join('\n');
}

const STORE_LINES = STORE_NAMES.map((name) =>
  beside(`  --to ${name}://[HOST[:PORT]]/${storeRow(name).indexForm}`, storeRow(name).help, 6),
).join('\n');
const KIND_LINES = KINDS.map((kind) => beside(`  ${kindText(kind)}`, KIND_MEANINGS[kind], 16)).join('\n');
const STORE_LIST = STORE_NAMES.map((name) => `${name}://`).join(', ');

const EXIT_CODES = `Exit codes (of several the highest):
  0  done; also when the reader of a pipe closes it
  1  --strict and a malformed record; report: --fail-on found something; verify:
     there are differences
  2  a wrong command line, or a mistake in the options file
  3  a file or stdin cannot be read to its end (the other event files were
     done); or there is nothing to tell: the input has no state and no state
     run, or the filters leave none (report writes nothing then)
  4  records cannot be written or sent, some were refused, or a store cannot be
     asked
  5  saltflat itself is damaged or wrong
  130  ended by Ctrl-C (SIGINT); 143 by SIGTERM, 129 by SIGHUP. follow ends with
       0 or 4 then: see its help`;

/** For `saltflat --help`. */
export const PROGRAM_HELP = `
Examples:
  See what fails, since when and why
    saltflat report events.ndjson
    saltflat report events.ndjson -o report.html
  See it happen, one line a state
    saltflat show events.ndjson --failed --since 2h
    tail -f events.ndjson | saltflat show -
  Fail a pipeline
    salt-call --local state.apply --out=json | saltflat report --fail-on failed
  Get records, one JSON line a state
    saltflat replay events.ndjson > records.ndjson
  Send old events to a store, and check that all arrived
    saltflat replay old/*.gz --to opensearch://127.0.0.1:9200/salt-states
    saltflat verify old/*.gz --in opensearch://127.0.0.1:9200/salt-states
  Send new events as they come
    saltflat follow events.ndjson --checkpoint position --to http://127.0.0.1:8080/
  Set up an agent
    saltflat wasm --out /etc/fluent-bit/saltflat.wasm
    saltflat check /etc/fluent-bit/saltflat.json
  Find out what is masked, and why
    saltflat check --explain 'mysql -u root -psecret'

${EXIT_CODES}`;

/** For `saltflat replay --help`. */
export const REPLAY_HELP = `
What it reads:
  Salt's events, one a line or printed over several; the event stream of
  salt-api or of salt-run state.event; what salt, salt-call and salt-run print
  with --out=json. All may be compressed: gzip; zstd (Node 22.15 or the zstd
  program); bzip2 and xz (by their programs). The content tells, not the name.
  A folder means the files in it. A quoted glob means what it matches. - means
  stdin, and so does no FILE. --job-cache DIR reads what the master keeps of
  its jobs: 24 hours, unless Salt's keep_jobs_seconds says otherwise.

To TCP (--to tcp://, tls://):
  Everything is sent at least once. TCP does not tell what the receiver has
  read. After a break the newest 16 MiB are sent again, so some records arrive
  twice. Records that the receiver lost, or holds unread beyond 16 MiB, are
  lost. Ten tries in a row take about 43 seconds. A connection that lasted 10
  seconds or took 16 MiB starts the count again.

To a store (over TLS with +https: opensearch+https://…):
${STORE_LINES}
  Make the index first: examples/opensearch and examples/elasticsearch have
  templates. "id": true always holds here: event_id is the document's id, so a
  record that comes again changes nothing. (Splunk and VictoriaLogs know no
  ids and store it twice.) @timestamp is the end of the state, else the event's
  _stamp. Loki refuses what is older than a week, VictoriaLogs drops it.

  otlp:// sends spans: a job is a trace, a return a span in it, a state a span
  in that. "trace", "causes" and "summary" always hold here. What is sent twice
  is the same span: a record says its ids as trace_id and span_id.

  429, 5xx and lost connections are tried again: after 0.5 to 30 s or as
  Retry-After says, --tries times in a row. What a store refuses for good goes
  to --rejects, a line each: {"time","status","reason","to","record"}. The exit
  code is 4 then. Without --rejects that file is CHECKPOINT.rejects. With
  neither, the reasons are printed and the records are not kept. Only you can
  read the file.

  With --checkpoint a run that was stopped goes on where it was, if FILE,
  options and store are the same. Without it the next run begins anew. Ctrl-C
  and SIGTERM: what was read is delivered within 10 seconds and the checkpoint
  is saved. A line says up to where. A second one ends at once.

  Credentials come from the environment: SALTFLAT_HTTP_USER and
  SALTFLAT_HTTP_PASSWORD, or SALTFLAT_HTTP_TOKEN (a bearer token, an API key of
  Elasticsearch, a token of HEC).

Records:
  --preset flatten_ecs gives the Elastic Common Schema. --options FILE says
  which records leave and what is in them, as saltflat.json does in an agent.
  Without it no file is looked for. With ids, a note says how many records have
  the id of an earlier one but other content.

${FILTER_HELP}

The summary on stderr:
  It counts events (lines that are not blank), job returns (events that gave
  records other than malformed ones and events let pass), records, and each
  record once under one of these (the last three only where there are some):
${KIND_LINES}

Examples:
  saltflat replay /var/log/saltflat/events.ndjson
  zcat old/*.gz | saltflat replay | jq -c 'select(.result == false)'
  saltflat replay '/var/log/saltflat/*.gz' --failed --minion 'web-*' --since 2026-11-22
  saltflat replay events-*.ndjson.gz --output records.ndjson --strict
  saltflat replay events.ndjson --options saltflat.json --preset flatten_ecs > records.ndjson
  saltflat replay events.ndjson --to tcp://127.0.0.1:5170
  saltflat replay events.ndjson --to tls://splunk.example.com:6514 --tls-ca ca.pem --tries 30
  saltflat replay old/*.gz --to opensearch+https://logs.example.com:9200/salt-states --checkpoint backfill
  SALTFLAT_HTTP_TOKEN=… saltflat replay events.ndjson --to splunk-hec+https://splunk.example.com:8088/salt

${EXIT_CODES}`;

const HTTP_DELIVERED = `The answer is 2xx. A batch is what is there, up to 1 MiB of NDJSON in gzip. It is posted again,
for ever, after network errors and 3xx, 5xx, 401, 403, 404, 405, 407, 408, 421, 425, 429: after 0.5 to 30 s or as
Retry-After says. After 400, 413 and 422, halving finds the records that cause it; so it does after 403 four times in a row,
if a request without records passes. These records, and batches refused in other ways, go to the rejects, a line each:
{"time","status","reason","to","record"}. At least once.`.replaceAll('\n', ' ');

const STORE_DELIVERED =
  `It has the record now, or had it before: ${STORE_LIST}. Addresses are as in \`saltflat replay --help\`.
"id": true always holds; OpenSearch and Elasticsearch keep one record under an id. A request that fails is tried again for
ever, as above. Records that are refused one by one go to the rejects. At least once.`.replaceAll('\n', ' ');

/** For `saltflat follow --help`. */
export const FOLLOW_HELP = `
Files:
  FILE need not exist yet. A quoted glob ('/var/log/saltflat/*.ndjson') also
  takes files that appear later, from their beginning. A last line without its
  end waits for the rest. Compressed files are passed over.

  Rotation: a renamed file is read to its end, and for 5 seconds more, before
  the new one. A file that is emptied (copytruncate) is read from its
  beginning, after the rest of its copy, if the copy is beside it.

  After a stop, the checkpoint's file is found under its new name too. Files
  that came and went in between are read only if a glob names them.

When the checkpoint moves on (records count as delivered):
${beside('  --to http, https', HTTP_DELIVERED, 21)}
${beside('  --to a store', STORE_DELIVERED, 21)}
  --to tcp, tls      16 MiB more were sent, or the receiver closed its side at
                     the end. At least once, as far as TCP tells.
  stdout             The pipe took it. What its reader then loses is lost: NOT
                     at least once.

Options and credentials:
  --options FILE is read once, at the start. Without it no file is looked for.
  Credentials come from the environment: SALTFLAT_HTTP_USER and
  SALTFLAT_HTTP_PASSWORD, or SALTFLAT_HTTP_TOKEN (a bearer token, an API key of
  Elasticsearch, a token of HEC).

How it ends:
  SIGTERM or SIGINT (Ctrl-C): what was read is delivered within 10 seconds,
  else the exit code is 4, and the checkpoint is saved. A second one ends at
  once.

Examples:
  saltflat follow /var/log/saltflat/events.ndjson --from end | jq -c 'select(.result == false)'
  saltflat follow /var/log/saltflat/events.ndjson --checkpoint /var/lib/saltflat/checkpoint --to http://127.0.0.1:8080/saltflat
  saltflat follow events.ndjson --checkpoint checkpoint --to opensearch+https://logs.example.com:9200/salt-states
  jq -c .record /var/lib/saltflat/checkpoint.rejects

${EXIT_CODES}`;

/** For `saltflat show --help`. */
export const SHOW_HELP = `
What a line shows:
  the event's time (UTC), the minion, a mark, the state function, the id, the
  duration and the first line of the comment.
  Marks: ✔ unchanged  ● changed  ✖ failed or malformed  – skipped
         ◌ would change (\`saltflat replay --help\` says what each means)
  With --options also: → returned by a function that runs no states
         Σ summary of a job  · an event that is no job return
  For a malformed line it tells the byte of the mistake, counted from 0 in the
  line (or in the text of log, if the event is in one). Colours are for
  terminals, unless NO_COLOR is set. Control characters are shown as \\x1b and
  never sent.

${FILTER_HELP}

Examples:
  saltflat show
  saltflat show events.ndjson --failed --since 2h
  saltflat show events.ndjson --minion 'web-*' --sls 'nginx*'
  saltflat show events.ndjson --options saltflat.json
  tail -f /var/log/saltflat/events.ndjson | saltflat show -

${EXIT_CODES}`;

/** For `saltflat report --help`. */
export const REPORT_HELP = `
What it tells:
  what fails now, by cause, with what each cause holds back, since when and on
  which minions; what is fixed; the jobs, who answered and who is silent; how
  many states succeeded; the states that failed most; compile errors; minions
  that were asked (salt/job/JID/new) and never returned; what test=True would
  change; the slowest states; changes over time. It needs the same memory for
  any number of states. Where that made it leave something out, it says so.

Formats:
  text      for terminals and pipes
  html      one file that needs no network, with jobs as a matrix of minions and
            states, a search, filters, and an address for each view
  json      for programs; docs/report.md has its members
  brief, junit, markdown, github   for CI and chat: docs/ci.md
  The ending of -o FILE chooses one (.html, .json, .txt, .xml, .md), unless
  --format does.

Options:
  Of --options FILE it takes redact, functions, states and max_bytes: what may
  be seen. It counts all states of these, whatever \`only\` says.

${FILTER_HELP}
  The report is then of what is left, and says so. With --failed it has no
  share of success. With --sls or --failed it has no minions that never
  returned.

Examples:
  saltflat report
  saltflat report /var/log/saltflat/events.ndjson -o report.html
  saltflat report /var/log/saltflat --since 7d --minion 'web-*'
  zcat old/*.gz | saltflat report --options saltflat.json | less
  saltflat report events.ndjson --format json | jq '.failing_now.rows[0]'
  salt-call --local state.apply --out=json | saltflat report --format junit -o results.xml --fail-on failed

${EXIT_CODES}`;

/** For `saltflat verify --help`. */
export const VERIFY_HELP = `
What it does:
  It reads FILE as \`saltflat replay\` does, works out the id of each record, and
  looks each up in the store. The records may have come from replay, or from an
  agent with "id": true, plain or by flatten_ecs. They may be in several
  indices: INDEX can be a pattern ('salt-*'), a list or a data stream. Give
  --options FILE the options that they were sent with: what these filter shows
  as a difference otherwise.

  missing     in the files, not in the store
  differing   two records in the files have one id and differ (not only in
              _stamp): a store keeps one of them
  duplicated  in the store more than once (indices of a data stream do not know
              of each other)
  extra       in the store, of a job that the files have, but not in the files:
              name all files of these jobs

  The table shows the first 20 of each kind. --format json gives all, a line
  each, and a summary as the last line. Malformed lines and events let pass are
  not compared. The store's fields must be keywords: event.id and salt.jid, or
  event_id and jid (or .keyword of these). Above about 200,000 records the ids
  wait in a temporary folder. Credentials come from the environment, as with
  \`saltflat replay --to\`. They must be allowed to read the index.

Against the master's own job cache:
  --job-cache DIR instead of --in tells whether the event files have every
  record that the master saw. Run it on the master, with its cachedir as DIR.
  When Salt is held up, it loses events before it writes the file. Missing
  records are listed, and the exit code is 1. Jobs that the cache has dropped
  (keep_jobs_seconds) are not compared.

Examples:
  saltflat verify /var/log/saltflat/events.ndjson --in opensearch://127.0.0.1:9200/salt-states
  saltflat verify events-*.gz --in elasticsearch+https://logs.example.com:9200/salt-states --options saltflat.json
  saltflat verify /var/log/salt/events.ndjson --job-cache /var/cache/salt/master
  saltflat verify events.ndjson --in opensearch://127.0.0.1:9200/salt-states --format json | jq -c 'select(.finding == "missing")'

${EXIT_CODES}`;

/** For `saltflat wasm --help`. */
export const WASM_HELP = `
The folder of FILE must exist. The module is binary, so it is not written to a
terminal.

Examples:
  saltflat wasm --out /etc/fluent-bit/saltflat.wasm
  saltflat wasm > saltflat.wasm

${EXIT_CODES}`;

/** For `saltflat check --help`. */
export const CHECK_HELP = `
What it says:
  stdout: what differs from the defaults, a line each. stderr: each mistake,
  with its place and what is allowed. The module itself judges: if a file
  passes here, an agent starts with it.

Who reads the file:
  Fluent Bit's filter reads saltflat.json in the folder that accessible_paths
  names. replay, follow, show, report and verify read the FILE of --options,
  and nothing without it. Editors can check it while you type, with
  saltflat.schema.json of this package:

    { "$schema": "./saltflat.schema.json", "only": "notable" }

--explain TEXT:
  It shows TEXT as it leaves. Then it shows each secret between « and », the
  group of rules that masks it (docs/redaction.md), and what to write in
  "redact" to keep it. Then what the options leave, and what to write to mask
  it. An event (any JSON object) is shown as its records. A single word is also
  looked at as the name of a member and of a file. Without FILE and
  ./saltflat.json it shows what "redact": true does. TEXT can be seen in the
  shell's history and in ps. With - it comes from stdin.

Examples:
  saltflat check
  saltflat check /etc/saltflat/saltflat.json
  echo '{"redact": true}' | saltflat check -
  saltflat check --explain 'mysql -u root -psecret'
  saltflat check /etc/saltflat/saltflat.json --explain - < event.json

${EXIT_CODES}`;
