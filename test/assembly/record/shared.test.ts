// What all records of a return share, where there are so many that the copies would not fit: cut, never the states
// lost.
import { readFileSync } from 'node:fs';
import type { Options } from '../../oracle/options.js';
import { sharedLimit } from '../../oracle/cut.js';
import { job, recordsWith, states } from '../../support/module/jobs.js';

const SHIPPED = JSON.parse(
  readFileSync(new URL('../../../examples/fluent-bit/saltflat.json', import.meta.url), 'utf8'),
) as Options;

function event(count: number, bytes: number): string {
  const each = Array.from({ length: count }, (_, index) => [`s${index}`, { result: true, changes: {}, comment: 'ok' }]);
  return job('state.apply', states(Object.fromEntries(each) as Record<string, object>), {
    fun_args: ['x'.repeat(bytes)],
  });
}

it('3,000 states with arguments of 100 KB all leave, the arguments cut to their share', async () => {
  const records = await recordsWith(SHIPPED, event(3000, 100_000));
  expect(records).toHaveLength(3000);
  const limit = sharedLimit(3000, SHIPPED.max_bytes?.member);
  expect(limit).toBe(5592);
  for (const record of [records[0], records[2999]]) {
    expect(record).toMatchObject({ event_type: 'state_return', result: true, truncated: { fun_args: 100_004 } });
    expect(Buffer.byteLength(JSON.stringify(record?.['fun_args']))).toBe(limit);
  }
});

it('the share is counted by the records that leave', async () => {
  expect(await recordsWith({ ...SHIPPED, only: 'failed' }, event(3000, 100_000))).toEqual([]);
  const [record] = await recordsWith({ ...SHIPPED, only: 'failed', summary: true }, event(3000, 100_000));
  expect(record).toMatchObject({ event_type: 'job_return', states: 3000 });
  expect(record).not.toHaveProperty('truncated');
});

it('arguments that fit stay whole', async () => {
  const records = await recordsWith(SHIPPED, event(1000, 16_000));
  expect(records).toHaveLength(1000);
  expect(records[999]).not.toHaveProperty('truncated');
});
