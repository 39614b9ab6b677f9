// Salt's times: time stamps and times of day, read and written. All times are microseconds.
import { COLON, MINUS, PLUS, POINT, QUOTE, ZERO, isDigit } from "../bytes/chars";
import { digitPair } from "../bytes/digits";
import { LANES_80 } from "../bytes/words";
import { out, setOut } from "../json/emit";
import { hasRoom } from "../json/put";

/** What is no time. All times are microseconds. */
export const NO_TIME: i64 = i64.MIN_VALUE;

const SECOND: i64 = 1_000_000;
export const MINUTE: i64 = 60 * SECOND;
export const HOUR: i64 = 60 * MINUTE;
export const DAY: i64 = 24 * HOUR;

/** A number of `count` digits at `p`, -1 for anything else. */
function readDigits(p: usize, count: usize): i64 {
  let value: i64 = 0;
  for (let i: usize = 0; i < count; i++) {
    const c = load<u8>(p + i);
    if (!isDigit(c)) return -1;
    value = value * 10 + (c - ZERO);
  }
  return value;
}

/** The microseconds of the fraction of a second at `p`, 0 where there is none. */
function readFraction(p: usize): i64 {
  let fraction: i64 = 0;
  if (load<u8>(p) != POINT) return 0;
  let scale = SECOND / 10;
  for (p++; isDigit(load<u8>(p)); p++) {
    fraction += (load<u8>(p) - ZERO) * scale;
    scale /= 10;
  }
  return fraction;
}

/** Bytes of `HH:MM:SS`. */
const TIME_BYTES: usize = 8;

/** The address past the time of day at `p`, its fraction included. */
export function timeEnd(p: usize): usize {
  p += TIME_BYTES;
  if (load<u8>(p) != POINT || !isDigit(load<u8>(p, 1))) return p;
  do p++;
  while (isDigit(load<u8>(p)));
  return p;
}

/** `00:00:00` in memory, and what takes a lane to 0x80 that is more than a digit, or more than the colon. */
const TIME_LANES: u64 = 0x30303a30303a3030;
const TIME_ABOVE: u64 = 0x76767f76767f7676;
/** The same of the six digits of a fraction: the lowest lanes. */
const FRACTION_LANES: u64 = 0x303030303030;
const FRACTION_ABOVE: u64 = 0x767676767676;
const FRACTION_MASK: u64 = 0xffffffffffff;

/** `HH:MM:SS` at `p`, with the fraction behind it, since midnight; NO_TIME for anything else. */
export function readTimeOfDay(p: usize): i64 {
  const w = load<u64>(p) ^ TIME_LANES;
  if (((w + TIME_ABOVE) | w) & LANES_80) return NO_TIME;
  const pairs = w * 10 + (w >> 8);
  const hour = (<u32>pairs) & 0xff;
  const minute = (<u32>(pairs >> 24)) & 0xff;
  const second = (<u32>(pairs >> 48)) & 0xff;
  if (hour > 23 || minute > 59 || second > 59) return NO_TIME;
  const seconds = <i64>(hour * 3600 + minute * 60 + second) * SECOND;
  const c = load<u8>(p, TIME_BYTES);
  if (c == POINT && !isDigit(load<u8>(p, TIME_BYTES + 7))) {
    const f = (load<u64>(p, TIME_BYTES + 1) ^ FRACTION_LANES) & FRACTION_MASK;
    if (!(((f + FRACTION_ABOVE) | f) & LANES_80 & FRACTION_MASK)) {
      const digits = f * 10 + (f >> 8);
      return (
        seconds + ((<u32>digits) & 0xff) * 10000 + ((<u32>(digits >> 16)) & 0xff) * 100 + ((<u32>(digits >> 32)) & 0xff)
      );
    }
  }
  return seconds + readFraction(p + TIME_BYTES);
}

/** Bytes of `HH:MM:SS.ffffff`. */
const LONG_TIME_BYTES: usize = 15;

/** The time of day that is all of `[p, end)`; NO_TIME for anything else. */
export function readWholeTime(p: usize, end: usize): i64 {
  if (end - p < TIME_BYTES) return NO_TIME;
  const time = readTimeOfDay(p);
  if (time == NO_TIME) return NO_TIME;
  if (end - p == LONG_TIME_BYTES && load<u8>(p, TIME_BYTES) == POINT) {
    // Whole, unless something else stands among its digits.
    const f = (load<u64>(p, TIME_BYTES + 1) ^ FRACTION_LANES) & FRACTION_MASK;
    if (!(((f + FRACTION_ABOVE) | f) & LANES_80 & FRACTION_MASK)) return time;
  }
  return timeEnd(p) == end ? time : NO_TIME;
}

