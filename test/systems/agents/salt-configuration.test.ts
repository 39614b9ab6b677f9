// The whitelist of examples/salt lets through every event that gives a record, and nothing else of the bus.
import { readFileSync } from 'node:fs';
import { type Saltflat, load } from '../../../build/host/index.js';
import { MASTER_EVENTS, linesOf } from '../../support/fluent-bit/events.js';

const CONFIGURATION = readFileSync('examples/salt/master.d/saltflat.conf', 'utf8');
const globs = [.../^event_return_whitelist:\n((?: .*\n)+)/m.exec(CONFIGURATION)![1]!.matchAll(/^ +- (\S+)$/gm)].map(
  ([, glob]) => glob!,
);

/** As Python's fnmatch, which Salt asks: a star also takes slashes. */
const isLet = (tag: string): boolean =>
  globs.some((glob) =>
    new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's').test(tag),
  );

describe('event_return_whitelist', () => {
  let saltflat: Saltflat;
  beforeAll(async () => void (saltflat = await load()));

  it('lets every event of the bundled ones through that gives records', () => {
    const giving = linesOf(MASTER_EVENTS).filter((line) => saltflat.flatten(line).length > 0);
    expect(giving.length).toBeGreaterThan(10);
    const held = giving.map((line) => (JSON.parse(line) as { tag: string }).tag).filter((tag) => !isLet(tag));
    expect(held).toEqual([]);
  });

  it("names the tag of the master's own scheduler, and that of who was asked", () => {
    expect(isLet('__schedule_return')).toBe(true);
    expect(isLet('salt/job/20261122091948957570/new')).toBe(true);
  });

  it.each(['salt/auth', 'salt/job/20261122091948957570/prog/web-01/0', 'minion_start', 'cmd.run', 'salt/beacon/a/b/'])(
    'holds back what gives none: %s',
    (tag) => expect(isLet(tag)).toBe(false),
  );

  it('is what the README puts there, which has no other list', () => {
    const readme = readFileSync('README.md', 'utf8');
    expect(readme).toMatch(/^ +cp examples\/salt\/master\.d\/saltflat\.conf \/etc\/salt\/master\.d\/$/m);
    expect(readme).not.toContain('event_return_whitelist:');
  });

  it('is the same for the engine that has one', () => {
    const [, tags = ''] = /tags: \[(.*)\]/.exec(CONFIGURATION)!;
    const named = [...tags.matchAll(/'([^']+)'/g)].map(([, tag]) => tag);
    expect(named).toEqual(globs.filter((glob) => !glob.endsWith('/new')));
  });
});
