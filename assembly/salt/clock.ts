// Salt's times: time stamps and times of day, read and written. All times are microseconds.
import { COLON, MINUS, PLUS, POINT, QUOTE, ZERO, isDigit } from "../bytes/chars";
import { putAscii, putByte } from "../json/put";

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

/** `HH:MM:SS` at `p`, with the fraction behind it, since midnight; NO_TIME for anything else. */
export function readTimeOfDay(p: usize): i64 {
  const hour = readDigits(p, 2);
  const minute = readDigits(p + 3, 2);
  const second = readDigits(p + 6, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return NO_TIME;
  if (load<u8>(p, 2) != COLON || load<u8>(p, 5) != COLON) return NO_TIME;
  return hour * HOUR + minute * MINUTE + second * SECOND + readFraction(p + TIME_BYTES);
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

function putDigits(value: i64, width: i32): void {
  for (let scale: i64 = width == 6 ? 100_000 : width == 4 ? 1000 : 10; scale; scale /= 10) {
    putByte(ZERO + <u8>((value / scale) % 10));
  }
}

/** `"2026-11-22T09:19:48.350511Z"` */
export function putTime(time: i64): void {
  const days = floorDiv(time, DAY);
  const ofDay = time - days * DAY;
  // The same source: a date from its days since 1970.
  const z = days + 719468;
  const era = floorDiv(z, 146097);
  const ofEra = z - era * 146097;
  const yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146096) / 365;
  const ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const shifted = (5 * ofYear + 2) / 153;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  putByte(QUOTE);
  putDigits(yearOfEra + era * 400 + (month <= 2 ? 1 : 0), 4);
  putByte(MINUS);
  putDigits(month, 2);
  putByte(MINUS);
  putDigits(ofYear - (153 * shifted + 2) / 5 + 1, 2);
  putByte(0x54);
  putDigits(ofDay / HOUR, 2);
  putByte(COLON);
  putDigits((ofDay / MINUTE) % 60, 2);
  putByte(COLON);
  putDigits((ofDay / SECOND) % 60, 2);
  putByte(POINT);
  putDigits(ofDay % SECOND, 6);
  putByte(0x5a);
  putByte(QUOTE);
}
