// Writes host/core/options.ts, the type of the options, from saltflat.schema.json. A test compares the two.
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

const SCHEMA = 'saltflat.schema.json';
const TYPE = 'host/core/options.ts';
const COLUMNS = 120;

const literal = (value) => (typeof value === 'string' ? `'${value}'` : JSON.stringify(value));

/** The description and the default as a comment of lines that are not too long. */
function commentOf({ description, default: byDefault }, depth) {
  const words = description.split(' ');
  if (byDefault !== undefined) words.push('Default:', `\`${JSON.stringify(byDefault)}\`.`);
  const margin = '  '.repeat(depth);
  const lines = [''];
  for (const word of words) {
    const line = `${lines.at(-1)} ${word}`;
    if (`${margin} * ${line}`.length > COLUMNS - 3) lines.push(` ${word}`);
    else lines[lines.length - 1] = line;
  }
  return lines.length === 1
    ? `/**${lines[0]} */`
    : `/**\n${lines.map((line) => `${margin} *${line}`).join('\n')}\n${margin} */`;
}

/** A schema as a type. `root` has the definitions. Throws where it says what this does not know. */
function typeOf(schema, root, depth) {
  const { $ref: reference, enum: words, anyOf: forms, type, properties, additionalProperties: others } = schema;
  if (reference !== undefined) return typeOf(root.$defs[reference.slice('#/$defs/'.length)], root, depth);
  if (words !== undefined) return words.map(literal).join(' | ');
  if (forms !== undefined) return forms.map((form) => typeOf(form, root, depth)).join(' | ');
  switch (type) {
    case undefined:
      return 'unknown';
    case 'array':
      return `readonly ${elementOf(typeOf(schema.items, root, depth))}[]`;
    case 'integer':
      return 'number';
    case 'boolean':
    case 'number':
    case 'string':
      return type;
    case 'object':
      if (properties === undefined) return `{ readonly [name: string]: ${typeOf(others, root, depth)} }`;
      return `{ ${membersOf(properties, root, depth + 1)} }`;
    default:
      throw new Error(`${SCHEMA}: no type for ${JSON.stringify(schema)}`);
  }
}

/** A type as that of a list's elements: brackets around a union. */
const elementOf = (type) => (type.includes(' | ') ? `(${type})` : type);

const nameOf = (name) => (/^\w+$/.test(name) ? name : `'${name}'`);

function membersOf(properties, root, depth) {
  return Object.entries(properties)
    .map(
      ([name, schema]) => `${commentOf(schema, depth)}\nreadonly ${nameOf(name)}?: ${typeOf(schema, root, depth)};\n`,
    )
    .join('');
}

/** The text of the file for a schema. */
export async function optionsType(schema) {
  const text =
    `// Written by \`npm run build:options\` from ${SCHEMA}: change that, not this.\n\n` +
    `/** The content of \`saltflat.json\` (\`docs/options.md\`). Each member may be absent. */\n` +
    `export type Options = { ${membersOf(schema.properties, schema, 1)} };\n`;
  return format(text, { ...(await resolveConfig(TYPE)), parser: 'typescript' });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(TYPE, await optionsType(JSON.parse(readFileSync(SCHEMA, 'utf8'))));
