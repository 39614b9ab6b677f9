// Addresses as messages show them.
import { readTarget, shownOf } from '../../../build/host/delivery/tcp-address.js';

it.each([
  ['tcp://user:hunter2@h:1', 'tcp://…@h:1'],
  ['tcp://user:hun/ter2@h:1', 'tcp://…@h:1'],
  ['tcp://user:hun@t/er2@h:1', 'tcp://…@h:1'],
  ['user:hun/ter2@h:1', '…@h:1'],
  ['tcp://h:1?token=hunter2', 'tcp://h:1'],
  ['tcp://h:1', 'tcp://h:1'],
])('%s is shown as %s', (address, shown) => expect(shownOf(address)).toBe(shown));

it('that hold a password are refused without it', () => {
  expect(() => readTarget('tcp://user:hun/ter2@h:1')).toThrow('--to tcp://…@h:1: expected tcp://HOST:PORT');
});
