// Planted secrets of every kind that once left, and what once was masked and should stay. All secrets are made up.
import { readFileSync } from 'node:fs';
import { type Saltflat, load } from '../../../build/host/index.js';
import { oracle } from '../../oracle/oracle.js';

/** One event, what it stands for, and what must not leave it or what must. */
interface Case {
  readonly id: string;
  readonly kind: string;
  readonly event: string;
  readonly secret?: string;
  readonly kept?: string;
}

function read(name: string): Case[] {
  const text = readFileSync(new URL(`../../fixtures/redaction/${name}.ndjson`, import.meta.url), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Case);
}

/** All names and strings in a value, one a line. */
function texts(value: unknown): string {
  if (typeof value === 'string') return `${value}\n`;
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, member]) => `${name}\n${texts(member)}`)
    .join('');
}

const LEAKS = read('leaks').map((each) => [each.id, each.kind, each] as const);
const KEPT = read('false-positives').map((each) => [each.id, each.kind, each] as const);

let module: Saltflat;
beforeAll(async () => {
  module = await load({ options: { redact: true } });
});

/** The texts that leave the module, and those that leave the oracle. */
function leaving(event: string): string[] {
  const expected = oracle(Buffer.from(event), { redact: true });
  return [module.flatten(event), expected.map((outcome) => (outcome.kind === 'record' ? outcome.record : {}))].map(
    texts,
  );
}

it('the cases are all there', () => {
  expect([LEAKS.length, KEPT.length]).toEqual([116, 13]);
});

describe('a planted secret does not leave', () => {
  it.each(LEAKS)('%s: %s', (_, __, { event, secret = '' }) => {
    for (const text of leaving(event)) {
      expect(text).not.toContain(secret);
      expect(text).toContain('[redacted]');
    }
  });
});

describe('what is no secret stays', () => {
  it.each(KEPT)('%s: %s', (_, __, { event, kept = '' }) => {
    for (const text of leaving(event)) expect(text).toContain(kept);
  });
});
