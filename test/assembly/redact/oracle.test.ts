// Module and oracle mask the same in generated texts and changes, with all groups of rules and with each alone. A
// failure prints fast-check's seed and path; FUZZ_SEED and FUZZ_RUNS give others.
import fc from 'fast-check';
import { type Saltflat, load } from '../../../build/host/index.js';
import { disagreement } from '../../oracle/agree.js';
import { type Options, type RedactOptions, settingsOf } from '../../oracle/options.js';
import { GROUPS, maskedText } from '../../oracle/redact/text.js';
import { parameters, redactionChanges, redactionText } from '../../support/module/generators.js';
import { job, states } from '../../support/module/jobs.js';

const PROGRAMS = ['deploy -k', 'mys* --key'];

/** Fails where module and oracle mask a text differently. */
function agree(module: Saltflat, options: Options, text: string): void {
  const { redact } = settingsOf(options);
  const [record] = module.flatten(job('state.sls', states({ a: { comment: text } })));
  expect(record?.['comment']).toBe(redact === null ? text : maskedText(text, redact));
}

const ALONE = GROUPS.filter((group) => !['members', 'pairs', 'files'].includes(group)).map(
  (group): [string, RedactOptions, number] => [
    `${group} alone`,
    { without: GROUPS.filter((other) => other !== group) },
    500,
  ],
);

it.each<[string, RedactOptions, number]>([
  ['all groups', {}, 6000],
  ['options of further programs', { names: PROGRAMS }, 500],
  ['further names', { members: ['k', 'clé', 'na*'], keep: ['*token*'] }, 1000],
  ...ALONE,
])('texts are masked as the oracle masks them, with %s', async (_, redact, runs) => {
  const options: Options = { redact };
  const module = await load({ options });
  fc.assert(
    fc.property(redactionText, (text) => {
      agree(module, options, text);
    }),
    parameters(runs),
  );
});

it.each<[string, RedactOptions, number]>([
  ['all groups', {}, 3000],
  ['members, pairs and files', { strings: false }, 1000],
  ['without pairs', { without: ['pairs'] }, 500],
  ['without members', { without: ['members'] }, 500],
  ['without files, diffs hashed', { without: ['files'], diffs: 'hash' }, 500],
  ['further files', { files: ['*.conf'], diffs: 'drop' }, 500],
])('changes are masked as the oracle masks them, with %s', async (_, redact, runs) => {
  const options: Options = { redact };
  const module = await load({ options });
  const key = fc.constantFrom('file_|-a_|-/etc/shadow_|-managed', 'pkg_|-a_|-a_|-latest', 'cmd_|-a_|-a_|-run');
  const name = fc.constantFrom('/etc/shadow', '/srv/x.conf', 'x');
  fc.assert(
    fc.property(key, name, redactionChanges, (state, file, changes) => {
      const result = { name: file, comment: '', result: true, changes, __run_num__: 0 };
      const event = job('state.sls', { [state]: result });
      expect(disagreement(module, event, 'flatten', { options, uncut: module })).toBeNull();
    }),
    parameters(runs),
  );
});
