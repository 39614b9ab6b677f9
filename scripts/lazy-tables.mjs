// A transform of asc: tables of json-as, and of xjb-as that it uses, are laid down only where code reads them. It reads
// and writes numbers of all kinds and has tables for that; the options have whole numbers alone.
import { Node, NodeKind } from 'assemblyscript/dist/assemblyscript.js';
import { Transform } from 'assemblyscript/transform';

const LIBRARIES = /^~lib\/(json-as|xjb-as)\//;

export default class LazyTables extends Transform {
  afterParse(parser) {
    for (const source of parser.sources) {
      if (!LIBRARIES.test(source.internalPath)) continue;
      for (const statement of source.statements) {
        if (statement.kind !== NodeKind.Variable || statement.declarations[0].decorators?.length) continue;
        for (const declaration of statement.declarations) {
          const { range, initializer } = declaration;
          if (!initializer?.range.toString().startsWith('memory.data')) continue;
          const lazy = Node.createDecorator(Node.createIdentifierExpression('lazy', range), null, range);
          declaration.decorators = [...(declaration.decorators ?? []), lazy];
        }
      }
    }
  }
}
