// Records over HTTP: NDJSON in gzip, each batch until the receiver says that it has it.
import type { Refusal } from '../disk/rejects.js';
import { PassingFailure, answeredText, askedWaitMs, reasonText } from './failure.js';
import type { HttpTarget } from './http-address.js';
import { type HttpAnswer, HttpClient } from './http-client.js';
import { retrying } from './retry.js';

/**
 * How long a receiver may take to answer. It may answer only when the records are where they belong, so this is long.
 */
const ANSWER_MS = 300_000;

/** How much of an answer is read: it only says why. In bytes. */
const ANSWER_BYTES = 65_536;

const LINE_FEED = 0x0a;

/**
 * Answers of 4xx that speak of the moment, the address or the credentials, not of the records: any records would be
 * refused, and these can succeed once that is set right. They are tried again, as 5xx is.
 */
const PASSING = new Set([401, 403, 404, 405, 407, 408, 421, 425, 429]);

/** Answers that one record among others may have caused: the batch is halved until that one is alone. */
const ABOUT_CONTENT = new Set([400, 413, 422]);

const FORBIDDEN = 403;

/**
 * After so many answers of 403 in a row it is asked what they are about: a gateway in front of the receiver may forbid
 * what one record says (a web application firewall at `<script>`), and not who sends it. Batches would wait behind that
 * one for ever.
 */
const FORBIDDEN_TRIES = 4;

/** Forbidden: another try may succeed, or what one of the records says is not let through. */
class ForbiddenFailure extends PassingFailure {
  readonly refused: Refused;

  constructor(message: string, afterMs: number, refused: Refused) {
    super(message, afterMs);
    this.refused = refused;
  }
}

/** Why a receiver refuses records. */
type Refused = Omit<Refusal, 'lines'>;

/** How records are posted. */
export interface PostOptions {
  /** Ends all tries: the promise of a batch then rejects. */
  readonly giveUp: AbortSignal;
  /** Told in one line without its end: each failed try. */
  readonly onNote: (note: string) => void;
  /** Keeps what the receiver will never take. The batch counts as delivered when this resolves. */
  readonly onRefusal: (refusal: Refusal) => Promise<void>;
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
  readonly #client: HttpClient;

  constructor(target: HttpTarget, options: PostOptions) {
    const { url, name, authorization, ca } = target;
    this.#target = target;
    this.#options = options;
    this.#client = new HttpClient({
      origin: url.origin,
      name,
      authorization,
      ca,
      answerMs: ANSWER_MS,
      answerBytes: ANSWER_BYTES,
    });
  }

  /**
   * Resolves when each record of `batch`, NDJSON, was answered with 2xx or was kept as a refusal; tries for ever.
   * Rejects when `giveUp` says so or a refusal cannot be kept. `forbiddenTries`: at which answer of 403 in a row it is
   * asked what that is about.
   */
  async deliver(batch: Uint8Array, forbiddenTries = FORBIDDEN_TRIES): Promise<void> {
    const { giveUp, onNote, onRefusal } = this.#options;
    const { name } = this.#target;
    let forbidden = 0;
    const attempt = async (): Promise<Refused | null> => {
      try {
        return await this.#post(batch);
      } catch (error) {
        forbidden = error instanceof ForbiddenFailure ? forbidden + 1 : 0;
        if (!(error instanceof ForbiddenFailure) || forbidden < forbiddenTries || !(await this.#takesNothing()))
          throw error;
        return error.refused;
      }
    };
    const refused = await retrying(attempt, { name, tries: Infinity, onNote, signal: giveUp });
    if (refused === null) return;
    const isAboutContent = ABOUT_CONTENT.has(refused.status) || refused.status === FORBIDDEN;
    const halves = isAboutContent ? halve(batch) : null;
    if (halves === null) await onRefusal({ ...refused, lines: [...linesOf(batch)] });
    else for (const half of halves) await this.deliver(half, 1);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** One try: null where the receiver has it, else why it never will. Rejects where another try may succeed. */
  async #post(body: Uint8Array): Promise<Refused | null> {
    const { redact } = this.#target;
    const { status, headers, text } = await this.#request(body);
    if (status >= 200 && status < 300) return null;
    const reason = reasonText(text, redact);
    const refused = { status, reason, time: new Date().toISOString() };
    if (status >= 400 && status < 500 && !PASSING.has(status)) return refused;
    const [why, afterMs] = [answeredText(status, reason), askedWaitMs(headers)];
    throw status === FORBIDDEN ? new ForbiddenFailure(why, afterMs, refused) : new PassingFailure(why, afterMs);
  }

  /** Whether the same sender may post no record at all: then a 403 is about what the records say. */
  async #takesNothing(): Promise<boolean> {
    try {
      const { status } = await this.#request(new Uint8Array(0));
      return (status >= 200 && status < 300) || ABOUT_CONTENT.has(status);
    } catch {
      return false;
    }
  }

  #request(body: Uint8Array): Promise<HttpAnswer> {
    const { url } = this.#target;
    const path = `${url.pathname}${url.search}`;
    return this.#client.request({ method: 'POST', path, body, contentType: 'application/x-ndjson' });
  }
}
