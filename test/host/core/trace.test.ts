// Ids of traces and spans, and what they are made of.
import { blake2b } from '@noble/hashes/blake2.js';
import { blake2b128 } from '../../../build/host/core/blake2b.js';
import { readTraceparent, returnIdOf, spanIdOf, traceIdOf } from '../../../build/host/core/trace.js';
import { noCounts } from '../../../build/host/core/counts.js';
import { Flattener } from '../../../build/host/core/flattener.js';
import { LineSplitter } from '../../../build/host/core/lines.js';
import { load } from '../../../build/host/index.js';
import { eventId } from '../../oracle/id.js';
import { eventLine, state } from '../../support/command.js';

const hex = (bytes: Uint8Array): string => Buffer.from(blake2b(bytes, { dkLen: 16 })).toString('hex');

it('BLAKE2b gives what another library gives, over the ends of blocks too', () => {
  for (const length of [0, 1, 63, 127, 128, 129, 255, 256, 257, 400]) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 31 + length) & 255);
    expect([length, blake2b128(bytes)]).toEqual([length, hex(bytes)]);
  }
});

it("the summary of a return has the oracle's id, however long its facts are", () => {
  for (const minion of ['web-01', 'w'.repeat(200)])
    expect(returnIdOf('20261122091947512388', minion, 'state.apply')).toBe(
      eventId(['20261122091947512388', minion, 'state.apply', '', 'job_return']),
    );
});

describe('a trace id', () => {
  const jid = '20261122091947512388';

  it('is a hash of the jid and the master', () => {
    expect(traceIdOf(jid, '')).toBe(hex(Buffer.from(`${jid}\0`)));
    expect(traceIdOf(jid, 'eu')).toBe(hex(Buffer.from(`${jid}\0eu`)));
  });

  it.each(['eu', 'm\u00fcnchen', 5, true])("is the `trace_id` of the job's records, with master %p", async (master) => {
    const options = { trace: true, add: { master } };
    const flattener = new Flattener(await load({ options }), 'flatten', noCounts());
    const lines = new LineSplitter().push(Buffer.from(`${eventLine(jid, [state()])}\n`));
    const [record] = [...flattener.records(lines)].map((bytes) => Buffer.from(bytes).toString());
    expect(JSON.parse(record!)).toMatchObject({ trace_id: traceIdOf(jid, String(master)) });
  });
});

it('a span id is the first half of the event_id', () => {
  expect(spanIdOf('0123456789abcdef0011223344556677')).toBe('0123456789abcdef');
});

describe('a traceparent', () => {
  const [traceId, spanId] = ['c06bab7ce487b842fb63ad36f1e6b1ca', '5187c09bb32bd5e0'];

  it.each([`00-${traceId}-${spanId}-03`, `01-${traceId}-${spanId}-03-more`])('is read: %s', (text) =>
    expect(readTraceparent(text)).toEqual({ traceId, spanId }),
  );

  it.each([
    `ff-${traceId}-${spanId}-03`,
    `00-${'0'.repeat(32)}-${spanId}-03`,
    `00-${traceId}-${'0'.repeat(16)}-03`,
    `00-${traceId}-${spanId}`,
    `00-${traceId.toUpperCase()}-${spanId}-03`,
    '',
    7,
    null,
  ])('is none: %s', (text) => expect(readTraceparent(text)).toBeNull());
});
