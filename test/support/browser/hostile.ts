// Events in which everything that Salt copies from people is an attack on who looks at it.
import { failure, newLine, result, returnLine } from '../report-events.js';

/** Runs wherever a page lets it: each of these sets `window.planted`, or asks the network for something. */
const PLANTED = [
  '</script><script>window.planted=1</script>',
  '<img src=x onerror="window.planted=2">',
  '<svg/onload=window.planted=3>',
  '"><iframe srcdoc="<script>parent.planted=4</script>">',
  '\'" onmouseover="window.planted=5" autofocus onfocus="window.planted=6" x="',
  '<!--<script>',
  ']]><!--',
  '</title></style></textarea></noscript><script>window.planted=7</script>',
  '<a href="javascript:window.planted=8">click</a>',
  '<link rel=stylesheet href=http://127.0.0.1:9/x.css><base href=http://127.0.0.1:9/>',
  '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
  '<style>@import url(http://127.0.0.1:9/y.css);*{display:none}</style>',
  '{{constructor.constructor("window.planted=9")()}}${window.planted=10}',
  '\\u003cscript>window.planted=11\\u003c/script>',
  '&lt;script&gt;window.planted=12&lt;/script&gt;',
  '\u202egnp.exe\u2066\u200b\u0000\u001b[31m\u2028\ufeff\ud800',
  '__proto__',
  'constructor',
];

/** A text that is longer than any page can be wide. */
export const LONG = `long-${'W'.repeat(20_000)}`;

/** All of them. */
export const HOSTILE: readonly string[] = [...PLANTED, LONG];

/**
 * One return after another: each text as id, name, comment, SLS, minion, job, function, key and value of changes,
 * error.
 */
export function hostileEvents(): string {
  return HOSTILE.map((text, at) => {
    const stamp = new Date(Date.UTC(2026, 10, 22, 9, at)).toISOString();
    const minion = `${text} minion`;
    const changes = { [text]: { diff: text, new: text } };
    const states = {
      ...failure(text, text, text),
      ...result(`drift ${text}`, {
        result: null,
        changes,
        comment: `${text}\n${text}`,
        __sls__: text,
        duration: at * 1000,
      }),
    };
    return [
      newLine(`${at}`, [minion, `gone ${text}`], text, stamp),
      newLine(`new ${at}`, [`gone ${text}`], 'state.apply', stamp),
      returnLine({ jid: text, minion, stamp, args: [text], returned: states }),
      returnLine({ jid: text, minion, stamp, args: [text], fun: 'state.sls', returned: [text, `${text}\n${text}`] }),
    ].join('');
  }).join('');
}
