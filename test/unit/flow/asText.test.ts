/** Lists and objects where a text is wanted: the same in closures and in the library, and never in a key. */
import assert from 'node:assert/strict';
import { codes, data, inbound, receipts, run } from './hubFolder.ts';

const flowOf = (map: string, key = 'No') =>
  inbound(
    receipts(
      `- map: { document: Doc, at: $date("2026-01-01"), sku: Sku, location: Sku, quantity: "1", ${map} }`,
      `key: ${key}\nto: stock.receive.v1`,
    ).replace('read: csv', 'read: json'),
  );

const attributed = { '@scheme': 'erp', '#text': '77' };
const good = { Doc: 'D', Sku: 'A', No: '77' };

describe('a text is wanted and an object or a list stands there', () => {
  const cases: [what: string, map: string, record: object, message: string][] = [
    [
      '& in a closure',
      'reason: No & "/x"',
      { No: attributed },
      'No is an element with @scheme and not a text alone',
    ],
    [
      '& in the library',
      'reason: \'$join([No & "/x"])\'',
      { No: attributed },
      'No is an element with @scheme and not a text alone',
    ],
    [
      '& with a list',
      'reason: Tags & "/x"',
      { Tags: ['a', 'b'] },
      'Tags is a list of 2, and one text is wanted',
    ],
    [
      '& with fields',
      'reason: At.Place & "/x"',
      { At: { Place: { Code: 'X', Name: 'Y' } } },
      'At.Place has fields (Code, Name), and a text is wanted',
    ],
    [
      '$string',
      'reason: $string(Ref)',
      { Ref: attributed },
      'a value is an element with @scheme and not a text alone',
    ],
    [
      '$string in the library',
      "reason: '$map([1], function($v){$string($$.Ref)})'",
      { Ref: attributed },
      'a value is an element with @scheme and not a text alone',
    ],
    [
      'a target',
      'reason: Ref',
      { Ref: attributed },
      'reason is an element with @scheme and not a text alone',
    ],
    [
      'a target with a list',
      'reason: Tags',
      { Tags: ['a', 'b'] },
      'reason is a list of 2, and one text is wanted',
    ],
    [
      '$decimal',
      'unitCost: $decimal(Cost)',
      { Cost: { '@currencyID': 'EUR', '#text': '5' } },
      'what is read as a number is an element with @currencyID and not a text alone',
    ],
    [
      '$date',
      'expiresOn: $date(Day)',
      { Day: attributed },
      'what is read as a date is an element with @scheme and not a text alone',
    ],
    [
      '$trim',
      'reason: $trim(Ref)',
      { Ref: attributed },
      'what $trim is given is an element with @scheme and not a text alone',
    ],
  ];
  for (const [what, map, record, message] of cases) {
    it(`${what} parks the record`, async () => {
      const { parked, messages } = await run(await flowOf(map, 'Doc'), [{ ...good, ...record }]);
      assert.deepEqual(messages, []);
      assert.deepEqual(
        parked[0]!.faults.map(({ code, message: told }) => `${code} ${told}`),
        [`EXPR_NOT_TEXT ${message}`],
      );
    });
  }

  const remedies = [
    ['reason: No & ""', '$text(No)'],
    ['reason: No', '$text(…)'],
    ['unitCost: $decimal(No)', '$text(…)'],
  ] as const;
  for (const [map, call] of remedies) {
    it(`the remedy names nothing that the record has not: ${map}`, async () => {
      const { parked } = await run(await flowOf(map, 'Doc'), [{ ...good, No: attributed }]);
      const remedy = `write ${call}, which is its text, with attributes and without`;
      assert.equal(parked[0]!.faults[0]!.todo, remedy);
      const list = await run(await flowOf(map, 'Doc'), [{ ...good, No: ['1', '2'] }]);
      assert.match(list.parked[0]!.faults[0]!.todo!, /^name one of them, with \[0\] behind/);
    });
  }

  for (const key of [
    'No',
    'No & "/" & Sku',
    '$string(No) & "/" & Sku',
    '$trim(No & "/" & Sku)',
    '(Sku = "A" ? No : Sku) & "/" & Sku',
  ]) {
    it(`no key is made of it: ${key}`, async () => {
      const flow = await flowOf('reason: Sku', `'${key}'`);
      const { parked, messages } = await run(flow, [
        good,
        { ...good, No: attributed },
        { ...good, No: [attributed, '8'] },
      ]);
      assert.equal(messages.length, 1);
      assert.deepEqual(
        parked.map(({ faults }) => faults[0]!.code),
        ['EXPR_NOT_TEXT', 'EXPR_NOT_TEXT'],
      );
    });
  }

  it('one and many are alike: a list of one is its element', async () => {
    const flow = await flowOf('reason: No & "!"', 'No & "/" & Sku');
    const { messages } = await run(flow, [good, { ...good, No: ['77'] }]);
    assert.deepEqual(
      messages.map(({ id, data: made }) => [id, (made as { reason?: string }).reason]),
      [
        ['77/A', '77!'],
        ['77/A', '77!'],
      ],
    );
  });

  it('nothing and null are the empty text', async () => {
    const flow = await flowOf('reason: $string(None) & None & "!"', 'Doc');
    const result = await run(flow, [{ ...good, None: null }, good]);
    assert.deepEqual(
      data(result).map((one) => (one as { reason: string }).reason),
      ['!', '!'],
    );
  });

  it('a filter over it parks and does not drop', async () => {
    const flow = await inbound(
      receipts(
        '- filter: Status = "POSTED"\n- map: { document: A, at: $date("2026-01-01"), sku: A, location: A, quantity: "1" }',
        'key: A\nto: stock.receive.v1',
      ).replace('read: csv', 'read: xml'),
    );
    const result = await run(flow, [
      { A: '1', Status: 'POSTED' },
      { A: '2', Status: { '@by': 'x', '#text': 'POSTED' } },
      { A: '3', Status: ['NEW', 'POSTED'] },
    ]);
    assert.deepEqual(
      [result.messages.length, result.filtered, codes(result)],
      [1, 0, [['EXPR_NOT_TEXT'], ['EXPR_NOT_TEXT']]],
    );
  });
});

