// The examples of docs/redaction.md: each group masks its own, and without the group the text stays.
import { readFileSync } from 'node:fs';
import { load } from '../../../build/host/index.js';
import { groups } from '../../../build/host/options/describe.js';
import { job, states } from '../../support/module/jobs.js';

const PAGE = readFileSync('docs/redaction.md', 'utf8');
const EXAMPLES = [...PAGE.matchAll(/^\| `(\w+)` +\| `(.+?)` +\| `(.+?)` +\|$/gm)].map(
  ([, group, text, left]) => [group!, text!, left!] as const,
);
/** Groups whose examples take more than a line. */
const LONG = ['pem', 'files'];

/** What leaves of a text as a state's comment, or of JSON as its changes. */
async function left(text: string, redact: unknown): Promise<string> {
  const isJson = text.startsWith('{');
  const state = isJson ? { changes: JSON.parse(text) as object } : { comment: text };
  const module = await load({ options: { redact } as object });
  const [record] = module.flatten(job('state.sls', states({ a: state })));
  return isJson ? JSON.stringify(record!['changes']).replaceAll(/(?<=[:,])(?=["[])/g, ' ') : String(record!['comment']);
}

it('has an example of each group', () => {
  expect([...EXAMPLES.map(([group]) => group), ...LONG].sort()).toEqual([...groups()].sort());
});

it.each(EXAMPLES)('%s: %s', async (group, text, masked) => {
  expect(await left(text, true)).toBe(masked);
  expect(await left(text, { without: [group] })).toBe(text);
});
