import { refusals, table } from './harness.js';

const say = (text: string) => `<log level="custom"><property name="say" value="${text}"/></log>`;
const show =
  '<log level="custom"><property name="p" expression="$func:p"/><property name="g" expression="get-property(\'func\',\'p\')"/><property name="s" expression="${params.functionParams.p}"/></log>';
const template = (parameters: string, body = show, attributes = '') =>
  `<template name="t" ${attributes}>${parameters}<sequence>${body}</sequence></template>`;
const callWith = (parameters = '', attributes = '') =>
  `<call-template target="t" ${attributes}>${parameters}</call-template>`;
const given = { body: '{"a":1,"s":"x","o":{"k":"v"}}', properties: { q: 'value of q' } };
const parameter = '<parameter name="p"/>';

describe('call-template', () => {
  table([
    ...(
      [
        ['plain', 'p = plain, g = plain, s = plain'],
        ['a {b} c', 'p = a {b} c, g = a {b} c, s = a {b} c'],
        ['', 'p = , g = , s = '],
        ["{concat('a','b')}", 'p = ab, g = ab, s = ab'],
        ['{//a/text()}', 'p = 1, g = 1, s = 1'],
        ['{//zzz}', 'p = null, g = null, s = '],
        ['{$ctx:q}', 'p = value of q, g = value of q, s = value of q'],
        ['{$ctx:none}', 'p = null, g = null, s = '],
        ['{json-eval($.o)}', 'p = {"k":"v"}, g = {"k":"v"}, s = {"k":"v"}'],
        ['{${payload.s}}', 'p = x, g = x, s = x'],
        ['x ${payload.s} y', 'p = x ${payload.s} y, g = x ${payload.s} y, s = x ${payload.s} y'],
        ['{{json-eval($.s)}}', 'p = , g = , s = json-eval($.s)'],
        ['{{//a}}', 'p = 1, g = 1, s = //a'],
      ] as const
    ).map(([value, line]) => ({
      rule: `mediators 8.1: the parameter ${value}`,
      xml: callWith(`<with-param name="p" value="${value}"/>`),
      given: { ...given, templates: [template(parameter)] },
      expect: { logs: [line] },
    })),
    {
      rule: 'mediators 8.1: {{XPath}} that reads a property faults',
      xml: callWith('<with-param name="p" value="{{$ctx:q}}"/>'),
      given: { ...given, templates: [template(parameter)] },
      expect: { outcome: 'fault', logs: [] },
    },
    {
      rule: 'mediators 8.1: a default is a literal; a supplied empty text wins over it',
      xml: callWith() + callWith('<with-param name="p" value=""/>'),
      given: { ...given, templates: [template('<parameter name="p" defaultValue="{json-eval($.s)}"/>')] },
      expect: { logs: ['p = {json-eval($.s)}, g = {json-eval($.s)}, s = {json-eval($.s)}', 'p = , g = , s = '] },
    },
    {
      rule: 'mediators 8.1: a missing mandatory parameter faults with 500101, with a default, too',
      xml: callWith(),
      given: {
        templates: [template('<parameter name="p" isMandatory="true" defaultValue="d"/>')],
        onFault: say('fault'),
      },
      expect: {
        properties: {
          ERROR_CODE: 'Integer:500101',
          ERROR_MESSAGE: 'Neither a value nor default value is provided for mandatory parameter: p in seq-template t',
        },
      },
    },
    {
      rule: 'mediators 8.1: undeclared parameters stay as properties, the last of two wins',
      xml: callWith('<with-param name="x" value="1"/><with-param name="p" value="1"/><with-param name="p" value="2"/>'),
      given: { templates: [template(parameter)] },
      expect: { logs: ['p = 2, g = 2, s = 2'], properties: { 't:x': '1', 't:p': undefined } },
    },
    {
      rule: 'mediators 8.1: the frame is gone behind the template, and stays for a fault handler',
      xml: `${callWith('<with-param name="p" value="1"/>')}${say('after')}<log level="custom"><property name="p" expression="$func:p"/></log>`,
      given: { templates: [template(parameter, say('in'))] },
      expect: { logs: ['say = in', 'say = after'], outcome: 'fault' },
    },
    {
      rule: 'mediators 8.1: a handler reads the parameters of the template that faulted',
      xml: callWith('<with-param name="p" value="1"/>', 'onError="h"'),
      given: {
        templates: [template(parameter, '<throwError type="X" errorMessage="m"/>')],
        sequences: { h: '<log level="custom"><property name="p" expression="$func:p"/></log>' },
      },
      expect: { logs: ['p = 1'], outcome: 'handled' },
    },
    {
      rule: 'mediators 8.1: a handler is popped, except behind a body that called',
      xml: `${callWith('', 'onError="h"')}<throwError type="X" errorMessage="m"/>`,
      given: { templates: [template('', say('t'))], sequences: { h: say('handler') }, onFault: say('outer') },
      expect: { logs: ['say = t', 'say = outer'] },
    },
    {
      rule: 'mediators 8.1: behind a body that called, the handler stays',
      xml: `${callWith('', 'onError="h"')}<throwError type="X" errorMessage="m"/>`,
      given: {
        templates: [template('', '<call><endpoint><address uri="http://b"/></endpoint></call>')],
        sequences: { h: say('handler') },
        onFault: say('outer'),
      },
      expect: { logs: ['say = handler'] },
    },
    {
      rule: 'mediators 8.1: responseVariable keeps the body and stores what the template made',
      xml: callWith('<with-param name="responseVariable" value="r"/>'),
      given: {
        ...given,
        templates: [
          template('', '<payloadFactory media-type="json"><format>{"made":1}</format><args/></payloadFactory>'),
        ],
      },
      expect: {
        body: given.body,
        variables: {
          r: { payload: 'JSON:{"made":1}', headers: 'JSON:{"Content-Type":"application/json"}', attributes: 'JSON:{}' },
        },
      },
    },
    {
      rule: 'mediators 8.1: responseVariable with overwriteBody has no payload, and the body is what the template made',
      xml: callWith('<with-param name="responseVariable" value="r"/><with-param name="overwriteBody" value="TRUE"/>'),
      given: {
        ...given,
        templates: [
          template('', '<payloadFactory media-type="json"><format>{"made":1}</format><args/></payloadFactory>'),
        ],
      },
      expect: {
        body: '{"made":1}',
        variables: { r: { headers: 'JSON:{"Content-Type":"application/json"}', attributes: 'JSON:{}' } },
      },
    },
    {
      rule: 'mediators 8.1: a second call with the same responseVariable replaces the first response',
      xml: `${callWith('<with-param name="p" value="1"/><with-param name="responseVariable" value="r"/>')}${callWith('<with-param name="p" value="2"/><with-param name="responseVariable" value="r"/>')}<property name="n" expression="\${vars.r.payload.made}"/>`,
      given: {
        ...given,
        templates: [
          template(
            parameter,
            '<payloadFactory media-type="json"><format>{"made":$1}</format><args><arg evaluator="xml" expression="$func:p"/></args></payloadFactory>',
          ),
        ],
      },
      expect: { properties: { n: '2' } },
    },
    {
      rule: 'mediators 8.1: an unknown template',
      xml: callWith(),
      expect: { fault: 'Sequence template t cannot be found' },
    },
  ]);
  refusals([
    { rule: 'mediators 8.1: no target', xml: '<call-template/>', code: 'missing-attribute' },
    {
      rule: 'mediators 8.1: a parameter without name',
      xml: callWith('<with-param name="" value="1"/>'),
      code: 'missing-attribute',
    },
    {
      rule: 'mediators 8.1: a parameter without value',
      xml: callWith('<with-param name="p"/>'),
      code: 'missing-attribute',
    },
  ]);
});
