import assert from 'node:assert/strict';
import { expressionProblem } from '../../runtime/cli/expression-problem.js';
import { evaluate } from '../../runtime/index.js';
import { invoke } from './invoke.js';

describe('product 5: the mark at the column of an expression', () => {
  const long = Array.from({ length: 30 }, (_, index) => `//step${String(index).padStart(2, '0')}`).join(' + ');
  const rows: [name: string, expression: string, column: number | undefined, shown: string[]][] = [
    ['a short expression', '1 +', 4, ['  1 +', '     ^ column 4']],
    ['no column', '1 +', undefined, []],
    ['an empty expression', '', 1, ['  ', '  ^ column 1']],
    ['line ends and controls', 'a\n\u001b[2J\u2028+', 6, ['  a  [2J +', '       ^ column 6']],
    ['letters of two places', "'日本' +", 7, ["  '日本' +", '          ^ column 7']],
    ['characters of two UTF-16 units', "'😀' +", 7, ["  '😀' +", '        ^ column 7']],
    ['accents', "'e\u0301' +", 7, ["  'e\u0301' +", '       ^ column 7']],
    ['the start of a long one', long, 3, ['  //step00 + //step01 + //step02 + //step03 + //step04…', '    ^ column 3']],
    [
      'the midst of a long one',
      long,
      150,
      ['  …/step11 + //step12 + //step13 + //step14 + //step15 …', `${' '.repeat(30)}^ column 150`],
    ],
    [
      'the end of a long one',
      long,
      long.length + 1,
      [`  …tep27 + //step28 + //step29`, `${' '.repeat(30)}^ column 328`],
    ],
  ];
  for (const [name, expression, column, shown] of rows) {
    it(name, () => {
      const lines = expressionProblem(expression, { message: 'm', column }, 56).split('\n');
      assert.deepEqual(lines, ['m', ...shown, '']);
      for (const line of lines) assert.ok(line.length <= 56, line);
    });
  }

  it('a hint, and a long expression in the message', () => {
    const text = expressionProblem(long, { message: `${long} is wrong`, hint: 'mend it' }, 40);
    assert.equal(text, '//step00 +… is wrong\n  hint: mend it\n');
  });
});

describe('product 5: an expression that cannot be evaluated says where and what to do', () => {
  const rows: [expression: string, column: number | undefined, message: RegExp, hint: RegExp | undefined][] = [
    ['1 +', 4, /ends too early/, /what belongs behind "\+"/],
    ['a == 1', 4, /unexpected "="/, /one =/],
    ['a && b', 3, /unexpected character "&"/, /"and"/],
    ['a b', 3, /unexpected "b"/, /operator or a comma/],
    ['Hello ${payload.a}', 8, /unexpected character/, /template/],
    ["'abc", 1, /no end/, /close the quotes/],
    ['cont(//a)', 1, /No Such Function cont/, /did you mean count/],
    ["concat('a', nope(1))", 13, /No Such Function nope/, /functions of XPath 1.0/],
    ["evaluate('1 + nope()')", 1, /No Such Function nope/, undefined],
    ['count(1, 2)', 1, /count\(\) has 2 arguments/, undefined],
    ['//*[p:b]', 5, /prefix 'p'/, /xmlns:p/],
    ['1 + $nope', 5, /Variable nope/, /\$ctx:NAME/],
    ['json-eval($.a[?(@.b ==)])', 23, /filter/, /paths are written/],
    ['json-eval($.a) = 3', 13, /bracket/, /compares and computes/],
    ['json-eval()', 11, /empty/, /write \$/],
    ['json-eval($ctx:none.a.)', undefined, /^$/, undefined],
    ['${1 +}', 6, /end of the expression/, /what belongs behind "\+"/],
    ['${lenght(payload)}', 3, /"lenght"/, /did you mean length/],
    ['${5-3}', 4, /"-3"/, /blank behind the minus/],
    ['${payload.a} and ${payload.b}', undefined, /not expected here/, /template/],
    ['${base64decode("***")}', undefined, /not Base64/, undefined],
  ];
  for (const [expression, column, message, hint] of rows) {
    it(expression, async () => {
      const { code, err } = await invoke(['eval', expression, '--body', '-'], {
        stdin: '{"a":[{"b":1}]}',
        engine: { evaluate },
      });
      if (message.source === '^$') {
        assert.deepEqual([code, err], [0, '']);
        return;
      }
      assert.equal(code, 1, err);
      const [first = '', ...lines] = err.split('\n');
      assert.match(first, message);
      if (column !== undefined) assert.match(lines[1] ?? '', new RegExp(`^ +\\^ column ${column}$`));
      if (hint) assert.match(lines.at(-2) ?? '', new RegExp(`^  hint: .*${hint.source}`));
    });
  }

  it('message-model 3.6: a ${…} that is the empty text because of an error says so', async () => {
    const expression = '${payload.a + "x"}';
    const result = await invoke(['eval', expression, '--body', '-'], { stdin: '{"a":1}', engine: { evaluate } });
    assert.deepEqual([result.code, result.out], [0, '\n']);
    assert.match(
      result.err,
      /^mediant: warning: Error evaluating expression: payload\.a \+ "x" cause : "\+" cannot be applied .*\n$/,
    );
  });
});
