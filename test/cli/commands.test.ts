import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DryRunMessage, DryRunOptions, DryRunResult, Engine, EvalResult } from '../../runtime/cli/engine.js';
import type { Problem } from '../../runtime/configuration/problem.js';
import { evaluate, check as realCheck, convert as realConvert, run } from '../../runtime/index.js';
import { carZip, connectorZip, importXml } from '../deploy/zip.js';
import { makeHome } from '../store/databases.js';
import { invoke } from './invoke.js';

describe('mediant check', () => {
  const problem: Omit<Problem, 'file'> = { line: 3, column: 7, severity: 'error', code: 'x', message: 'is wrong' };
  const check = (xml: string, { file }: { file: string }): Problem[] =>
    xml === 'good' ? [] : [{ ...problem, file, severity: xml === 'warned' ? 'warning' : 'error' }];

  async function files(contents: Record<string, string>): Promise<string> {
    const folder = await makeHome();
    for (const [name, text] of Object.entries(contents)) await writeFile(join(folder, name), text);
    return folder;
  }

  it('product 1: prints file:line:column severity message, exit 1 on errors', async () => {
    const folder = await files({ 'a.xml': 'bad', 'b.xml': 'good', 'c.xml': 'warned' });
    const { code, out } = await invoke(['check', folder], { engine: { check } });
    assert.equal(code, 1);
    assert.equal(out, `${folder}/a.xml:3:7 error is wrong\n${folder}/c.xml:3:7 warning is wrong\n`);
  });

  it('warnings alone are no error; --format json prints an array', async () => {
    const folder = await files({ 'c.xml': 'warned' });
    const file = join(folder, 'c.xml');
    const { code, out } = await invoke(['check', '--format', 'json', file], { engine: { check } });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), [{ ...problem, severity: 'warning', file }]);
  });

  it('a folder without artifacts is wrong usage, exit 2', async () => {
    const folder = await files({ 'a.txt': 'x' });
    const result = await invoke(['check', folder], { engine: { check } });
    assert.deepEqual(result, { code: 2, out: '', err: `mediant: ${folder} holds no artifact files\n` });
  });

  it('a terminal is told how many files there were', async () => {
    const folder = await files({ 'a.xml': 'bad', 'b.xml': 'good', 'c.xml': 'warned' });
    const engine = { check };
    assert.equal((await invoke(['check', folder], { engine, terminal: true })).err, '3 files: 1 error, 1 warning\n');
    const { err } = await invoke(['check', join(folder, 'b.xml')], { engine, terminal: true });
    assert.equal(err, '1 file: nothing to complain about\n');
  });

  it('a file below the working directory is named from there', async () => {
    const engine = { check: realCheck };
    const { out } = await invoke(['check', 'test/broken-sequences/log-level.xml'], { engine });
    assert.match(out, /^test\/broken-sequences\/log-level\.xml:2:15 error /);
  });

  it('mediators 8.2: sequences are checked with the connectors beside them, whose zips are checked, too', async () => {
    const folder = await makeHome();
    const xmlns = 'xmlns="http://ws.apache.org/ns/synapse"';
    const put = async (name: string, content: string | Uint8Array) => {
      await mkdir(join(folder, dirname(name)), { recursive: true });
      await writeFile(join(folder, name), content);
    };
    const shop = { order: ['<parameter name="sku"/>', ''], java: ['', '<class name="com.acme.Java"/>'] } as const;
    await put('synapse-libs/shop.zip', connectorZip('shop', shop));
    await put('synapse-libs/broken.zip', 'hello');
    await put('synapse-configs/default/imports/shop.xml', importXml('shop'));
    await put(
      'synapse-configs/default/sequences/s.xml',
      `<sequence ${xmlns} name="s">\n<shop.order configkey="c"><skus>1</skus></shop.order>\n<shop.oder/>\n<shop.java/>\n</sequence>`,
    );
    const { code, out } = await invoke(['check', folder], { engine: { check: realCheck } });
    const lines = out.trim().replaceAll(folder, '').split('\n');
    assert.equal(code, 1);
    assert.match(lines[0] ?? '', /^\/synapse-libs\/broken.zip:1:1 error The connector cannot be read/);
    assert.deepEqual(lines.slice(1, 4), [
      '/synapse-configs/default/sequences/s.xml:2:24 warning <shop.order> does not know the attribute "configkey"; it is ignored (did you mean "configKey"?)',
      '/synapse-configs/default/sequences/s.xml:2:27 warning <shop.order> does not declare the parameter "skus" (did you mean "sku"?)',
      '/synapse-configs/default/sequences/s.xml:3:1 error Unknown mediator <shop.oder> (did you mean <shop.order>?)',
    ]);
    assert.match(
      lines[4] ?? '',
      /s.xml:4:1 error <shop.java> cannot run here: The class mediator com.acme.Java is Java.*all\/java.xml:3:24\)/,
    );
    assert.equal(lines.length, 5, out);
  });

  it('artifacts 4.3: an application is checked whole, with the file in it that a problem is in', async () => {
    const folder = await makeHome();
    const file = join(folder, 'Shop.car');
    const content =
      '<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">\n<respnd/>\n<log levl="full"/></sequence>';
    await writeFile(file, carZip('Shop', { s: { type: 'synapse/sequence', content } }));
    const { code, out } = await invoke(['check', file], { engine: { check: realCheck } });
    assert.equal(code, 1);
    assert.deepEqual(out.trim().split('\n'), [
      `${file}/s_1.0.0/s-1.0.0.xml:2:1 error Unknown mediator <respnd> (did you mean <respond>?)`,
      `${file}/s_1.0.0/s-1.0.0.xml:3:12 warning <log> does not know the attribute "levl"; it is ignored (did you mean "level"?)`,
    ]);
  });

  it('nothing to say about good files', async () => {
    const folder = await files({ 'b.xml': 'good' });
    await mkdir(join(folder, 'api'));
    assert.deepEqual(await invoke(['check', folder], { engine: { check } }), { code: 0, out: '', err: '' });
  });
});

