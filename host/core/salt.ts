// Salt's facts, for records that are parsed: what its members mean and how it writes them.

/** Whether a member is a string. */
export const isText = (value: unknown): value is string => typeof value === 'string';

/** Any member as text: strings as they are, nothing for null and absence, else JSON. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- undefined, whatever its type says, of what JSON has not
export const asText = (value: unknown): string => (isText(value) ? value : (JSON.stringify(value ?? undefined) ?? ''));

/** Milliseconds since 1970 of Salt's `_stamp`, which is UTC with or without saying so; null where it is none. */
export function readStamp(stamp: unknown): number | null {
  if (!isText(stamp) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(stamp)) return null;
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(stamp) ? stamp : `${stamp}Z`);
  return Number.isNaN(ms) ? null : ms;
}

/** Milliseconds of Salt's `duration`, a number (before 2014.7 text such as `12.3 ms`); null where it is none. */
export function readDuration(duration: unknown): number | null {
  const ms = isText(duration) ? Number(/^(\d+(?:\.\d+)?)(?: ms)?$/.exec(duration)?.[1] ?? NaN) : duration;
  return typeof ms === 'number' && ms >= 0 && ms < 1e12 ? ms : null;
}

/** `file.managed` and `ID` of the key `file_|-ID_|-NAME_|-managed`; NAME where it is another than ID. */
export function splitStateName(stateName: string): { fun: string; id: string; name: string | null } {
  const separator = '_|-';
  const first = stateName.indexOf(separator);
  const second = stateName.indexOf(separator, first + separator.length);
  const last = stateName.lastIndexOf(separator);
  if (first < 0 || second < 0 || last <= second) return { fun: '', id: stateName, name: null };
  const id = stateName.slice(first + separator.length, second);
  const name = stateName.slice(second + separator.length, last);
  const fun = `${stateName.slice(0, first)}.${stateName.slice(last + separator.length)}`;
  return { fun, id, name: name === id ? null : name };
}
