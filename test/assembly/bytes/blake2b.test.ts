// BLAKE2b against the digests that `b2sum -l 128` (GNU coreutils) prints: empty, around the ends of blocks, of several.
import { load } from '../../../build/host/index.js';

const TEXT = 'The quick brown fox. '.repeat(100);

const DIGESTS: Readonly<Record<string, string>> = {
  abc: 'cf4ab791c62b8d2b2109c90275287816', // the text of RFC 7693, appendix A
  [TEXT.slice(0, 1)]: '0583525866ce6d4c711b8d319b34a247',
  [TEXT.slice(0, 127)]: 'd3e2f31008e8f91dfb33813bbfd8c164',
  [TEXT.slice(0, 128)]: '2174a23b4ffce6c3e6cbac4f6b902761',
  [TEXT.slice(0, 129)]: 'f4fec9ba8cc0af6f5ab1929a96c9cc80',
  [TEXT.slice(0, 255)]: 'faa814c826580b284bdb8de7cba2c1f7',
  [TEXT.slice(0, 256)]: '6653c338813544805b97c4334dc53d80',
  [TEXT.slice(0, 257)]: 'b18529a70a9831035985629981da127a',
  [TEXT.slice(0, 1000)]: 'b629bf29992b3af552854392fdd81cef',
};

it('hashes as b2sum does, whatever the length', async () => {
  const module = await load({ options: { redact: { diffs: 'hash' } } });
  for (const [text, digest] of Object.entries(DIGESTS)) {
    const state = { changes: { diff: text }, result: true };
    const event = { jid: '1', id: 'm', fun: 'state.sls', return: { 'a_|-b_|-c_|-d': state } };
    const [record] = module.records(JSON.stringify(event));
    expect(JSON.parse(new TextDecoder().decode(record))).toMatchObject({
      changes: { diff: `[diff: ${text.length} bytes, ${digest}]` },
    });
  }
});
