// The bundled demo tells what it was recorded for.
import { join } from 'node:path';
import { run } from '../../support/command.js';

const DEMO = join(process.cwd(), 'examples/events/demo.ndjson');

describe('the report of the demo', () => {
  let text: string;
  beforeAll(async () => {
    text = (await run(['report', DEMO])).stdout;
  });

  it('has what fails now first: three causes, since when and why', () => {
    expect(text).toContain('Failing now: 3 causes, 5 followers on 2 minions');
    expect(text).toMatch(
      /^ {2}certificate · cmd\.run +app-01\.example\.com +11-30 06:00 +2 +2 +Command "renew-certificate/m,
    );
    expect(text).toMatch(/^ {2}shop database is migrated · cmd\.run +app-01\.example\.com +11-30 08:30 +2 +2 /m);
    expect(text.indexOf('Failing now')).toBeLessThan(text.indexOf('Failed states'));
  });

  it('takes what `unless` finds in order for fixed: the web servers since 07:10', () => {
    const [, fixed = ''] = /^Was failing, is fixed .*\n((?: {2}.*\n)+)/m.exec(text)!;
    expect(fixed).toMatch(/nginx configuration is valid · cmd\.run +web-01\.example\.com +11-30 00:00 +11-30 07:10/);
    expect(text.slice(0, text.indexOf('Was failing'))).not.toContain('nginx');
  });

  it('names the minion that is silent, the refused run and the SLS that does not render', () => {
    expect(text).toMatch(/silent: mon-01\.example\.com/);
    expect(text).toMatch(/Refused runs.*\n.*\n.*db-01\.example\.com/);
    expect(text).toContain("Rendering SLS 'base:contractors' failed");
  });
});
