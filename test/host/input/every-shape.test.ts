// What the module reads as an event is never taken for the output of one of Salt's commands, whatever its shape.
import fc from 'fast-check';
import { load } from '../../../build/host/index.js';
import { eventsOf } from '../../../build/host/input/results.js';
import * as generate from '../../support/module/generators.js';

const module = await load();
const encoder = new TextEncoder();

it('leaves events of every shape as they are', () => {
  let events = 0;
  const line = generate.anyEvent.map((text) => text.replaceAll(/[\r\n]/g, ' ').trim());
  const property = fc.property(line, (text) => {
    const bytes = encoder.encode(text);
    const records = module.flatten(bytes);
    if (records.length === 0 || records.some((record) => 'event_type' in record && record.event_type === 'malformed'))
      return;
    events++;
    expect(
      [...eventsOf({ bytes, number: 1, offset: 0, end: bytes.length, isTooLong: false })].map((found) => found.bytes),
    ).toEqual([bytes]);
  });
  fc.assert(property, generate.parameters(3000));
  expect(events).toBeGreaterThan(300);
});
