// The addresses that the commands take with --to.
import { UsageError } from '../core/error.js';
import { shownOf } from '../delivery/tcp-address.js';
import { STORE_SCHEMES } from '../stores/registry.js';
import { STORE_NAMES } from '../stores/store.js';
import { closest } from '../text/suggest.js';

/** What stands before `://` in them. */
const SCHEMES = {
  replay: ['tcp', 'tls', ...STORE_SCHEMES],
  follow: ['http', 'https', 'tcp', 'tls', ...STORE_SCHEMES],
} satisfies Record<string, readonly string[]>;
type Command = keyof typeof SCHEMES;

const STORES = `and ${STORE_NAMES.map((name) => `${name}://`).join(', ')}, these stores with +https too`;
const TAKEN: Readonly<Record<Command, string>> = {
  replay: `replay takes tcp://, tls://, ${STORES}`,
  follow: `follow takes http://, https://, tcp://, tls://, ${STORES}`,
};

/**
 * Throws a `UsageError` `BAD_ADDRESS` where `--to` of this command takes no such address. It repeats nothing secret.
 */
export function checkScheme(address: string, command: Command): void {
  const scheme = /^([a-z][a-z\d+.-]*):\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme !== undefined && SCHEMES[command].includes(scheme)) return;
  const shown = shownOf(address);
  throw new UsageError(
    `--to ${shown}: ${wrongScheme(scheme, shown, command)}; ${TAKEN[command]}`,
    'BAD_ADDRESS',
    shown,
  );
}

function wrongScheme(scheme: string | undefined, shown: string, command: Command): string {
  if (scheme === undefined) {
    const isPlace = /^([^\s/:@]+|\[[\da-f:.]+\]):\d{1,5}$/i.test(shown);
    return `no scheme in front${isPlace ? ` (did you mean tcp://${shown}?)` : ''}`;
  }
  const other: Command = command === 'replay' ? 'follow' : 'replay';
  if (SCHEMES[other].includes(scheme)) return `${scheme}:// is for \`saltflat ${other}\``;
  const overTls = scheme.replace(/s$/, '+https'); // opensearchs, as in https
  const near = SCHEMES[command].includes(overTls) ? overTls : closest(scheme, SCHEMES[command]);
  return `unknown scheme${near === undefined ? '' : ` (did you mean ${near}://?)`}`;
}
