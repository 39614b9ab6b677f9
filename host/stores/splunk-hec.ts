// Records into Splunk's HTTP Event Collector: JSON objects one behind the other, each in an envelope with time and
// origin.
//
// Read in Splunk's documentation ("Format events for HTTP Event Collector", "Troubleshoot HTTP Event Collector"); not
// tried against a Splunk server. HEC knows no ids: what is sent twice is there twice, and `event_id` tells.
import { OutputError } from '../core/error.js';
import { type Document, oneEach } from '../delivery/document.js';
import { BatchFailure, answeredText, failureOf, reasonText } from '../delivery/failure.js';
import { HttpClient } from '../delivery/http-client.js';
import type { Receiver } from '../delivery/receiver.js';
import type { StoreAddress, StoreRow } from './store.js';

/** HEC answers when it has queued the events; in trouble it may take long. */
const ANSWER_MS = 120_000;

/** Its answers have a line. In bytes. */
const ANSWER_BYTES = 65_536;

/** What every event of ours says of itself, as the configurations of the agents do. */
const ORIGIN = { source: 'salt', sourcetype: 'salt:state' } as const;

/** Codes in answers of 400 that speak of an event: no data, no valid JSON, `event` missing or blank, fields. */
const ABOUT_EVENTS = new Set([5, 6, 12, 13, 15]);

/** The event as HEC wants it. `time` is written as it is, with all its digits. */
function envelopeOf({ json, epoch, host }: Document, index: string): string {
  const origin = JSON.stringify({ ...(host === undefined ? {} : { host }), ...ORIGIN, ...(index !== '' && { index }) });
  return `{"time":${epoch},${origin.slice(1, -1)},"event":${json}}\n`;
}

/** What HEC says: `{"text": "Invalid data format", "code": 6, "invalid-event-number": 0}`. */
function readAnswer(text: string): { code: number; reason: string } {
  try {
    const { text: reason, code } = JSON.parse(text) as { text?: unknown; code?: unknown };
    return { code: typeof code === 'number' ? code : -1, reason: typeof reason === 'string' ? reason : text };
  } catch {
    return { code: -1, reason: text };
  }
}

/** A receiver for an address of a Splunk HEC. */
function openHec(address: StoreAddress): Receiver {
  const { origin, index, name, authorization, redact, ca } = address;
  const http = new HttpClient({ origin, name, authorization, ca, answerMs: ANSWER_MS, answerBytes: ANSWER_BYTES });
  return {
    async send(documents) {
      const { status, headers, text } = await http.request({
        method: 'POST',
        path: '/services/collector/event',
        body: documents.map((each) => envelopeOf(each, index)).join(''),
        contentType: 'application/json',
      });
      if (status >= 200 && status < 300) return documents.map(() => ({ kind: 'sent' }));
      const { code, reason: words } = readAnswer(text);
      const reason = reasonText(words, redact);
      if (status === 400 && ABOUT_EVENTS.has(code)) throw new BatchFailure(status, answeredText(status, reason));
      if (status === 401 || status === 403) {
        const advice = 'check SALTFLAT_HTTP_TOKEN, and that the token is enabled';
        throw new OutputError(`${name}: answered ${status} (${reason}); ${advice}`, `HTTP_${status}`, name);
      }
      throw failureOf(status, reason, name, headers);
    },
    close: () => http.close(),
  };
}

const SPLUNK_INDEX = /^[a-z0-9_][a-z0-9_-]{0,79}$/;

export const SPLUNK_HEC: StoreRow = {
  title: 'Splunk',
  port: 8088,
  indexForm: '[INDEX]',
  indexRule: (index) =>
    index === '' || SPLUNK_INDEX.test(index) ? null : 'an index of Splunk has lower-case letters, digits, _ and - only',
  help: "The HTTP Event Collector; port 8088, and the token's own index, unless told.",
  token: { scheme: 'Splunk', isNeeded: true },
  preset: 'flatten',
  requestBytes: 500_000, // the limit is 1 MB in older versions
  documents: () => oneEach(false),
  forced: () => ({ id: true }),
  tellsCopies: false,
  open: openHec,
  search: { refusal: 'HEC only takes; what Splunk has can be counted there, by event_id' },
};
