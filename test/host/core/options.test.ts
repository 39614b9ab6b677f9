// The type of the options is the schema's.
import { readFileSync } from 'node:fs';

interface Writer {
  readonly optionsType: (schema: object) => Promise<string>;
}

const WRITER = '../../../scripts/options-type.mjs'; // no declarations: it is no part of the package
const { optionsType } = (await import(WRITER)) as Writer;
const schema = JSON.parse(readFileSync('saltflat.schema.json', 'utf8')) as object;

it('is written from the schema (`npm run build:options`)', async () => {
  expect(await optionsType(schema)).toBe(readFileSync('host/core/options.ts', 'utf8'));
});

it('is not written where the schema says what the writer does not know', async () => {
  const unknown = { properties: { new: { description: 'new', type: 'null' } } };
  await expect(optionsType(unknown)).rejects.toThrow(
    'saltflat.schema.json: no type for {"description":"new","type":"null"}',
  );
});
