// What the command line asks of records, as its options are typed: --failed, --minion, --sls, --since, --until.
import { InvalidArgumentError } from 'commander';
import { UsageError } from '../core/error.js';
import { type FilterOptions, MOMENT_FORMS, type Moment, RecordFilter, readMoment } from '../core/filter.js';

/** An option as the table of commands has it. */
interface FilterRow {
  readonly flags: string;
  readonly text: string;
  readonly read?: (text: string, before: unknown) => unknown;
}

function momentOf(text: string): Moment {
  const moment = readMoment(text, Date.now());
  if (moment === null) throw new InvalidArgumentError(`${MOMENT_FORMS}.`);
  return moment;
}

function globsOf(text: string, before: unknown): readonly string[] {
  if (text === '') throw new InvalidArgumentError('expected a glob, such as web-*.');
  return [...((before as readonly string[] | undefined) ?? []), text];
}

/** The options, one for each of `FilterOptions`. */
export const FILTER_OPTIONS = {
  failed: { flags: '--failed', text: 'only what failed: states, and state runs without state results' },
  minion: {
    flags: '--minion <GLOB>',
    text: 'only of minions that match; several times: of any of them',
    read: globsOf,
  },
  sls: { flags: '--sls <GLOB>', text: 'only of SLS files that match; several times: of any of them', read: globsOf },
  since: { flags: '--since <time>', text: 'only from then on: 30m, 2h, 7d ago, or a date (UTC)', read: momentOf },
  until: { flags: '--until <time>', text: 'only before then', read: momentOf },
} as const satisfies Record<keyof FilterOptions, FilterRow>;

/** The filter that options ask for. Throws a `UsageError` where no time is left between them. */
export function filterOf(options: FilterOptions): RecordFilter {
  const { since, until } = options;
  if (since !== undefined && until !== undefined && since.ms >= until.ms)
    throw new UsageError(
      `--since ${since.text} --until ${until.text}: nothing lies between; --until is to be the later one (a date alone is its midnight, UTC)`,
      'BAD_OPTIONS',
      '--since',
    );
  return new RecordFilter(options);
}

/** What the help of the commands says of these options. */
export const FILTER_HELP = `Filters (a record must pass all that are given):
  A GLOB is one of Salt's, for the whole name: *, ?, [abc], [!abc]. Quote it.
  --sls is the SLS file of a state. For a run without state results it is the
  files that it was told to apply. Times are the event's (_stamp), else the
  jid's, by the clock of who began the job. Malformed lines always stay, as
  nobody knows whose they are. If other filters than --failed leave nothing,
  stderr says what there is, and the exit code is 3.`;
