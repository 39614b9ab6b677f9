// How Markdown is checked: `npm run lint`. Prettier formats it; this looks at lines, tables, links and words.
import rules from './scripts/prose/rules.mjs';

export default {
  gitignore: true,
  globs: ['**/*.md'],
  ignores: ['node_modules', 'build', 'test/fixtures'],
  customRules: rules,
  config: {
    default: true,
    // Rows of tables as well; code is as wide as it is.
    'line-length': { line_length: 120, code_blocks: false },
    // The changelog's headings come again with each version.
    'no-duplicate-heading': { siblings_only: true },
    // Bold words begin paragraphs here; they are no headings.
    'no-emphasis-as-heading': false,
    // Prettier's.
    'table-column-style': false,
  },
};
