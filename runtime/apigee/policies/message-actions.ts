import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, showsContent, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { ApigeeMessage } from '../message.js';
import { removeMessageVariable, writeMessageVariable } from '../message-variables.js';
import type { PolicyContext } from '../policy.js';
import { compileTemplate, type Template, templateText } from '../template.js';
import { compileAssignVariable } from './assign-variable.js';
import { compileCopy } from './copy-parts.js';
import { fieldName, fieldNames, fieldsOf, isForm, type MessageAction } from './message-action.js';

/** Elements that {@link compileActions} reads. */
export const actionElements = ['Add', 'AssignVariable', 'Copy', 'Remove', 'Set'] as const;

/** Compiles Copy, Remove, Add, Set and AssignVariable in document order, which is the order in which they run. */
export function compileActions(parent: ConfigElement, { report }: Pick<PolicyContext, 'report'>): MessageAction[] {
  return parent.elements().flatMap((element) => {
    switch (element.localName) {
      case 'Copy':
        return [compileCopy(element)];
      case 'Remove':
        return parts(element, removeParts, report);
      case 'Add':
        return parts(element, addParts, report);
      case 'Set':
        return parts(element, setParts, report);
      case 'AssignVariable':
        return [compileAssignVariable(element)];
      default:
        return [];
    }
  });
}

type PartCompiler = (element: ConfigElement) => MessageAction;

function parts(
  element: ConfigElement,
  known: Readonly<Record<string, PartCompiler>>,
  report: PolicyContext['report'],
): MessageAction[] {
  return element.elements().flatMap((part) => {
    const compile = Object.hasOwn(known, part.localName) ? known[part.localName] : undefined;
    if (compile) return [compile(part)];
    const hint = `<${element.localName}> takes ${Object.keys(known).join(', ')}`;
    const text = `<${part.localName}> in <${element.localName}> has no effect`;
    report(part.problem('unknown-element', text, { severity: 'warning', hint }));
    return [];
  });
}

const removeFields: PartCompiler = (element) => {
  const kind = { Headers: 'header', QueryParams: 'queryparam', FormParams: 'formparam' }[element.localName];
  const names = fieldNames(element);
  return {
    contentAware: isForm(element),
    run: (message) => {
      if (names.length === 0) fieldsOf(message, element).clear();
      for (const name of names) removeMessageVariable(message, `${kind}.${name}`);
    },
  };
};

/** Puts a part of the start line back to what it is in a new message. */
const removePart =
  (reset: (message: ApigeeMessage) => void): PartCompiler =>
  () => ({ contentAware: false, run: reset });

const removeParts: Readonly<Record<string, PartCompiler>> = {
  Path: removePart((message) => {
    message.path = '';
  }),
  Verb: removePart((message) => {
    message.verb = 'GET';
  }),
  StatusCode: removePart((message) => {
    message.status = 200;
  }),
  ReasonPhrase: removePart((message) => {
    message.reason = undefined;
  }),
  Version: removePart((message) => {
    message.version = '1.1';
  }),
  Headers: removeFields,
  QueryParams: removeFields,
  FormParams: removeFields,
  Payload: (element) => {
    const removes = textIn(element)?.toLowerCase() !== 'false';
    return {
      contentAware: false,
      run: (message) => {
        if (removes) message.content = undefined;
      },
    };
  },
};

function compileFields(element: ConfigElement): { name: string; value: Template }[] {
  return element.elements().map((field) => ({ name: fieldName(field), value: compileTemplate(field.text.trim()) }));
}

const readsContent = (templates: readonly Template[]): boolean =>
  templates.some(({ variables }) => variables.some(showsContent));

const addFields: PartCompiler = (element) => {
  const fields = compileFields(element);
  return {
    contentAware: isForm(element) || readsContent(fields.map(({ value }) => value)),
    run: (message, flow, ignoreUnresolved) => {
      for (const { name, value } of fields) {
        fieldsOf(message, element).add(name, value.render(flow, ignoreUnresolved).trim());
      }
    },
  };
};

const addParts: Readonly<Record<string, PartCompiler>> = {
  Headers: addFields,
  QueryParams: addFields,
  FormParams: addFields,
};

/** A name that is set several times in one element gets all of the values. */
const setFields: PartCompiler = (element) => {
  const fields = compileFields(element);
  const isFirst = fields.map(({ name }, index) => fields.findIndex((field) => field.name === name) === index);
  return {
    contentAware: isForm(element) || readsContent(fields.map(({ value }) => value)),
    run: (message, flow, ignoreUnresolved) => {
      const target = fieldsOf(message, element);
      for (const [index, { name, value }] of fields.entries()) {
        const text = value.render(flow, ignoreUnresolved).trim();
        if (isFirst[index]) target.set(name, text);
        else target.add(name, text);
      }
    },
  };
};

const setPayload: PartCompiler = (element) => {
  const contentType = attributeText(element, 'contentType');
  const template = compileTemplate(templateText(element), {
    prefix: attributeText(element, 'variablePrefix'),
    suffix: attributeText(element, 'variableSuffix'),
  });
  return {
    contentAware: readsContent([template]),
    run: (message, flow, ignoreUnresolved) => {
      const text = template.render(flow, ignoreUnresolved);
      if (contentType !== undefined) message.headers.set('Content-Type', contentType);
      message.content = text === '' ? undefined : text;
    },
  };
};

/** Sets what one variable of the message holds: Verb, Path, StatusCode … */
function setVariable(variable: string): PartCompiler {
  return (element) => {
    const text = textIn(element);
    const template = compileTemplate(text ?? '');
    return {
      contentAware: readsContent([template]),
      run: (message, flow, ignoreUnresolved) => {
        if (text !== undefined) writeMessageVariable(message, variable, template.render(flow, ignoreUnresolved));
      },
    };
  };
}

const setStatus: PartCompiler = (element) => {
  const text = textIn(element);
  if (text !== undefined && !text.includes('{') && !/^[1-9]\d\d$/.test(text)) {
    element.fail('bad-value', `<StatusCode> must be a status code or a template, not "${text}"`);
  }
  const template = compileTemplate(text ?? '');
  return {
    contentAware: readsContent([template]),
    run: (message, flow, ignoreUnresolved) => {
      if (text === undefined) return;
      const status = template.render(flow, ignoreUnresolved).trim();
      if (!/^[1-9]\d\d$/.test(status)) {
        throw new PolicyFault({ code: 'steps.assignmessage.InvalidStatusCode', text: `No status code: ${status}` });
      }
      message.status = Number(status);
    },
  };
};

const setParts: Readonly<Record<string, PartCompiler>> = {
  Headers: setFields,
  QueryParams: setFields,
  FormParams: setFields,
  Payload: setPayload,
  Verb: setVariable('verb'),
  Path: setVariable('path'),
  Version: setVariable('version'),
  StatusCode: setStatus,
  ReasonPhrase: setVariable('reason.phrase'),
};
