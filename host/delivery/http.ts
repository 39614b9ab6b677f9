// Records over HTTP: NDJSON in gzip, each batch until the receiver says that it has it.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import pRetry from 'p-retry';
import { Agent, request } from 'undici';
import { BACKOFF, asItSays, leaveAlone, retryAfterMs } from './backoff.js';
import { reasonOf } from '../core/error.js';
import type { Refusal } from '../disk/rejects.js';
import type { HttpTarget } from './http-address.js';
import { firstLine } from '../text/terminal.js';

/** How long a receiver may take to answer. It may answer only when the records are where they belong, so this is long. */
const ANSWER_MS = 300_000;

/** How much of an answer is kept to say why. In characters. */
const REASON_CHARACTERS = 300;

/** Fast: what is saved here is the network's, and text as alike as this is small at any level. */
const GZIP_LEVEL = { level: 1 };

const LINE_FEED = 0x0a;
const compress = promisify(gzip);

/**
 * Answers of 4xx that speak of the moment, the address or the credentials, not of the records: any records would be refused,
 * and these can succeed once that is set right. They are tried again, as 5xx is.
 */
const PASSING = new Set([401, 403, 404, 405, 407, 408, 421, 425, 429]);

/** Answers that one record among others may have caused: the batch is halved until that one is alone. */
const ABOUT_CONTENT = new Set([400, 413, 422]);

/** How records are posted. */
export interface PostOptions {
  /** Ends all tries: the promise of a batch then rejects. */
  readonly giveUp: AbortSignal;
  /** Told in one line without its end: each failed try. */
  readonly onNote: (note: string) => void;
  /** Keeps what the receiver will never take. The batch counts as delivered when this resolves. */
  readonly onRefusal: (refusal: Refusal) => Promise<void>;
}

/** An answer that may be another one later. */
class TryAgain extends Error {
  readonly afterMs: number;

  constructor(message: string, afterMs: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

/** The records of NDJSON. */
function* linesOf(batch: Uint8Array): Generator<Uint8Array> {
  for (let start = 0, end; start < batch.length; start = end + 1) {
    end = batch.indexOf(LINE_FEED, start);
    if (end < 0) end = batch.length;
    yield batch.subarray(start, end);
  }
}

/** NDJSON in two parts of about the same size; null where it is one record. */
function halve(batch: Uint8Array): [Uint8Array, Uint8Array] | null {
  const middle = batch.length >>> 1;
  const before = batch.lastIndexOf(LINE_FEED, middle);
  const at = (before >= 0 ? before : batch.indexOf(LINE_FEED, middle)) + 1;
  return at <= 0 || at >= batch.length ? null : [batch.subarray(0, at), batch.subarray(at)];
}

/** Posts batches to one receiver, one at a time. */
export class Poster {
  readonly #target: HttpTarget;
  readonly #options: PostOptions;
  readonly #agent: Agent;

  constructor(target: HttpTarget, options: PostOptions) {
    this.#target = target;
    this.#options = options;
    this.#agent = new Agent({
      connections: 1,
      headersTimeout: ANSWER_MS,
      bodyTimeout: ANSWER_MS,
      ...(target.ca && { connect: { ca: Buffer.from(target.ca) } }),
    });
  }

  /**
   * Resolves when each record of `batch`, NDJSON, was answered with 2xx or was kept as a refusal; tries for ever. Rejects
   * when `giveUp` says so or a refusal cannot be kept.
   */
  async deliver(batch: Uint8Array): Promise<void> {
    const { giveUp, onNote, onRefusal } = this.#options;
    const body = await compress(batch, GZIP_LEVEL);
    const refused = await pRetry(() => this.#post(body), {
      ...BACKOFF,
      retries: Infinity,
      signal: giveUp,
      onFailedAttempt: async ({ error, attemptNumber }) => {
        if (giveUp.aborted) return;
        const afterMs = error instanceof TryAgain ? error.afterMs : 0;
        onNote(`${this.#target.name}: ${reasonOf(error)}; trying again${asItSays(afterMs)} (try ${attemptNumber + 1})`);
        await leaveAlone(afterMs, giveUp);
      },
    });
    if (refused === null) return;
    const halves = ABOUT_CONTENT.has(refused.status) ? halve(batch) : null;
    if (halves === null) await onRefusal({ ...refused, lines: [...linesOf(batch)] });
    else for (const half of halves) await this.deliver(half);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  /** One try: null where the receiver has it, else why it never will. Rejects where another try may succeed. */
  async #post(body: Uint8Array): Promise<Omit<Refusal, 'lines'> | null> {
    const { url, authorization } = this.#target;
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-ndjson',
        'content-encoding': 'gzip',
        'user-agent': 'saltflat',
        ...(authorization === undefined ? {} : { authorization }),
      },
      body,
      dispatcher: this.#agent,
      signal: this.#options.giveUp,
    });
    const text = await readText(answer);
    if (statusCode >= 200 && statusCode < 300) return null;
    const reason = this.#target.redact(firstLine(text)).slice(0, REASON_CHARACTERS);
    if (statusCode >= 400 && statusCode < 500 && !PASSING.has(statusCode))
      return { status: statusCode, reason, time: new Date().toISOString() };
    const retryAfter = headers['retry-after'];
    throw new TryAgain(
      `answered ${statusCode}${reason === '' ? '' : ` (${reason})`}`,
      retryAfterMs(Array.isArray(retryAfter) ? retryAfter[0] : retryAfter),
    );
  }
}

/** The beginning of an answer as text; its rest is read and let go, so that the connection can be used again. */
async function readText(answer: AsyncIterable<Uint8Array>): Promise<string> {
  let text = '';
  for await (const chunk of answer)
    if (text.length < REASON_CHARACTERS) text += Buffer.from(chunk).toString('utf8', 0, 4 * REASON_CHARACTERS);
  return text;
}
