// The words of `--help` that commander does not write. `docs/commands.md` has the short of them.
import { KINDS, KIND_MEANINGS } from '../core/kinds.js';
import { kindText } from '../text/words.js';
import { FILTER_HELP } from './asked.js';
import { storeRow } from '../stores/registry.js';
import { STORE_NAMES } from '../stores/store.js';

const STORE_FORMS = STORE_NAMES.map((name) => `--to ${name}://[HOST[:PORT]]/${storeRow(name).indexForm}`);
const WIDEST_FORM = Math.max(...STORE_FORMS.map(({ length }) => length));
const STORE_LINES = STORE_NAMES.map(
  (name, at) => `  ${STORE_FORMS[at]!.padEnd(WIDEST_FORM)}  ${storeRow(name).help}`,
).join('\n');
const STORE_LIST = STORE_NAMES.map((name) => `${name}://`).join(', ');

const EXIT_CODES = `Exit codes (the highest that applies):
  0  done; also where the reader of a pipe has closed it
  1  --strict, and at least one malformed record; verify: there are differences
  2  the command line is wrong, or what the options file says
  3  a file or stdin cannot be read to its end, and the other event files were done; replay, show, report, verify: the
     input has no state and no return of a state run, or filters leave none (report writes nothing then); or the file of
     --options, --checkpoint or --tls-ca cannot be read
  4  the records cannot be written or sent, some were rejected, or the store cannot be asked
  5  saltflat itself is damaged or wrong
  130  ended by Ctrl-C (SIGINT); 143 by SIGTERM, 129 by SIGHUP. follow ends with 0 then, or with 4: see its help`;

/** For `saltflat --help`. */
export const PROGRAM_HELP = `
Examples:
  saltflat show                                     the events of the package, readably
  saltflat report events.ndjson -o report.html      what failed, where, how often, as a page
  saltflat replay events.ndjson > records.ndjson    one JSON line a state
  saltflat replay events.ndjson --to tls://splunk.example.com:6514
  saltflat follow /var/log/saltflat/events.ndjson --checkpoint /var/lib/saltflat/checkpoint --to http://127.0.0.1:8080/saltflat
  saltflat replay events.ndjson --to opensearch://127.0.0.1:9200/salt-states
  saltflat verify events.ndjson --in opensearch://127.0.0.1:9200/salt-states
  saltflat check /etc/saltflat/saltflat.json
  saltflat wasm --out /etc/fluent-bit/saltflat.wasm

${EXIT_CODES}`;

/** For `saltflat replay --help`. */
export const REPLAY_HELP = `
FILE holds Salt's events, one a line or printed over several; an event stream of salt-api or salt-run state.event; or what
salt, salt-call and salt-run print with --out=json. Plain or compressed (gzip; zstd by Node 22.15 or the program; bzip2 and
xz by their programs), by its content. A folder stands for the files in it, a quoted glob for what it matches, - for stdin,
and so does no FILE. --job-cache DIR reads what the master itself keeps (for 24 hours, unless keep_jobs says otherwise).

--to sends at least once. TCP does not tell what the receiver has read, so after a break the newest 16 MiB are sent again,
and some records arrive twice. What a receiver has read and lost, or holds unread beyond 16 MiB, TCP cannot bring back.
Ten tries in a row take about 43 seconds; a connection that lasted 10 seconds or took 16 MiB starts the count again.

To a store, over TLS with +https behind the first word (opensearch+https://…):
${STORE_LINES}
"id": true holds whatever the options say: event_id becomes the document's id, so that what comes again is there already and
left as it is. @timestamp is the state's end, else the event's _stamp. Splunk knows no ids: what is sent twice is there twice.
429, 5xx and lost connections are tried again (0.5 to 30 s apart or as Retry-After says, --tries in a row). What is
refused for good is added to --rejects, one line each: {"time","status","reason","to","record"}, and the exit code is 4.
--rejects is CHECKPOINT.rejects where there is a --checkpoint; without both the reasons are said, and nothing is kept.
It must be a plain file of your own; nobody else can read it. Credentials come from the environment: SALTFLAT_HTTP_USER
and SALTFLAT_HTTP_PASSWORD, or SALTFLAT_HTTP_TOKEN (a bearer token, Elasticsearch's API key, HEC's token).
examples/opensearch and examples/elasticsearch have the index templates.

${FILTER_HELP}

--preset flatten_ecs gives records in the Elastic Common Schema. --options FILE says which records leave and what stands in
them, as saltflat.json does in an agent; no such file is looked for.

With ids (to a store, or "id": true) it says how many records share an id with an earlier one and differ from it.

SIGTERM or SIGINT (Ctrl-C): to a store what was read is delivered within 10 seconds, the checkpoint saved, and the line said
up to which all is there; a second one: at once. With the same --checkpoint, FILE, options and store the next run goes on
behind that line. Elsewhere the run ends at once, and the next one begins anew.

The summary on stderr counts events (lines that are not blank), job returns (events that gave a record that is neither
malformed nor an event let pass), records, and of these, each record once (the last three only where there are some):
${KINDS.map((kind) => `  ${kindText(kind).padEnd(12)}  ${KIND_MEANINGS[kind]}`).join('\n')}

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

/** For `saltflat follow --help`. */
export const FOLLOW_HELP = `
FILE may not be there yet. A quoted glob ('/var/log/saltflat/*.ndjson') also takes files that appear later, from their
beginning. A file that is renamed is read to its end before the new one, and for 5 seconds longer; one that is emptied
(copytruncate) is read from its beginning, after the rest in its copy where that lies beside it. A last line without an
end waits for the rest. Compressed files are passed over. After a stop the file of the checkpoint is found under its new
name too; files that came and went in between are read only where a glob names them.

