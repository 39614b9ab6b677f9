// fast-check arbitraries of states that Salt did not run because others failed: chains, circles, names that are the
// beginning of others, names of several states, names that nothing has.
import fc from 'fast-check';

type Json = unknown;

const SLS = ['a', 'a', 'a.b', 'web', 'a, a', 'web, a.x', 7, null, undefined];
const IDS = ['x', 'x', 'y', 'x, a.x', 'x, a.y', 'a.x', 'b.x', 'é "q" \\', 'x, ', ', x', 'api_key=abcdefgh', undefined];
const NAMES = ['n', 'm', 'o', 'p'];
const MISSING = ['gone.x', 'a.gone', 'gone', ', ', '', 'a.', 'token=abcdefghijkl', 'a.x, a.gone, a.y'];

/**
 * Which of the states that failed by now, and the ones after it, a state follows: their places, and names that none
 * has.
 */
const following = fc.array(
  fc.oneof({ arbitrary: fc.nat(9), weight: 8 }, { arbitrary: fc.constantFrom(...MISSING), weight: 1 }),
  { maxLength: 4 },
);

const requisite = fc.record({
  sls: fc.constantFrom(...SLS),
  id: fc.constantFrom(...IDS),
  name: fc.constantFrom(...NAMES),
  kind: fc.constantFrom('root', 'root', 'follower', 'follower', 'follower', 'done', 'skipped'),
  following,
  ran: fc.constantFrom<Json>(undefined, undefined, false, false, false, true, null),
  prefix: fc.constantFrom(
    ...Array<string>(12).fill('One or more requisite failed: '),
    'One or more requisite failed:',
    'one or more requisite failed: ',
  ),
  changes: fc.constantFrom<Json>(...Array<Json>(9).fill({}), { a: 1 }, 'x', undefined),
  own: fc.dictionary(fc.constantFrom('caused_by', 'caused_by_text', 'failed_roots', 'zz'), fc.constantFrom('own', 7), {
    maxKeys: 1,
  }),
});
type Requisite = typeof requisite extends fc.Arbitrary<infer T> ? T : never;

function stateOf(each: Requisite, all: readonly Requisite[]): Json {
  const { sls, id, kind, ran, changes } = each;
  const names = each.following.map((one) => {
    if (typeof one === 'string') return one;
    const at = one % all.length;
    return `${all[at]?.sls}.${all[at]?.id ?? `i${at}`}`;
  });
  const own = {
    __sls__: sls,
    __id__: id,
    name: each.name,
    changes,
    ...each.own,
    ...(ran === undefined ? {} : { __state_ran__: ran }),
  };
  if (kind === 'root') return { ...own, result: false, comment: 'it broke' };
  if (kind === 'follower') return { ...own, result: false, comment: each.prefix + names.join(', ') };
  return { ...own, result: true, comment: 'Success!', ...(kind === 'skipped' ? { __state_ran__: false } : {}) };
}

/** State results of which many follow others. */
export const requisiteStates = fc
  .array(requisite, { minLength: 1, maxLength: 10 })
  .map((all) => Object.fromEntries(all.map((each, at) => [`test_|-i${at}_|-${each.name}_|-nop`, stateOf(each, all)])));