describe('mediant convert', () => {
  const security = { enabled: true, clientSecret: 's' };
  const convert = (xml: string): { xml: string; lines: number[]; endpointSecurity: object[] } =>
    xml === 'by hand'
      ? { xml: 'native', lines: [3], endpointSecurity: [security] }
      : { xml, lines: [], endpointSecurity: [] };
  const engine = { convert } as Partial<Engine>;

  async function file(text: string): Promise<string> {
    const path = join(await makeHome(), 's.xml');
    await writeFile(path, text);
    return path;
  }

  it('prints the native form, and leaves the file alone', async () => {
    const path = await file('by hand');
    assert.deepEqual(await invoke(['convert', path], { engine }), { code: 0, out: 'native', err: '' });
    assert.equal(await readFile(path, 'utf8'), 'by hand');
  });

  it('--write writes files in place', async () => {
    const paths = [await file('by hand'), await file('by hand')] as const;
    const { code, out, err } = await invoke(['convert', '--write', ...paths], { engine });
    assert.deepEqual([code, out, err], [0, '', `${paths[0]}:3 converted\n${paths[1]}:3 converted\n`]);
    assert.equal(await readFile(paths[1], 'utf8'), 'native');
  });

  it('--to endpoint-security prints what a publisher puts into endpointConfig', async () => {
    const { code, out } = await invoke(['convert', '--to', 'endpoint-security', await file('by hand')], { engine });
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), { endpoint_security: { production: security } });
  });

  it('nothing to convert: said so, exit 1', async () => {
    const path = await file('other');
    const err = `mediant: ${path}: no token sequence that has a native form\n`;
    assert.deepEqual(await invoke(['convert', path], { engine }), { code: 1, out: '', err });
  });

  it('what is no XML: said where, exit 1', async () => {
    const path = await file('<a>');
    const { code, err } = await invoke(['convert', path], { engine: { convert: realConvert } });
    assert.equal(code, 1);
    assert.match(err, /s\.xml:1:\d+ error The XML is not well-formed/);
  });

  for (const args of [
    ['convert', 'a.xml', 'b.xml'],
    ['convert', '--write', '--to', 'endpoint-security', 'a.xml'],
  ]) {
    it(`wrong usage, exit 2: ${args.join(' ')}`, async () => assert.equal((await invoke(args, { engine })).code, 2));
  }
});