What counts as delivered, so that the checkpoint moves behind it:
  --to http, https   the answer is 2xx. A batch (what is there, up to 1 MiB; NDJSON in gzip) is posted again for
                     ever, on network errors and answers of 3xx, 5xx, 401, 403, 404, 405, 407, 408, 421, 425, 429, with
                     growing waits (0.5 to 30 s) or as Retry-After says. Other 4xx: of a batch answered with 400, 413, 422
                     the records that cause it are found by halving, and so are those that a gateway forbids (403 four
                     times in a row, while a request without records is let through); these, and batches refused
                     otherwise, go to the rejects, one line each: {"time","status","reason","to","record"}. At least once.
  --to a store       it has the record, or had it before: ${STORE_LIST}
                     (addresses as in \`saltflat replay --help\`). "id": true holds whatever the options say; OpenSearch and
                     Elasticsearch keep one record under an id. Any failed request is tried again for ever, as above;
                     records that are refused one by one go to the rejects. At least once.
  --to tcp, tls      16 MiB more were sent, or the receiver closed its side at the end. At least once, as far as TCP tells.
  stdout             the pipe took it. What its reader then loses is lost: NOT at least once.

--options FILE is read once, at the start; no such file is looked for. What changes in it holds from the next start on.
Credentials for HTTP come from the environment: SALTFLAT_HTTP_USER and SALTFLAT_HTTP_PASSWORD, or SALTFLAT_HTTP_TOKEN
(a bearer token, Elasticsearch's API key, HEC's token).
SIGTERM or SIGINT: what was read is delivered (within 10 seconds, else exit code 4), the checkpoint saved. A second one: at once.

Examples:
  saltflat follow /var/log/saltflat/events.ndjson --from end | jq -c 'select(.result == false)'
  saltflat follow /var/log/saltflat/events.ndjson --checkpoint /var/lib/saltflat/checkpoint --to http://127.0.0.1:8080/saltflat
  saltflat follow events.ndjson --checkpoint checkpoint --to opensearch+https://logs.example.com:9200/salt-states
  jq -c .record /var/lib/saltflat/checkpoint.rejects

${EXIT_CODES}`;

/** For `saltflat show --help`. */
export const SHOW_HELP = `
A line shows time (of the event, UTC), minion, mark, state function, id, duration and the comment's first line.
Marks: ✔ unchanged  ● changed  ✖ failed or malformed  – skipped  ◌ would change (as \`saltflat replay --help\` defines them);
with --options also: → returned by a function that runs no states  Σ summary of a job  · an event that is no job return
Of a malformed line the byte of the mistake is told, counted from 0 in the line (or in its text, where it has one in log).
${FILTER_HELP}

Colours appear on a terminal only, and not where NO_COLOR is set. Control characters are shown as \\x1b, never sent.

Examples:
  saltflat show
  saltflat show events.ndjson --failed --since 2h
  saltflat show events.ndjson --minion 'web-*' --sls 'nginx*'
  saltflat show events.ndjson --options saltflat.json
  tail -f /var/log/saltflat/events.ndjson | saltflat show -

${EXIT_CODES}`;

/** For `saltflat report --help`. */
export const REPORT_HELP = `
The report: what fails now, by cause, with what each cause holds back, since when and on which minions; what is fixed; the
jobs, who answered and who is silent; how many states succeeded, the states that failed most, compile errors, minions
that were expected (salt/job/JID/new) and never returned, what test=True would change, the slowest states, changes over
time. It keeps as much for any number of states; where that had to leave something out, the report says so.

The page (html) is one file without any network, for a browser: what fails now, jobs as a matrix of minions and states,
minions, states, two jobs compared; with a search, filters, and an address for each view. text is the
format for a terminal and for a pipe alike; say --format json to feed a program (docs/report.md has its members). The
ending of -o FILE says the format (.html, .json, .txt) unless --format does.

${FILTER_HELP}
The report then is of what is left, and says so. With --failed it has no share of success, and with --sls or --failed no
minions that never returned.

Of --options FILE the report takes what is to be seen: redact, functions, states, max_bytes. It counts all states of
these, whatever \`only\` says.

Examples:
  saltflat report
  saltflat report /var/log/saltflat/events.ndjson -o report.html
  saltflat report /var/log/saltflat --since 7d --minion 'web-*'
  zcat old/*.gz | saltflat report --options saltflat.json | less
  saltflat report events.ndjson --format json | jq '.failing_now.rows[0]'

${EXIT_CODES}`;

/** For `saltflat verify --help`. */
export const VERIFY_HELP = `
Recomputes the ids of all records that FILE gives, and looks each up; FILE is what \`saltflat replay\` reads. Records may have
come by replay or by an agent with "id": true, plain or by flatten_ecs, and stand in several indices: INDEX may be a pattern
('salt-*'), a list, a data stream. --options FILE is what they were sent with, or what it filters shows as a difference.

  missing     the files have it, the store has not
  differing   the files have two records under one id that differ (but for _stamp): a store keeps one of them
  duplicated  the store has it more than once (indices of a data stream do not know of each other)
  extra       the store has it, for a job that has records here, and the files have not: name all files of these jobs

With --job-cache DIR in the place of --in: whether the event files have every record that the master saw, by DIR, its
cachedir, on the master. Salt itself loses events before the file when that is held up. Missing records are listed, and the
exit code is 1. Jobs that the cache has dropped (keep_jobs) are not compared.

Malformed lines and events let pass are not compared. The fields must be keywords: event.id and salt.jid, or event_id and jid
(as such or as .keyword). The table has the first 20 of each kind; --format json all, one line each, and a summary as the
last line: jq 'select(.finding == "missing")'. Ids wait in a temporary folder where there are more than about 200,000.
Credentials come from the environment, as with \`saltflat replay --to\`; they must be allowed to read the index.

Examples:
  saltflat verify /var/log/saltflat/events.ndjson --in opensearch://127.0.0.1:9200/salt-states
  saltflat verify events-*.gz --in elasticsearch+https://logs.example.com:9200/salt-states --options saltflat.json
  saltflat verify /var/log/salt/events.ndjson --job-cache /var/cache/salt/master
  saltflat verify events.ndjson --in opensearch://127.0.0.1:9200/salt-states --format json | jq -c 'select(.finding == "missing")'

${EXIT_CODES}`;

/** For `saltflat wasm --help`. */
export const WASM_HELP = `
The directory of FILE must exist. A terminal is refused, as the module is binary.

Examples:
  saltflat wasm --out /etc/fluent-bit/saltflat.wasm
  saltflat wasm > saltflat.wasm

${EXIT_CODES}`;

/** For `saltflat check --help`. */
export const CHECK_HELP = `
Says on stdout what differs from the defaults, a line each; on stderr each mistake, with its place and what is allowed.
The module itself judges, so what passes here lets an agent start. Fluent Bit's filter reads the file under the name
saltflat.json from the folder that its accessible_paths names; replay, follow, show, report and verify read the FILE of
--options, and nothing without it. saltflat.schema.json in this package lets editors check while typing:

  { "$schema": "./saltflat.schema.json", "only": "notable" }

--explain shows TEXT as it leaves, then each secret between « and », with the group of rules that masks it (docs/redaction.md)
and what to write in "redact" so that it stays; then what the options leave, and what to write so that it is masked. An event
(any JSON object) is shown as its records. A single word is looked at as the name of a member and of a file, too. Without
FILE and ./saltflat.json it is what "redact": true does. TEXT stands in the shell's history and in ps; with - it does not.

Examples:
  saltflat check
  saltflat check /etc/saltflat/saltflat.json
  echo '{"redact": true}' | saltflat check -
  saltflat check --explain 'mysql -u root -psecret'
  saltflat check /etc/saltflat/saltflat.json --explain - < event.json

${EXIT_CODES}`;
