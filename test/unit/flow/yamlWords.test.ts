/** Each trap of YAML that an expression falls into, and what lint says of it. */
import assert from 'node:assert/strict';
import { lint, receipts } from './hubFolder.ts';

const quotes = "put the whole expression into '…' quotes, or on the next line under >-";
const at = 'flows/receipts.yaml:6:';

async function faultOf(value: string): Promise<string> {
  const flow = receipts(`- map:\n    sku: ${value}\n    location: L`);
  const faults = await lint({ 'flows/receipts.yaml': flow });
  return faults.find((fault) => fault.startsWith(at)) ?? faults.join('\n');
}

describe('what lint says of YAML', () => {
  const traps: [value: string, column: number, message: string, todo: string][] = [
    ['(a ? a : "x")', 12, "': ' inside a value begins another field", quotes],
    ['a ? "b" : "c"', 12, "': ' inside a value begins another field", quotes],
    [
      '$map(x, function($v) { $v ? 1 : 2 })',
      12,
      "': ' inside a value begins another field",
      quotes,
    ],
    ['? x', 12, "'? ' at the beginning of a value is YAML's own", quotes],
    ['`W`', 12, 'a value cannot begin with ` unless it stands in quotes', quotes],
    [
      '@W',
      12,
      'a value cannot begin with @ unless it stands in quotes',
      "a name with @ stands in backticks, and the whole expression in quotes: '`@W`'",
    ],
    ['%W', 12, 'a value cannot begin with % unless it stands in quotes', quotes],
    [', W', 12, 'a value cannot begin with , unless it stands in quotes', quotes],
    ['"#" & W', 16, 'text follows a value that has ended', quotes],
    [
      '{ code: $decimal(Qty, ",") }',
      37,
      'inside of { } a comma begins another field',
      "put an expression that has one into '…' quotes as a whole",
    ],
    ["'a' & W", 16, 'text follows a value that has ended', quotes],
    ['[a] & "x"', 16, 'text follows a value that has ended', quotes],
    ['& W', 12, "'& ' or '* ' at the beginning is YAML's own", quotes],
    ['* W', 12, "'& ' or '* ' at the beginning is YAML's own", quotes],
    ['*W', 12, "'*' at the beginning names what '&' named before", quotes],
    ['!W', 12, "'!' at the beginning is YAML's own", quotes],
    [']', 12, 'a bracket is closed that none has opened', quotes],
    [
      '"abc',
      12,
      'a quote is opened and never closed',
      "close it; an expression with quotes of its own stands in '…' quotes as a whole",
    ],
    [
      '"a\\d"',
      14,
      'a backslash stands in "…" quotes before a character that it means nothing with',
      "use '…' quotes, in which it is itself",
    ],
  ];
  for (const [value, column, message, todo] of traps) {
    it(`${value} is told with a remedy`, async () =>
      assert.equal(await faultOf(value), `${at}${column} CONFIG_SYNTAX ${message}; ${todo}`));
  }

  it('an expression that a comment cuts is told so', async () =>
    assert.equal(
      await faultOf('A & " #" & B'),
      `${at}16 FLOW_BAD_EXPRESSION the quote " is opened and never closed; ' #' begins a comment of YAML: put the whole expression into '…' quotes`,
    ));

  it('no fault names the parser or its functions', async () => {
    for (const text of ['a: 1\n---\nb: 2\n', 'a:\n\tb: 2\n', 'a: 1\n  b: 2\n', 'a: b\n c: d\n']) {
      const [fault] = await lint({ 'flows/receipts.yaml': text });
      assert.doesNotMatch(fault!, /YAML\.|parse|mapping|scalar|implicit/i);
      assert.match(fault!, /^flows\/receipts\.yaml:[12]:\d+ CONFIG_SYNTAX /);
    }
  });

  it('aliases that multiply are a fault of their file, not of the hub', async () => {
    const bomb = [
      'a: &a [x, x]',
      ...'bcdefghi'.split('').map((name, index) => {
        const before = String.fromCharCode(97 + index);
        return `${name}: &${name} [*${before}, *${before}, *${before}, *${before}, *${before}]`;
      }),
    ].join('\n');
    for (const file of ['flows/receipts.yaml', 'config/hub.yaml']) {
      const faults = await lint({
        'flows/receipts.yaml': receipts('- filter: a'),
        [file]: `${bomb}\n`,
      });
      const told = `${file}:2:8 CONFIG_SYNTAX aliases repeat far more than is written; write out what they name`;
      assert.ok(faults.includes(told), faults.join('\n'));
    }
  });
});
