// docs/guides/traces.md, line by line: `saltflat follow` and a real Jaeger.
import { describeWith } from '../support/program.js';
import { Jaeger, NO_JAEGER, tagOf } from '../support/stores/jaeger.js';
import { Guide } from '../support/guides/guide.js';
import { Sandbox, missingTools } from '../support/guides/sandbox.js';
import { walk } from '../support/guides/walk.js';

const LONG_MS = 300_000;

describeWith('the guide from zero to traces', NO_JAEGER ?? missingTools(), () => {
  const guide = new Guide('docs/guides/traces.md');
  let jaeger: Jaeger;
  let sandbox: Sandbox;
  beforeAll(async () => {
    jaeger = await Jaeger.start();
    sandbox = new Sandbox({ 4318: jaeger.otlp, 16686: jaeger.port });
  }, LONG_MS);
  afterAll(async () => {
    await sandbox.remove();
    await jaeger.stop();
  });

  it(
    'ends with a span for every state of a job, and with a service that goes on',
    async () => {
      await walk(guide, sandbox);
      const spans = (await jaeger.traces()).flatMap((trace) => trace.spans);
      const keys = spans.map((span) => tagOf(span, 'salt.state.key'));
      expect(keys).toEqual(expect.arrayContaining(sandbox.returned));
      expect(guide.unseen).toEqual([]);
      expect(sandbox.read('/etc/systemd/system/saltflat-traces.service')).toMatch(
        /^ExecStart=.* --checkpoint \S+\/traces --to otlp\+http:\/\/127\.0\.0\.1:\d+$/m,
      );
    },
    LONG_MS,
  );

  it('restarts Salt once it is configured, and leaves a service behind', () => {
    expect(sandbox.calls.filter((call) => !call.startsWith('sudo'))).toEqual([
      'getent passwd saltflat',
      'useradd --system saltflat',
      'systemctl daemon-reload',
      'systemctl restart salt-master',
      'salt * state.apply',
      'systemctl daemon-reload',
      'systemctl enable saltflat-traces',
      'systemctl restart saltflat-traces',
    ]);
  });
});
