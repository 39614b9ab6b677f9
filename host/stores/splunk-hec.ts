// Records into Splunk's HTTP Event Collector: JSON objects one behind the other, each in an envelope with time and origin.
//
// Read in Splunk's documentation ("Format events for HTTP Event Collector", "Troubleshoot HTTP Event Collector"); not tried
// against a Splunk server. HEC knows no ids: what is sent twice is there twice, and `event_id` tells.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { Agent, request } from 'undici';
import { OutputError } from '../core/error.js';
import type { StoreAddress } from './address.js';
import type { Document } from '../delivery/document.js';
import { type AnswerHeaders, BatchFailure, connectionFailureOf, failureOf, reasonText } from '../delivery/failure.js';
import type { Receiver } from '../delivery/receiver.js';

const compress = promisify(gzip);

/** HEC answers when it has queued the events; in trouble it may take long. */
const ANSWER_MS = 120_000;

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
export function openHec(address: StoreAddress): Receiver {
  const { origin, index, name, authorization, redact, ca } = address;
  const agent = new Agent({
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    ...(ca && { connect: { ca: Buffer.from(ca) } }),
  });
  const post = async (body: Uint8Array): Promise<{ status: number; headers: AnswerHeaders; text: string }> => {
    try {
      const {
        statusCode,
        headers,
        body: answer,
      } = await request(`${origin}/services/collector/event`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          'user-agent': 'saltflat',
          ...(authorization === undefined ? {} : { authorization }),
        },
        body,
        dispatcher: agent,
      });
      return { status: statusCode, headers, text: await answer.text() };
    } catch (error) {
      throw connectionFailureOf(error, name);
    }
  };
  return {
    async send(documents) {
      const { status, headers, text } = await post(
        await compress(documents.map((each) => envelopeOf(each, index)).join('')),
      );
      if (status >= 200 && status < 300) return documents.map(() => ({ kind: 'sent' }));
      const { code, reason: words } = readAnswer(text);
      const reason = reasonText(words, redact);
      if (status === 400 && ABOUT_EVENTS.has(code)) throw new BatchFailure(status, `answered 400 (${reason})`);
      if (status === 401 || status === 403) {
        const advice = 'check SALTFLAT_HTTP_TOKEN, and that the token is enabled';
        throw new OutputError(`${name}: answered ${status} (${reason}); ${advice}`, `HTTP_${status}`, name);
      }
      throw failureOf(status, reason, name, headers);
    },
    close: () => agent.destroy(),
  };
}
