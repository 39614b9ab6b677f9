// Rules of this project for its Markdown, beside those of markdownlint: sentences of a bearable length, the reader's
// words, links that lead somewhere. `.markdownlint-cli2.mjs` says which files they are for.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { VOCABULARY } from './vocabulary.mjs';

/** The most words of one sentence. */
const LONGEST = 25;

/** Words of a sentence: what is made of letters and digits, with what joins them. Code is one word. */
const WORD = /[\p{L}\p{N}_'’/+=-]+/gu;

/**
 * Where a sentence ends: a stop and white space. A colon and a semicolon end one, too: what follows is a thought of its
 * own.
 */
const END = /(?<=[.!?:;]["”*_)]*)\s+/u;

/** Markdown lines without fenced blocks, tables and headings, which become blank. */
function proseOf(lines) {
  let fence = false;
  return lines.map((line) => {
    const isFence = /^\s*```/.test(line);
    if (isFence) fence = !fence;
    return fence || isFence || /^\s*(\||#)/.test(line) ? '' : line;
  });
}

/** Code spans as one word each, links as their text. */
const plain = (text) => text.replace(/`[^`]*`/g, 'code').replace(/\]\([^)]*\)/g, ']');

/** Paragraphs and list items: their text, and the number of the line where they begin, from 1. */
function paragraphsOf(lines) {
  const found = [];
  let current = null;
  proseOf(lines).forEach((line, index) => {
    const item = /^\s*(?:[-*]|\d+\.)\s+(.*)$/.exec(line);
    if (line.trim() === '' || item !== null) current = null;
    if (line.trim() === '') return;
    if (current === null) found.push((current = { text: '', lineNumber: index + 1 }));
    current.text += ` ${(item?.[1] ?? line).trim()}`;
  });
  return found;
}

const sentences = {
  names: ['saltflat-sentences'],
  description: `A sentence has ${LONGEST} words at most`,
  tags: ['prose'],
  parser: 'none',
  function({ lines }, onError) {
    for (const { text, lineNumber } of paragraphsOf(lines))
      for (const sentence of plain(text).split(END)) {
        const count = sentence.match(WORD)?.length ?? 0;
        if (count > LONGEST) onError({ lineNumber, detail: `${count} words: ${sentence.trim().slice(0, 60)}…` });
      }
  },
};

const vocabulary = {
  names: ['saltflat-vocabulary'],
  description: "The reader's words",
  tags: ['prose'],
  parser: 'none',
  function({ lines }, onError) {
    proseOf(lines).forEach((line, index) => {
      const text = line.replace(/`[^`]*`/g, '');
      for (const { pattern, say } of VOCABULARY) {
        const found = pattern.exec(text)?.[0];
        if (found !== undefined) onError({ lineNumber: index + 1, detail: `"${found}": say ${say}` });
      }
    });
  },
};

/** The names of headings, as links have them. */
function headingsOf(path) {
  let fence = false;
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => {
      if (/^\s*```/.test(line)) fence = !fence;
      return !fence && /^#+ /.test(line);
    })
    .map((line) =>
      line
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    );
}

const links = {
  names: ['saltflat-links'],
  description: 'Links lead to files and headings that are there',
  tags: ['links'],
  parser: 'none',
  function({ name, lines }, onError) {
    // Links may be broken over lines: the whole text is searched.
    const text = lines.join('\n').replace(/^\s*```[^]*?^\s*```/gm, (block) => block.replace(/[^\n]/g, ''));
    for (const { 0: link, 1: file, 2: heading, index } of text.matchAll(
      /\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)]*))?\)/g,
    )) {
      const lineNumber = text.slice(0, index).split('\n').length;
      const target = file === '' ? name : join(dirname(name), file);
      if (!existsSync(target)) onError({ lineNumber, detail: `${link.slice(1)}: no such file` });
      else if (heading !== undefined && !headingsOf(target).includes(heading))
        onError({ lineNumber, detail: `${link.slice(1)}: no such heading` });
    }
  },
};

export default [sentences, vocabulary, links];
