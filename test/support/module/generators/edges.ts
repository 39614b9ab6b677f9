// Arbitraries for single dangers: depth, names that are alike, states whose record is known beforehand.
import fc from 'fast-check';
import { holdsString, readSpan, valueOf } from '../../../oracle/json.js';
import { anyValue, nested, plainString, quoted, space } from './json.js';

/** Nesting around the limit, in places where it matters and where it does not. */
export const deepEvent = fc
  .tuple(
    fc.oneof(
      { arbitrary: fc.integer({ min: 495, max: 520 }), weight: 8 },
      { arbitrary: fc.constantFrom(1, 40, 1024, 5000, 70000), weight: 1 },
    ),
    fc.nat(2),
    fc.constantFrom(
      'changes',
      'return',
      'unknown',
      'fun_args',
      'key',
      '_stamp',
      'log',
      'root',
      'unclosed',
      'wrapper',
      'id',
    ),
    fc.nat(3),
  )
  .map(([depth, style, place, quoting]) => {
    const deep = nested(depth, style);
    const state = (changes: string): string => `{"a_|-b_|-c_|-d":{"changes":${changes}}}`;
    const event = (more: string, value = state('{}')): string =>
      `{"jid":"1","id":"m","fun":"state.sls","return":${value}${more}}`;
    switch (place) {
      case 'changes':
        return `{"data":${event('', state(deep))},"tag":"salt/job/1/ret/m"}`;
      case 'return':
        return event('', deep);
      case 'root':
        return deep;
      case 'log':
        return `{"log":${quoted(event('', state(deep)), quoting)}}`;
      case 'wrapper':
        return `{"log":${quoted(event(''), quoting)},"kubernetes":${deep}}`;
      case 'unclosed':
        return event('', deep.slice(0, deep.length >> 1));
      case 'key':
        return `{"return":null,"a":${deep},"b":1}`;
      case 'unknown':
        return event(`,"x":${deep}`);
      default:
        return event(`,"${place}":${deep}`);
    }
  });

const NAME_STARTS = [
  '__id__',
  'name',
  'changes',
  'result',
  'comment',
  '__run_num__',
  '__sls__',
  'duration',
  'start_time',
  'state_id',
  'fun_args',
];
/** Names that begin alike, of every length around a word's: what a scanner that remembers names may mistake. */
const alikeName = fc
  .tuple(
    fc.constantFrom(...NAME_STARTS),
    fc.nat(16),
    fc.constantFrom('', '_', 'x', '__', 'é', '\\u005f', '\\"', ':', ' '),
  )
  .map(([start, length, end]) => `"${start.slice(0, length)}${end}"`);
const gappedMember = fc
  .tuple(alikeName, fc.array(space, { minLength: 4, maxLength: 4 }), anyValue)
  .map(([name, gaps, value]) => {
    return `${gaps[0]}${name}${gaps[1]}:${gaps[2]}${value}${gaps[3]}`;
  });

/** Many states whose members' names are alike, white space differing from member to member. */
export const alikeNames = fc
  .array(fc.array(gappedMember, { maxLength: 6 }), { minLength: 1, maxLength: 12 })
  .map((states) => {
    const members = states.map((each, index) => `"a_|-s${index}_|-c_|-d":{${each.join(',')}}`);
    return `{"jid":"1","id":"m","fun":"state.sls","return":{${members.join(',')}},"_stamp":"s"}`;
  });

/** A state's members, no two of one name and none of the event's, and the text of the event and of the record. */
export const exactState = fc
  .tuple(
    fc.uniqueArray(fc.tuple(fc.oneof(plainString, alikeName), anyValue), {
      maxLength: 7,
      selector: ([name]) => String(JSON.parse(name)),
    }),
    fc.nat(4),
  )
  .map(([all, style]) => {
    const taken = ['__id__', 'state_id', 'fun_args', 'fun', 'trimmed'];
    const members = all
      .filter(([name]) => !taken.includes(JSON.parse(name) as string))
      .map(([name, value]) => `${name}:${value}`);
    const event = `{"jid":"1","id":"m","fun":"state.sls","return":{"a_|-b_|-c_|-d":{${members.join(',')}}}}`;
    const isTrimmed = holdsString(valueOf(readSpan(`{${members.join(',')}}`)), 'VALUE_TRIMMED');
    const common =
      '"state_name":"a_|-b_|-c_|-d","state_id":"b","minion_id":"m","jid":"1","fun":"state.sls","fun_args":null,"event_type":"state_return"';
    return {
      event: style === 4 ? event : `{"log":${quoted(event, style)}}`,
      record: `{${[...members, common, ...(isTrimmed ? ['"trimmed":true'] : [])].join(',').replace(/[\r\n]/g, ' ')}}`,
    };
  });