const result: DryRunResult = {
  outcome: 'responded',
  message: { contentType: 'application/json', body: '{}', headers: {} },
  response: { status: 200, reason: 'OK', headers: { 'Content-Type': 'application/json' }, body: '{"a":1}' },
  steps: [
    {
      mediator: 'property',
      artifact: 'seq',
      line: 2,
      ms: 0.1,
      writes: [{ what: 'default', name: 'a', before: 1, after: 'b\nc\n' }],
    },
  ],
  calls: [{ method: 'GET', url: 'http://h/', status: 201, ms: 5 }],
  logs: [{ level: 'INFO', text: 'hello' }],
};

describe('mediant run', () => {
  it('product 5: makes the message from the options', async () => {
    const file = join(await makeHome(), 's.xml');
    await writeFile(file, '<sequence/>');
    let given: [string, DryRunMessage, DryRunOptions] | undefined;
    const { code } = await invoke(
      [
        ...['run', file, '--body', '-', '--content-type', 'text/plain', '--method', 'PUT', '--path', '/x?y=1'],
        ...['--header', 'A: 1', '--header', 'A:2', '--header', 'B: c: d'],
        ...['--property', 'default:a=1=2', '--property', 'axis2:b=', '--variable', 'v={"a":[1]}'],
        ...['--deploy', 'x', '--deploy', 'y', '--mock', 'm.xml', '--show-secrets'],
      ],
      {
        stdin: 'body',
        engine: {
          run: async (...all) => {
            given = all;
            return result;
          },
        },
      },
    );
    assert.equal(code, 0);
    assert.deepEqual(given, [
      '<sequence/>',
      {
        method: 'PUT',
        path: '/x?y=1',
        contentType: 'text/plain',
        body: Buffer.from('body'),
        headers: { A: ['1', '2'], B: 'c: d' },
        properties: { default: { a: '1=2' }, axis2: { b: '' } },
        variables: { v: { a: [1] } },
      },
      { file, deploy: ['x', 'y'], mock: ['m.xml'], showSecrets: true, mediators: [] },
    ]);
  });

  const bodies: [body: string, args: string[], type: string | undefined][] = [
    [' {"a": 1}', [], 'application/json'],
    ['[1]', [], 'application/json'],
    ['<a/>', [], 'application/xml'],
    ['a=1', [], undefined],
    ['{}', ['--content-type', 'text/plain'], 'text/plain'],
    ['{}', ['--header', 'content-type: text/plain'], undefined],
  ];
  for (const [body, args, type] of bodies) {
    it(`a body ${body} ${args.join(' ')} is of type ${type ?? 'none'}`, async () => {
      const file = join(await makeHome(), 's.xml');
      await writeFile(file, '<sequence/>');
      let given: DryRunMessage = {};
      const engine: Partial<Engine> = {
        run: async (_, message) => {
          given = message;
          return result;
        },
      };
      await invoke(['run', file, '--body', '-', ...args], { stdin: body, engine });
      assert.equal(given.contentType, type);
    });
  }

  it('a sequence that does not deploy: its problems, exit 1', async () => {
    const file = join(await makeHome(), 's.xml');
    await writeFile(file, '<sequence xmlns="http://ws.apache.org/ns/synapse" name="s">\n<lgo/>\n<drp/></sequence>');
    const { code, out, err } = await invoke(['run', file], { engine: { run, check: realCheck } });
    assert.deepEqual([code, out], [1, '']);
    assert.equal(err.match(/:2:1 error Unknown mediator <lgo>/g)?.length, 1, err);
    assert.match(err, /:3:1 error Unknown mediator <drp> \(did you mean <drop>\?\)/);
  });

  it('an artifact of another kind, a folder that does not exist: said in one line', async () => {
    const file = join(await makeHome(), 's.xml');
    await writeFile(file, '<endpoint xmlns="http://ws.apache.org/ns/synapse" name="e"><default/></endpoint>');
    const other = await invoke(['run', file], { engine: { run, check: realCheck } });
    assert.equal(other.code, 1);
    assert.match(other.err, /^[^\n]+s\.xml:1:1 error Expected a <sequence> \([^\n]+\)\n$/);
    const missing = await invoke(['run', file, '--deploy', 'nowhere'], { engine: { run, check: realCheck } });
    assert.deepEqual(missing, { code: 2, out: '', err: 'mediant: nowhere does not exist\n' });
  });

  const { response: _, ...unanswered } = result;
  const faulted: DryRunResult = {
    ...unanswered,
    outcome: 'faulted',
    error: { code: 101503, message: 'refused', artifact: 'seq', mediator: 'call', line: 4 },
  };
  const head = `seq:2 property (0.10 ms)
    default a = b\\nc (was 1)
call GET http://h/ -> 201 (5.00 ms)
log INFO hello
`;
  const rows: [name: string, result: DryRunResult, code: number, out: string][] = [
    [
      'an answer',
      result,
      0,
      `${head}outcome: responded\nresponse: 200 OK\nContent-Type: application/json\n\n{"a":1}\n`,
    ],
    [
      'a fault, exit 1',
      faulted,
      1,
      `${head}error 101503 refused (seq, call, line 4)\noutcome: faulted\nmessage: application/json\n\n{}\n`,
    ],
  ];
  for (const [name, made, code, out] of rows) {
    it(`prints ${name}`, async () => {
      const file = join(await makeHome(), 's.xml');
      await writeFile(file, '<sequence/>');
      const engine = { run: async () => made };
      assert.deepEqual(await invoke(['run', file], { engine }), { code, out, err: '' });
      const json = await invoke(['run', file, '--json'], { engine });
      assert.deepEqual(JSON.parse(json.out), made);
      assert.equal(json.code, code);
    });
  }
});

