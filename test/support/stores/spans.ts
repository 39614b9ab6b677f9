// The spans of events, made in this process by what `replay --to otlp://` makes them by.
import { load } from '../../../build/host/index.js';
import { noCounts } from '../../../build/host/core/counts.js';
import { Flattener } from '../../../build/host/core/flattener.js';
import type { Options } from '../../../build/host/index.js';
import { OTLP } from '../../../build/host/stores/otlp/otlp.js';
import { type SentSpan, attributesOf } from './otlp.js';

/** A span with its attributes as an object. */
export interface SpanOf extends Omit<SentSpan, 'attributes'> {
  readonly attributes: ReturnType<typeof attributesOf>;
  /** What it comes from. */
  readonly resource: ReturnType<typeof attributesOf>;
  /** As it is sent. */
  readonly json: string;
}

/** The spans of event lines. `batches`: how they are handed over; all at once unless told. */
export async function spansOf(
  lines: readonly string[],
  options: Options = {},
  { isFiltered = false, batches = [lines] }: { isFiltered?: boolean; batches?: readonly (readonly string[])[] } = {},
): Promise<SpanOf[]> {
  const saltflat = await load({ options: { ...options, ...OTLP.forced(options) } });
  const maker = OTLP.documents({ isFiltered });
  const keep = (record: Uint8Array, kind: Parameters<NonNullable<typeof maker.takes>>[1]): boolean =>
    maker.takes!(record, kind) ?? true;
  const flattener = new Flattener(saltflat, 'flatten_ecs', noCounts(), keep);
  const found: SpanOf[] = [];
  for (const batch of batches) {
    const events = batch.map((text, at) => {
      const bytes = Buffer.from(text);
      return { bytes, number: at + 1, offset: 0, end: bytes.length, isTooLong: false };
    });
    for (const records of flattener.batches(events))
      for (const { json, resource } of maker.of(records)) {
        const span = JSON.parse(json) as SentSpan;
        const { attributes } = JSON.parse(resource!) as { attributes: SentSpan['attributes'] };
        found.push({ ...span, attributes: attributesOf(span.attributes), resource: attributesOf(attributes), json });
      }
  }
  return found;
}
