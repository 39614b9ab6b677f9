// What a receiver says of a failure, in words.
import { describeError } from '../../../build/host/delivery/failure.js';

describe('an error of OpenSearch', () => {
  it('is told with a few of its causes, however many there are', () => {
    let error: object = { type: 'first' };
    for (let count = 0; count < 100_000; count++) error = { type: `t${count}`, reason: 'why', caused_by: error };
    expect(describeError(error)).toMatch(/^t99999: why \(t99998: why .*t99994: why\)+$/);
  });
});
