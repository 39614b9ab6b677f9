// Written by `npm run build:options` from saltflat.schema.json: change that, not this.

/** The content of `saltflat.json` (`docs/options.md`). Each member may be absent. */
export type Options = {
  /** Where this schema lies, for editors; not read. */
  readonly $schema?: unknown;
  /**
   * Which state records leave. failed: result is false. changed: all with changes, failed ones and those of
   * test=True among them. notable: changed or failed. fun_return, job_return and malformed records always leave.
   * Default: `"all"`.
   */
  readonly only?: 'all' | 'changed' | 'failed' | 'notable';
  /**
   * Which functions' job returns give records, summaries included. fun of a part of a multi-function job is that
   * function.
   */
  readonly functions?: {
    /**
     * Job returns of these functions only. A glob matches the whole text, case included: * stands for any
     * characters, ? for one. Default: `["*"]`.
     */
    readonly include?: readonly string[];
    /**
     * Job returns of these functions not. A glob matches the whole text, case included: * stands for any
     * characters, ? for one. Default: `[]`.
     */
    readonly exclude?: readonly string[];
  };
  /** Which states give records. */
  readonly states?: {
    /**
     * No record of a state whose state_name, state_id or __sls__ matches. A glob matches the whole text, case
     * included: * stands for any characters, ? for one. Default: `[]`.
     */
    readonly exclude?: readonly string[];
  };
  /** all: a fun_return record also for functions that run no states. Default: `"states"`. */
  readonly returns?: 'states' | 'all';
  /**
   * Functions that "returns": "all" passes over. A given list takes the place of the default. A glob matches the
   * whole text, case included: * stands for any characters, ? for one. Default:
   * `["mine.*","saltutil.find_job","saltutil.is_running","saltutil.running"]`.
   */
  readonly returns_ignore?: readonly string[];
  /**
   * pass: events that are no job returns leave as they came. A job return that an option leaves out is not passed.
   * Default: `"drop"`.
   */
  readonly other_events?: 'drop' | 'pass';
  /**
   * One more record for each job return that runs states, event_type job_return: counts and durations of all its
   * states. Default: `false`.
   */
  readonly summary?: boolean;
  /**
   * Members of the event that are copied to its state, fun_return and job_return records: success, retcode, user,
   * tgt, … Names that records have already, return and id are refused. Default: `[]`.
   */
  readonly job_members?: readonly string[];
  /**
   * Members added to every record but passed events: strings, numbers, true, false; 1,024 bytes in all. Names that
   * records have already are refused. Default: `{}`.
   */
  readonly add?: { readonly [name: string]: string | number | boolean };
  /**
   * A state that Salt did not run because a requisite failed has caused_by: the state_name of each state that
   * failed by itself and led to it. Summaries count both. Default: `false`.
   */
  readonly causes?: boolean;
  /** text: changes stand as JSON in a string. Default: `"json"`. */
  readonly changes?: 'json' | 'text';
  /** text: fun_args stand as JSON in a string. Default: `"json"`. */
  readonly fun_args?: 'json' | 'text';
  /** event_id: 32 hexadecimal digits, the same for the same result, whichever way it came. Default: `false`. */
  readonly id?: boolean;
  /**
   * trace_id and span_id, and event_id: ids of OpenTelemetry that lead from a record to its span, where jobs are
   * also sent as traces. Default: `false`.
   */
  readonly trace?: boolean;
  /**
   * Secrets are masked, by names of members and inside strings. true: everything; an object says more. Default:
   * `false`.
   */
  readonly redact?:
    | boolean
    | {
        /**
         * Further names whose values are masked. Compared without regard to case; - and _ are the same. * stands for
         * any characters, ? for one. Default: `[]`.
         */
        readonly members?: readonly string[];
        /** Names that are never masked by their name. Compared as members. Default: `[]`. */
        readonly keep?: readonly string[];
        /** Whether the built-in names are masked: *password*, *token*, *secret*, … Default: `true`. */
        readonly defaults?: boolean;
        /**
         * Whether secrets inside strings are masked: NAME=value, Bearer …, keys known by their shape, … Default:
         * `true`.
         */
        readonly strings?: boolean;
        /**
         * Strings named diff inside changes: left (redacted as any string), masked, or replaced by size and hash.
         * Default: `"keep"`.
         */
        readonly diffs?: 'keep' | 'drop' | 'hash';
        /** Further files whose diffs are dropped, beside keys, shadow, .netrc and their like. Default: `[]`. */
        readonly files?: readonly string[];
        /** Options of further programs whose argument is masked: deploy --key. The program is a glob. Default: `[]`. */
        readonly names?: readonly string[];
        /** Groups of rules that are left out. Default: `[]`. */
        readonly without?: readonly (
          | 'members'
          | 'pairs'
          | 'assignments'
          | 'keys'
          | 'options'
          | 'blanks'
          | 'programs'
          | 'sql'
          | 'tokens'
          | 'hashes'
          | 'webhooks'
          | 'xml'
          | 'urls'
          | 'schemes'
          | 'pem'
          | 'lines'
          | 'files'
        )[];
      };
  /** Longer members and records are cut; truncated names what was cut, with its size. No limit where absent. */
  readonly max_bytes?: {
    /** The most bytes of JSON that the value of one member of a record may have. */
    readonly member?: number;
    /** The most bytes of JSON that a whole record may have. */
    readonly record?: number;
  };
};