/** Days from 1970 to a date (H. Hinnant, chrono-compatible low-level date algorithms). */
function daysTo(year: i64, month: i64, day: i64): i64 {
  if (month <= 2) year--;
  const era = year / 400;
  const ofEra = year - era * 400;
  const ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  return era * 146097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719468;
}

function daysOfMonth(year: i64, month: i64): i64 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/**
 * `YYYY-MM-DDTHH:MM:SS.ffffff`, with `Z`, an offset or none (UTC, as Salt 3006 writes it), as the string `[start,
 * end)`.
 */
export function readStamp(start: usize, end: usize): i64 {
  if (!start || load<u8>(start) != QUOTE || end - start < 21) return NO_TIME;
  let p = start + 1;
  const year = readDigits(p, 4);
  const month = readDigits(p + 5, 2);
  const day = readDigits(p + 8, 2);
  if (year < 1970 || year > 9998 || month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month))
    return NO_TIME;
  if (load<u8>(p, 4) != MINUS || load<u8>(p, 7) != MINUS || (load<u8>(p, 10) | 0x20) != 0x74) return NO_TIME;
  const ofDay = readTimeOfDay(p + 11);
  if (ofDay == NO_TIME) return NO_TIME;
  let time = daysTo(year, month, day) * DAY + ofDay;
  p = timeEnd(p + 11);
  const sign = load<u8>(p);
  if (sign == PLUS || sign == MINUS) {
    const hours = readDigits(p + 1, 2);
    const minutes = readDigits(p + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || load<u8>(p, 3) != COLON) return NO_TIME;
    const offset = hours * HOUR + minutes * MINUTE;
    time += sign == MINUS ? offset : -offset;
    p += 6;
  } else if ((sign | 0x20) == 0x7a) p++;
  return p == end - 1 ? time : NO_TIME;
}

export function floorDiv(a: i64, b: i64): i64 {
  const quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

/** Bytes of a time: quotes, date and time of day. */
export const TIME_TEXT_BYTES: usize = 29;

/** `"2026-11-22T` of the day that was written last, and which day that is. */
const dateText: usize = memory.data(12, 8);
let dateDay: i64 = NO_TIME;

/** Writes the text of a day (the source of `daysTo`: a date from its days since 1970). */
function setDate(days: i64): void {
  dateDay = days;
  const z = days + 719468;
  const era = floorDiv(z, 146097);
  const ofEra = z - era * 146097;
  const yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
  const ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shifted = (5 * ofYear + 2) / 153;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = <u32>(yearOfEra + era * 400 + (month <= 2 ? 1 : 0));
  store<u8>(dateText, QUOTE);
  store<u16>(dateText, digitPair(year / 100), 1);
  store<u16>(dateText, digitPair(year % 100), 3);
  store<u8>(dateText, MINUS, 5);
  store<u16>(dateText, digitPair(<u32>month), 6);
  store<u8>(dateText, MINUS, 8);
  store<u16>(dateText, digitPair(<u32>(ofYear - (153 * shifted + 2) / 5 + 1)), 9);
  store<u8>(dateText, 0x54, 11);
}

/** `"2026-11-22T09:19:48.350511Z"` at `at`: 29 bytes. */
export function emitTime(at: usize, time: i64): usize {
  const days = floorDiv(time, DAY);
  if (days != dateDay) setDate(days);
  const ofDay = time - days * DAY;
  const seconds = <u32>(<u64>ofDay / <u64>SECOND);
  const micros = <u32>(ofDay - <i64>seconds * SECOND);
  const minutes = seconds / 60;
  const hours = minutes / 60;
  const hundreds = micros / 100;
  const tenThousands = hundreds / 100;
  store<u64>(at, load<u64>(dateText));
  store<u32>(at, load<u32>(dateText, 8), 8);
  store<u16>(at, digitPair(hours), 12);
  store<u8>(at, COLON, 14);
  store<u16>(at, digitPair(minutes - hours * 60), 15);
  store<u8>(at, COLON, 17);
  store<u16>(at, digitPair(seconds - minutes * 60), 18);
  store<u8>(at, POINT, 20);
  store<u16>(at, digitPair(tenThousands), 21);
  store<u16>(at, digitPair(hundreds - tenThousands * 100), 23);
  store<u16>(at, digitPair(micros - hundreds * 100), 25);
  store<u16>(at, TIME_END, 27);
  return at + TIME_TEXT_BYTES;
}
/** `Z"` in memory. */
const TIME_END: u16 = 0x225a;

export function putTime(time: i64): void {
  if (hasRoom(TIME_TEXT_BYTES)) setOut(emitTime(out, time));
}
