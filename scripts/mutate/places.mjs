// Where a source file of the module can be changed in one operator, and to what.
import ts from 'typescript';

/** What takes an operator's place. */
const OPERATORS = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '==': '!=',
  '!=': '==',
  '&&': '||',
  '||': '&&',
  '+': '-',
  '-': '+',
  '*': '+',
  '/': '*',
  '<<': '>>',
  '>>': '<<',
  '&': '|',
  '|': '&',
  '^': '&',
  '+=': '-=',
  '-=': '+=',
  '|=': '&=',
  '&=': '|=',
};
const STEPS = { '++': '--', '--': '++' };

/** What is no code that runs: types, imports, numbers of enums, tables and their sizes. */
function isPassedOver(node) {
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isEnumDeclaration(node)) return true;
  return ts.isCallExpression(node) && node.expression.getText().startsWith('memory.data');
}

/** `[start, end, text]` for each change of the node itself. */
function* changesOf(node, source) {
  const tokenText = (token) => token.getText(source);
  if (ts.isBinaryExpression(node)) {
    const token = node.operatorToken;
    const other = OPERATORS[tokenText(token)];
    if (other !== undefined) yield [token.getStart(source), token.getEnd(), other];
  } else if (ts.isNumericLiteral(node)) {
    const text = tokenText(node).replaceAll('_', '');
    if (!/^(0x[\da-f]+|\d+)$/i.test(text)) return;
    const other = text.startsWith('0x') ? `0x${(BigInt(text) + 1n).toString(16)}` : `${BigInt(text) + 1n}`;
    yield [node.getStart(source), node.getEnd(), other];
    if (!/^(0x)?0+$/.test(text)) yield [node.getStart(source), node.getEnd(), `${BigInt(text) - 1n}`];
  } else if (node.kind === ts.SyntaxKind.TrueKeyword) yield [node.getStart(source), node.getEnd(), 'false'];
  else if (node.kind === ts.SyntaxKind.FalseKeyword) yield [node.getStart(source), node.getEnd(), 'true'];
  else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const isBefore = ts.isPrefixUnaryExpression(node);
    const operator = ts.tokenToString(node.operator);
    const start = isBefore ? node.getStart(source) : node.operand.getEnd();
    const end = isBefore ? node.operand.getStart(source) : node.getEnd();
    if (operator === '!') yield [start, end, ''];
    else if (STEPS[operator] !== undefined) yield [start, end, STEPS[operator]];
  }
}

/**
 * All changes of one operator, number or truth in the text of a file: `{ start, end, text, line, column, before, after
 * }`.
 */
export function placesIn(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const places = [];
  const visit = (node) => {
    if (isPassedOver(node)) return;
    for (const [start, end, replacement] of changesOf(node, source)) {
      const { line, character } = source.getLineAndCharacterOfPosition(start);
      const lineStart = start - character;
      const lineEnd = (text.indexOf('\n', start) + text.length + 1) % (text.length + 1);
      places.push({
        start,
        end,
        text: replacement,
        line: line + 1,
        before: text.slice(lineStart, lineEnd).trim(),
        after: `${text.slice(lineStart, start)}${replacement}${text.slice(end, lineEnd)}`.trim(),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return places;
}
