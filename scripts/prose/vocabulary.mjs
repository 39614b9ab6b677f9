// Words that readers stumbled over, and what to write in their place.

/** Each: what is looked for, outside of code, and what is said in its place. */
export const VOCABULARY = [
  { pattern: /\bstands?\b(?! for\b)/i, say: '"is", "has", or where it is' },
  { pattern: /\bbehind\b(?! a (?:proxy|gateway)\b)/i, say: '"after", or "beside"' },
  { pattern: /\b(?:is|are) none\b/i, say: 'what it is instead' },
  { pattern: /\bwhat is beyond\b/i, say: '"more than that", or "the others"' },
  { pattern: /\bfor want of\b/i, say: '"without"' },
  { pattern: /\baside\b/i, say: '"without", or "not counted"' },
  {
    pattern: /\b(?:whereby|thereof|hereby|wherein|whilst|amongst|aforesaid|hence|thus)\b/i,
    say: '"so", "of it", "in which"',
  },
  { pattern: /\b(?:utili[sz]e|leverage|facilitate|perform)s?\b/i, say: '"use", "help", "do"' },
  { pattern: /\bin order to\b/i, say: '"to"' },
  { pattern: /\b(?:e\.g\.|i\.e\.|etc\.|resp\.)/i, say: '"for example", "that is", "and others"' },
  { pattern: /\b(?:simply|obviously|easily|of course|please note|note that)\b/i, say: 'nothing: leave it out' },
];
