// Every changed byte of the real returns: records or a malformed record, never a trap, and the next
// good event is right.
import { load, type Saltflat } from '../../../build/host/index.js';
import { LARGE, SMALL, changes, changesOf, firstProblem } from '../../support/module/damaged.js';

let module: Saltflat;
beforeAll(async () => {
  module = await load();
});

describe.each(SMALL.map((line, index) => [index, line] as const))('the real return %i', (index, line) => {
  it('with any one byte changed gives what the oracle gives', () => {
    expect(firstProblem(module, changesOf(line, index))).toBeNull();
  });
});

describe('the return of 400 states', () => {
  it('with a sample of bytes changed gives what the oracle gives', () => {
    expect(firstProblem(module, changes(LARGE, 0, 3, 661))).toBeNull();
  });
});
