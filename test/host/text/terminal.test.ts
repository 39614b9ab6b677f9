// What is cut for a terminal.
import { cut } from '../../../build/host/text/terminal.js';

it('holds a bounded number of characters, however many of them have no width', () => {
  const flood = `a${'\u0301'.repeat(20_000_000)}`;
  expect(cut(flood, 20).length).toBeLessThan(200);
  expect(cut('e\u0301'.repeat(10_000), 20).length).toBeLessThan(200);
  expect(cut(flood, 20)).toMatch(/…$/);
});

it('is whole where it fits, marks and wide characters included', () => {
  for (const text of ['', 'short', 'e\u0301tat', '状態', '👩‍👩‍👧‍👦']) expect(cut(text, 8)).toBe(text);
  expect(cut('状態状態状態', 8)).toBe('状態状…');
  expect(cut('longer than that', 8)).toBe('longer …');
});