describe('$text', () => {
  const inClosure = 'reason: $text(Ref)';
  const inLibrary = "reason: '$map([1], function($v){$text($$.Ref)})'";
  const cases: [what: string, ref: unknown, reason: string | undefined][] = [
    ['a text', '077', '077'],
    ['an element with attributes', attributed, '77'],
    ['a list of one', [attributed], '77'],
    ['a number', 77, '77'],
    ['an element that has attributes alone', { '@nil': 'true' }, undefined],
    ['null', null, undefined],
    ['nothing', undefined, undefined],
    ['no element', [], undefined],
  ];
  for (const [where, map] of [
    ['in a closure', inClosure],
    ['in the library', inLibrary],
  ] as const) {
    for (const [what, ref, reason] of cases) {
      it(`of ${what}, ${where}`, async () => {
        const { messages, parked } = await run(await flowOf(map), [{ ...good, Ref: ref }]);
        assert.deepEqual(parked, []);
        assert.equal((messages[0]!.data as { reason?: string }).reason, reason);
      });
    }
    for (const [what, ref, todo] of [
      ['several', [attributed, '78'], /^name one of them/],
      ['an object with fields', { Code: 'X' }, /^name the field/],
      ['a text among elements', { '#text': 'see', b: '77' }, /^name the element inside/],
      ['an object without anything', {}, /^name the field/],
    ] as const) {
      it(`of ${what} parks the record, ${where}`, async () => {
        const { messages, parked } = await run(await flowOf(map), [{ ...good, Ref: ref }]);
        assert.deepEqual(messages, []);
        assert.equal(parked[0]!.faults[0]!.code, 'EXPR_NOT_TEXT');
        assert.match(parked[0]!.faults[0]!.todo!, todo);
      });
    }
  }

  it('is one key and one lot, whether a sender writes attributes or not', async () => {
    const flow = await flowOf('lot: $text(Lot)', '$text(No)');
    const [bare, marked] = [
      { Lot: 'L1' },
      { Lot: { '@schemeID': 'x', '#text': 'L1' }, No: attributed },
    ];
    const { messages } = await run(flow, [
      { ...good, ...bare },
      { ...good, ...marked },
    ]);
    const lots = messages.map(({ id, data: receipt }) => {
      const [line] = (receipt as unknown as { lines: { lot?: string }[] }).lines;
      return [id, line!.lot];
    });
    assert.deepEqual(lots, [
      ['77', 'L1'],
      ['77', 'L1'],
    ]);
  });
});

describe('`#text` of an XML element', () => {
  const text = '`#text`';
  it('is its text with attributes and without, in closures and in the library', async () => {
    for (const reason of [
      `Ref.${text}`,
      `$trim(Ref.${text})`,
      `$split(Ref.${text}, ",")[0]`,
      `Refs[0].${text}`,
      `(Refs.${text})[0]`,
      `Refs.${text}[$ = "77"]`,
      `$map(Refs, function($one) { $one.${text} })[0]`,
    ]) {
      const flow = await flowOf(`reason: '${reason}'`);
      for (const ref of ['77', attributed]) {
        const record = { ...good, Ref: ref, Refs: [ref, '78'] };
        const result = await run(flow, [record]);
        assert.deepEqual(codes(result), [], reason);
        const [made] = data(result) as { reason?: string }[];
        assert.equal(made?.reason, '77', reason);
      }
    }
  });

  it('decides a filter alike', async () => {
    const yaml = receipts(
      `- filter: Status.${text} = "POSTED"\n- map: { document: Doc, at: $date("2026-01-01"), sku: Sku, location: Sku, quantity: "1" }`,
      'key: No\nto: stock.receive.v1',
    );
    const rows = ['POSTED', { '@by': 'x', '#text': 'POSTED' }].map((Status) => ({
      ...good,
      Status,
    }));
    assert.equal((await run(await inbound(yaml), rows)).messages.length, 2);
  });

  it('is not there in an element that has attributes alone', async () => {
    const flow = await flowOf(`reason: Ref.${text}`);
    const result = await run(flow, [{ ...good, Ref: { '@nil': 'true' } }]);
    assert.equal((data(result) as { reason?: string }[])[0]?.reason, undefined);
  });
});
