// Ids of traces and spans, and what they are made of.
import { blake2b } from '@noble/hashes/blake2.js';
import { blake2b128 } from '../../../build/host/core/blake2b.js';
import { readTraceparent, returnIdOf, spanIdOf, traceIdOf } from '../../../build/host/core/trace.js';
import { eventId, spanId, traceId } from '../../oracle/id.js';

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
  const facts = { jid: '20261122091947512388', master: null, minion: 'web-01', stamp: '2026-11-22T09:19:48.957570Z' };

  it('is that of the jid and the master alone', () => {
    expect(traceIdOf(facts)).toBe(hex(Buffer.from('20261122091947512388\0')));
    expect(traceIdOf({ ...facts, minion: 'web-02', stamp: null })).toBe(traceIdOf(facts));
    expect(traceIdOf({ ...facts, master: 'eu' })).not.toBe(traceIdOf(facts));
  });

  it("is the oracle's, which is that of records with trace", () => {
    const { jid, minion, stamp } = facts;
    expect(traceIdOf(facts)).toBe(traceId([jid, null]));
    expect(traceIdOf({ ...facts, master: 'm\u00fcnchen' })).toBe(traceId([jid, 'm\u00fcnchen']));
    for (const run of ['req', '', null])
      expect(traceIdOf({ ...facts, jid: run, master: 'eu' })).toBe(traceId([run, 'eu', minion, stamp]));
    expect(traceIdOf({ jid: null, master: null, minion: null, stamp: null })).toBe(traceId([null, null, null, null]));
  });

  it.each(['req', 'nocache', null])('tells runs apart whose jid is %s', (jid) => {
    const ids = [facts, { ...facts, minion: 'web-02' }, { ...facts, stamp: null }].map((each) =>
      traceIdOf({ ...each, jid }),
    );
    expect(new Set(ids).size).toBe(3);
  });
});

it('a span id is the first half of the event_id', () => {
  const id = '0123456789abcdef0011223344556677';
  expect(spanIdOf(id)).toBe('0123456789abcdef');
  expect(spanIdOf(id)).toBe(spanId(id));
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
