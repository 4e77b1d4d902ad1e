import type { Node } from '@xmldom/xmldom';
import type { CompileContext } from '../runtime/configuration/context.js';
import type { ConfigElement } from '../runtime/configuration/element.js';
import type { Expression } from '../runtime/expression/expression.js';
import { jsonText } from '../runtime/json/text.js';
import type { JsonElement, JsonValue } from '../runtime/json/value.js';
import { cloneWith } from '../runtime/message/clone.js';
import { Fault } from '../runtime/message/fault.js';
import type { Message } from '../runtime/message/message.js';
import { Payload } from '../runtime/message/payload.js';
import { cloneInto, removeChildren } from '../runtime/xml/walk.js';
import { booleanAttribute } from './attribute.js';
import { bodyJson, bodyPath, withValue } from './body-path.js';
import { defineMediator, targetAttributes } from './mediator.js';
import { type Branch, beginSplit, markBranch, runBranches } from './split.js';
import { requiredTarget, type Target } from './target.js';
import { isTreeNode, selectIn } from './tree-items.js';

/** Makes the bodies of the branches. */
type Split = (message: Message) => Payload[];

/**
 * ```xml
 * <iterate id="…" expression="…" continueParent="false" sequential="false"
 *          preservePayload="false" attachPath="…"><target/></iterate>
 * ```
 * Runs the target on a copy of the message for each item that the expression selects (mediators 7.2). The item is the
 * copy's body; with `preservePayload` it is put into the rest of the body at `attachPath`.
 */
export const iterate = defineMediator({
  name: 'iterate',
  summary: 'Splits the message by an expression and runs a target on each part.',
  attributes: {
    id: { description: 'Name by which an aggregate finds the parts.' },
    expression: { description: 'XPath or json-eval that selects the parts.', required: true },
    continueParent: {
      description: 'Whether the message itself goes on behind the iterate.',
      default: 'false',
      values: ['true', 'false'],
    },
    sequential: { description: 'true: one part after the other.', default: 'false', values: ['true', 'false'] },
    preservePayload: {
      description: 'true: a part keeps the rest of the body around it.',
      default: 'false',
      values: ['true', 'false'],
    },
    attachPath: { description: 'Where in the rest of the body a part is put.', default: '$ or .' },
  },
  children: ['target'],
  inner: {
    target: targetAttributes,
  },
  compile(element, context) {
    const id = element.attribute('id');
    const options = {
      continueParent: booleanAttribute(element, 'continueParent'),
      sequential: element.attribute('sequential') === 'true',
    };
    const split = compileSplit(element, context);
    const target = requiredTarget(element, context);
    return {
      contentAware: true,
      mediate(message) {
        beginSplit(message, id);
        return runBranches(message, branchesOf(message, split(message), target, id), options);
      },
    };
  },
});

function* branchesOf(
  message: Message,
  bodies: readonly Payload[],
  target: Target,
  id: string | undefined,
): Generator<Branch> {
  for (const [index, body] of bodies.entries()) {
    const branch = cloneWith(message, body);
    markBranch(branch, message, id, `${index}/${bodies.length}`);
    yield { message: branch, target };
  }
}

function compileSplit(element: ConfigElement, context: CompileContext): Split {
  const expression = context.expression(element, 'expression');
  const preserve = booleanAttribute(element, 'preservePayload');
  const attachText = element.attribute('attachPath');
  if (attachText !== undefined && !preserve) {
    element.fail('conflicting-attributes', '"attachPath" needs preservePayload="true"', {
      attribute: 'attachPath',
      hint: 'add preservePayload="true" or remove attachPath',
    });
  }
  const byDefault = expression.language === 'jsonpath' ? 'json-eval($)' : '.';
  const attach = context.expression(element, 'attachPath', attachText || byDefault);
  if (attachText !== undefined && attach.language !== expression.language) {
    element.fail('conflicting-attributes', '"expression" and "attachPath" must be of the same kind', {
      attribute: 'attachPath',
      hint: 'use XPath for both, or json-eval for both',
    });
  }
  if (expression.language === 'jsonpath') return splitJson(expression, attach, preserve);
  if (expression.language === 'xpath') return splitXml(expression, attach, preserve);
  return () => {
    throw new Fault(`An iterate cannot split by ${expression.source}: only XPath and json-eval select parts`);
  };
}

function splitJson(expression: Expression, attach: Expression, preserve: boolean): Split {
  const path = bodyPath(expression.source);
  const attachPath = bodyPath(attach.source);
  const isSame = expression.source === attach.source;
  return (message) => {
    const items = expression.select(message).map((item) => (item as JsonElement).value);
    if (!isSame && path && !Array.isArray(path.read(bodyJson(message.payload)).value)) {
      throw new Fault(`The expression ${expression.source} of an iterate does not select an array`);
    }
    if (!preserve || !attachPath) return items.map((item) => jsonBody(message.payload, item));
    const root = bodyJson(message.payload);
    const rest = isSame || !path ? root : withValue(root, path, []);
    return items.map((item) => jsonBody(message.payload, withValue(rest, attachPath, item)));
  };
}

function jsonBody(like: Payload, value: JsonValue): Payload {
  const body = Payload.empty(like.soapVersion);
  body.conversion = like.conversion;
  body.setJsonText(jsonText(value));
  return body;
}

/** The nodes are cut out of a copy of the envelope, which then is the frame of every part. */
function splitXml(expression: Expression, attach: Expression, preserve: boolean): Split {
  return (message) => {
    const frame = message.payload.clone();
    const nodes = selectIn(message, frame, expression).filter(isTreeNode);
    for (const node of nodes) node.parentNode?.removeChild(node);
    if (!preserve) removeChildren(frame.body());
    frame.dropJson();
    frame.changed();
    return nodes.map((node) => {
      const body = frame.clone();
      cloneInto(node, preserve ? attachPoint(message, body, attach) : body.body());
      return body;
    });
  };
}

function attachPoint(message: Message, body: Payload, attach: Expression): Node {
  const [place] = selectIn(message, body, attach);
  if (isTreeNode(place) && place.nodeType === 1) return place;
  throw new Fault(`The attachPath ${attach.source} of an iterate does not select an element`);
}