describe('mediant eval', () => {
  const value: EvalResult = { kind: 'number', text: '3.0', value: 3 };
  it('product 5: prints the text, or all as JSON', async () => {
    const engine = { evaluate: async () => value };
    assert.deepEqual(await invoke(['eval', '1 + 2'], { engine }), { code: 0, out: '3.0\n', err: '' });
    assert.deepEqual(JSON.parse((await invoke(['eval', '1 + 2', '--json'], { engine })).out), value);
  });

  it('product 5: an expression that cannot be evaluated: message and a mark at the column, exit 1', async () => {
    const error = Object.assign(new Error('expected an operand'), { code: 'expression-syntax', column: 4 });
    const result = await invoke(['eval', '1 +'], { engine: { evaluate: () => Promise.reject(error) } });
    const err = 'mediant: expected an operand\n  1 +\n     ^ column 4\n';
    assert.deepEqual(result, { code: 1, out: '', err });
  });

  it('product 5: real expressions, and errors in each language', async () => {
    const engine = { evaluate };
    const body = { stdin: '{"total": 120}', engine };
    assert.equal((await invoke(['eval', '${payload.total > 100}', '--body', '-'], body)).out, 'true\n');
    for (const expression of ['1 +', 'json-eval($.[)', '${1 +}', '${nope(1)}']) {
      const { code, err } = await invoke(['eval', expression, '--body', '-'], body);
      assert.equal(code, 1, expression);
      assert.match(err, /^mediant: [^\n]+\n {2}.*\n {2} *\^ column \d+\n {2}hint: .+\n$/, expression);
    }
  });
});

describe('mediant demo', () => {
  for (const [succeeded, code] of [
    [true, 0],
    [false, 1],
  ] as const) {
    it(`product 1: exit ${code} when the story ${succeeded ? 'holds' : 'breaks'}`, async () => {
      const engine = {
        demo: async ({ keep, print }: { keep: boolean; print: (text: string) => void }) => {
          print(`keep ${keep}\n`);
          return succeeded;
        },
      };
      assert.deepEqual(await invoke(['demo', '--keep'], { engine }), { code, out: 'keep true\n', err: '' });
    });
  }
});
