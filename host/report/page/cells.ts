// What stands in the tables' cells.
import { h, type JSX } from 'preact';
import { splitStateName } from '../../core/salt.js';
import type { Remark } from '../data.js';
import type { GroupRow } from '../tables.js';
import { numberText, plural, timeText } from '../words.js';

/** Lines and characters of a comment that are shown unasked. */
const SHORT_LINES = 3;
const SHORT = 240;

/** A text that may be long: its beginning, and the whole of it behind a switch. */
export function Long({ text }: { text: string }): JSX.Element {
  const lines = text.split('\n');
  const beginning = lines.slice(0, SHORT_LINES).join('\n').slice(0, SHORT);
  if (beginning.length === text.length) return h('div', { class: 'text' }, text);
  return h(
    'details',
    null,
    h('summary', null, h('span', { class: 'text' }, `${beginning.replace(/\n[^\p{L}\p{N}]*$/u, '')}…`)),
    h('div', { class: 'text' }, text),
  );
}

/** Of a traceback the last line says what happened, so it comes first. */
export function ErrorText({ error }: { error: string }): JSX.Element {
  if (!error.split('\n', 1)[0]!.endsWith('Traceback (most recent call last):')) return h(Long, { text: error });
  const last = error.trimEnd().split('\n').at(-1)!;
  return h('details', null, h('summary', null, h('span', { class: 'text' }, last)), h('div', { class: 'text' }, error));
}

/** A comment, and behind it why a command failed: that is what a reader looks for, so no switch hides it. */
function Remarked({ remark }: { remark: Remark | null }): JSX.Element {
  if (remark === null) return h('span', null, '(other comments)');
  const { comment, reason } = remark;
  return h(
    'div',
    null,
    comment === '' ? null : h(Long, { text: comment }),
    reason === '' ? null : h('div', { class: 'text reason' }, reason),
  );
}

export function Comments({ comments }: Pick<GroupRow, 'comments'>): JSX.Element {
  const [first, ...rest] = comments;
  if (first === undefined) return h('span', null, '–');
  return h(
    'div',
    { class: 'comments' },
    h(Remarked, first),
    rest.length === 0
      ? null
      : h(
          'details',
          null,
          h('summary', null, plural(rest.length, 'other comment')),
          h(
            'ul',
            null,
            rest.map(({ remark, count }) =>
              h(
                'li',
                null,
                h('b', null, `${numberText(count)} × `),
                h('span', { class: 'text' }, remark?.comment ?? '(other comments)'),
                remark === null || remark.reason === '' ? null : h('div', { class: 'text reason' }, remark.reason),
              ),
            ),
          ),
        ),
  );
}

export function State({ name: stateName }: { name: string }): JSX.Element {
  const { fun, id, name } = splitStateName(stateName);
  return h(
    'span',
    { class: 'state' },
    h('span', { class: 'id' }, id),
    h('span', { class: 'fun' }, [fun, name].filter((part) => part !== '' && part !== null).join(' · ')),
  );
}

/** A time, UTC, without the year where that is `thisYear`. */
export function Time({ ms, thisYear }: { ms: number | null; thisYear: string }): JSX.Element {
  if (ms === null) return h('span', null, '–');
  const text = timeText(ms);
  const short = text.startsWith(thisYear) ? text.slice(5) : text;
  return h('time', { dateTime: new Date(ms).toISOString(), title: `${text} UTC` }, short);
}
