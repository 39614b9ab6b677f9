// Errors of the library carry no exit codes; the command has one for each.
import { InputError, OptionsError, OutputError, SaltflatError, UsageError } from '../../../build/host/core/error.js';
import { exitCodeOf } from '../../../build/host/run/exit.js';
import { StoppedError } from '../../../build/host/run/signals.js';

class Subclass extends OutputError {}

it.each([
  ['the command line', new UsageError('', '', ''), 2],
  ['options', new OptionsError([], ''), 2],
  ['input', new InputError('', '', ''), 3],
  ['output', new OutputError('', '', ''), 4],
  ['output, of a class below', new Subclass('', '', ''), 4],
  ['a signal', new StoppedError('', 'SIGTERM', ''), 5],
  ['anything of ours', new SaltflatError('', '', ''), 5],
  ['anything', new Error(''), 5],
])('the exit code of an error of %s', (_, error, code) => {
  expect(exitCodeOf(error)).toBe(code);
});
