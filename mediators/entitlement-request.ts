import type { Element } from '@xmldom/xmldom';
import { parseElement } from '../runtime/xml/parse.js';
import { escapeAttribute, escapeText } from '../runtime/xml/serialize.js';
import { directText } from '../runtime/xml/walk.js';
import { named } from './soap-service.js';

/** Who wants to do what to what. */
export interface AccessRequest {
  readonly subject: string;
  readonly action: string;
  readonly resource: string;
}

/** What the policy decision point answers. */
export interface Decision {
  /** `Permit`, `Deny`, `NotApplicable` or `Indeterminate`. */
  readonly decision: string;
  readonly obligations: Element | undefined;
  readonly advice: Element | undefined;
}

const categories = [
  ['subject', 'urn:oasis:names:tc:xacml:1.0:subject-category:access-subject', 'subject:subject-id'],
  ['action', 'urn:oasis:names:tc:xacml:3.0:attribute-category:action', 'action:action-id'],
  ['resource', 'urn:oasis:names:tc:xacml:3.0:attribute-category:resource', 'resource:resource-id'],
] as const;

/** The request as XACML 3.0 (core specification, section 5.42). */
export function xacmlRequest(request: AccessRequest): string {
  const attributes = categories.map(
    ([part, category, id]) =>
      `<Attributes Category="${escapeAttribute(category)}">` +
      `<Attribute AttributeId="urn:oasis:names:tc:xacml:1.0:${id}" IncludeInResult="false">` +
      `<AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">${escapeText(request[part])}</AttributeValue>` +
      '</Attribute></Attributes>',
  );
  return (
    '<Request xmlns="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17" CombinedDecision="false" ReturnPolicyIdList="false">' +
    `${attributes.join('')}</Request>`
  );
}

/**
 * Reads a XACML response, of version 2.0 or 3.0.
 * @throws Error when it has no decision
 */
export function readDecision(response: string): Decision {
  const result = named(parseElement(response), 'Result');
  const decision = named(result, 'Decision');
  if (!decision) throw new Error('The answer of the policy decision point has no decision');
  return {
    decision: directText(decision).trim(),
    obligations: named(result, 'Obligations'),
    advice: named(result, 'AssociatedAdvice'),
  };
}
