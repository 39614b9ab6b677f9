// Every changed byte of the real returns in an agent's `log`: records or a malformed record, never a trap, and the next
// good event is right.
import { load, type Saltflat } from '../../../build/host/index.js';
import { TEXTS, changesOf, firstProblem } from '../../support/module/damaged.js';

let module: Saltflat;
beforeAll(async () => {
  module = await load();
});

describe.each(TEXTS.map((line, index) => [index, line] as const))('the real return %i in log', (index, line) => {
  it('with any one byte changed gives what the oracle gives', () => {
    expect(firstProblem(module, changesOf(line, index))).toBeNull();
  });
});
