import type { ConfigElement } from '../../configuration/element.js';
import { attributeText, childText, showsContent, textIn } from '../configured.js';
import { PolicyFault } from '../fault.js';
import type { Fields } from '../fields.js';
import type { FlowContext } from '../flow-context.js';
import type { ApigeeMessage } from '../message.js';
import { removeMessageVariable, writeMessageVariable } from '../message-variables.js';
import { compileTemplate, resolvedText, type Template, templateText } from '../template.js';

/** One change of a message, of those that AssignMessage, RaiseFault and ServiceCallout share (api-management 2.6). */
export interface MessageAction {
  run(message: ApigeeMessage, flow: FlowContext, ignoreUnresolved: boolean): void;
  /** Looks at content that is there before. */
  readonly contentAware: boolean;
}

/** Elements that {@link compileActions} reads. */
export const actionElements = ['Add', 'AssignVariable', 'Copy', 'Remove', 'Set'] as const;

/** Compiles Copy, Remove, Add, Set and AssignVariable in document order, which is the order in which they run. */
export function compileActions(parent: ConfigElement): MessageAction[] {
  return parent.elements().flatMap((element) => {
    switch (element.localName) {
      case 'Copy':
        return [compileCopy(element)];
      case 'Remove':
        return parts(element, removeParts);
      case 'Add':
        return parts(element, addParts);
      case 'Set':
        return parts(element, setParts);
      case 'AssignVariable':
        return [compileAssignVariable(element)];
      default:
        return [];
    }
  });
}

type PartCompiler = (element: ConfigElement) => MessageAction;

function parts(element: ConfigElement, known: Readonly<Record<string, PartCompiler>>): MessageAction[] {
  return element.elements().map((part) => {
    const compile = known[part.localName];
    if (compile) return compile(part);
    return part.fail('unknown-element', `<${element.localName}> cannot hold <${part.localName}>`, {
      hint: `it takes ${Object.keys(known).join(', ')}`,
    });
  });
}

const isForm = (element: ConfigElement): boolean => element.localName === 'FormParams';

function fieldsOf(message: ApigeeMessage, element: ConfigElement): Fields {
  if (element.localName === 'Headers') return message.headers;
  return isForm(element) ? message.formParams : message.queryParams;
}

/** Names that `<Headers>`, `<QueryParams>` or `<FormParams>` list. */
function fieldNames(element: ConfigElement): string[] {
  return element.elements().map((field) => fieldName(field));
}

function fieldName(field: ConfigElement): string {
  return attributeText(field, 'name') ?? field.fail('missing-attribute', `<${field.localName}> needs a name`);
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

const removeParts: Readonly<Record<string, PartCompiler>> = {
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

type CopyPart = (from: ApigeeMessage, to: ApigeeMessage) => void;

/** `<Copy source="…">`: without children everything that the kinds of the messages have in common. */
function compileCopy(element: ConfigElement): MessageAction {
  const source = attributeText(element, 'source') ?? 'message';
  const children = element.elements();
  const copies = children.length === 0 ? Object.values(wholeParts) : children.flatMap(compileCopyPart);
  return {
    contentAware: true,
    run: (message, flow, ignoreUnresolved) => {
      const from = flow.messageVariable(source);
      if (from) for (const copy of copies) copy(from, message);
      else resolvedText({ get: () => undefined }, source, ignoreUnresolved);
    },
  };
}

function compileCopyPart(element: ConfigElement): CopyPart[] {
  const { localName } = element;
  if (localName === 'Headers' || localName === 'QueryParams' || localName === 'FormParams') {
    const names = fieldNames(element);
    return [(from, to) => copyFields(fieldsOf(from, element), fieldsOf(to, element), names)];
  }
  const copy = wholeParts[localName];
  if (!copy) return element.fail('unknown-element', `<Copy> cannot hold <${localName}>`);
  return textIn(element)?.toLowerCase() === 'false' ? [] : [copy];
}

function copyFields(from: Fields, to: Fields, names: readonly string[]): void {
  for (const name of names.length > 0 ? names : from.names()) {
    const values = from.all(name);
    if (values.length > 0) to.delete(name);
    for (const value of values) to.add(name, value);
  }
}

const wholeParts: Readonly<Record<string, CopyPart>> = {
  Headers: (from, to) => copyFields(from.headers, to.headers, []),
  QueryParams: (from, to) => copyFields(from.queryParams, to.queryParams, []),
  Payload: (from, to) => {
    const type = from.headers.get('Content-Type');
    if (type !== undefined && !to.headers.has('Content-Type')) to.headers.set('Content-Type', type);
    to.content = from.bytes;
  },
  Verb: (from, to) => {
    to.verb = from.verb;
  },
  Path: (from, to) => {
    to.path = from.path;
  },
  Version: (from, to) => {
    to.version = from.version;
  },
  StatusCode: (from, to) => {
    if (from.kind === 'response') to.status = from.status;
  },
  ReasonPhrase: (from, to) => {
    if (from.kind === 'response') to.reason = from.reason;
  },
};

/** `<AssignVariable>`: the variable of Ref, by reference, else Template, else Value. */
function compileAssignVariable(element: ConfigElement): MessageAction {
  const name = childText(element, 'Name') ?? element.fail('missing-element', '<AssignVariable> needs a <Name>');
  const ref = childText(element, 'Ref');
  const valueElement = element.element('Value');
  const templateElement = element.element('Template');
  const templateRef = attributeText(templateElement, 'ref');
  const template = textIn(templateElement) === undefined ? undefined : compileTemplate(templateElement?.text ?? '');
  const read = (flow: FlowContext, ignoreUnresolved: boolean): unknown => {
    const found = ref === undefined ? undefined : flow.get(ref);
    if (found !== undefined) return found;
    if (templateRef !== undefined) {
      return compileTemplate(resolvedText(flow, templateRef, ignoreUnresolved)).render(flow, ignoreUnresolved);
    }
    if (template) return template.render(flow, ignoreUnresolved);
    if (valueElement) return ref === undefined && valueElement.text === '' ? undefined : valueElement.text;
    return ref === undefined ? undefined : resolvedText(flow, ref, ignoreUnresolved);
  };
  return {
    contentAware: [ref ?? '', templateRef ?? '', ...(template?.variables ?? [])].some(showsContent) || !!templateRef,
    run: (_message, flow, ignoreUnresolved) => {
      const value = read(flow, ignoreUnresolved);
      if (value !== undefined) flow.set(name, value);
    },
  };
}
