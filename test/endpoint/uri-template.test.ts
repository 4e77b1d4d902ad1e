import assert from 'node:assert/strict';
import { expandLegacy } from '../../runtime/endpoint/legacy-encoding.js';
import { joinPostfix, joinPostfixPlainly } from '../../runtime/endpoint/target-url.js';
import { compileUriTemplate, UriTemplateError } from '../../runtime/endpoint/uri-template.js';

const variables: Record<string, string> = {
  'uri.var.v': 'value',
  'uri.var.w': 'a b/c',
  'uri.var.e': '',
  'uri.var.u': 'http://h/p?x=1&y=2',
  'uri.var.t': '😀é',
};

describe('artifacts 3.6: URI templates', () => {
  const rows: [template: string, expected: string][] = [
    ['/{uri.var.v}', '/value'],
    ['/{uri.var.v,uri.var.w}', '/value,a%20b%2Fc'],
    ['/{+uri.var.v,uri.var.w}', '/value,a%20b/c'],
    ['/x{#uri.var.w}', '/x#a%20b/c'],
    ['/x{.uri.var.v,uri.var.w}', '/x.value.a%20b%2Fc'],
    ['/x{/uri.var.v,uri.var.w}', '/x/value/a%20b%2Fc'],
    ['/x{;uri.var.v,uri.var.e}', '/x;uri.var.v=value;uri.var.e'],
    ['/x{?uri.var.v,uri.var.e}', '/x?uri.var.v=value&uri.var.e='],
    ['/x?k=1{&uri.var.v}', '/x?k=1&uri.var.v=value'],
    ['/{uri.var.v:3}', '/val'],
    ['/{+uri.var.w:3}', '/a%20b'],
    ['/{uri.var.v*}', '/value'],
    ['/{uri.var.t:1}', '/%F0%9F%98%80'],
    ['/x{?uri.var.none,uri.var.v}', '/x?uri.var.v=value'],
    ['/x{/uri.var.none}', '/x'],
    ['/{p}', '/'],
    ['{uri.var.u}', 'http://h/p?x=1&y=2'],
    ['{uri.var.u}/{uri.var.w}', 'http://h/p?x=1&y=2/a%20b%2Fc'],
    ['/x%20y', '/x%20y'],
    ["/a!$'()*", "/a!$'()*"],
  ];
  for (const [template, expected] of rows) {
    it(`${template} → ${expected}`, () => {
      assert.equal(
        compileUriTemplate(template).expand((name) => variables[name]),
        expected,
      );
    });
  }

  const encodings: [value: string, simple: string, reserved: string, legacy: string][] = [
    ['a b', 'a%20b', 'a%20b', '/p/a%20b?a=a%20b'],
    ['a/b', 'a%2Fb', 'a/b', '/p/a/b?a=a/b'],
    ['a?b', 'a%3Fb', 'a?b', '/p/a?b?a=a?b'],
    ['a&b=c', 'a%26b%3Dc', 'a&b=c', '/p/a&b=c?a=a&b=c'],
    ['100%', '100%25', '100%25', '/p/100%25?a=100%25'],
    ['a%20b', 'a%2520b', 'a%20b', '/p/a%20b?a=a%20b'],
    ['a+b', 'a%2Bb', 'a+b', '/p/a%20b?a=a%20b'],
    ['[a]{b}', '%5Ba%5D%7Bb%7D', '%5Ba%5D%7Bb%7D', '/p/%5Ba%5D%7Bb%7D?a=[a]%7Bb%7D'],
    ["!$'()*", '%21%24%27%28%29%2A', "!$'()*", "/p/!$'()*?a=!$'()*"],
    ['<a>', '%3Ca%3E', '%3Ca%3E', '/p/%3Ca%3E?a=%3Ca%3E'],
    ['', '', '', '/p/?a='],
    ['é', '%C3%A9', '%C3%A9', '/p/%C3%A9?a=%C3%A9'],
  ];
  for (const [value, simple, reserved, legacy] of encodings) {
    it(`encodes ${JSON.stringify(value)}`, () => {
      const of = () => value;
      assert.equal(compileUriTemplate('x{v}').expand(of), `x${simple}`);
      assert.equal(compileUriTemplate('x{+v}').expand(of), `x${reserved}`);
      const host = 'http://h';
      assert.equal(expandLegacy(compileUriTemplate(`${host}/p/{v}?a={v}`), of), host + legacy);
    });
  }

  const refused: [template: string, offset: number][] = [
    ['/x/{token-endpoint-url}', 3],
    ['/x/{$ctx:p}', 3],
    ["/x/{get-property('p')}", 3],
    ['{token-url}/x', 0],
    ['/x/{a', 3],
    ['/x/a}', 4],
    ['/x/{}', 3],
    ['/{a}/{b c}', 5],
  ];
  for (const [template, offset] of refused) {
    it(`refuses ${template}`, () => {
      assert.throws(
        () => compileUriTemplate(template),
        (error) => error instanceof UriTemplateError && error.offset === offset,
      );
    });
  }
});

describe('artifacts 3.5: REST_URL_POSTFIX behind an address', () => {
  const rows: [address: string, postfix: string, joined: string, plainly: string][] = [
    ['http://h/e', '', 'http://h/e', 'http://h/e'],
    ['http://h/e', '/p', 'http://h/e/p', 'http://h/e/p'],
    ['http://h/e', 'p', 'http://h/e/p', 'http://h/e/p'],
    ['http://h/e/', '/p?q=1', 'http://h/e/p?q=1', 'http://h/e//p?q=1'],
    ['http://h/e/', '?q=1', 'http://h/e?q=1', 'http://h/e/?q=1'],
    ['http://h/e', '?q=1', 'http://h/e?q=1', 'http://h/e?q=1'],
    ['http://h/e?k=1', '/p?q=1', 'http://h/e?k=1/p?q=1', 'http://h/e?k=1/p?q=1'],
    ['jms:/queue', '/p', 'jms:/queue', 'jms:/queue'],
  ];
  for (const [address, postfix, joined, plainly] of rows) {
    it(`${address} + ${JSON.stringify(postfix)}`, () => {
      assert.equal(joinPostfix(address, postfix), joined);
      assert.equal(joinPostfixPlainly(address, postfix), plainly);
    });
  }
});
