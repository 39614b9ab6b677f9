// What takes minutes: the largest event, and a million job returns through one agent process; fewer with all options.
import { readFileSync } from 'node:fs';
import { Agent, SLOW, Stage, describeEach } from '../../support/fluent-bit/agent.js';
import { canonical, difference } from '../../support/fluent-bit/canonical.js';
import { ALL_OPTIONS, Harness, jobReturn, linesOf, state } from '../../support/fluent-bit/events.js';
import { LineSink } from '../../support/fluent-bit/sink.js';
import { describeWith, until } from '../../support/program.js';

const MIB = 1024 * 1024;
const stage = new Stage();
afterEach(() => stage.clear());

/** One job return of about so many bytes. */
function eventOf(bytes: number, states: number): string {
  const diff = '--- a\\n+++ b\\n@@ -1,2 +1,3 @@\\n a line with \\"quotes\\" é \\t';
  const repeats = Math.floor((bytes / states - state('0000').length - 60) / Buffer.byteLength(diff));
  const members = `, "diff": "${diff.repeat(Math.max(repeats, 0))}"`;
  return jobReturn(
    '1',
    Array.from({ length: states }, (_, at) => state(String(at).padStart(4, '0')) + members),
  );
}

/** A process's resident memory in bytes. Linux only. */
function residentBytes(pid: number): number {
  return Number(/VmRSS:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
}

describeWith('large events', SLOW, () => {
  describeEach('one job return', (binary) => {
    it.each(['tcp', 'json'] as const)(
      '%s.yaml: of 64 MiB and 8,000 states arrives',
      async (name) => {
        const harness = await Harness.load();
        const sink = stage.add(await LineSink.listen());
        const agent = stage.add(new Agent(binary));
        agent.configure(name, { TCP_PORT: sink.port });
        const line = eventOf(64 * MIB, 8000);
        expect(Buffer.byteLength(line)).toBeGreaterThan(63 * MIB);
        agent.write(`${line}\n${jobReturn('2', [state('after')])}\n`);
        await agent.start();
        await until(() => sink.count >= 8001, 'all states arrive', 120);
        const expected = harness.records([line, jobReturn('2', [state('after')])]);
        expect(difference(linesOf(sink.bytes.toString()).map(canonical), expected)).toBeNull();
      },
      300_000,
    );
  });
});

/** Feeds job returns of two states each to one process; its resident memory in MiB at each twentieth of them. */
async function soak(binary: string, jobs: number, options?: object): Promise<number[]> {
  const BATCH = jobs / 500;
  const each = (await Harness.load(options)).records([jobReturn('1', [state('a'), state('b')])]).length;
  const sink = stage.add(await LineSink.listen({ keeps: false }));
  const agent = stage.add(new Agent(binary));
  if (options !== undefined) agent.setOptions(options);
  agent.configure('tcp', { TCP_PORT: sink.port });
  await agent.start();
  const samples: number[] = [];
  for (let job = 0; job < jobs; job += BATCH) {
    const lines = Array.from({ length: BATCH }, (_, at) =>
      jobReturn(String(20261122000000 + job + at), [state(`${job + at}-a`), state(`${job + at}-b`)]),
    );
    agent.write(`${lines.join('\n')}\n`);
    await until(() => sink.count >= each * (job - 4 * BATCH), 'the agent keeps up', 120);
    if ((job + BATCH) % (jobs / 20) === 0) samples.push(Math.round(residentBytes(agent.pid) / MIB));
  }
  await until(() => sink.count >= each * jobs, 'all records arrive', 120);
  expect(sink.count).toBe(each * jobs);
  return samples;
}

/** Whether memory stopped growing once the agent was warm. */
function expectFlat(mib: readonly number[]): void {
  const warm = mib.slice(4);
  expect(Math.max(...warm.slice(-8))).toBeLessThan(Math.max(...warm.slice(0, 8)) * 1.2 + 8);
}

describeWith('soak', SLOW, () => {
  describeEach('one process', (binary, version) => {
    it.each([
      ['1,000,000 job returns', 1_000_000, undefined],
      ['20,000 job returns with all options', 20_000, ALL_OPTIONS],
    ])(
      '%s: resident memory is flat after the warm-up',
      async (title, jobs, options) => {
        const began = Date.now();
        const mib = await soak(binary, jobs, options);
        process.stdout.write(
          `Fluent Bit ${version}: ${title} in ${Math.round((Date.now() - began) / 1000)} s, ` +
            `resident MiB each ${jobs / 20}: ${mib.join(' ')}\n`,
        );
        expectFlat(mib);
      },
      1_200_000,
    );
  });
});
