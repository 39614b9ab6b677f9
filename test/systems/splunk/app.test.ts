// The Splunk app's .conf files against Splunk's published rules. No Splunk was to be had.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith, findProgram, temporaryFolder } from '../../support/program.js';
import { APP, type Stanza, readConf, settingOf } from '../../support/splunk/conf.js';

/** For each file the names of settings by stanza: `[]` is any; an input's stanza is named without its port. */
const PUBLISHED = JSON.parse(readFileSync('test/support/splunk/settings.json', 'utf8')) as Record<
  string,
  Record<string, string[]>
>;
const files = readdirSync(join(APP, 'default')).filter((name) => name.endsWith('.conf'));
const props = (): Stanza => readConf('props.conf').get('salt:state')!;

/** The names that Splunk publishes for a stanza of a file; null where it knows no such stanza. */
function publishedFor(file: string, stanza: string): readonly string[] | null {
  const stanzas = PUBLISHED[file] ?? {};
  return stanzas['[]'] ?? stanzas[`[${stanza}]`] ?? stanzas[`[${stanza.replace(/\d+$/, '')}]`] ?? null;
}

const isPublished = (name: string, names: readonly string[]): boolean =>
  names.includes(name) || names.includes(name.replace(/-.+$/, '-'));

describe('examples/splunk/saltflat/default', () => {
  it.each(files.filter((name) => name !== 'tags.conf'))('%s has only settings that Splunk publishes', (file) => {
    const stanzas = readConf(file);
    expect(stanzas.size).toBeGreaterThan(0);
    for (const [stanza, settings] of stanzas) {
      const names = publishedFor(file, stanza) ?? [];
      expect({ stanza, unknown: [...settings.keys()].filter((name) => !isPublished(name, names)) }).toEqual({
        stanza,
        unknown: [],
      });
    }
  });

  it('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const app = readConf('app.conf');
    for (const stanza of ['launcher', 'id']) expect(settingOf(app.get(stanza), 'version')).toBe(version);
  });

  it('holds no token, and opens no port by itself', () => {
    for (const [stanza, settings] of readConf('inputs.conf')) {
      expect([stanza, settings.get('disabled')]).toEqual([stanza, '1']);
      expect([...settings.keys()]).not.toContain('token');
    }
    for (const file of files) {
      expect(readFileSync(join(APP, 'default', file), 'utf8')).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/i);
    }
  });

  it('gives what comes over TCP the sourcetype that has the rules, on the port of tcp.yaml', () => {
    expect(readConf('inputs.conf').get('tcp://5170')?.get('sourcetype')).toBe('salt:state');
    expect(readFileSync('examples/fluent-bit/tcp.yaml', 'utf8')).toContain('TCP_PORT: 5170\n');
    expect([...readConf('props.conf').keys()]).toEqual(['salt:state']);
  });

  it('extracts JSON once, and takes host and time from JSON, by no regular expression', () => {
    expect(props().get('KV_MODE')).toBe('json');
    expect(props().has('INDEXED_EXTRACTIONS')).toBe(false);
    expect([...props().keys()].filter((name) => name.startsWith('TRANSFORMS-'))).toEqual([
      'TRANSFORMS-saltflat_ingest',
    ]);
    const transforms = readConf('transforms.conf');
    expect([...transforms.keys()]).toEqual([settingOf(props(), 'TRANSFORMS-saltflat_ingest')]);
    expect([...transforms.values()].flatMap((stanza) => [...stanza.keys()])).toEqual(['INGEST_EVAL']);
    for (const name of ['TIME_PREFIX', 'TIME_FORMAT']) expect(props().has(name)).toBe(false);
  });

  it("calculates CIM's fields of a change, and tags what its event type finds", () => {
    const calculated = [...props().keys()].flatMap((name) => /^EVAL-(.+)/.exec(name)?.[1] ?? []);
    // Recommended or required by the data model Change, except `result`, `src` and `user`: see the comments.
    const change =
      'action change_type command dest dvc object object_attrs object_category object_id object_path status';
    expect(calculated).toEqual(expect.arrayContaining([...change.split(' '), 'vendor_product']));
    expect(calculated).not.toContain('user');
    const tags = readConf('tags.conf');
    expect([...tags].map(([stanza, names]) => [stanza, Object.fromEntries(names)])).toEqual([
      ['eventtype=saltflat_change', { change: 'enabled', endpoint: 'enabled' }],
    ]);
    expect(readConf('eventtypes.conf').has('saltflat_change')).toBe(true);
  });

  it('closes every bracket and quote of its calculated fields', () => {
    const ingest = settingOf(readConf('transforms.conf').get('saltflat_ingest'), 'INGEST_EVAL');
    for (const [name, value] of [...props(), ['EVAL-', ingest] as const]) {
      if (!name.startsWith('EVAL-')) continue;
      const bare = value.replace(/"[^"]*"/g, '');
      expect([name, bare.split('(').length, bare.includes('"')]).toEqual([name, bare.split(')').length, false]);
    }
  });

  it('has no event type with a pipe or a macro, which Splunk refuses there', () => {
    for (const [, settings] of readConf('eventtypes.conf')) expect(settings.get('search')).not.toMatch(/[|`]/);
  });
});

const APPINSPECT = findProgram('SPLUNK_APPINSPECT', 'splunk-appinspect');
const NO_APPINSPECT = 'no splunk-appinspect; a Python package, set SPLUNK_APPINSPECT or PATH';

describeWith("Splunk's own AppInspect", APPINSPECT === null ? NO_APPINSPECT : null, () => {
  it('refuses nothing but the TCP input, which Splunk Cloud does not take', () => {
    const folder = temporaryFolder();
    try {
      const report = join(folder.path, 'report.json');
      const args = ['inspect', APP, '--mode', 'precert', '--data-format', 'json', '--output-file', report];
      spawnSync(APPINSPECT!, args, { stdio: 'ignore', timeout: 280_000 });
      const { reports } = JSON.parse(readFileSync(report, 'utf8')) as {
        reports: { groups: { checks: { name: string; result: string }[] }[] }[];
      };
      const checks = reports.flatMap(({ groups }) => groups.flatMap((group) => group.checks));
      const refused = checks.filter(({ result }) => result === 'failure' || result === 'error');
      expect(refused.map(({ name }) => name)).toEqual(['check_inputs_conf_for_tcp']);
      expect(checks.filter(({ result }) => result === 'success').length).toBeGreaterThan(50);
    } finally {
      folder.remove();
    }
  }, 300_000);
});
